"""Identifiers with a shape of their own: identity codes, accounts, phones, addresses on the net, plates, dates of birth.

Every finder takes a folded text (`folding.fold`), of the same length as the one that people wrote, and returns places in it.
"""

import re
from collections.abc import Iterator

from vaste.core.identity_codes import CHECK_CHARACTERS
from vaste.free_text.tags import TAKEN, Place, Tag

_GAP = r"[\s\u200b-\u200d\u2060\ufeff]{0,3}"
_DIGIT = "[0-9]"


_LOOK_BACK = 60


def _before(text: str, place: int) -> str:
    """Return what stands before a place, as far back as a cue may stand: not beyond what has been taken."""
    return text[max(0, place - _LOOK_BACK) : place].rpartition(TAKEN)[2]


def _spaced(*parts: str) -> str:
    return _GAP.join(parts)


# DDMMYYCZZZQ, with blanks anywhere, points in the date, and perhaps the whole year.
_CODE = re.compile(
    rf"(?=((?P<day>[0-3]{_GAP}[0-9]){_GAP}\.?{_GAP}(?P<month>[01]{_GAP}[0-9]){_GAP}\.?{_GAP}(?:[12]{_GAP}[0-9]{_GAP})?"
    rf"(?P<year>[0-9]{_GAP}[0-9]){_GAP}(?P<sign>[-+A-FU-Y]?){_GAP}(?P<number>{_spaced(_DIGIT, _DIGIT, _DIGIT)}){_GAP}(?P<check>[0-9A-Z])))",
    re.IGNORECASE,
)
_NOT_DIGIT = re.compile(r"[^0-9]")
_CODE_CUE = re.compile(
    r"(?:hetu|tunnu|beteckning|identity code|personal code|social security|\bid\b|\bssn\b)[^.!?0-9\x00]{0,25}$", re.IGNORECASE
)


def identity_codes(text: str) -> Iterator[Place]:
    """Find identity codes, right or wrong, however blank, dash and case are put; without a sign only right or told ones."""
    end = 0
    for match in _CODE.finditer(text):
        if match.start(1) >= end and _is_code(text, match):
            end = match.end(1)
            yield Place(match.start(1), end, Tag.ID)


def _is_code(text: str, match: re.Match[str]) -> bool:
    start, end = match.span(1)
    within_digits = text[start - 1 : start].isdigit() or (match["check"].isdigit() and text[end : end + 1].isdigit())
    if within_digits:  # part of another number, unless the check says otherwise
        return bool(match["sign"]) and _is_right(match)
    return bool(match["sign"]) or _is_right(match) or _CODE_CUE.search(_before(text, start)) is not None


def _is_right(match: re.Match[str]) -> bool:
    day, month, year, number = (_NOT_DIGIT.sub("", match[name]) for name in ("day", "month", "year", "number"))
    return CHECK_CHARACTERS[int(day + month + year + number) % 31] == match["check"].upper()


# Length of an IBAN by country, those of Europe and the neighbours: ISO 13616 registry.
_IBAN_LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip
_IBAN = re.compile(
    "(?=("
    + "|".join(f"{code}{_GAP}[0-9]{_GAP}[0-9](?:[\\s\\u00ad.-]{{0,2}}[0-9A-Z]){{{length - 4}}}" for code, length in _IBAN_LENGTHS.items())
    + "))",
    re.IGNORECASE,
)
_OLD_ACCOUNT = re.compile(r"(?<![0-9+-])[0-9]{6}-[0-9]{2,8}(?![0-9-])")
_CARD = re.compile(r"(?<![0-9])(?:[0-9][ -]?){12,18}[0-9](?![0-9])")


def accounts(text: str) -> Iterator[Place]:
    """Find IBANs, Finnish ones also with a wrong check."""
    end = 0
    for match in _IBAN.finditer(text):
        written = re.sub("[^0-9A-Z]", "", match[1].upper())
        if match.start(1) >= end and ((written.startswith("FI") and written[2:].isdigit()) or _is_right_iban(written)):
            end = match.end(1)
            yield Place(match.start(1), end, Tag.IBAN)


def other_accounts(text: str) -> Iterator[Place]:
    """Find account numbers of the old Finnish form, and payment cards. After identity codes, which can look the same."""
    yield from (Place(*match.span(), Tag.IBAN) for match in _OLD_ACCOUNT.finditer(text))
    yield from (Place(*match.span(), Tag.CARD) for match in _CARD.finditer(text) if _is_right_card(_NOT_DIGIT.sub("", match[0])))


def _is_right_iban(written: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in written[4:] + written[:4])) % 97 == 1


