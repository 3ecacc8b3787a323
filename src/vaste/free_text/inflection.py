"""From an inflected Finnish name (or a genitive in Swedish or English) back to what its first form may be."""

import re
from collections.abc import Iterator
from functools import lru_cache

_CLITIC = re.compile(r"(?:kin|kaan|kään|kohan|köhän|han|hän|ko|kö|pa|pä)$")
_POSSESSIVE = re.compile(r"(?:ni|si|nsa|nsä|mme|nne)$")
# Endings of cases, the long ones first so that each is tried.
_CASES = (
    "seen", "ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "tta", "ttä",
    "hin", "han", "hon", "hun", "hyn", "hän", "hön",
    "na", "nä", "ta", "tä", "an", "en", "in", "on", "un", "yn", "än", "ön", "a", "ä", "n", "t", "s",
)  # fmt: skip
# Weak grade → what it may have been in the first form.
_STRONG = {
    "t": ("tt",), "p": ("pp",), "k": ("kk",), "d": ("t",), "v": ("p", "k"), "j": ("k", "jk"),
    "ll": ("lt",), "nn": ("nt",), "rr": ("rt",), "mm": ("mp",), "ng": ("nk",), "lj": ("lk",), "rj": ("rk",),
    "hd": ("ht",), "lv": ("lp",), "rv": ("rp",), "ht": ("htt",), "ss": ("s",),
}  # fmt: skip
_BEFORE_LAST_VOWEL = re.compile(r"^(.*?)([^aeiouyäöå]*)([aeiouyäöå])$")
_SHORTEST_STEM = 2


@lru_cache(maxsize=20_000)
def first_forms(word: str) -> frozenset[str]:
    """Return what a word in lower case may be a form of, itself among them. Far too many: look them up in a list."""
    bare = {word, word.removesuffix("'s"), word.removesuffix("'"), word.removesuffix("s")}
    for ending in (_CLITIC, _POSSESSIVE):
        bare |= {ending.sub("", each) for each in bare}
    stems = {each[: -len(case)] for each in bare for case in _CASES if each.endswith(case)}
    return frozenset(form for form in bare | {form for stem in stems for form in _of_stem(stem)} if len(form) >= _SHORTEST_STEM)


def _of_stem(stem: str) -> Iterator[str]:
    if len(stem) < _SHORTEST_STEM:
        return
    yield stem
    if stem.endswith("se"):
        yield stem[:-2] + "nen"
    elif stem.endswith("s"):
        yield stem[:-1] + "nen"
    if stem.endswith(("kse", "kkse")):
        yield stem[:-3] + "s"
    if stem.endswith("i"):
        yield stem[:-1]
    if stem[-2:] in {"aa", "ää", "ee", "ii", "oo", "uu", "yy"}:
        yield stem[:-1]
        yield stem[:-1] + "s"
    for form in (stem, *_strong(stem)):
        yield form
        if form.endswith("e"):
            yield form[:-1] + "i"


def _strong(stem: str) -> Iterator[str]:
    match = _BEFORE_LAST_VOWEL.match(stem)
    if match is None:
        return
    begin, consonants, vowel = match.groups()
    if not consonants:
        yield begin + "k" + vowel  # mäe- from mäki
    for weak, strong in _STRONG.items():
        if consonants.endswith(weak):
            for each in strong:
                yield begin + consonants.removesuffix(weak) + each + vowel
