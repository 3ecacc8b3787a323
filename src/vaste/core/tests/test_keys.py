"""Keyed hashes and sealed values: what they hide, and what a rotation of keys keeps readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.keys import KeyRing, Purpose, SealBroken

OLD, NEW = "o" * 32, "n" * 43
RING = KeyRing([OLD])
PLACE = "invitation 1"


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_to_the_same(value):
    assert RING.open(RING.seal(value, bound_to=PLACE), bound_to=PLACE) == value


@pytest.mark.parametrize("elsewhere", ["invitation 2", "", "progress 1"])
def test_a_sealed_value_opens_only_at_its_own_place(elsewhere):
    with pytest.raises(SealBroken):
        RING.open(RING.seal(b"+358400000001", bound_to=PLACE), bound_to=elsewhere)


@given(st.data())
def test_a_sealed_value_that_was_altered_anywhere_does_not_open(data):
    sealed = bytearray(RING.seal(b"+358400000001", bound_to=PLACE))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), bound_to=PLACE)


@given(st.binary(max_size=100))
def test_what_was_never_sealed_does_not_open(octets):
    with pytest.raises(SealBroken):
        RING.open(octets, bound_to=PLACE)


@pytest.mark.parametrize(("first", "second"), [(0, 508), (1, 300), (509, 1020)])
def test_values_of_different_lengths_have_the_same_size_when_sealed(first, second):
    sizes = {len(RING.seal(b"x" * length, bound_to=PLACE)) for length in (first, second)}
    assert len(sizes) == 1


def test_the_same_value_sealed_twice_looks_different():
    assert RING.seal(b"9", bound_to=PLACE) != RING.seal(b"9", bound_to=PLACE)


def test_after_a_rotation_old_values_open_and_new_ones_are_sealed_with_the_new_key():
    before = RING.seal(b"before", bound_to=PLACE)
    rotated = KeyRing([NEW, OLD])
    after = rotated.seal(b"after", bound_to=PLACE)
    assert rotated.open(before, bound_to=PLACE) == b"before"
    assert KeyRing([NEW]).open(after, bound_to=PLACE) == b"after"


def test_when_the_old_key_is_gone_what_it_sealed_is_gone():
    with pytest.raises(SealBroken, match="VASTE_IDENTITY_KEY"):
        KeyRing([NEW]).open(RING.seal(b"before", bound_to=PLACE), bound_to=PLACE)


def test_a_hash_is_the_same_for_the_same_value_and_key_and_tells_nothing_else():
    assert RING.keyed_hash(Purpose.PERSON, "+358400000001") == KeyRing([OLD]).keyed_hash(Purpose.PERSON, b"+358400000001")
    assert RING.keyed_hash(Purpose.PERSON, "+358400000001") != RING.keyed_hash(Purpose.PERSON, "+358400000002")
    assert len(RING.keyed_hash(Purpose.PERSON, "")) == 32


def test_hashes_for_different_purposes_cannot_be_compared():
    assert len({RING.keyed_hash(purpose, "+358400000001") for purpose in Purpose}) == len(Purpose)


def test_after_a_rotation_rows_are_found_by_the_hash_of_every_key_the_current_first():
    rotated = KeyRing([NEW, OLD])
    assert rotated.keyed_hashes(Purpose.EVENT, "E1") == [
        rotated.keyed_hash(Purpose.EVENT, "E1"),
        RING.keyed_hash(Purpose.EVENT, "E1"),
    ]


@pytest.mark.parametrize("secrets", [[], ["short"], [NEW, "short"], [""]])
def test_a_key_ring_without_a_long_secret_is_refused(secrets):
    with pytest.raises(ValueError, match="at least 32 characters"):
        KeyRing(secrets)
