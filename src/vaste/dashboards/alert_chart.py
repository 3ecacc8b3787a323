"""Where the bars and the line of an alert's chart stand, in the units of its drawing. Pure; the template draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from vaste.indicators.cusum import Watch
from vaste.results.alert_rules import AlertKind, Point

WIDTH, HEIGHT = 720, 300
# To the right of what is drawn stand the names of the level lines.
_RIGHT = WIDTH - 130
_SHARES, _SUMS = (130.0, 14.0), (274.0, 158.0)
_MOST_TICKS = 7
# A sum far above its limit is cut, so that the limit does not sink to the floor.
_HIGHEST_SUM = 2.5


@dataclass(frozen=True)
class Bar:
    """A stretch as a bar. Without a height it is hatched: too few answers to show."""

    x: float
    y: float
    width: float
    height: float | None
    calls: bool


@dataclass(frozen=True)
class Dot:
    """The sum after a stretch."""

    x: float
    y: float
    calls: bool


@dataclass(frozen=True)
class Chart:
    """What is drawn: bars of shares above, the line of the sum in pieces below, two level lines, and days under it all."""

    bars: tuple[Bar, ...]
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    ticks: tuple[tuple[float, date], ...]
    usual_y: float
    limit_y: float
    width: int = WIDTH
    height: int = HEIGHT
    right: int = _RIGHT
    names_x: int = _RIGHT + 8
    share_floor: float = _SHARES[0]
    too_few_height: float = _SHARES[0] - _SHARES[1]
    sum_floor: float = _SUMS[0]


def chart_of(points: Sequence[Point], over: Watch, kind: AlertKind) -> Chart:
    """Return the chart of a unit's stretches in the order of time; there must be one at least."""
    shares = [point.stretch.watched(kind) / point.stretch.n for point in points]
    most = 1.1 * max([over.alarming, *(share for share, point in zip(shares, points, strict=True) if point.is_shown)])
    sums = [point.total.value for point in points if point.total]
    highest = max(1.1 * min(max([over.limit, *sums]), _HIGHEST_SUM * over.limit), 0.1)
    x_of = _days_along(points[0].stretch.first, points[-1].stretch.last)
    dots = [_dot(point, x_of, highest) for point in points]
    return Chart(
        bars=tuple(_bar(point, share / most, x_of) for point, share in zip(points, shares, strict=True)),
        dots=tuple(dot for dot in dots if dot),
        lines=tuple(_pieces(dots)),
        ticks=tuple((x_of(day), day) for day in _tick_days(points)),
        usual_y=_height(over.baseline / most, _SHARES),
        limit_y=_height(over.limit / highest, _SUMS),
    )


def _days_along(first: date, last: date) -> Callable[[date], float]:
    days = (last - first).days + 1
    return lambda day: round(_RIGHT * (day - first).days / days, 1)


def _ends(point: Point, x_of: Callable[[date], float]) -> tuple[float, float]:
    return x_of(point.stretch.first), x_of(point.stretch.last + timedelta(days=1))


def _bar(point: Point, part: float, x_of: Callable[[date], float]) -> Bar:
    left, right = _ends(point, x_of)
    y = _height(part, _SHARES) if point.is_shown else _SHARES[1]
    height = round(_SHARES[0] - y, 1) if point.is_shown else None
    return Bar(left + 1, y, max(round(right - left - 2, 1), 1.0), height, bool(point.total and point.total.is_alarm))


def _dot(point: Point, x_of: Callable[[date], float], highest: float) -> Dot | None:
    if point.total is None:
        return None
    return Dot(round(sum(_ends(point, x_of)) / 2, 1), _height(min(point.total.value / highest, 1.0), _SUMS), point.total.is_alarm)


def _pieces(dots: Sequence[Dot | None]) -> list[str]:
    """Return the points of each unbroken piece of the line."""
    pieces: list[list[str]] = [[]]
    for dot in dots:
        if dot is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{dot.x},{dot.y}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _tick_days(points: Sequence[Point]) -> list[date]:
    step = ceil(len(points) / _MOST_TICKS)
    return [point.stretch.first for point in points[::step]]


def _height(part: float, panel: tuple[float, float]) -> float:
    floor, top = panel
    return round(floor - (floor - top) * part, 1)
