"""Where things stand on a drawing. Pure: numbers in, places out; the templates draw them as SVG.

Lengths in the line chart are units of its own box (`LineChart`), elsewhere per cent of the width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vaste.indicators.distribution import diverging
from vaste.indicators.nps import Nps

_LOWEST, _HIGHEST = -100.0, 100.0
_STEP = 50
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 260, 46, 84, 14, 30


@dataclass(frozen=True)
class ScaleMark:
    """A score with its interval on the scale from -100 to 100."""

    left: str
    width: str
    at: str
    goal: str


def scale_mark(nps: Nps, goal: float) -> ScaleMark:
    """Return where a score, its interval and the goal stand."""
    left, right = _place(nps.low), _place(nps.high)
    return ScaleMark(_css(left), _css(right - left), _css(_place(nps.value)), _css(_place(goal)))


@dataclass(frozen=True)
class Bar:
    """One step of a bar that diverges from the middle of the neutral step, in per cent of the width."""

    step: int
    count: int
    x: str
    width: str


def bars(counts: Sequence[int]) -> tuple[Bar, ...]:
    """Return the bars of how many chose 1 to 5: disagreement to the left, agreement to the right, the neutral astride the middle.

    Each half of the drawing holds all answers, so that two such bars above each other compare.
    """
    pieces = diverging(counts) or ()
    drawn = [
        Bar(step, counts[step - 1], f"{50 + 50 * piece.start:.2f}", f"{50 * (piece.end - piece.start):.2f}")
        for step, piece in enumerate(pieces, 1)
    ]
    return tuple(bar for bar in drawn if bar.count)


def heights(counts: Sequence[int]) -> list[str]:
    """Return the length of each count's bar, where the largest fills the scale; zero has no bar."""
    largest = max(counts, default=0)
    return [_css(100 * count / largest if largest else 0.0) for count in counts]


@dataclass(frozen=True)
class Point:
    """A score over time: what it is called, and the score where it may be shown."""

    name: str
    nps: Nps | None
    text: str
    short: str = ""
    is_now: bool = False


@dataclass(frozen=True)
class Drawn:
    """A point as drawn; without a score a hatched column."""

    x: str
    text: str
    label: str
    y: str = ""
    low: str = ""
    high: str = ""
    is_shown: bool = False
    is_now: bool = False
    is_labelled: bool = True


@dataclass(frozen=True)
class Tick:
    """A line across with what it stands for."""

    y: str
    label: str
    is_zero: bool = False


@dataclass(frozen=True)
class LineChart:
    """Scores over time with their intervals, in a box of `width` by `height`."""

    width: int
    height: int
    left: int
    right: int
    floor: str
    column: str
    half: str
    hidden_height: int
    points: tuple[Drawn, ...]
    path: str
    ticks: tuple[Tick, ...]
    goal: Tick
    name_y: int
    top: int


def line_chart(points: Sequence[Point], goal: float, goal_label: str, tick_label: dict[int, str]) -> LineChart:
    """Return the drawing of scores over time; it reaches from 100 down to what is needed, and zero is always on it."""
    lows = [point.nps.low for point in points if point.nps]
    lowest = min(0, _STEP * int(min([goal, *lows, 0]) // _STEP))
    across = (_WIDTH - _LEFT - _RIGHT) / max(len(points), 1)
    every = 1 + (len(points) - 1) // 7

    def down(score: float) -> float:
        return _TOP + (_HIGHEST - score) / (_HIGHEST - lowest) * (_HEIGHT - _TOP - _BOTTOM)

    drawn = []
    for place, point in enumerate(points):
        x = _LEFT + across * (place + 0.5)
        named = (len(points) - 1 - place) % every == 0
        if point.nps is None:
            drawn.append(Drawn(_xy(x), point.text, point.short, is_now=point.is_now, is_labelled=named))
            continue
        y, low, high = (_xy(down(score)) for score in (point.nps.value, point.nps.low, point.nps.high))
        drawn.append(Drawn(_xy(x), point.text, point.short, y, low, high, is_shown=True, is_now=point.is_now, is_labelled=named))
    return LineChart(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        top=_TOP,
        floor=_xy(_HEIGHT - _BOTTOM),
        column=_xy(across * 0.6),
        half=_xy(across * 0.3),
        hidden_height=_HEIGHT - _BOTTOM - _TOP,
        name_y=_HEIGHT - 8,
        points=tuple(drawn),
        path=_path(drawn),
        ticks=tuple(Tick(_xy(down(score)), tick_label[score], score == 0) for score in range(100, lowest - 1, -_STEP)),
        goal=Tick(_xy(down(goal)), goal_label),
    )


def _path(points: Sequence[Drawn]) -> str:
    """Return the line through the points that are shown, broken where one is not."""
    steps, is_down = [], False
    for point in points:
        if point.is_shown:
            steps.append(f"{'L' if is_down else 'M'}{point.x} {point.y}")
        is_down = point.is_shown
    return " ".join(steps)


def _place(score: float) -> float:
    return 100 * (score - _LOWEST) / (_HIGHEST - _LOWEST)


def _css(per_cent: float) -> str:
    """Return a length for a style, always with a point, whatever the reader's language."""
    return f"{per_cent:.2f}%"


def _xy(length: float) -> str:
    return f"{length:.1f}"
