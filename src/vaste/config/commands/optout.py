"""`vaste optout show`: when and how the holder of a number opted out, for whoever is asked to prove it."""

import sys

import click

from vaste.config.commands.outcome import print_json, refuse
from vaste.config.commands.own_keys import require_own_keys
from vaste.invitations.opt_outs import History, history_of
from vaste.messaging.numbers import mobile_number

_WAYS = {"sms": "by text message", "page": "on the survey page", "staff": "by a member of staff", "": "the way was not noted"}


@click.group()
def optout() -> None:
    """Opt-outs."""


@optout.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: str, as_json: bool) -> None:
    """Show when and how the holder of NUMBER opted out or in; `-` reads it from standard input. The look is noted in the audit."""
    phone = mobile_number(sys.stdin.readline().strip() if number == "-" else number)
    if phone is None:
        refuse("This is not a mobile number. Nothing was looked up.")
    require_own_keys()
    history = history_of(phone, actor="command")
    if as_json:
        print_json(_as_json(history))
        return
    if history.since:
        click.echo(f"This number has opted out since {history.since} ({_WAYS[history.way]}).")
    else:
        click.echo("This number has not opted out.")
    for entry in history.entries:
        click.echo(f"{entry.at:%Y-%m-%d %H:%M} UTC  {'out' if entry.is_out else 'in '}  {_WAYS[entry.way]}, noted by {entry.actor}")


def _as_json(history: History) -> dict[str, object]:
    return {
        "opted_out_since": history.since.isoformat() if history.since else None,
        "way": history.way,
        "entries": [
            {"at": entry.at.isoformat(), "opted_out": entry.is_out, "way": entry.way, "actor": entry.actor} for entry in history.entries
        ],
    }
