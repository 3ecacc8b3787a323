"""The ZIP form of a package: one way to write it, and a reader that accounts for every byte.

Only this form is read: members one after another from the first byte on, deflated, of 1 January 1980, without comments, extra
fields or gaps, then the directory that says the same, then the end. So nothing can lie beside what the manifest lists, and a
size that lies, a bomb and a cut are each found before anything is unpacked.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from vaste.national.packages.layout import MOST_MEMBERS, MOST_PACKED_BYTES, MOST_UNPACKED_BYTES
from vaste.national.packages.refusal import PackageRefused, Reason

_LOCAL = struct.Struct("<4s10s 3L 2H")
_CENTRAL = struct.Struct("<4s2s10s 3L 2H 10s L")
_END = struct.Struct("<4s 4H 2L H")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# What PKWARE's APPNOTE 4.4 lets a writer choose, as `pack` chooses it: version 2.0, no flags, deflated, midnight of 1980-01-01.
_DATE = (1980, 1, 1, 0, 0, 0)
_WAY = b"\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00"
# Made on Unix by version 2.0; no comment, first disk, no attributes but that the owner may read and write.
_MADE_BY, _MODE = b"\x14\x03", 0o600
_ATTRIBUTES = bytes(6) + struct.pack("<L", _MODE << 16)
_UNIX = 3
_MOST_RATIO, _RATIO_FROM_BYTES = 200, 1024 * 1024
_LONGEST_NAME = 100


@dataclass(frozen=True)
class _Member:
    name: str
    checksum: int
    packed: int
    unpacked: int
    head: int
    begin: int


def pack(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of members in the order given; the same members always give the same bytes."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, octets in members:
            entry = ZipInfo(name, _DATE)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = _UNIX  # or the bytes would tell on which system they were written
            entry.external_attr = _MODE << 16
            archive.writestr(entry, octets)
    return written.getvalue()


def unpack(packed: bytes) -> dict[str, bytes]:
    """Return the members of an archive, in its order. Raises PackageRefused: too large, damaged, or not in the form of a package."""
    if len(packed) > MOST_PACKED_BYTES:
        raise PackageRefused(Reason.TOO_LARGE, f"The package has more than {MOST_PACKED_BYTES // 1024 // 1024} MB.")
    members = _directory(packed)
    if len({member.name for member in members}) != len(members):
        raise PackageRefused(Reason.MEMBERS, "The package holds two files of one name.")
    if sum(member.unpacked for member in members) > MOST_UNPACKED_BYTES:
        raise PackageRefused(Reason.TOO_LARGE, f"Unpacked, the package has more than {MOST_UNPACKED_BYTES // 1024 // 1024} MB.")
    if any(_is_bomb(member) for member in members):
        raise PackageRefused(Reason.TOO_LARGE, f"A file of the package unpacks to more than {_MOST_RATIO} times its size.")
    return {member.name: _unpacked(packed, member) for member in members}


def _is_bomb(member: _Member) -> bool:
    return member.unpacked > max(_RATIO_FROM_BYTES, _MOST_RATIO * member.packed)


def _directory(packed: bytes) -> list[_Member]:
    """Return what the directory lists, after proving that it and the members fill the archive exactly."""
    try:
        sign, *disks, here, total, size, begin, comment = _END.unpack(packed[-_END.size :])
    except struct.error as error:
        raise _damaged() from error
    if sign != _END_SIGN or any(disks) or here != total or comment or begin + size + _END.size != len(packed):
        raise _damaged()
    if total > MOST_MEMBERS:
        raise PackageRefused(Reason.MEMBERS, f"The package holds more than {MOST_MEMBERS} files.")
    members, place, end = [], begin, 0
    for _number in range(total):
        member, place = _entry(packed, place)
        end = _end_of(packed, member, end)
        members.append(member)
    if place != begin + size or end != begin:
        raise _damaged()
    return members


def _entry(packed: bytes, place: int) -> tuple[_Member, int]:
    """Read an entry of the directory; return it and where the next one begins."""
    try:
        sign, by, way, checksum, size, unpacked, name, extra, attributes, head = _CENTRAL.unpack_from(packed, place)
    except struct.error as error:
        raise _damaged() from error
    if (sign, by, way, attributes) != (_CENTRAL_SIGN, _MADE_BY, _WAY, _ATTRIBUTES) or extra or not 0 < name <= _LONGEST_NAME:
        raise _damaged()
    begin = place + _CENTRAL.size
    try:
        text = packed[begin : begin + name].decode("ascii")
    except UnicodeDecodeError as error:
        raise PackageRefused(Reason.MEMBERS, "A file of the package has a name that no package has.") from error
    return _Member(text, checksum, size, unpacked, head, head + _LOCAL.size + name), begin + name


def _end_of(packed: bytes, member: _Member, expected: int) -> int:
    """Return where a member ends, after proving that it begins where the last one ended and says of itself what the directory says."""
    name = member.name.encode()
    try:
        said = _LOCAL.unpack_from(packed, member.head)
    except struct.error as error:
        raise _damaged() from error
    told = (_LOCAL_SIGN, _WAY, member.checksum, member.packed, member.unpacked, len(name), 0)
    if member.head != expected or said != told or packed[member.head + _LOCAL.size : member.begin] != name:
        raise _damaged()
    return member.begin + member.packed


def _unpacked(packed: bytes, member: _Member) -> bytes:
    """Unpack a member, never beyond the size it claims."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    last = member.begin + member.packed - 1
    try:
        octets = inflate.decompress(packed[member.begin : last], member.unpacked + 1)
        before_end = inflate.copy()
        end = inflate.decompress(inflate.unconsumed_tail + packed[last : last + 1], member.unpacked + 1)
    except (zlib.error, ValueError) as error:
        raise _damaged() from error
    is_whole = inflate.eof and not inflate.unused_data and not inflate.unconsumed_tail
    if not is_whole or len(octets) + len(end) != member.unpacked or zlib.crc32(end, zlib.crc32(octets)) != member.checksum:
        raise _damaged()
    if _has_loose_bits(before_end, packed[last], end):
        raise _damaged()
    return octets + end


def _has_loose_bits(before_end: "zlib._Decompress", octet: int, end: bytes) -> bool:
    """Tell whether the last byte of a deflated stream has a bit set that means nothing: the stream ends just so without it too."""
    highest = octet.bit_length() - 1
    if highest < 0:
        return False
    try:
        without = before_end.decompress(bytes([octet & ~(1 << highest)]))
    except zlib.error:
        return False
    return before_end.eof and without == end


def _damaged() -> PackageRefused:
    return PackageRefused(Reason.DAMAGED, "The package is no ZIP archive of the form of a package, or it was cut or altered on its way.")
