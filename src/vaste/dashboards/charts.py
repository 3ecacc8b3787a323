"""Where things stand on a drawn scale, in per cent of its width. Pure; the templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaste.indicators.nps import Nps

_LOWEST, _HIGHEST = -100.0, 100.0


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


def shares(counts: Sequence[int]) -> list[str]:
    """Return the width of each count in a bar that all of them fill."""
    total = sum(counts)
    return [_css(100 * count / total if total else 0.0) for count in counts]


def heights(counts: Sequence[int]) -> list[str]:
    """Return the length of each count's bar, where the largest fills the scale; zero has no bar."""
    largest = max(counts, default=0)
    return [_css(100 * count / largest if largest else 0.0) for count in counts]


def _place(score: float) -> float:
    return 100 * (score - _LOWEST) / (_HIGHEST - _LOWEST)


def _css(per_cent: float) -> str:
    """Return a length for a style, always with a point, whatever the reader's language."""
    return f"{per_cent:.2f}%"