def _is_right_card(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return digits[0] in "3456" and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


_AT = r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|ät|@|miuku)\s?[)\]}>]\s?|\s(?:at|ät|miuku(?:mauku)?)\s)"
_DOT = r"(?:\s?[(\[]?\s?\bdot\b\s?[)\]]?\s?|\s\.|\.|\spiste\s|\spunkt\s)"
_MAIL = re.compile(
    rf"(?:\w{{1,30}}\s(?:piste|punkt|dot)\s){{0,3}}[\w.+%&'-]{{1,64}}{_AT}\w[\w-]{{0,62}}(?:{_DOT}\w[\w-]{{0,62}}){{0,6}}(?:{_DOT})[a-zåäö]{{2,24}}(?![\w-])",
    re.IGNORECASE,
)
_MAIL_HINT = re.compile(r"@|\b(?:at|ät|miuku\w*)\b", re.IGNORECASE)
_MAIL_AT_SIGN = re.compile(r"[^\s@<>()\[\]\",;:]{1,80}@[^\s@<>()\[\]\",;:!?]{1,120}")
_HANDLE = re.compile(r"(?<![\w@])@[\w.]{2,}")


def mails(text: str) -> Iterator[Place]:
    """Find e-mail addresses, also with the sign written out, and names of accounts on the net (`@minna`)."""
    if not _MAIL_HINT.search(text):
        return
    yield from (Place(*match.span(), Tag.EMAIL) for match in _MAIL_AT_SIGN.finditer(text))
    yield from (Place(*match.span(), Tag.EMAIL) for match in _MAIL.finditer(text))
    yield from (Place(*match.span(), Tag.LINK) for match in _HANDLE.finditer(text))


_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]+|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}(?:fi|com|net|org|se|ee|eu|io|me|ax|info|uk|app)(?:/[^\s<>\"]*)?(?![\w-])",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|fb|instagram|linkedin|twitter|x|tiktok|youtube|youtu|wa|t|snapchat|threads|vk|telegram)\.(?:com|me|be)$",
    re.IGNORECASE,
)
_PLAIN_PART = re.compile(r"[a-zåäö]{1,20}(?:-[a-zåäö]{1,20}){0,6}(?:\.html?)?", re.IGNORECASE)


_LINK_HINT = re.compile(r"\.[^\W_]|://")


def links(text: str) -> Iterator[Place]:
    """Find links that may lead to a person; plain pages of an organisation (`www.example.fi/opening-hours`) stay."""
    if not _LINK_HINT.search(text):
        return
    for match in _LINK.finditer(text):
        written = match[0].rstrip(".,;:!?)'")
        if _leads_to_somebody(re.sub("^https?://", "", written, flags=re.IGNORECASE)):
            yield Place(match.start(), match.start() + len(written), Tag.LINK)


def _leads_to_somebody(address: str) -> bool:
    host, _, path = address.partition("/")
    if not path.strip("/"):
        return "?" in host or "#" in host
    return _SOCIAL.search(host) is not None or any(not _PLAIN_PART.fullmatch(part) for part in path.strip("/").split("/"))


