"""What a text costs on the air: its alphabet, its septets, its parts (3GPP TS 23.038 and 23.040)."""

import unicodedata
from enum import StrEnum

from vaste.messaging import gsm7


class Encoding(StrEnum):
    """The two alphabets of a text message."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


# Units (septets, or UTF-16 code units) of a text that goes alone, and of each part of a longer one beside its header.
_ALONE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
_EACH = {Encoding.GSM7: 153, Encoding.UCS2: 67}

_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_INVISIBLE = "\u200b\u2060\ufeff\u00ad"

_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_INVISIBLE, None),
        "\u2026": "...",
        "\u2022": "*",
    }
)


def normalise(text: str) -> str:
    """Return a text in composed form (NFC) with typographic quotes, dashes and spaces as the GSM alphabet has them.

    Letters are never changed: a name written with š is written with š, whatever it costs. A surrogate without its other
    half, which no message can carry, becomes U+FFFD.
    """
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return unicodedata.normalize("NFC", whole.replace("\r\n", "\n").translate(_PLAIN))


def encoding(text: str) -> Encoding:
    """Return the cheapest alphabet that can carry a text whole."""
    return Encoding.GSM7 if gsm7.is_spellable(text) else Encoding.UCS2


def letters_that_cost(text: str) -> list[str]:
    """Return the letters that turn a text to UCS-2, each once, in the order they stand."""
    return [letter for letter in dict.fromkeys(text) if gsm7.octets_of(letter) is None]


def septets(text: str) -> int:
    """Return the length of a text in septets. Raises ValueError when it is not a GSM-7 text."""
    return len(gsm7.encode(text))


def segments(text: str) -> int:
    """Return how many parts a text is sent (and paid) in; an empty text is one."""
    return len(split(text))


def split(text: str) -> list[str]:
    """Return the parts of a text; no part ends inside a letter of two septets or two UTF-16 units."""
    alphabet = encoding(text)
    return [text] if _length(_octets(text, alphabet), alphabet) <= _ALONE[alphabet] else _pieces(text, alphabet)


def spell(text: str) -> tuple[Encoding, list[bytes]]:
    """Return the alphabet of a text and the octets of its parts: septets one an octet, or UTF-16 with the high octet first."""
    alphabet = encoding(text)
    whole = _octets(text, alphabet)
    if _length(whole, alphabet) <= _ALONE[alphabet]:
        return alphabet, [whole]
    return alphabet, [_octets(piece, alphabet) for piece in _pieces(text, alphabet)]


def _pieces(text: str, alphabet: Encoding) -> list[str]:
    parts: list[str] = []
    start = used = 0
    for position, letter in enumerate(text):
        units = _units(letter, alphabet)
        if used + units > _EACH[alphabet]:
            parts.append(text[start:position])
            start, used = position, 0
        used += units
    return [*parts, text[start:]]


def _octets(text: str, alphabet: Encoding) -> bytes:
    return gsm7.encode(text) if alphabet is Encoding.GSM7 else text.encode("utf-16-be", "surrogatepass")


def _length(octets: bytes, alphabet: Encoding) -> int:
    return len(octets) if alphabet is Encoding.GSM7 else len(octets) // 2


def _units(letter: str, alphabet: Encoding) -> int:
    if alphabet is Encoding.GSM7:
        return len(gsm7.octets_of(letter) or b"")
    return 2 if ord(letter) > 0xFFFF else 1
