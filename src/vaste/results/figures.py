"""From counts to what may be shown. Pure: every hidden figure is None, whether there were too few answers or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vaste.indicators.disclosure import Cell, shown_cells
from vaste.indicators.display import response_rate
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
    """What may be shown of a part. `scores` is how many gave each score 0 to 10, None where the NPS or that alone is hidden."""

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


@dataclass(frozen=True)
class Shown:
    """Which cells of a table show how many responses they have, their score, and each statement."""

    responses: frozenset[Cell]
    score: frozenset[Cell]
    statements: Mapping[str, frozenset[Cell]]


def what_is_shown(tallies: Mapping[tuple[str, ...], Tally], items: Sequence[str], too_few_below: int) -> Shown:
    """Return what may be shown of a table to somebody who may ask for each of its cells.

    A hidden cell is hidden whole. In cells that are shown, the score and each statement are judged by their own answers.
    items: the ids of the statements, in the order of showing.
    """
    responses = shown_cells({key: tally.responses for key, tally in tallies.items()}, too_few_below)
    scored = {key: sum(tally.nps) for key, tally in tallies.items()}
    answered = {item: {key: sum(tally.statement(item)) for key, tally in tallies.items()} for item in items}
    return Shown(
        responses=responses,
        score=shown_cells(scored, too_few_below, responses),
        statements={item: shown_cells(counts, too_few_below, responses) for item, counts in answered.items()},
    )


def figures(part: Part, cell: Cell, shown: Shown) -> Figures:
    """Return what may be shown of the part of a table that lies in a cell."""
    if cell not in shown.responses:
        return Figures(None, part.invited, None, None, None, dict.fromkeys(shown.statements))
    tally, score = part.tally, nps(part.tally.nps) if cell in shown.score else None
    return Figures(
        responses=tally.responses,
        invited=part.invited,
        response_rate=None if part.invited is None else response_rate(tally.responses, part.invited),
        nps=score,
        scores=tuple(tally.nps) if score else None,
        statements={item: statement(tally.statement(item)) if cell in cells else None for item, cells in shown.statements.items()},
    )
