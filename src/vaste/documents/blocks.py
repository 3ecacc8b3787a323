"""What a document consists of, apart from how it is set. Pure."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Table:
    """A table with a row of headings; the first column names the row, the others are figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"

    @property
    def rows_with_heads(self) -> list[list[tuple[str, str]]]:
        """The rows, each value with the heading of its column: on a narrow page a row becomes a block."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Chart:
    """A drawing as SVG, with what it shows in words."""

    svg: str
    alt: str
    caption: str
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, in the language they wrote in."""

    text: str
    language: str
    said_where: str
    kind: Literal["quote"] = "quote"


Block = Paragraph | Table | Chart | Quote


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it. level: 1 for a chapter, 2 below it."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True)
class Document:
    """A document in one language. county: in whose name it speaks."""

    language: str
    county: str
    title: str
    subtitle: str
    scope: str
    period: str
    made: str
    page: str
    summary_heading: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
