"""Numbers, days and months as the reader's language writes them. Pure."""

from datetime import date

_MINUS = "−"
_DECIMAL_COMMA = ("fi", "sv")
_NARROW_SPACE, _SPACE = "\u202f", "\u00a0"
_MONTHS = {
    "fi": ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"],
    "sv": ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
}


def number(value: float, language: str, digits: int = 0) -> str:
    """Return a number with so many decimals, a true minus and thousands kept apart; never minus zero."""
    rounded = round(value, digits) + 0.0
    text = f"{abs(rounded):,.{digits}f}".replace(",", _NARROW_SPACE)
    if language in _DECIMAL_COMMA:
        text = text.replace(".", ",")
    return f"{_MINUS}{text}" if rounded < 0 else text


def percent(share: float, language: str) -> str:
    """Return a share between 0 and 1 as a percentage with one decimal."""
    unit = f"{_SPACE}%" if language in _DECIMAL_COMMA else "%"
    return number(100 * share, language, 1) + unit


def interval(low: float, high: float, language: str, digits: int = 0) -> str:
    """Return two limits with a dash between; the dash stands apart where a minus would make it unclear."""
    dash = f"{_SPACE}–{_SPACE}" if round(low, digits) < 0 or round(high, digits) < 0 else "–"
    return f"{number(low, language, digits)}{dash}{number(high, language, digits)}"


def interval_of_change(low: float, high: float, language: str, digits: int = 0) -> str:
    """Return the limits of a change; of a clear one finer where one would round to zero, or the word "clear" would deny the numbers."""
    is_clear = not low <= 0 <= high
    return interval(low, high, language, digits + int(is_clear and 0 in {round(low, digits), round(high, digits)}))


def signed(value: float, language: str) -> str:
    """Return a whole number with its sign, plus too."""
    text = number(value, language)
    return f"+{text}" if round(value) > 0 else text


def day(value: date) -> str:
    """Return a day as 22.11.2026, the same in all three languages."""
    return f"{value.day}.{value.month}.{value.year}"


def days(first: date, last: date) -> str:
    """Return a span of days, the year once where it is the same: 1.4.–7.4.2024."""
    return f"{first.day}.{first.month}.–{day(last)}" if first.year == last.year else f"{day(first)}–{day(last)}"


def month(value: date, language: str) -> str:
    """Return a month with its year, as `huhtikuu 2024`."""
    name = _MONTHS[language][value.month - 1]
    return f"{name}kuu {value.year}" if language == "fi" else f"{name} {value.year}"
