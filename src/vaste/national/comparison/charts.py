"""The drawings of a comparison as SVG: every county's figure with its interval, and the funnel around the country's. Pure.

Counties stand in the order of their codes. Every drawing has its figures in a table beside it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vaste.documents.drawings import HATCH, INK, RULE, SOFT, WIDTH, draw_dot, draw_line, draw_path, draw_text, drawing, wrapped
from vaste.indicators.funnel import ALARM, WARNING, Funnel
from vaste.indicators.intervals import Interval

_FIGURE, _COUNTRY = "#2166ac", "#8a5a00"
_MOST_TICKS = 6
_LETTERS = 34  # of a label, on each of two lines
_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0)
_CURVE_POINTS = 60


@dataclass(frozen=True)
class Mark:
    """A figure with its interval; None where it may not be shown.

    text: the figure as the reader's language writes it. country: that of the country, where each row has one of its own.
    """

    label: str
    text: str
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    is_uncertain: bool = False
    country: float | None = None


@dataclass(frozen=True)
class Dot:
    """A county in the funnel. answers: how many answers its figure is worth."""

    label: str
    answers: float
    value: float
    is_apart: bool
    is_uncertain: bool


@dataclass(frozen=True)
class FunnelWords:
    """What stands at a funnel: at the country's line, at the limits of 95 % and 99.8 %, and under it."""

    country: str
    warning: str
    alarm: str
    across: str


Writer = Callable[[float], str]


def interval_chart(marks: Sequence[Mark], *, scale: Interval, country: float | None, country_text: str, too_few: str, write: Writer) -> str:
    """Return every county's figure with its interval as a thin line, one under another, and the country's as a line through all."""
    left, right, top = 188, WIDTH - 64, 34
    row = 30 if any(len(mark.label) > _LETTERS for mark in marks) else 19
    bottom = top + row * len(marks)
    shown = [mark for mark in marks if mark.value is not None]
    countries = [each for each in (country, *(mark.country for mark in shown)) if each is not None]
    ends = [*(mark.low for mark in shown), *(mark.high for mark in shown), *countries]
    ticks = nice_ticks(min(ends, default=scale.low), max(ends, default=scale.high))

    def x(value: float) -> float:
        return left + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (right - left)

    parts = [HATCH]
    for tick in ticks:
        parts.append(draw_line(x(tick), top - 4, x(tick), bottom, RULE, 0.7, kind="axis"))
        parts.append(draw_text(x(tick), bottom + 15, write(tick), anchor="middle", colour=SOFT, size=11))
    if country is not None:
        parts.append(draw_line(x(country), top - 8, x(country), bottom, _COUNTRY, 1.4, dashed=True, kind="level"))
        parts.append(draw_text(x(country), top - 14, country_text, anchor="middle", colour=_COUNTRY, size=11.5))
    for number, mark in enumerate(marks):
        parts += _mark(mark, top + row * (number + 0.5), x, (left, right), too_few)
    return drawing(bottom + 22, parts)


def _mark(mark: Mark, y: float, x: Callable[[float], float], ends: tuple[float, float], too_few: str) -> list[str]:
    left, right = ends
    lines = wrapped(mark.label, _LETTERS)
    first = y + 4 - 6 * (len(lines) - 1)
    parts = [draw_text(0, first + 12 * number, line, size=11, kind="name") for number, line in enumerate(lines)]
    if mark.value is None:
        middle = (left + right) / 2
        parts.append(f'<rect x="{left}" y="{y - 6:.1f}" width="{right - left}" height="12" fill="url(#few)"/>')
        return [*parts, draw_text(middle, y + 4, mark.text or too_few, anchor="middle", colour=INK, size=10.5)]
    if mark.country is not None:
        parts.append(draw_line(x(mark.country), y - 8, x(mark.country), y + 8, _COUNTRY, 2, kind="beside"))
    parts.append(draw_line(x(mark.low), y, x(mark.high), y, _FIGURE, 1.6, kind="spread"))
    parts.append(draw_dot(x(mark.value), y, 4.2, _FIGURE, filled=not mark.is_uncertain, kind="ring" if mark.is_uncertain else ""))
    return [*parts, draw_text(WIDTH, y + 4, mark.text, anchor="end", size=11.5, bold=True)]


