"""Street addresses, post boxes and postal codes with their towns, in Finnish, Swedish and English ways of writing."""

import re
from collections.abc import Iterator

from vaste.free_text.tags import Place, Tag

# What ends the name of a street, in the forms that a number can follow.
_FI = (
    "katu|kadun|kadulla|kadulta|kadulle|katua|tie|tien|tiellä|tieltä|tielle|kuja|kujan|kujalla|kujalle|kujalta|polku|polun|polulla"
    "|polulle|raitti|raitin|raitilla|raitille"
    "|kaari|kaaren|kaarella|rinne|rinteen|rinteellä|aukio|aukion|aukiolla|tori|torin|torilla|ranta|rannan|rannalla|väylä|väylän"
    "|väylällä|bulevardi|bulevardin|puistikko|puistikon|puistikossa"
    "|portti|portin|mutka|mutkan|mutkassa|penger|penkereen|taival|taipaleen|kulma|kulman|piha|pihan|laita|laidan|mäki|mäen|mäellä"
    "|niementie|kangas|kankaan|syrjä|esplanadi|esplanadin"
)
_SV = (
    "gatan|gata|vägen|väg|stigen|stig|gränden|gränd|esplanaden|allén|alléen|backen|svängen|stråket|torget|brinken|bågen|kajen|stranden"
    "|promenaden|platsen|linjen|rundan|kroken|ringen|leden"
)
_EN = "street|road|lane|avenue|drive|close|court|square|terrace|crescent|gardens|st\\.|rd\\.|ave\\."
_NO_STREETS = (
    "valtatie|kantatie|moottoritie|ohitustie|yhdystie|kehätie|seututie|riksväg|riksvägen|motorväg|hoitotie|etupiha|sisäpiha|takapiha"
    "|lähtöportti|leikkipiha|pihatie|hengitystie"
)
_FLAT = (
    r"(?:\s?[a-zåäö](?![\wåäö]))?(?:\s?(?:as|bst|lgh|rappu|apt|flat|huoneisto|asunto|dörr"
    r"|krs)\b\.?\s?[0-9a-z]{1,4})?(?:\s?[0-9]{1,3}(?![0-9]|[.:,][0-9]))?"
)
_NUMBER = rf"[0-9]{{1,4}}(?![0-9])(?:\s?[-/]\s?[0-9]{{1,4}})?{_FLAT}"
_CAPITAL = r"(?:(?-i:[A-ZÅÄÖ])[\w'-]{0,30}\s){0,2}"
_STREET = re.compile(
    rf"(?<!\w){_CAPITAL}(?!(?:{_NO_STREETS})\s)[\w'-]{{2,30}}?(?:{_FI}|{_SV})\s{_NUMBER}"
    rf"|(?<!\w)(?:(?-i:[A-ZÅÄÖ])[\w'-]{{0,30}}\s){{1,2}}(?:{_FI}|{_SV}|{_EN})\s{_NUMBER}"
    rf"|(?<![\w.,])[0-9]{{1,4}}[a-z]?,?\s(?:(?-i:[A-Z])[\w'-]{{0,30}}\s){{1,3}}(?:{_EN})(?!\w)",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"(?:\basu\w*|osoit\w*|kotiosoit\w*|koti\w*|\bmuutin|\bbor\b|\bbodde|adress\w*|hemma|\blive[sd]?|address|\bhome)(?:\s(?:on|is"
    r"|är|at|on|in|på|i|oli|osoitteessa|at|was|var))?:?\s(?:nyt\s|tällä hetkellä\s|nu\s)?"
    rf"(?P<street>(?:(?-i:[A-ZÅÄÖ])[\w'-]{{0,30}}\s){{0,2}}[\w'-]{{3,30}}?(?:{_FI}|{_SV})(?!\w)|(?:(?-i:[A-Z])[\w'-]{{0,30}}\s){{1,2}}(?:street|road|lane|avenue)(?!\w))",
    re.IGNORECASE,
)
_DIGIT = re.compile("[0-9]")
_BOX = re.compile(r"(?<!\w)(?:PL|PB|P\.?O\.? ?Box|postilokero|postbox)\s?[0-9]{1,5}(?![0-9])", re.IGNORECASE)
_TOWN = re.compile(
    r"(?<![0-9+.,-])(?:FI?-)?(?P<code>[0-9]{5})\s(?P<town>(?-i:[A-ZÅÄÖ])[a-zåäö-]{2,30}(?:\s(?-i:[A-ZÅÄÖ])[a-zåäö-]{2,30})?)", re.IGNORECASE
)
_COUNTED = re.compile(r"(?:euro|asuk|asiak|invån|kund|people|resid|patient|potil|kertaa|kpl|eur)", re.IGNORECASE)


def addresses(text: str) -> Iterator[Place]:
    """Find streets with a number, streets without one where somebody says that they live there, boxes, and postal codes with a town."""
    if _DIGIT.search(text):
        yield from _numbered(text)
    yield from (Place(*match.span("street"), Tag.ADDRESS) for match in _LIVES.finditer(text))


def _numbered(text: str) -> Iterator[Place]:
    yield from (Place(*match.span(), Tag.ADDRESS) for match in _STREET.finditer(text))
    yield from (Place(*match.span(), Tag.ADDRESS) for match in _BOX.finditer(text))
    for match in _TOWN.finditer(text):
        if not match["code"].endswith("000") and not _COUNTED.match(match["town"]):
            yield Place(*match.span(), Tag.ADDRESS)
    yield from (Place(*match.span(), Tag.ADDRESS) for match in _LOWER_TOWN.finditer(text))


_LOWER_TOWN = re.compile(
    r"(?<![0-9+.,-])[0-9]{5}\s(?:kokkola|karleby|pietarsaari|jakobstad|kannus|kaustinen|kaustby|toholampi|lestijärvi|halsua|veteli"
    r"|vetil|perho|kruunupyy|kronoby|pedersöre|luoto|larsmo"
    r"|uusikaarlepyy|nykarleby|helsinki|helsingfors|espoo|esbo|vantaa|vanda|tampere|turku|åbo|oulu|vaasa|vasa|seinäjoki|jyväskylä|kuopio|lahti|pori|ylivieska|kalajoki|raahe)(?!\w)",
    re.IGNORECASE,
)
