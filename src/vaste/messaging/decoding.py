"""What the octets of a reply spell. Nothing is refused: what no alphabet knows becomes U+FFFD."""

from collections.abc import Sequence

from vaste.messaging import gsm7
from vaste.messaging.gateway import Coding

_GSM_ONLY = frozenset(range(0x20)) - frozenset(b"\t\n\r")
# Å Ä Ö Ü å ä ö ü stand here in the GSM alphabet, brackets and braces in ASCII.
_NORDIC_IN_GSM = frozenset(b"[\\]^{|}~")


def text_of(parts: Sequence[tuple[bytes, Coding]]) -> str:
    """Return the text that octets spell.

    Parts of one coding are joined before they are read: some phones cut a letter in two at the seam.
    """
    codings = {coding for _octets, coding in parts}
    if len(codings) == 1:
        return _decoded(b"".join(octets for octets, _coding in parts), codings.pop())
    return "".join(_decoded(octets, coding) for octets, coding in parts)


def _decoded(octets: bytes, coding: Coding) -> str:
    match coding:
        case Coding.GSM7:
            return gsm7.decode(octets)
        case Coding.IA5:
            return gsm7.decode(octets) if _is_gsm_in_disguise(octets) else octets.decode("latin-1")
        case Coding.LATIN1:
            return octets.decode("latin-1")
        case Coding.UCS2:
            return octets.decode("utf-16-le" if octets[:2] == b"\xff\xfe" else "utf-16-be", "replace").removeprefix("\ufeff")
        case Coding.UTF8:
            return octets.decode("utf-8", "replace")


def _is_gsm_in_disguise(octets: bytes) -> bool:
    """Tell whether octets said to be ASCII are GSM letters, as several SMSCs send them.

    Control codes settle it; braces and brackets do unless an @ stands beside them, which is ¡ in GSM and nobody's reply.
    """
    found = set(octets)
    if max(found, default=0) > 0x7F:
        return False
    return bool(found & _GSM_ONLY) or bool(found & _NORDIC_IN_GSM and 0x40 not in found)
