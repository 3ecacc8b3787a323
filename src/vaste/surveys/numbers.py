"""Marks read out of what people write: digits of any make, number words, "9/10", several in a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from vaste.surveys.tokens import Token, clauses_in, rest_beside
from vaste.surveys.words import NUMBERS, SAID, TOPS

_TIES = frozenset(".,:-\u2013/")
# How a counted thing stands beside its number: "5v", "5 v", "5-vuotias".
_BESIDE = frozenset({"", " ", "-", "\xa0"})
# "Antaisin teille arvosanaksi yhdeksän" is a mark, a story that happens to end in a number is not.
_LONGEST_GIVING_CLAUSE = 6
_WORDS_BESIDE_A_MARK = 2
_MINUS = re.compile(r"(^|\s)[-\u2212]$")
# Some phones and answering robots send our own question back, where "10 = very likely" is nobody's mark.
_QUOTED_SCALE = re.compile(r"\b(0-10|1-5)\b")


@dataclass(frozen=True)
class Marks:
    """The marks found, in order, and the words left beside them, unchanged but for the space around."""

    values: tuple[int, ...]
    rest: str


def read_marks(text: str, ranges: Sequence[tuple[int, int]]) -> Marks | None:
    """Return the marks a text gives to the questions ahead, or None when that is not plain.

    ranges: lowest and highest mark of each question in order, the one asked first. Several marks count only when they begin
    the text and each fits its own question; else one is taken when no other number in the text would fit the question asked.
    """
    tokens = _valued(text)
    several = _several(text, tokens, ranges)
    if several:
        return several
    fitting = [token for token in tokens if _fits(token, ranges[0])]
    values = {token.value for token in fitting if token.value is not None}
    if len(values) != 1:
        return None
    return Marks(tuple(values), rest_beside(text, fitting[0].start, fitting[0].end))


def _valued(text: str) -> list[Token]:
    """Return the tokens with number words valued, and what only looks like a mark left without a value."""
    tokens = [token for clause in clauses_in(text) for token in _with_number_words(clause)]
    tokens = [token for chain in _chains(text, tokens) for token in _unchained(text, chain)]
    tokens = _with_tops(tokens)
    is_quoted = _QUOTED_SCALE.search(text) is not None
    return [
        replace(token, value=None)
        if _names_something(before, token)
        or _counts_something(text, token, after)
        or _is_negative(text, token)
        or (is_quoted and _is_explained(text, token))
        else token
        for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
    ]


def _with_number_words(clause: list[Token]) -> list[Token]:
    """Return a clause with those number words valued that give a mark and do not just stand in a sentence."""
    is_number = [token.is_digits or token.word in NUMBERS for token in clause]
    others = is_number.count(False)
    leading = sum(1 for _ in takewhile(bool, is_number))

    def gives_a_mark(place: int, token: Token) -> bool:
        if not others:
            return True
        if token.word in SAID.doubtful_numbers:
            return False
        is_last = place == len(clause) - 1 and len(clause) <= _LONGEST_GIVING_CLAUSE
        return others <= _WORDS_BESIDE_A_MARK or is_last or place < leading >= 2

    return [
        replace(token, value=NUMBERS[token.word]) if token.word in NUMBERS and gives_a_mark(place, token) else token
        for place, token in enumerate(clause)
    ]


def _chains(text: str, tokens: list[Token]) -> list[list[Token]]:
    """Return the tokens grouped where a single sign ties digits together, as in 9/10, 8,5, 9:30, 7-8 and 9,5,4."""
    chains: list[list[Token]] = []
    for token in tokens:
        if chains and _is_tied(text, chains[-1][-1], token):
            chains[-1].append(token)
        else:
            chains.append([token])
    return chains


def _is_tied(text: str, before: Token, token: Token) -> bool:
    gap = text[before.end : token.start]
    return before.is_digits and token.is_digits and (gap in _TIES or gap.strip() == "/")


def _unchained(text: str, chain: list[Token]) -> list[Token]:
    if len(chain) != 2:
        return chain  # three and more are marks in a row
    mark, top = chain
    if "/" in text[mark.end : top.start]:
        return [replace(mark, end=top.end, value=mark.value if top.value else None, top=top.value)]
    return [replace(token, value=None) for token in chain]  # a decimal, a time, a range


def _with_tops(tokens: list[Token]) -> list[Token]:
    """Return the tokens with "9 out of 10" and "yhdeksän kymmenestä" drawn together into one mark that knows its top."""
    drawn: list[Token] = []
    for token in tokens:
        is_top = token.value is not None and bool(drawn) and drawn[-1].word in SAID.out_of
        top = token.value if is_top else TOPS.get(token.word)
        if top is None:
            drawn.append(token)
            continue
        while drawn and drawn[-1].word in SAID.out_of:
            drawn.pop()
        if drawn and drawn[-1].value is not None:
            drawn[-1] = replace(drawn[-1], end=token.end, top=top)
        else:
            drawn.append(replace(token, value=None))
    return drawn


def _names_something(before: Token | None, token: Token) -> bool:
    """Tell whether a number is part of a name: "klo 9", "covid19"."""
    return before is not None and (before.word in SAID.numbered or (token.is_digits and before.end == token.start))


def _counts_something(text: str, token: Token, after: Token | None) -> bool:
    """Tell whether a number is a quantity or a part of one: "2 hours", "5-vuotias", "9½"."""
    if after is None or text[token.end : after.start] not in _BESIDE:
        return False
    return after.word in SAID.counted or not (after.is_digits or after.word[0].isalpha())


def _is_negative(text: str, token: Token) -> bool:
    return token.is_digits and _MINUS.search(text[max(0, token.start - 2) : token.start]) is not None


def _is_explained(text: str, token: Token) -> bool:
    """Tell whether a number is followed by its meaning, as in our own questions: "10 = very likely"."""
    return text[token.end : token.end + 2].strip().startswith("=")


def _several(text: str, tokens: list[Token], ranges: Sequence[tuple[int, int]]) -> Marks | None:
    marks = list(takewhile(lambda token: token.value is not None, tokens))
    if not 2 <= len(marks) <= len(ranges) or not all(map(_fits, marks, ranges)):
        return None
    values = tuple(token.value for token in marks if token.value is not None)
    return Marks(values, rest_beside(text, marks[0].start, marks[-1].end))


def _fits(token: Token, span: tuple[int, int]) -> bool:
    lowest, highest = span
    return token.value is not None and lowest <= token.value <= highest and token.top in (None, highest)
