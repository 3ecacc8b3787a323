"""What drawings are made of, as SVG: lines, texts, a hatch for what is too little to show. Pure.

Lengths are those of a drawing 640 wide. A class tells a page's own styles what a part is; without them the part has its colour.
"""

from collections.abc import Sequence
from html import escape

INK, SOFT, RULE = "#1b2127", "#4a545e", "#c9d0d7"
WIDTH = 640
_FONT = "Libertinus Serif, Georgia, serif"
HATCH = (
    '<defs><pattern id="few" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="#f4f6f8"/><line x1="0" y1="0" x2="0" y2="6" stroke="{RULE}" stroke-width="2"/></pattern></defs>'
)


def draw_line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dashed: bool = False, kind: str = "") -> str:
    """Return a straight line."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line{_class(kind)} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{dash}/>'


def draw_text(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, size: float = 12, bold: bool = False, kind: str = ""
) -> str:
    """Return a text whose letters stand on y."""
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text{_class(kind)} {place} fill="{colour}" font-size="{size}"{weight}>{escape(text)}</text>'


def draw_path(places: Sequence[tuple[float, float]], colour: str, width: float, *, dashed: bool = False, kind: str = "") -> str:
    """Return an open line through places."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline{_class(kind)} points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'


def draw_dot(x: float, y: float, radius: float, colour: str, *, filled: bool = True, kind: str = "") -> str:
    """Return a dot, or a ring."""
    paint = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}" stroke-width="1.6"'
    return f'<circle{_class(kind)} cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {paint}/>'


def drawing(height: float, parts: Sequence[str]) -> str:
    """Return a whole drawing."""
    body = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{_FONT}">{body}</svg>'


def wrapped(text: str, letters: int) -> list[str]:
    """Return a text on at most two lines; what does not fit ends in an ellipsis and stands in full in the table beside."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= letters or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
