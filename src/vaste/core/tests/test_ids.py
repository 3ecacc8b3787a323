"""Tokens of links and codes of withdrawal: hard to guess, easy to type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.ids import canonical_code, is_token, new_code, new_id, new_token


def test_a_token_has_12_letters_that_nobody_mistakes_for_each_other():
    tokens = [new_token() for _ in range(500)]
    assert all(is_token(token) for token in tokens)
    assert not set("".join(tokens)) & set("0OIl")
    assert len(set(tokens)) == 500


@pytest.mark.parametrize("text", ["", "abc", "23456789ABCD0", "0OIl0OIl0OIl", "23456789ABC\n", "23456789ABC/", "２3456789ABCD"[:12]])
def test_what_is_no_token_is_told_by_its_shape(text):
    assert not is_token(text)


def test_a_code_is_three_groups_of_four():
    assert [len(group) for group in new_code().split("-")] == [4, 4, 4]


@given(st.randoms())
def test_a_code_is_understood_in_small_letters_without_dashes_and_with_spaces(random):
    code = new_code()
    typed = "".join(random.choice((letter, letter.lower())) + random.choice(("", " ")) for letter in code.replace("-", ""))
    assert canonical_code(typed) == code


def test_letters_that_codes_leave_out_are_read_as_the_digits_they_resemble():
    assert canonical_code("oO0o-iIlL-1111") == "0000-1111-1111"


@pytest.mark.parametrize("typed", ["", "7KQF-3MXP", "7KQF-3MXP-9T2A-1", "7KQF-3MXP-9T2U", "7KQF_3MXP_9T2A", "åäö"])
def test_what_cannot_be_a_code_is_none(typed):
    assert canonical_code(typed) is None


@given(st.text())
def test_whatever_is_typed_gives_a_code_or_none(typed):
    code = canonical_code(typed)
    assert code is None or canonical_code(code) == code


def test_ids_are_random():
    assert {new_id().version for _ in range(100)} == {4}
    assert len({new_id() for _ in range(100)}) == 100
