"""Why a package is refused: one code for machines, one sentence for people."""

from enum import StrEnum


class Reason(StrEnum):
    """The code of a refusal, in the order in which a package is checked."""

    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    MEMBERS = "members"
    SIGNATURE = "signature"
    MANIFEST = "manifest"
    COUNTY = "county"
    ALTERED = "altered"
    IDENTIFIER = "identifier"
    SCHEMA = "schema"
    FORMS_DIFFER = "forms_differ"
    THRESHOLD = "threshold"
    SUMS = "sums"
    SUBTRACTION = "subtraction"


class PackageRefused(Exception):
    """A package cannot be taken. The sentence names the file and the place, and never repeats a value that was found there."""

    def __init__(self, code: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
