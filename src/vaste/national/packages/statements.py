"""The statement of de-identification in words, from the facts for machines. Pure."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vaste.national.packages.layout import STATEMENT_LANGUAGES
from vaste.organisations.words import load_words

_WORDS = Path(__file__).parent / "statement.toml"
LEFT_OUT = ("text", "contact", "visit", "token", "role", "own", "rows")


def written_statements(facts: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the statement in each language, by file name."""
    return {f"statement.{language}.txt": _written(facts, load_words(_WORDS)[language]) for language in STATEMENT_LANGUAGES}


def _written(facts: Mapping[str, Any], words: Mapping[str, str]) -> bytes:
    return "".join(f"{line}\n" for line in _lines(facts, words)).encode()


def _lines(facts: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    yield words["title"].format(**facts)
    yield ""
    ends = sorted({facts["first"], facts["last"]})
    yield words["period"].format(**facts, period="–".join(ends))
    yield words["left_out"].format(things=", ".join(words[f"thing_{thing}"] for thing in facts["left_out"]))
    yield words["rule"].format(**facts)
    yield words["merges"].format(merges="; ".join(_merges(facts, words))) if facts["merges"] else words["merges_none"]
    for table, counts in facts["tables"].items():
        yield words["hidden"].format(table=table, **counts)
    smallest = facts["smallest_shown"]
    yield words["smallest_none"] if smallest is None else words["smallest"].format(n=smallest)
    audit = facts["audit"]
    told = {"lines": audit["sums"], "differences": audit["comparisons"], "narrowest": audit["narrowest"]}
    yield words["audit_open" if audit["narrowest"] is None else "audit"].format(**told)
    for earlier in facts["earlier"]:
        yield words["earlier"].format(name=earlier["delivery"], **earlier)
    if not facts["earlier"]:
        yield words["earlier_none"]
    if facts.get("rows"):
        yield words["rows"].format(**{**facts["rows"], "marks": ", ".join(facts["rows"]["marks"])})


def _merges(facts: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    """Yield for each table that was made coarser what it does not tell apart."""
    for table in dict.fromkeys(merge["table"] for merge in facts["merges"]):
        marks = [words[f"mark_{merge['mark']}"] for merge in facts["merges"] if merge["table"] == table]
        yield words["merge"].format(table=table, marks=", ".join(marks))
