"""`vaste text`: mask comments, say what they are about, and measure how well it is done."""

import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from vaste.config.commands.outcome import print_json, refuse
from vaste.free_text.classifier import packaged_weights
from vaste.free_text.evaluation import Score, masking_scores, why_masking_is_too_bad
from vaste.free_text.labels import LANGUAGES
from vaste.free_text.masking import mask as masked
from vaste.free_text.reading import read_comment
from vaste.free_text.training import Agreement, agreement, labelled_themes, why_reading_is_too_bad

_LONGEST_LINE = 1_000_000


@click.group()
def text() -> None:
    """Mask comments, say what they are about, and measure how well it is done."""


@text.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line read.")
def mask(as_json: bool) -> None:
    """Read comments from standard input, one a line, and print them with what identifies somebody replaced by tags."""
    for line in lines_read():
        if as_json:
            print_json({"masked": masked(line)})
        else:
            click.echo(masked(line))


@text.command()
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="fi", show_default=True, help="Taken where a comment is too short to tell."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line read.")
def themes(language: str, as_json: bool) -> None:
    """Read comments from standard input, one a line, and print their language, themes and sentiment."""
    from vaste.responses.reading import present_weights

    for line in lines_read():
        found = read_comment(line, asked_in=language, weights=present_weights())
        if as_json:
            print_json({"language": found.language, "themes": list(found.themes), "sentiment": found.sentiment})
        else:
            click.echo(f"{found.language}  {found.sentiment:<8}  {', '.join(found.themes) or '-'}")


@text.command()
def train() -> None:
    """Learn themes and sentiment anew from the package's examples and what staff corrected; needs the extra `test`."""
    from vaste.responses.reading import present_weights, retrain

    held_out = labelled_themes("held_out")
    before = agreement(held_out, present_weights())
    try:
        after = agreement(held_out, retrain(base=labelled_themes("made_with"), actor="command"))
    except ImportError:
        refuse("scikit-learn is not installed, so nothing was learnt or changed. Install Vaste with its extra `test`.")
    click.echo(_agreement_row("before", before))
    click.echo(_agreement_row("after", after))


def _agreement_row(name: str, found: Agreement) -> str:
    return (
        f"themes   {name:<10} {found.comments:>4} comments  f1 {found.f1:.3f}  precision {found.precision:.3f}  recall {found.recall:.3f}"
        f"  sentiment {found.tone:.3f}, unsure {found.unsure:.3f}"
    )


def lines_read() -> Iterator[str]:
    """Return the lines of standard input: UTF-8, or Windows-1252 where a line is not. Refuses what is no text."""
    number = 0
    while line := sys.stdin.buffer.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            refuse(f"Line {number} is longer than {_LONGEST_LINE} bytes. The lines before it were read. Give one comment a line.")
        if b"\0" in line:
            refuse(f"Line {number} is no text: it holds a zero byte. The lines before it were read. Save the comments as UTF-8 text.")
        yield _decoded(line.rstrip(b"\r\n"))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("windows-1252", errors="replace")


@text.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(as_json: bool) -> None:
    """Measure masking, themes and sentiment on the project's own labelled comments; ends with code 1 below the floors."""
    scores, read = masking_scores(), agreement(labelled_themes("held_out"), packaged_weights())
    problems = [*why_masking_is_too_bad(scores), *why_reading_is_too_bad(read)]
    if as_json:
        print_json({"masking": _as_tree(scores), "themes": {"held_out": asdict(read)}, "below_floors": problems})
    else:
        for (part, name), score in scores.items():
            click.echo(_row(part, name, score))
        click.echo(_agreement_row("held_out", read))
        for problem in problems:
            click.echo(f"BELOW  {problem}")
    if problems:
        raise click.exceptions.Exit(1)


def _as_tree(scores: dict[tuple[str, str], Score]) -> dict[str, dict[str, dict[str, float]]]:
    tree: dict[str, dict[str, dict[str, float]]] = {}
    for (part, name), score in scores.items():
        tree.setdefault(part, {})[name] = {
            "comments": score.comments,
            "identifiers": score.identifiers,
            "recall": round(score.recall, 4),
            "masked": score.masked,
            "precision": round(score.precision, 4),
        }
    return tree


def _row(part: str, name: str, score: Score) -> str:
    return (
        f"masking  {part:<10} {name:<8} {score.comments:>4} comments  {score.identifiers:>4} identifiers  recall {score.recall:.3f}"
        f"  {score.masked:>4} masked  precision {score.precision:.3f}"
    )
