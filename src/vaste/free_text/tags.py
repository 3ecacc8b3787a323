"""The tags that take the place of what identifies somebody, and where they go."""

from dataclasses import dataclass
from enum import StrEnum

TAKEN = "\x00"
"""Stands, in a text that is being masked, for each letter that has gone already."""


class Tag(StrEnum):
    """What stood there. The same in every language, in square brackets: `[PHONE]`."""

    ID = "ID"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    CARD = "CARD"
    ADDRESS = "ADDRESS"
    PLATE = "PLATE"
    NAME = "NAME"
    DATE = "DATE"
    LINK = "LINK"


@dataclass(frozen=True)
class Place:
    """A part of a text, from `start` up to before `end`, that a tag stands for."""

    start: int
    end: int
    tag: Tag
