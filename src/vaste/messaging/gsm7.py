"""The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1): text to septets, one septet an octet, and back."""

ESCAPE = 0x1B

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}

_OCTETS = {letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != ESCAPE}
_OCTETS |= {letter: bytes([ESCAPE, code]) for code, letter in _EXTENSION.items()}
_LETTERS = frozenset(_OCTETS)
_SPELLED = {ord(letter): octets.decode("latin-1") for letter, octets in _OCTETS.items()}
# Nearly every text has only letters that are one octet in Latin-1 and one septet here: those go by a table of octets.
_LATIN = "".join(letter for letter, octets in _OCTETS.items() if len(octets) == 1 and ord(letter) < 0x100)
_LATIN_OCTETS = _LATIN.encode("latin-1")
_LATIN_TABLE = bytes.maketrans(_LATIN_OCTETS, b"".join(_OCTETS[letter] for letter in _LATIN))


def octets_of(letter: str) -> bytes | None:
    """Return the one or two octets of a letter, or None when the alphabet has no such letter."""
    return _OCTETS.get(letter)


def is_spellable(text: str) -> bool:
    """Tell whether the alphabet has every letter of a text."""
    return _encode_latin(text) is not None or _LETTERS.issuperset(text)


def encode(text: str) -> bytes:
    """Return a text as octets of one septet each. Raises ValueError for a letter outside the alphabet."""
    octets = _encode_latin(text)
    if octets is not None:
        return octets
    if not _LETTERS.issuperset(text):
        raise ValueError("The text holds letters outside the GSM alphabet.")
    return text.translate(_SPELLED).encode("latin-1")


def _encode_latin(text: str) -> bytes | None:
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    return None if octets.translate(None, _LATIN_OCTETS) else octets.translate(_LATIN_TABLE)


def decode(octets: bytes) -> str:
    """Return the text of octets of one septet each.

    An unknown extension shows its basic letter, as the standard bids receivers; octets above 127 become U+FFFD.
    """
    letters: list[str] = []
    escaped = False
    for octet in octets:
        if octet == ESCAPE:
            escaped = not escaped
            continue
        basic = _BASIC[octet] if octet < len(_BASIC) else "\ufffd"
        letters.append(_EXTENSION.get(octet, basic) if escaped else basic)
        escaped = False
    return "".join(letters)
