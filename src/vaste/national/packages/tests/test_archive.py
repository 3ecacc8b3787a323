"""Archives: cut, altered, lying, bombed."""

import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.national.packages.archive import pack, unpack
from vaste.national.packages.refusal import PackageRefused, Reason

MEMBERS = {"manifest.json": b'{"format": "vaste-delivery"}', "data/strata.csv": b"service,n\nemergency,12\n" * 40}


def refused(packed: bytes) -> Reason:
    with pytest.raises(PackageRefused) as refusal:
        unpack(packed)
    return refusal.value.code


def test_members_come_back_in_their_order():
    assert list(unpack(pack(MEMBERS.items())).items()) == list(MEMBERS.items())


def test_the_same_members_give_the_same_bytes():
    assert pack(MEMBERS.items()) == pack(MEMBERS.items())


@given(st.binary(max_size=300))
def test_any_bytes_come_back(octets):
    assert unpack(pack([("a", octets)])) == {"a": octets}


def test_any_zip_program_opens_it():
    with zipfile.ZipFile(io.BytesIO(pack(MEMBERS.items()))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


@pytest.mark.parametrize("packed", [b"", b"PK", b"not a zip archive at all", bytes(22), pack([])[:-1]])
def test_what_is_no_archive_is_damaged(packed):
    assert refused(packed) is Reason.DAMAGED


def test_nothing_may_stand_before_between_or_after():
    packed = pack(MEMBERS.items())
    directory = packed.index(b"PK\x01\x02")
    for place in (0, directory, len(packed)):
        assert refused(packed[:place] + b"010594Y9032" + packed[place:]) is Reason.DAMAGED


@pytest.mark.parametrize("remark", ["comment", "extra", "stored"])
def test_an_archive_in_another_form_is_not_read(remark):
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("manifest.json")
        entry.compress_type = zipfile.ZIP_STORED if remark == "stored" else zipfile.ZIP_DEFLATED
        entry.extra = b"\x01\x99\x04\x00hetu" if remark == "extra" else b""
        archive.comment = b"010594Y9032" if remark == "comment" else b""
        archive.writestr(entry, b"{}")
    assert refused(octets.getvalue()) is Reason.DAMAGED


def test_a_size_that_lies_low_is_found_before_more_is_unpacked():
    packed = bytearray(pack([("manifest.json", bytes(100_000))]))
    for sign, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", packed, packed.index(sign) + place, 10)
    assert refused(bytes(packed)) is Reason.DAMAGED


def test_a_size_that_lies_in_one_place_only_is_found():
    packed = bytearray(pack(MEMBERS.items()))
    struct.pack_into("<L", packed, packed.index(b"PK\x01\x02") + 24, 10)
    assert refused(bytes(packed)) is Reason.DAMAGED


def test_a_ratio_that_no_table_has_is_a_bomb():
    assert refused(pack([("data/strata.csv", bytes(20_000_000))])) is Reason.TOO_LARGE


def test_a_bomb_inside_a_bomb_stays_packed():
    inner = pack([("bomb", bytes(5_000_000))])
    assert unpack(pack([("data/strata.csv", inner)])) == {"data/strata.csv": inner}


def test_all_together_may_not_unpack_to_more_than_the_limit():
    # Ten members share one run of noise that is packed once; each claims its size, so the sum is known before any is unpacked.
    packed = bytearray(pack([(f"data/{number}.csv", b"noise" * 10) for number in range(10)]))
    for place in _places(packed, b"PK\x01\x02"):
        struct.pack_into("<L", packed, place + 24, 30_000_000)
    for place in _places(packed, b"PK\x03\x04"):
        struct.pack_into("<L", packed, place + 22, 30_000_000)
    assert refused(bytes(packed)) is Reason.TOO_LARGE


def _places(packed: bytearray, sign: bytes) -> list[int]:
    return [place for place in range(len(packed)) if packed[place : place + 4] == sign]


def test_many_members_are_not_even_listed():
    assert refused(pack([(f"{number}.csv", b"") for number in range(65)])) is Reason.MEMBERS


def test_an_archive_over_the_packed_limit_is_not_looked_at():
    assert refused(bytes(32 * 1024 * 1024 + 1)) is Reason.TOO_LARGE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    assert refused(pack([("data/strata.csv", b"1"), ("data/strata.csv", b"2")])) is Reason.MEMBERS


def test_a_name_outside_ascii_is_refused():
    packed = pack([("data/strata.csv", b"1")]).replace(b"strata", b"str\xe4ta")
    assert refused(packed) is Reason.MEMBERS


def test_overlapping_members_are_refused():
    """The bomb of many names for one run of bytes (Fifield 2019)."""
    packed = bytearray(pack([("a", b"x" * 100), ("b", b"x" * 100)]))
    second = _places(packed, b"PK\x01\x02")[1]
    struct.pack_into("<L", packed, second + 42, 0)
    assert refused(bytes(packed)) is Reason.DAMAGED


def test_bytes_after_the_end_of_a_deflated_stream_are_refused():
    content = b"service,n\n"
    deflate = zlib.compressobj(wbits=-15)
    stream = deflate.compress(content) + deflate.flush() + b"hidden"
    plain = pack([("a", content)])
    first, directory = len(plain[:31]), plain.index(b"PK\x01\x02")
    packed = bytearray(plain[:first] + stream + plain[directory:])
    struct.pack_into("<L", packed, 18, len(stream))
    struct.pack_into("<L", packed, packed.index(b"PK\x01\x02") + 20, len(stream))
    struct.pack_into("<L", packed, len(packed) - 6, first + len(stream))
    assert refused(bytes(packed)) is Reason.DAMAGED


def test_noise_is_never_an_archive():
    chance = random.Random(4)
    for size in (22, 100, 5_000):
        assert refused(chance.randbytes(size)) is Reason.DAMAGED
