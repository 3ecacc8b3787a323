"""A message of ours as submit_sm parts."""

from datetime import timedelta
from functools import lru_cache

from vaste.messaging import text
from vaste.messaging.gateway import Outgoing
from vaste.messaging.smpp.pdu import Address, ShortMessage

_DATA_CODING = {text.Encoding.GSM7: 0x00, text.Encoding.UCS2: 0x08}
_HAS_HEADER = 0x40
_WANTS_RECEIPT = 0x01
_LONGEST_SHORT_NUMBER = 6


def address_of(written: str) -> Address:
    """Return a sender or recipient with its type: international number, short number, or name of at most 11 letters."""
    bare = written.strip().replace(" ", "")
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return Address(5, 0, written.strip()[:11])
    if bare.startswith("+") or len(digits) > _LONGEST_SHORT_NUMBER:
        return Address(1, 1, digits)
    return Address(3, 0, digits)


# Senders are few; of recipients nothing is remembered.
_sender_address = lru_cache(maxsize=64)(address_of)


def validity_period(validity: timedelta) -> str:
    """Return a time as SMPP's relative form (7.1.1), at least a minute, at most 99 days."""
    return _relative(min(max(int(validity.total_seconds() // 60), 1), 99 * 24 * 60))


@lru_cache(maxsize=1024)
def _relative(minutes: int) -> str:
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return f"0000{days:02}{hours:02}{minutes:02}00000R"


def parts_of(outgoing: Outgoing, *, default_sender: str) -> dict[int, ShortMessage]:
    """Return the parts still to submit, by number.

    The joining reference comes from message and attempt: a part sent again joins the ones that went before, a whole second
    sending does not mix with the first.
    """
    alphabet, pieces = text.spell(outgoing.text)
    reference = (outgoing.reference.int + outgoing.attempt) & 0xFF
    found: dict[int, ShortMessage] = {}
    for number, piece in enumerate(pieces, start=1):
        if number in outgoing.parts_done:
            continue
        header = bytes([5, 0, 3, reference, len(pieces), number]) if len(pieces) > 1 else b""
        found[number] = ShortMessage(
            source=_sender_address(outgoing.sender or default_sender),
            destination=address_of(outgoing.to),
            octets=header + piece,
            data_coding=_DATA_CODING[alphabet],
            esm_class=_HAS_HEADER if header else 0,
            validity=validity_period(outgoing.validity),
            registered_delivery=_WANTS_RECEIPT,
        )
    return found
