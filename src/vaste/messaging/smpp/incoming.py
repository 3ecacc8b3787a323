"""What a deliver_sm says: a receipt for a message of ours, or a part of a person's reply."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from vaste.messaging import gsm7
from vaste.messaging.gateway import Coding, Concat, Incoming, Receipt
from vaste.messaging.rules import Event
from vaste.messaging.smpp.pdu import ShortMessage, Tag, UnreadableError

_HAS_HEADER = 0x40
_KIND = 0x3C
# Delivery receipt, delivery acknowledgement and intermediate notification (5.2.12).
_RECEIPTS = frozenset({0x04, 0x08, 0x20})

_WORDS: Mapping[str, Event] = MappingProxyType(
    {
        "DELIV": Event.RECEIPT_DELIVERED,
        "EXPIR": Event.RECEIPT_EXPIRED,
        "DELET": Event.RECEIPT_UNDELIVERED,
        "UNDEL": Event.RECEIPT_UNDELIVERED,
        "REJEC": Event.RECEIPT_UNDELIVERED,
        "FAILE": Event.RECEIPT_UNDELIVERED,
        "SKIPP": Event.RECEIPT_UNDELIVERED,
        "ACCEP": Event.RECEIPT_TAKEN,
        "ENROU": Event.RECEIPT_TAKEN,
        "BUFFE": Event.RECEIPT_TAKEN,
        "UNKNO": Event.RECEIPT_TAKEN,
    }
)
_STATES: Mapping[int, Event] = MappingProxyType(
    {
        1: Event.RECEIPT_TAKEN,
        2: Event.RECEIPT_DELIVERED,
        3: Event.RECEIPT_EXPIRED,
        4: Event.RECEIPT_UNDELIVERED,
        5: Event.RECEIPT_UNDELIVERED,
        6: Event.RECEIPT_TAKEN,
        7: Event.RECEIPT_TAKEN,
        8: Event.RECEIPT_UNDELIVERED,
        9: Event.RECEIPT_UNDELIVERED,
    }
)
# The usual wording (SMPP 3.4, appendix B) by one look; whatever differs is searched field by field.
_USUAL = re.compile(r"id:([^\s:]+) sub:\d* dlvrd:\d* submit date:\d* done date:\d* stat:([A-Z]+) err:([^\s:]+)(?: [Tt]ext:[^:]*)?")
_FIELD = re.compile(r"\b(id|stat|err)\s*:\s*([^\s:]+)", re.IGNORECASE)
# A person may write "id:"; nobody writes this. Some operators forget to mark their receipts.
_UNMARKED_RECEIPT = re.compile(r"\s*id:\S+\s.*\bdone date:.*\bstat:", re.IGNORECASE | re.DOTALL)


def is_receipt(message: ShortMessage) -> bool:
    """Tell whether a deliver_sm is a receipt: by its class, by its options, or by its unmistakable wording."""
    if (message.esm_class & _KIND) in _RECEIPTS or Tag.RECEIPTED_MESSAGE_ID in message.options:
        return True
    return _UNMARKED_RECEIPT.match(_wording(message)) is not None


def read_receipt(message: ShortMessage, *, account: str) -> Receipt:
    """Return the receipt of a deliver_sm; options go before wording. Raises UnreadableError when it names no message."""
    fields = _fields_of(_wording(message))
    option = message.options.get(Tag.RECEIPTED_MESSAGE_ID, b"").split(b"\0", 1)[0].decode("latin-1")
    provider_id = _printable(option) or _printable(fields.get("id", ""))
    if not provider_id:
        raise UnreadableError("receipted_message_id")
    state = message.options.get(Tag.MESSAGE_STATE, b"")
    event = _STATES.get(state[0]) if state else None
    if event is None:
        # A receipt without a word we know still proves that the message was taken.
        event = _WORDS.get(fields.get("stat", "").upper()[:5], Event.RECEIPT_TAKEN)
    return Receipt(
        account=account,
        provider_id=provider_id[:80],
        event=event,
        number=message.source.digits,
        status=_printable(fields.get("err", ""))[:20],
    )


def _fields_of(wording: str) -> Mapping[str, str]:
    usual = _USUAL.fullmatch(wording)
    if usual:
        return {"id": usual[1], "stat": usual[2], "err": usual[3]}
    return {name.lower(): value for name, value in _FIELD.findall(wording)}


def read_reply(message: ShortMessage, *, account: str, bind: str, default_coding: Coding) -> Incoming:
    """Return the reply, or the part of one, in a deliver_sm. Raises UnreadableError."""
    octets = _user_data(message)
    concat = _concat_of_options(message.options)
    if message.esm_class & _HAS_HEADER:
        header, octets = _split_header(octets)
        concat = concat_of_header(header) or concat
    return Incoming(
        account=account,
        sender=message.source.digits,
        recipient=message.destination.digits,
        octets=octets,
        coding=coding_of(message.data_coding, default_coding),
        concat=concat,
        bind=bind,
    )


def coding_of(data_coding: int, default: Coding) -> Coding:
    """Return how octets spell their text. default: what the operator's own alphabet (data_coding 0) is.

    SMPP 3.4 5.2.19; above 0x0F the groups of 3GPP TS 23.038. What is unspecified is read as Latin-1, which loses nothing.
    """
    if data_coding == 0:
        return default
    if data_coding == 0x08:
        return Coding.UCS2
    if data_coding < 0x10:
        return Coding.IA5 if data_coding == 0x01 else Coding.LATIN1
    if data_coding >= 0xF0:
        return Coding.LATIN1 if data_coding & 0x04 else Coding.GSM7
    return {0: Coding.GSM7, 2: Coding.UCS2}.get((data_coding >> 2) & 3, Coding.LATIN1)


def concat_of_header(header: bytes) -> Concat | None:
    """Return which part a user data header (without its length octet) says this is, or None when it says nothing usable."""
    at = 0
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if (element, len(value)) in {(0x00, 3), (0x08, 4)}:
            return _concat(int.from_bytes(value[:-2], "big"), value[-1], value[-2])
        at += 2 + length
    return None


def _concat(reference: int, number: int, total: int) -> Concat | None:
    return Concat(reference, number, total) if 1 <= number <= total and total > 1 else None


def _concat_of_options(options: Mapping[int, bytes]) -> Concat | None:
    reference, number, total = (options.get(tag, b"") for tag in (Tag.SAR_REFERENCE, Tag.SAR_NUMBER, Tag.SAR_TOTAL))
    if not (reference and number and total):
        return None
    return _concat(*(int.from_bytes(value, "big") for value in (reference, number, total)))


def _split_header(octets: bytes) -> tuple[bytes, bytes]:
    if not octets or len(octets) < octets[0] + 1:
        raise UnreadableError("user_data_header")
    return octets[1 : octets[0] + 1], octets[octets[0] + 1 :]


def _printable(written: str) -> str:
    if written.isprintable():
        return written.strip()
    return "".join(letter for letter in written if letter.isprintable()).strip()


def _user_data(message: ShortMessage) -> bytes:
    return message.octets or message.options.get(Tag.MESSAGE_PAYLOAD, b"")


def _wording(message: ShortMessage) -> str:
    octets = _user_data(message)
    if message.data_coding == 0x08:
        return octets.decode("utf-16-be", "replace")
    # Receipts are ASCII in every alphabet but for the underscore and the like.
    return octets.decode("latin-1") if octets.isascii() else gsm7.decode(octets)
