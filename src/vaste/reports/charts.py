"""The drawings of a report as SVG: a score over time, and how statements were answered. Pure.

Colours are told apart without red and green, and every figure stands beside its mark.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vaste.documents.drawings import HATCH, RULE, SOFT, WIDTH, draw_line, draw_text, drawing, wrapped
from vaste.indicators.distribution import diverging
from vaste.indicators.nps import Nps
from vaste.indicators.statements import Statement

_TIME, _GOAL = "#2166ac", "#8a5a00"
# From 1, disagree, to 5, agree.
_STEPS = ("#b35806", "#e0b36a", "#d0d0d0", "#92c5de", "#2166ac")


@dataclass(frozen=True)
class Point:
    """A score at a time; None where answers are too few. text: the score as the reader's language writes it."""

    label: str
    nps: Nps | None
    text: str


@dataclass(frozen=True)
class Bar:
    """A statement with its distribution; None where answers are too few. text: its mean."""

    label: str
    result: Statement | None
    text: str


def score_chart(points: Sequence[Point], *, goal: float, goal_text: str, too_few: str) -> str:
    """Return scores over time, each with its interval as a thin line, beside the goal."""
    left, right, top, bottom, height = 40, 96, 26, 202, 236
    lowest = -100 if goal < 0 or any(point.nps and point.nps.low < 0 for point in points) else 0
    step = (WIDTH - left - right) / len(points)

    def y(score: float) -> float:
        return bottom - (score - lowest) / (100 - lowest) * (bottom - top)

    parts = [HATCH, *(_gridline(y(score), score, left, WIDTH - right) for score in range(lowest, 101, 50))]
    parts.append(draw_line(left, y(goal), WIDTH - right, y(goal), _GOAL, 1.2, dashed=True))
    parts.append(draw_text(WIDTH - right + 6, y(goal) + 4, goal_text, colour=_GOAL, size=11))
    places = [left + step * (number + 0.5) for number in range(len(points))]
    parts.append(_path([(x, y(point.nps.value)) if point.nps else None for x, point in zip(places, points, strict=True)]))
    for x, point in zip(places, points, strict=True):
        parts += _point(x, point, y, (top, bottom), step, too_few)
        parts.append(draw_text(x, bottom + 20, point.label, anchor="middle", size=11 if step > 46 else 9))
    return drawing(height, parts)


def _point(x: float, point: Point, y: Callable[[float], float], ends: tuple[float, float], step: float, too_few: str) -> list[str]:
    top, bottom = ends
    if point.nps is None:
        wide = min(step * 0.7, 60)
        return [
            f'<rect x="{x - wide / 2:.1f}" y="{top}" width="{wide:.1f}" height="{bottom - top}" fill="url(#few)"/>',
            draw_text(x, (top + bottom) / 2, too_few, anchor="middle", colour=SOFT, size=10),
        ]
    return [
        draw_line(x, y(point.nps.low), x, y(point.nps.high), _TIME, 1.4),
        f'<circle cx="{x:.1f}" cy="{y(point.nps.value):.1f}" r="4.5" fill="{_TIME}"/>',
        draw_text(x + 8, y(point.nps.value) - 7, point.text, size=14 if step > 46 else 11, bold=True),
    ]


def statement_chart(bars: Sequence[Bar], *, steps: tuple[str, str, str], mean: str, too_few: str) -> str:
    """Return how each statement was answered, disagreeing to the left and agreeing to the right of the middle, with its mean.

    steps: what 1, 3 and 5 mean.
    """
    first, row, label, middle, half = 48, 36, 210, 396, 176
    parts = [HATCH, *_legend(steps), draw_text(WIDTH - 4, 16, mean, anchor="end", colour=SOFT, size=11)]
    parts.append(draw_line(middle, first - 10, middle, first + row * len(bars) - 8, RULE, 1))
    for number, bar in enumerate(bars):
        at = first + row * number
        lines = wrapped(bar.label, 38)
        parts += [draw_text(0, at + 12 + 12 * line - 6 * (len(lines) - 1), text, size=11.5) for line, text in enumerate(lines)]
        pieces = diverging(bar.result.counts) if bar.result else None
        if pieces is None:
            parts.append(f'<rect x="{label}" y="{at}" width="{WIDTH - label - 60}" height="18" fill="url(#few)"/>')
            parts.append(draw_text(middle, at + 13, too_few, anchor="middle", colour=SOFT, size=10))
            continue
        for piece, colour in zip(pieces, _STEPS, strict=True):
            start, wide = middle + half * piece.start, half * (piece.end - piece.start)
            parts.append(f'<rect x="{start:.1f}" y="{at}" width="{wide:.1f}" height="18" fill="{colour}"/>')
        parts.append(draw_text(WIDTH - 4, at + 14, bar.text, anchor="end", size=13, bold=True))
    return drawing(first + row * len(bars), parts)


def _legend(steps: tuple[str, str, str]) -> list[str]:
    """Return what the colours mean: the two ends and the middle are named, those between are what they look like."""
    named = {0: steps[0], 2: steps[1], 4: steps[2]}
    parts, x = [], 0.0
    for number, colour in enumerate(_STEPS):
        text = f"{number + 1} {named[number]}" if number in named else str(number + 1)
        parts.append(f'<rect x="{x:.1f}" y="7" width="11" height="11" fill="{colour}"/>')
        parts.append(draw_text(x + 15, 16, text, colour=SOFT, size=11))
        x += 28 + 5.3 * len(text)
    return parts


def _gridline(y: float, score: int, left: float, right: float) -> str:
    text = f"−{-score}" if score < 0 else str(score)
    line = draw_line(left, y, right, y, SOFT if score == 0 else RULE, 1 if score == 0 else 0.7)
    return line + draw_text(left - 8, y + 4, text, anchor="end", colour=SOFT, size=11)


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    """Return a line through places; it is broken where there is none."""
    words, broken = [], True
    for place in places:
        if place is not None:
            words.append(f"{'M' if broken else 'L'}{place[0]:.1f} {place[1]:.1f}")
        broken = place is None
    return f'<path d="{" ".join(words)}" fill="none" stroke="{_TIME}" stroke-width="1" stroke-opacity="0.45"/>' if words else ""
