"""From counts to what may be shown. Pure: every hidden figure is None, whether there were too few answers or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaste.indicators.display import hidden_parts, response_rate
from vaste.indicators.nps import Nps, nps
from vaste.indicators.statements import Statement, statement
from vaste.responses.tally import Tally


@dataclass(frozen=True)
class Part:
    """The counts of one part of a breakdown; `invited` is None where it has no meaning, as by channel."""

    tally: Tally
    invited: int | None


@dataclass(frozen=True)
class Figures:
    """What may be shown of a part. `scores` is how many gave each score 0 to 10, shown with the NPS or not at all."""

    responses: int | None
    invited: int | None
    response_rate: float | None
    nps: Nps | None
    scores: tuple[int, ...] | None
    statements: dict[str, Statement | None]

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few answers to show anything, or showing them would give others away."""
        return self.responses is None


def hidden_figures(invited: int | None, items: Sequence[str]) -> Figures:
    """Return figures of which nothing but the number of the invited is shown."""
    return Figures(None, invited, None, None, None, dict.fromkeys(items))


def figures(part: Part, items: Sequence[str], too_few_below: int) -> Figures:
    """Return what may be shown of a whole. items: the ids of the statements, in the order of showing."""
    return breakdown({"": part}, items, too_few_below)[""]


def breakdown(parts: Mapping[str, Part], items: Sequence[str], too_few_below: int) -> dict[str, Figures]:
    """Return what may be shown of each part of a whole whose own figures are shown beside.

    A hidden row is hidden whole. In rows that are shown, the score and each statement are judged by their own answers.
    """
    rows = list(parts.values())
    hidden = hidden_parts([part.tally.responses for part in rows], too_few_below)
    no_score = hidden_parts([sum(part.tally.nps) for part in rows], too_few_below, hidden)
    no_statement = {item: hidden_parts([sum(part.tally.statement(item)) for part in rows], too_few_below, hidden) for item in items}
    return {
        key: hidden_figures(part.invited, items)
        if row in hidden
        else _shown(part, shows_score=row not in no_score, shown=[item for item in items if row not in no_statement[item]], items=items)
        for row, (key, part) in enumerate(parts.items())
    }


def _shown(part: Part, *, shows_score: bool, shown: Sequence[str], items: Sequence[str]) -> Figures:
    tally, score = part.tally, nps(part.tally.nps) if shows_score else None
    return Figures(
        responses=tally.responses,
        invited=part.invited,
        response_rate=None if part.invited is None else response_rate(tally.responses, part.invited),
        nps=score,
        scores=tuple(tally.nps) if score else None,
        statements={item: statement(tally.statement(item)) if item in shown else None for item in items},
    )


def shown_counts(counts: Mapping[str, int], too_few_below: int) -> dict[str, int | None]:
    """Return how many of a whole came in each part, as far as it may be shown."""
    hidden = hidden_parts(list(counts.values()), too_few_below)
    return {key: None if place in hidden else count for place, (key, count) in enumerate(counts.items())}