def funnel_chart(
    dots: Sequence[Dot], funnel: Funnel, variance: float, *, scale: Interval, words: FunnelWords, write: Writer, count: Writer
) -> str:
    """Return the funnel: figures by how many answers they are worth, and the limits in which they may lie.

    variance: of a single answer, from which the limits of any number of answers follow.
    """
    left, right, top, bottom = 48, WIDTH - 150, 18, 300
    fewest, most = min(dot.answers for dot in dots) / 1.3, max(dot.answers for dot in dots) * 1.3
    widest = funnel.limits(math.sqrt(variance / fewest), ALARM).clipped(*scale)
    values = [*(dot.value for dot in dots), *widest]
    ticks = nice_ticks(min(values), max(values))
    along = [fewest * (most / fewest) ** (step / _CURVE_POINTS) for step in range(_CURVE_POINTS + 1)]

    def x(answers: float) -> float:
        return left + math.log(answers / fewest) / math.log(most / fewest) * (right - left)

    def y(value: float) -> float:
        return bottom - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (bottom - top)

    parts = [draw_line(left, y(tick), right, y(tick), RULE, 0.7, kind="axis") for tick in ticks]
    parts += [draw_text(left - 8, y(tick) + 4, write(tick), anchor="end", colour=SOFT, size=11) for tick in ticks]
    for each in _round_numbers(fewest, most):
        parts.append(draw_text(x(each), bottom + 18, count(each), anchor="middle", colour=SOFT, size=11))
    parts.append(draw_text((left + right) / 2, bottom + 38, words.across, anchor="middle", colour=SOFT, size=11))
    for level, name, is_dashed in ((ALARM, words.alarm, False), (WARNING, words.warning, True)):
        limits = [funnel.limits(math.sqrt(variance / each), level) for each in along]
        for side in (0, 1):
            curve = [(x(each), y(limit.clipped(*scale)[side])) for each, limit in zip(along, limits, strict=True)]
            parts.append(draw_path(curve, SOFT, 1.1, dashed=is_dashed, kind="limit"))
        parts.append(draw_text(right + 6, y(limits[-1].clipped(*scale).high) + (0 if is_dashed else -4), name, colour=SOFT, size=10.5))
    parts.append(draw_line(left, y(funnel.target), right, y(funnel.target), _COUNTRY, 1.4, kind="level"))
    parts.append(draw_text(right + 6, y(funnel.target) + 4, words.country, colour=_COUNTRY, size=11))
    for dot in dots:
        kind = "ring" if dot.is_uncertain else ""
        parts.append(draw_dot(x(dot.answers), y(dot.value), 5 if dot.is_apart else 3.6, _FIGURE, filled=not dot.is_uncertain, kind=kind))
        parts.append(draw_text(x(dot.answers) + 6, y(dot.value) - 5, dot.label, size=10.5, bold=dot.is_apart, kind="name"))
    return drawing(bottom + 46, parts)


def nice_ticks(low: float, high: float) -> list[float]:
    """Return at most seven round values, from at or below the lowest to at or above the highest."""
    span = max(high - low, 1e-9)
    magnitude = 10.0 ** math.floor(math.log10(span / _MOST_TICKS))
    step = next(magnitude * each for each in _STEPS if span / (magnitude * each) <= _MOST_TICKS - 1)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def _round_numbers(fewest: float, most: float) -> list[float]:
    """Return numbers such as 100, 200, 500, 1000 between two."""
    powers = range(math.floor(math.log10(fewest)), math.ceil(math.log10(most)) + 1)
    found = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [each for each in found if fewest <= each <= most]
