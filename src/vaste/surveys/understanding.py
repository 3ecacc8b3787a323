"""What a client means by a text message: stop, start, another language, skip, yes or no, a step of agreement."""

from collections.abc import Mapping, Sequence
from itertools import dropwhile

from vaste.surveys.numbers import Marks, read_marks
from vaste.surveys.tokens import clauses_in, rest_beside, tokens_in
from vaste.surveys.words import LANGUAGES, SAID, STEPS

# Longer texts that hold a stop word are answers ("please don't stop the morning hours").
_MOST_WORDS_OF_A_STOP = 3
# "Ei ole kiire mutta soittakaa" begins with a no and means a yes.
_MOST_WORDS_OF_A_NO = 3
# "Kyllä oli hyvä palvelu tällä kertaa" is praise; "kyllä, soittakaa iltapäivällä kun olen kotona" is a yes.
_MOST_WORDS_OF_A_YES = 4
_SKIPPING_SIGNS = frozenset("-\u2013\u2014_.")


def asks_to_stop(text: str) -> bool:
    """Tell whether a text asks for no more surveys: a stop word alone or within three words."""
    said = _words(text)
    return len(said) <= _MOST_WORDS_OF_A_STOP and holds_stop_word(text)


def holds_stop_word(text: str) -> bool:
    """Tell whether a stop word stands anywhere in a text."""
    return not SAID.stop.isdisjoint(_words(text))


def asks_to_start(text: str) -> bool:
    """Tell whether a text asks to get surveys again: a start word alone."""
    said = _words(text)
    return len(said) == 1 and said[0] in SAID.start


def language_asked(text: str) -> str | None:
    """Return the language a text asks to go on in, when it does nothing else."""
    said = [word for word in _words(text) if word not in SAID.polite | SAID.before_a_language]
    return LANGUAGES.get(said[0]) if len(said) == 1 else None


def is_skip(text: str) -> bool:
    """Tell whether a text leaves a question unanswered on purpose."""
    signs = set(text.strip())
    return bool(signs) and (signs <= _SKIPPING_SIGNS or " ".join(_words(text)) in SAID.skip)


def has_nothing_to_add(text: str) -> bool:
    """Tell whether a text declines the free text question."""
    return is_skip(text) or " ".join(_words(text)) in SAID.nothing_to_add


def read_consent(text: str, language: str) -> bool | None:
    """Return yes or no, or None when neither is plain; whoever is called back must have said so without a doubt."""
    said = [word for word in _words(text) if word not in SAID.polite]
    if len(said) > 1:
        said = [word for word in said if word not in SAID.other_meaning[language]]
    if not said:
        return None
    if said[0] in SAID.no:
        is_short = min(len(said), len(clauses_in(text)[0])) <= _MOST_WORDS_OF_A_NO
        return False if is_short else None
    speaks_of_contact = [word.startswith(SAID.contact_stems) for word in said]
    is_plain = len(said) <= _MOST_WORDS_OF_A_YES or any(speaks_of_contact)
    begins_with_yes = said[0] in SAID.yes or speaks_of_contact[0]
    return True if begins_with_yes and is_plain and SAID.no.isdisjoint(said) else None


def read_agreement(text: str, ranges: Sequence[tuple[int, int]], labels: Mapping[str, int]) -> Marks | None:
    """Return what a text answers to a statement, in words or as `read_marks` does, or None when that is not plain.

    labels: the steps of agreement in the words of the instrument, in every language, with their values.
    """
    in_words = _read_step(text, labels)
    if in_words:
        return in_words
    marks = read_marks(text, ranges)
    beside = _read_step(marks.rest, labels) if marks else None
    if marks and beside:  # "5, fully agree" says one thing twice; "1, fully agree" is to be asked again
        return beside if marks.values == beside.values else None
    return marks


def _read_step(text: str, labels: Mapping[str, int]) -> Marks | None:
    tokens = tokens_in(text)
    said = list(dropwhile(lambda token: token.word in SAID.before_a_step, tokens))
    steps = {**STEPS, **{label.casefold(): value for label, value in labels.items()}}
    for step in sorted(steps, key=len, reverse=True):
        length = len(step.split())
        if [token.word for token in said[:length]] == step.split():
            return Marks((steps[step],), rest_beside(text, tokens[0].start, said[length - 1].end))
    return None


def _words(text: str) -> list[str]:
    return [token.word for token in tokens_in(text)]
