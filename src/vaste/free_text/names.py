"""Names of people: told by a word before them, known from the lists and the dictionary, or left over as nothing else.

The rules go over the words of a comment and mark what is a name; each says why. They would rather take one word too many
where a cue tells that somebody is named, and leave words that are also something else where nothing tells it.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache

from vaste.free_text.tags import Place, Tag
from vaste.free_text.words import Word, table, words_of

_LONGEST_NAME = 4
_CALLS = {"titles", "kin", "is_perhaps_named"}
_CUES = ("is_named", *sorted(_CALLS), "sign_offs")
_PARTICLES = {"von", "af", "de", "al", "el", "bin", "van", "ben", "abu", "da", "di"}
_AND = {"ja", "och", "and", "sekä", "samt", "&"}
_AFTER_CUE = re.compile(r"[\s,:(\"'“”»–-]{1,4}")
_AFTER_SIGN_OFF = re.compile(r"[\s,.:!-]{1,6}")
_AFTER_SHORT_CUE = re.compile(r"\.?[\s,:(\"'“”»–-]{1,4}")
_IS_NAMED_AFTER = re.compile(r"^(?:niminen|nimis\w+)$")


def names(text: str) -> Iterator[Place]:
    """Find names of people."""
    words = words_of(text)
    marked = set[int]()
    for rule in (_after_cues, _before_being_named, _listed, _left_over):
        marked |= set(rule(words, marked))
    marked |= set(_neighbours(words, marked))
    return _places(words, marked)


def _places(words: list[Word], marked: set[int]) -> Iterator[Place]:
    """Return the marked words as places, those side by side as one."""
    start: int | None = None
    for place in sorted(marked):
        if start is None:
            start = place
        if place + 1 not in marked or not (words[place + 1].is_joined or words[place + 1].gap == "."):
            yield Place(words[start].start, words[place].end, Tag.NAME)
            start = None


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(table()[kind])


@lru_cache(maxsize=20_000)
def _cues_of_one_word(lower: str) -> frozenset[str]:
    """Return the kinds of cue that a word is by itself; `hoitaja*` is any word that begins so, `*hoitaja*` any that holds it."""
    return frozenset(kind for kind, pattern in _cue_patterns().items() if pattern.fullmatch(lower))


@cache
def _cue_patterns() -> dict[str, re.Pattern[str]]:
    cues = {kind: [cue for cue in table()[kind] if " " not in cue] for kind in _CUES}
    return {kind: re.compile("|".join(re.escape(cue).replace(r"\*", r"\w*") for cue in found)) for kind, found in cues.items()}


@cache
def _cues_of_several_words() -> dict[str, list[tuple[str, list[str]]]]:
    """Return last word → kind and words of each cue that ends with it."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for kind in _CUES:
        for cue in table()[kind]:
            if " " in cue:
                found.setdefault(cue.split()[-1], []).append((kind, cue.split()))
    return found


def _cues_ending_at(words: list[Word], place: int) -> AbstractSet[str]:
    """Return the kinds of cue that the word at a place ends."""
    lower = words[place].lower
    kinds = _cues_of_one_word(lower)
    for kind, cue in _cues_of_several_words().get(lower, ()):
        if [word.lower for word in words[max(0, place + 1 - len(cue)) : place + 1]] == cue:
            kinds |= {kind}
    return kinds


def _after_cues(words: list[Word], _marked: set[int]) -> Iterator[int]:
    """Return what follows a cue: how much a word must look like a name depends on how surely the cue tells of one."""
    for place, word in enumerate(words):
        kinds = _cues_ending_at(words, place)
        if "is_named" in kinds:
            yield from _taken(words, place + 1, _AFTER_CUE, _could_be_told)
        elif kinds & _CALLS:
            yield from _taken(words, place + 1, _AFTER_SHORT_CUE if len(word.text) <= 4 else _AFTER_CUE, _could_be_called)
        elif "sign_offs" in kinds and (len(word.text) > 2 or word.begins):
            yield from _taken(words, place + 1, _AFTER_SIGN_OFF, _could_sign)


def _before_being_named(words: list[Word], _marked: set[int]) -> Iterator[int]:
    """`X-niminen hoitaja`."""
    return (place - 1 for place, word in enumerate(words) if place and _IS_NAMED_AFTER.match(word.lower) and words[place - 1].is_capital)


def _taken(words: list[Word], place: int, gap: re.Pattern[str], fits: Callable[[Word], bool]) -> Iterator[int]:
    """Return the words from a place on that are one name, or several joined by `and`."""
    if place >= len(words) or not gap.fullmatch(words[place].gap) or not fits(words[place]):
        return
    yield place
    last = place
    for following in range(place + 1, min(place + _LONGEST_NAME + 2, len(words))):
        word = words[following]
        if word.is_joined and _goes_on(word, words[following - 1]) and word.text != "I":
            yield following
            last = following
        elif not (following == last + 1 and word.is_joined and word.lower in _AND | _PARTICLES):
            return


def _goes_on(word: Word, before: Word) -> bool:
    if word.is_initial:
        return True
    if word.is_capital:
        return not (word.known.is_other or _is_cue(word)) and (
            word.known.is_name or not word.known.is_in_dictionary or before.known.is_first
        )
    return word.known.is_surely_name or (word.known.is_last and not word.known.is_first and word.known.is_word)


