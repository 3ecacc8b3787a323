"""`vaste dialogue`: the survey by text message, played in the terminal for whoever writes or checks one."""

import sys
from collections.abc import Iterator

import click
import msgspec

from vaste.surveys.dialogue import CONTACT, STATEMENTS_BY_SMS, Script, State, Turn, begin, make_script, take_reply
from vaste.surveys.instrument import LANGUAGES, Branch, national_adult
from vaste.surveys.texts import invitation_text, resolve_texts

_SENDER = "Vaste"
_WORKING_DAYS = 10
_MOST_STATEMENTS = 8


@click.command("dialogue")
@click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True, help="The language the survey begins in.")
@click.option("--branch", type=click.Choice([branch.value for branch in Branch]), default="health", show_default=True)
@click.option(
    "--statements",
    type=click.IntRange(0, _MOST_STATEMENTS),
    default=STATEMENTS_BY_SMS,
    show_default=True,
    help="How many statements are asked.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line read, and nothing else.")
def dialogue(*, language: str, branch: str, statements: int, as_json: bool) -> None:
    """Play the survey: each line typed is an incoming text message, what is printed is what would be sent."""
    script = make_script(
        national_adult(),
        Branch(branch),
        texts=resolve_texts({}),
        sender=_SENDER,
        working_days=_WORKING_DAYS,
        statements_by_sms=statements,
    )
    if not as_json:
        click.echo(invitation_text(script.texts, language, sender_name=_SENDER, link="", reply_way=True, link_way=False))
    for turn in _turns(script, begin(script, language)):
        if as_json:
            click.echo(_as_json(turn))
        elif turn.say:
            click.echo(turn.say)


def _turns(script: Script, state: State) -> Iterator[Turn]:
    for line in sys.stdin.buffer:
        turn = take_reply(script, state, line.decode("utf-8", "replace").rstrip("\r\n"))
        state = turn.state
        yield turn


def _as_json(turn: Turn) -> bytes:
    contact = {} if turn.state.contact is None else {CONTACT: turn.state.contact}
    return msgspec.json.encode(
        {"answers": {**turn.state.answers, **contact}, "say": turn.say, "done": turn.done, "stopped": turn.state.stopped}
    )