_BETWEEN = r"[ ()./\u2009-]{0,3}"
_PHONE = re.compile(rf"(?<![0-9])(?:\+\s?|\(\s?\+?\s?)?[0-9](?:{_BETWEEN}[0-9]){{4,16}}(?![0-9])")
_PHONE_CUE = re.compile(
    r"(?:\bp|puh|puhelin|numero|numeroo|\bnro|\bnr|gsm|kännyk|matkapuh|soit|soittak|tavoit|tel|telefon|\bnummer|ring|nå mig|mobil"
    r"|phone|call|whatsapp|reach|text me|viesti)"
    r"[^0-9.!?]{0,25}\.?:?\s?$",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(?<![0-9+(])[+(0-9]")
_PUBLIC_NUMBERS = {"112", "116117", "116111", "116123", "118", "020202"}
_DAY_OR_HOURS = re.compile(
    r"[0-3]?[0-9]\.\s?[01]?[0-9]\.?(?:\s?(?:19|20)?[0-9]{2})?(?:\D.*)?|[0-2]?[0-9][.:][0-5][0-9]\s?-\s?[0-2]?[0-9][.:][0-5][0-9].*"
    r"|0[.,][0-9]+"
)


def phones(text: str) -> Iterator[Place]:
    """Find phone numbers as people here write them; others with a plus, or where a word before says so."""
    for match in _PHONE.finditer(text):
        # The run of digits may begin with something else, as in "klo 20 040 123 4567".
        for begin in _GROUP.finditer(match[0]):
            written, start = match[0][begin.start() :], match.start() + begin.start()
            digits = _NOT_DIGIT.sub("", written)
            if digits not in _PUBLIC_NUMBERS and _is_phone(written, digits, _before(text, start)):
                yield Place(start, match.end(), Tag.PHONE)
                break


def _is_phone(written: str, digits: str, before: str) -> bool:
    if "+" in written:
        return 7 <= len(digits) <= 15
    if _DAY_OR_HOURS.fullmatch(written):
        return False
    if digits.startswith("0") and 7 <= len(digits) <= 15:
        return True
    if digits.startswith("358") and 10 <= len(digits) <= 13:
        return True
    if re.fullmatch(r"(?:4|50)[0-9]{7,8}", written):  # a mobile number that has lost its zero
        return True
    return len(digits) >= 5 and _PHONE_CUE.search(before) is not None


_PLATE_CUE = re.compile(
    r"(?:auto|rekister|\brek\.?\s?nro|\brek\b|rekkar|ajoneuvo|kilpi|\bbil|registernummer|\bcar\b|plate|vehicle|van\b)[^.!?]{0,40}$",
    re.IGNORECASE,
)
_PLATE = re.compile(r"(?<![\w-])([A-ZÅÄÖ]{2,3})(\s?-\s?|\s|)([0-9]{1,3}|[0-9]{2}[A-Z])(?![\w-])", re.IGNORECASE)
_NO_PLATES = {
    "HPV", "ICD", "CRP", "PSA", "LDL", "HDL", "MRI", "EKG", "EEG", "HIV", "PCR", "PL", "PB", "CT", "TT", "MK", "AS", "OS", "KP",
    "KPL", "KLO", "NR", "NRO",
    "SUM", "TEL", "PUH", "JA", "OR", "ON", "EI", "IS", "ÅR", "KL", "AD", "DNA", "RNA", "IQ", "EU", "GSM", "COX", "VAS", "PHQ",
    "GAD", "BDI", "INR", "LH", "TH",
    "SH", "BMI", "SPO", "VIT", "OMA", "RUM", "AVD", "LGH", "BST", "KRS", "HUS", "ALK", "YLI", "NOIN", "MAX", "MIN", "ENT", "THE",
    "FOR", "AND", "AGE", "ALL", "ETT", "FÖR",
}  # fmt: skip


def plates(text: str) -> Iterator[Place]:
    """Find number plates: in capitals with a dash, or in any form where a word before speaks of a car."""
    for match in _PLATE.finditer(text):
        letters, between, digits = match.groups()
        if letters.upper() in _NO_PLATES:
            continue
        has_dash = "-" in between and digits.isdigit()
        is_sure = has_dash and (letters.isupper() or len(letters) == 3)
        if is_sure or (len(letters) == 3 and len(digits) >= 2 and _PLATE_CUE.search(_before(text, match.start()))):
            yield Place(*match.span(), Tag.PLATE)


_MONTHS = (
    r"(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu\w*|januari|februari|mars|april|maj|juni|juli"
    r"|augusti|september|oktober|november|december"
    r"|january|february|march|may|june|july|august|october|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_DATE = re.compile(
    r"(?<![0-9.-])(?:[0-3]?[0-9]\s?[./-]\s?[01]?[0-9]\s?[./-]\s?(?P<y1>(?:19|20)?[0-9]{2})|(?P<y2>(?:19|20)[0-9]{2})-[01][0-9]-[0-3][0-9]"
    rf"|[0-3]?[0-9](?:\.|st|nd|rd|th|:e)?\s?(?:of\s)?(?:{_MONTHS})\.?,?\s(?P<y3>(?:19|20)[0-9]{{2}})"
    rf"|(?:{_MONTHS})\s[0-3]?[0-9](?:st|nd|rd|th)?,?\s(?P<y4>(?:19|20)[0-9]{{2}}))"
    r"(?![0-9-])",
    re.IGNORECASE,
)
_BIRTH_CUE = re.compile(r"(?:\bsynt\w*|\bs\.|\bföd\w*|\bf\.|\bborn|\bdob|birth\w*|\bsa\b)[^.!?0-9]{0,30}\.?:?\s?(?:-\s?)?$", re.IGNORECASE)
_BIRTH_DIGITS = re.compile(r"(?<![0-9])(?:[0-3][0-9][01][0-9](?:19|20)?[0-9]{2}|(?:19|20)[0-9]{2})(?![0-9])")
# Nobody who is asked about a visit was here on such a day lately; it is a birthday, or an illness by which somebody is known.
_LONG_AGO_BEFORE = 2015


def birth_dates(text: str) -> Iterator[Place]:
    """Find dates of birth: a date or a year after a word of birth, and any whole date long ago."""
    for match in _DATE.finditer(text):
        year = next(year for year in match.groups() if year)
        is_long_ago = len(year) == 4 and int(year) < _LONG_AGO_BEFORE
        if is_long_ago or _BIRTH_CUE.search(_before(text, match.start())):
            yield Place(*match.span(), Tag.DATE)
    for match in _BIRTH_DIGITS.finditer(text):
        if _BIRTH_CUE.search(_before(text, match.start())):
            yield Place(*match.span(), Tag.DATE)


_NUMBER_OF = re.compile(
    r"(?:potilas|asiakas|kanta-asiakas|lasku|viite|tapaus|passi|henkilökort|ajokort|patient|kund|klient|faktura|referens|ärende"
    r"|pass|körkort|customer|client|invoice|reference|case|passport|licen[cs]e)"
    r"(?:-?\s?(?:numero|nro|tunnus|kort|nummer|nr|number|no|id))\w*\.?[^0-9.!?]{0,25}?\b"
    r"(?P<number>[A-Z]{0,2}[0-9](?:[ -]?[0-9]){3,19})(?![0-9])",
    re.IGNORECASE,
)


def told_numbers(text: str) -> Iterator[Place]:
    """Find numbers that a word before calls a patient's, a client's, an invoice's or a passport's."""
    return (Place(*match.span("number"), Tag.ID) for match in _NUMBER_OF.finditer(text))