def _could_be_told(word: Word) -> bool:
    if word.known.is_other or word.lower in _words("not_after_cues") or _is_cue(word):
        return False
    return word.is_capital or word.known.is_name or not word.known.is_in_dictionary


def _could_be_called(word: Word) -> bool:
    if word.known.is_other or word.lower in _words("not_after_cues") or _is_cue(word):
        return False
    if word.is_capital:
        return word.known.is_name or word.is_initial or not word.known.is_in_dictionary
    return word.known.is_surely_name


def _could_sign(word: Word) -> bool:
    if word.known.is_other or word.lower in _words("not_after_cues") or _is_cue(word):
        return False
    return word.known.is_name or (word.is_capital and not word.known.is_in_dictionary)


def _is_cue(word: Word) -> bool:
    return "titles" in _cues_of_one_word(word.lower)


def _listed(words: list[Word], marked: set[int]) -> Iterator[int]:
    """Known names without a cue."""
    for place, word in enumerate(words):
        if place in marked or not word.known.is_name:
            continue
        after = words[place + 1] if place + 1 < len(words) and words[place + 1].is_joined else None
        if after and _is_full_name(word, after):
            yield from (place, place + 1)
        elif _is_name_alone(words, place):
            yield place


def _is_full_name(word: Word, after: Word) -> bool:
    """Tell whether two words side by side are a first and a last name, or the other way round, as in `Hietalan Eino`."""
    if word.is_capital != after.is_capital or after.begins:
        return False
    is_pair = (word.known.is_first and after.known.is_name) or (word.known.is_last and after.known.is_first and not word.known.is_other)
    if word.is_capital:
        return is_pair and (word.known.is_surely_name or after.known.is_surely_name or (word.known.is_first and after.known.is_last))
    return is_pair and word.known.is_surely_name and (after.known.is_surely_name or after.known.is_last)


def _is_name_alone(words: list[Word], place: int) -> bool:
    word = words[place]
    if word.known.is_surely_name:
        return True
    if not word.is_capital or word.known.is_other:
        return False
    return not word.begins or _is_told_by_what_follows(words, place)


def _is_told_by_what_follows(words: list[Word], place: int) -> bool:
    """Tell whether a first word of a sentence, a name or not, does what only people do: `Satu otti näytteen`."""
    sentence = _sentence_after(words, place)
    if not sentence:
        return False
    if sentence[0].lower in _words("deeds"):
        return True
    if sentence[0].lower in {"oli", "on", "var", "är", "was", "is"}:
        return any(word.lower.startswith(tuple(table()["kind_words"])) for word in sentence[1:4])
    return words[place].lower.endswith(("lle", "lta", "ltä")) and any(word.lower.startswith(tuple(table()["thanks"])) for word in sentence)


def _sentence_after(words: list[Word], place: int) -> list[Word]:
    sentence = list[Word]()
    for word in words[place + 1 :]:
        if word.begins:
            break
        sentence.append(word)
    return sentence


def _left_over(words: list[Word], marked: set[int]) -> Iterator[int]:
    """Capitals inside a sentence that no list and no dictionary knows: a name more often than anything else."""
    for place, word in enumerate(words):
        if place in marked or not _is_unknown_capital(word):
            continue
        if not word.begins or _does_as_people_do(words, place):
            yield place


def _does_as_people_do(words: list[Word], place: int) -> bool:
    """Tell whether an unknown first word of a sentence is followed by a deed, and no word for somebody without a name."""
    lower, sentence = words[place].lower, _sentence_after(words, place)
    is_somebody = lower in _words("somebody") or lower.endswith(tuple(table()["somebody_endings"]))
    return bool(sentence) and len(sentence[0].text) > 3 and sentence[0].lower in _words("deeds") and not is_somebody


def _is_unknown_capital(word: Word) -> bool:
    if not word.is_capital or len(word.text) < 3 or not word.text[1:].islower():
        return False
    return not (word.known.is_other or word.known.is_in_dictionary or word.known.is_word or _is_cue(word))


def _neighbours(words: list[Word], marked: set[int]) -> Iterator[int]:
    """What stands beside a name and belongs to it: initials, a second name that nobody knows, a dash name's other half."""
    for place in sorted(marked):
        following = place + 1
        while (
            following < len(words)
            and words[following].is_joined
            and following not in marked
            and _belongs(words[following], words[following - 1])
        ):
            yield following
            following += 1
        before = place - 1
        if before >= 0 and before not in marked and words[place].is_joined and _belongs_before(words[before], words[place]):
            yield before


def _belongs(word: Word, name: Word) -> bool:
    if word.is_initial:
        return True
    if not (word.is_capital and name.is_capital) or _is_cue(word):
        return False
    if word.known.is_other and not (word.known.is_last and name.known.is_first):
        return False
    return word.gap == "-" or _is_unknown_capital(word) or word.known.is_name or name.known.is_first


def _belongs_before(word: Word, name: Word) -> bool:
    if not word.is_capital or not name.is_capital or word.known.is_other or _is_cue(word):
        return False
    return word.is_initial or name.gap == "-" or word.known.is_first or (not word.begins and _is_unknown_capital(word))
