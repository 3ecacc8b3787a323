"""What a reader asks of the results page, from the words of its address. Pure.

The words: `unit` whose results; `period` as 2024-04, 2024-Q2, 2024 or all; `only` one part, as language:sv. Of the comments
`theme`, `mood`, `score` and `written` (in which language).
Days typed as `from` and `to` are moved to the smallest period that holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vaste.free_text.labels import Sentiment, Theme
from vaste.responses.comments import ScoreBand
from vaste.responses.queries import Dimension
from vaste.results.answers import BREAKDOWNS, Part
from vaste.results.calendar import Period, period_around, read_period
from vaste.results.comments import WantedComments
from vaste.results.questions import Fault as QuestionFault
from vaste.results.questions import QuestionRefused, read_wanted


class WrittenIn(StrEnum):
    """The languages that comments are told apart by."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Problem(StrEnum):
    """Which words cannot be read; the values name the texts that say so."""

    FROM = "wrong_from"
    TO = "wrong_to"
    ORDER = "wrong_order"
    PERIOD = "wrong_period"
    PART = "wrong_part"
    COMMENTS = "wrong_comments"


_OF_DAYS = {
    QuestionFault.FROM_IS_NO_DAY: Problem.FROM,
    QuestionFault.TO_IS_NO_DAY: Problem.TO,
    QuestionFault.ENDS_BEFORE_IT_BEGINS: Problem.ORDER,
}


@dataclass(frozen=True)
class Asked:
    """What is asked; period None lets the page choose one. moved: typed days that the period stands for."""

    period: Period | None = None
    part: Part | None = None
    comments: WantedComments = field(default_factory=WantedComments)
    moved: bool = False
    problem: Problem | None = None


def read_asked(words: Mapping[str, str]) -> Asked:
    """Return what the words of an address ask; what cannot be read is left out and named in `problem`."""
    try:
        first, last = _days(words)
    except QuestionRefused as refused:
        return Asked(problem=_OF_DAYS[refused.fault])
    moved = first is not None or last is not None
    period = period_around(first, last) if moved else read_period(words.get("period", ""))
    part, comments = _part(words.get("only", "")), _comments(words)
    problems = [
        (Problem.PERIOD, words.get("period") and period is None),
        (Problem.PART, words.get("only") and part is None),
        (Problem.COMMENTS, comments is None),
    ]
    problem = next((problem for problem, is_there in problems if is_there), None)
    return Asked(period, part, comments or WantedComments(), moved, problem)


def _days(words: Mapping[str, str]) -> tuple[date | None, date | None]:
    wanted = read_wanted({key: words.get(key, "") for key in ("from", "to")})
    return wanted.first, wanted.last


def _part(word: str) -> Part | None:
    by, colon, value = word.partition(":")
    return Part(Dimension(by), value) if by in BREAKDOWNS and colon and value else None


def _comments(words: Mapping[str, str]) -> WantedComments | None:
    """Return which comments are asked for; None where a word for it cannot be read."""
    try:
        return WantedComments(
            theme=Theme(words["theme"]) if words.get("theme") else None,
            sentiment=Sentiment(words["mood"]) if words.get("mood") else None,
            language=WrittenIn(words["written"]).value if words.get("written") else None,
            band=ScoreBand(words["score"]) if words.get("score") else None,
        )
    except ValueError:
        return None
