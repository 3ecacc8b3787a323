"""`vaste record`: the record's columnar copy, made anew or proved equal to the database."""

import time
from typing import Any

import click

from vaste.config.commands.outcome import print_json, refuse
from vaste.responses.copy.actions import rebuild_copy
from vaste.responses.copy.state import CopyFailed
from vaste.responses.copy.verifying import Proof, verify_copy


@click.group()
def record() -> None:
    """The record's columnar copy; the database stays the truth."""


@record.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rebuild(as_json: bool) -> None:
    """Make the columnar copy and its cubes anew from the database. Pages and commands go on meanwhile."""
    began = time.monotonic()
    try:
        made = rebuild_copy(actor="command")
    except CopyFailed as error:
        refuse(f"The copy was not made: {error}. The old one was kept as it was. Free room, or choose another place with VASTE_COPY_DIR.")
    facts = {
        "months": len(made.parts),
        "responses": sum(part.responses for part in made.parts.values()),
        "seconds": round(time.monotonic() - began, 1),
    }
    if as_json:
        print_json(facts)
    else:
        click.echo("The copy was made anew: {responses} responses in {months} months, in {seconds} s.".format(**facts))


@record.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Compare the copy with the database, response by response; ends with code 1 when they differ."""
    try:
        proof = verify_copy()
    except CopyFailed as error:
        refuse(f"The copy cannot be read: {error}. Make it anew: vaste record rebuild")
    if proof is None:
        refuse("There is no copy yet; figures are counted in the database. `vaste work` makes one, or: vaste record rebuild")
    if as_json:
        print_json(_facts(proof))
    else:
        click.echo(_sentences(proof))
    if not proof.is_equal:
        raise click.exceptions.Exit(1)


def _facts(proof: Proof) -> dict[str, Any]:
    return {
        "equal": proof.is_equal,
        "responses": proof.responses,
        "waiting": proof.waiting,
        "different": [{"unit": unit, "month": f"{month:%Y-%m}"} for unit, month in proof.different],
        "different_cubes": [f"{month:%Y-%m}" for month in proof.different_cubes],
        "stray_files": proof.stray_files,
        "bytes": proof.copy_bytes,
    }


def _sentences(proof: Proof) -> str:
    lines = [f"{proof.responses} responses in the copy, {proof.copy_bytes} bytes."]
    if proof.waiting:
        lines.append(f"{proof.waiting} months of units have changed and wait to be copied; until then they are counted in the database.")
    if proof.is_equal:
        return "\n".join([*lines, "The copy says what the database says, to the last response; no other file lies beside it."])
    lines += [f"{unit}, {month:%Y-%m}: not as in the database." for unit, month in proof.different]
    lines += [f"{month:%Y-%m}: the cubes are not those of the copy." for month in proof.different_cubes]
    if proof.stray_files:
        lines.append(f"{proof.stray_files} files lie beside the copy that are no part of it.")
    return "\n".join([*lines, "Make the copy anew: vaste record rebuild"])
