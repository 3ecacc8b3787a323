"""The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1): text to septets, one septet an octet, and back."""

ESCAPE = 0x1B

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}

_OCTETS = {letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != ESCAPE}
_OCTETS |= {letter: bytes([ESCAPE, code]) for code, letter in _EXTENSION.items()}


def octets_of(letter: str) -> bytes | None:
    """Return the one or two octets of a letter, or None when the alphabet has no such letter."""
    return _OCTETS.get(letter)


def encode(text: str) -> bytes:
    """Return a text as octets of one septet each. Raises KeyError for a letter outside the alphabet."""
    return b"".join([_OCTETS[letter] for letter in text])


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
