"""Finnish personal identity codes (henkilötunnus): known only in order to refuse or mask them.

Shape DDMMYYCZZZQ, century sign `+`, `-YXWVU` or `ABCDEF`; check character by (DDMMYYZZZ mod 31).
Source: Digital and Population Data Services Agency, the form in force since 2023.
"""

import re
from collections.abc import Iterator

# Every dash that a keyboard or a word processor puts for the hyphen counts as one.
_SHAPE = r"([0-3][0-9])([01][0-9])([0-9]{2})\s?([-+A-FU-Ya-fu-y\u2010-\u2015\u2212])\s?([0-9]{3})\s?([0-9A-Za-z])"
_ALONE = re.compile(rf"(?<![0-9A-Za-z]){_SHAPE}(?![0-9A-Za-z])")
# Grown together with letters ("V010594Y9032"). Between digits it is a part of another number, as in 20240408-12345.
_WITHIN_LETTERS = re.compile(rf"(?<![0-9]){_SHAPE}(?![0-9])")
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SHORTEST = len("DDMMYYCZZZQ")
MASK = "[henkilötunnus]"


def holds_identity_code(text: str) -> bool:
    """Tell whether a text is or holds something with the shape of an identity code, right check character or not.

    A wrong check character is most often a mistyped real code, so it counts too; only between letters it must be right.
    """
    if len(text) < _SHORTEST:  # most values of a visit are shorter
        return False
    return _ALONE.search(text) is not None or holds_right_identity_code(text)


def holds_right_identity_code(text: str) -> bool:
    """Tell whether a text holds an identity code whose check character is right.

    For fields that may rightly hold digits and a dash, such as a phone number.
    """
    return next(_right_codes(text), None) is not None


def _right_codes(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _WITHIN_LETTERS.finditer(text) if _is_right(match))


def _is_right(match: re.Match[str]) -> bool:
    day, month, year, _sign, number, check = match.groups()
    return CHECK_CHARACTERS[int(day + month + year + number) % 31] == check.upper()


def mask_identity_codes(text: str) -> str:
    """Return a text with every identity code, well or badly written, replaced by a word that says what stood there."""
    alone_masked = _ALONE.sub(MASK, text)
    return _WITHIN_LETTERS.sub(lambda match: MASK if _is_right(match) else match[0], alone_masked)
