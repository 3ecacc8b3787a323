"""Finnish personal identity codes (henkilötunnus): known only in order to refuse or mask them.

Shape DDMMYYCZZZQ, century sign `+`, `-YXWVU` or `ABCDEF`; check character by (DDMMYYZZZ mod 31).
Source: Digital and Population Data Services Agency, the form in force since 2023.
"""

import re

_CODE = re.compile(r"(?<![0-9A-Za-z])([0-3][0-9])([01][0-9])([0-9]{2})\s?([-+A-FU-Ya-fu-y−–])\s?([0-9]{3})\s?([0-9A-Za-z])(?![0-9A-Za-z])")
_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
MASK = "[henkilötunnus]"


def holds_identity_code(text: str) -> bool:
    """Tell whether a text is or holds something with the shape of an identity code, right check character or not.

    A wrong check character is most often a mistyped real code, so it counts too.
    """
    return _CODE.search(text) is not None


def holds_right_identity_code(text: str) -> bool:
    """Tell whether a text holds an identity code whose check character is right.

    For fields that may rightly hold digits and a dash, such as a phone number.
    """
    return any(_is_right(match) for match in _CODE.finditer(text))


def _is_right(match: re.Match[str]) -> bool:
    day, month, year, _sign, number, check = match.groups()
    return _CHECK[int(day + month + year + number) % 31] == check.upper()


def mask_identity_codes(text: str) -> str:
    """Return a text with every identity code, well or badly written, replaced by a word that says what stood there."""
    return _CODE.sub(MASK, text)
