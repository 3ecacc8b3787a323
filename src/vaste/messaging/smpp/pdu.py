"""The octets of SMPP 3.4 (issue 1.2, sections 3 to 5): frames, addresses, short messages, optional parameters."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

HEADER = struct.Struct(">IIII")
_TLV = struct.Struct(">HH")
RESPONSE = 0x80000000
# Longer than any short message with a payload of 64 KiB; what claims more has lost the frame.
LONGEST = 70_000
_LONGEST_SHORT_MESSAGE = 254
HIGHEST_SEQUENCE = 0x7FFFFFFF
INTERFACE_VERSION = 0x34


class UnreadableError(ValueError):
    """Octets that are not what SMPP says they are. The text names the field, never its value."""


class Command(IntEnum):
    """The requests we send or answer; an answer has the highest bit set."""

    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


GENERIC_NACK = 0x80000000


class Tag(IntEnum):
    """The optional parameters we read."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


@dataclass(frozen=True, slots=True)
class Pdu:
    """One frame, its body unread."""

    command: int
    status: int
    sequence: int
    body: bytes = field(default=b"", repr=False)

    @property
    def is_response(self) -> bool:
        """Tell whether the frame answers one of ours."""
        return bool(self.command & RESPONSE)

    def encode(self) -> bytes:
        """Return the frame as it goes on the wire."""
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


def take_frames(octets: bytearray) -> Iterator[Pdu]:
    """Take the whole frames off the front of what has been read. Raises UnreadableError when no frame can be so long."""
    at = 0
    try:
        while len(octets) - at >= HEADER.size:
            length, command, status, sequence = HEADER.unpack_from(octets, at)
            if not HEADER.size <= length <= LONGEST:
                raise UnreadableError("command_length")
            if len(octets) - at < length:
                break
            start, at = at + HEADER.size, at + length
            yield Pdu(command, status, sequence, bytes(octets[start:at]))
    finally:
        del octets[:at]


@dataclass(frozen=True, slots=True)
class Address:
    """A phone, a short number or a name, with its type of number and numbering plan."""

    ton: int
    npi: int
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """What submit_sm and deliver_sm carry. octets: the user data, with its header when esm_class says so."""

    source: Address
    destination: Address
    octets: bytes = field(repr=False)
    data_coding: int = 0
    esm_class: int = 0
    validity: str = ""
    registered_delivery: int = 0
    options: Mapping[int, bytes] = field(default_factory=dict, repr=False)


class _Reader:
    """Takes a body apart from the left."""

    def __init__(self, body: bytes, at: int = 0) -> None:
        self._body = body
        self._at = at

    def text(self, longest: int, name: str) -> str:
        """Return a C-octet string of at most so many octets, its ending zero included."""
        end = self._body.find(b"\0", self._at, self._at + longest)
        if end < 0:
            raise UnreadableError(name)
        found = self._body[self._at : end]
        self._at = end + 1
        # No field of ours is wider than ASCII; what a supplier puts beside it must not stop us.
        return found.decode("latin-1")

    def octets(self, count: int, name: str) -> bytes:
        if len(self._body) - self._at < count:
            raise UnreadableError(name)
        self._at += count
        return self._body[self._at - count : self._at]

    def octet(self, name: str) -> int:
        return self.octets(1, name)[0]

    def options(self) -> dict[int, bytes]:
        """Return the optional parameters to the end; a cut-off one ends the list, since suppliers pad."""
        found: dict[int, bytes] = {}
        while len(self._body) - self._at >= _TLV.size:
            tag, length = _TLV.unpack(self.octets(_TLV.size, "option"))
            if len(self._body) - self._at < length:
                break
            found.setdefault(tag, self.octets(length, "option"))
        return found


def _text(value: str) -> bytes:
    return value.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"


def _address(address: Address) -> bytes:
    return bytes([address.ton, address.npi]) + _text(address.digits)


def _read_address(reader: _Reader, name: str) -> Address:
    # 3.4 allows 21 octets; some operators send longer, and a reply must not be lost to that.
    return Address(reader.octet(f"{name}_ton"), reader.octet(f"{name}_npi"), reader.text(66, name))


def bind_body(*, system_id: str, password: str, system_type: str) -> bytes:
    """Return the body of bind_transceiver."""
    return b"".join((_text(system_id), _text(password), _text(system_type), bytes([INTERFACE_VERSION, 0, 0]), _text("")))


def short_message_body(message: ShortMessage) -> bytes:
    """Return the body of submit_sm or deliver_sm. Raises ValueError above 254 octets of user data."""
    if len(message.octets) > _LONGEST_SHORT_MESSAGE:
        raise ValueError("A part is longer than a short message.")
    options = b"".join(_TLV.pack(tag, len(value)) + value for tag, value in message.options.items())
    return b"".join(
        (
            _text(""),
            _address(message.source),
            _address(message.destination),
            bytes([message.esm_class, 0, 0]),
            _text(""),
            _text(message.validity),
            bytes([message.registered_delivery, 0, message.data_coding, 0, len(message.octets)]),
            message.octets,
            options,
        )
    )


# The same fields with the same limits as below, up to sm_length.
_FIELDS = re.compile(rb"[^\0]{0,5}\0(.)(.)([^\0]{0,65})\0(.)(.)([^\0]{0,65})\0(.)..[^\0]{0,16}\0([^\0]{0,16})\0(.).(.).(.)", re.DOTALL)


def read_short_message(body: bytes) -> ShortMessage:
    """Return the short message of a body. Raises UnreadableError."""
    found = _FIELDS.match(body)
    end = found.end() + found[11][0] if found else 0
    if found is None or end > len(body):
        return _read_field_by_field(body)  # which names the field that is wrong
    ton, npi, source, to_ton, to_npi, to, esm_class, validity, registered_delivery, data_coding, _length = found.groups()
    return ShortMessage(
        Address(ton[0], npi[0], source.decode("latin-1")),
        Address(to_ton[0], to_npi[0], to.decode("latin-1")),
        body[found.end() : end],
        data_coding[0],
        esm_class[0],
        validity.decode("latin-1"),
        registered_delivery[0],
        _Reader(body, end).options(),
    )


def _read_field_by_field(body: bytes) -> ShortMessage:
    reader = _Reader(body)
    reader.text(6, "service_type")
    source = _read_address(reader, "source_addr")
    destination = _read_address(reader, "destination_addr")
    esm_class = reader.octet("esm_class")
    reader.octets(2, "priority_flag")
    reader.text(17, "schedule_delivery_time")
    validity = reader.text(17, "validity_period")
    registered_delivery = reader.octet("registered_delivery")
    reader.octet("replace_if_present_flag")
    data_coding = reader.octet("data_coding")
    reader.octet("sm_default_msg_id")
    octets = reader.octets(reader.octet("sm_length"), "short_message")
    return ShortMessage(source, destination, octets, data_coding, esm_class, validity, registered_delivery, reader.options())


def read_message_id(body: bytes) -> str:
    """Return the message id in the body of submit_sm_resp; an unreadable one is empty: the message was taken all the same."""
    written = body.split(b"\0", 1)[0][:65].decode("latin-1")
    if written.isprintable():
        return written.strip()
    return "".join(letter for letter in written if letter.isprintable()).strip()
