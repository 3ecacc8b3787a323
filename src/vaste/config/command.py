"""The `vaste` command. Each subcommand turns the outside into arguments, calls one action and prints what came of it."""

import sys
from importlib import import_module

import click

from vaste.config.commands.outcome import refuse
from vaste.config.commands.setting_up import set_up

# name → module and attribute; imported only when called, so that `vaste --help` is quick and one fault stays alone.
_COMMANDS = {
    "bench": "vaste.config.commands.bench:bench",
    "campaign": "vaste.config.commands.campaign:campaign",
    "compare": "vaste.config.commands.compare:compare",
    "county": "vaste.config.commands.county:county",
    "deliver": "vaste.config.commands.deliver:deliver",
    "dialogue": "vaste.config.commands.dialogue:dialogue",
    "disclose": "vaste.config.commands.disclose:disclose",
    "doctor": "vaste.config.commands.doctor:doctor",
    "export": "vaste.config.commands.export:export",
    "feed": "vaste.config.commands.feed:feed",
    "hub": "vaste.config.commands.hub:hub",
    "history": "vaste.config.commands.history:history",
    "goals": "vaste.config.commands.goals:goals",
    "instrument": "vaste.config.commands.instrument:instrument",
    "intake": "vaste.config.commands.intake:intake",
    "keys": "vaste.config.commands.keys:keys",
    "migrate": "vaste.config.commands.migrate:migrate",
    "mix": "vaste.config.commands.mix:mix",
    "optout": "vaste.config.commands.optout:optout",
    "record": "vaste.config.commands.record:record",
    "report": "vaste.config.commands.report:report",
    "results": "vaste.config.commands.results:results",
    "run": "vaste.config.commands.run:run",
    "serve": "vaste.config.commands.serve:serve",
    "simulate": "vaste.config.commands.simulate:simulate",
    "sms": "vaste.config.commands.sms:sms",
    "text": "vaste.config.commands.text:text",
    "units": "vaste.config.commands.county:units",
    "user": "vaste.config.commands.user:user",
    "work": "vaste.config.commands.work:work",
}


# They need no settings, and must work while a setting is wrong: `keys new` makes the missing one.
_WITHOUT_SETTINGS = {"compare", "dialogue", "disclose", "instrument", "keys"}


class _Commands(click.Group):
    """Subcommands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name not in _WITHOUT_SETTINGS:
            set_up()
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a subcommand; a database that does not answer and a key that does not fit are told in one sentence."""
        from django.db import OperationalError, ProgrammingError

        from vaste.core.keys import SealBroken

        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            refuse(_in_words(error))
        except SealBroken as error:
            refuse(f"{error} Nothing was changed.")


def _in_words(error: Exception) -> str:
    from vaste.config.commands.doctor import why_database_is_not_ready

    reason = str(error).strip().partition("\n")[0].rstrip(".")
    return why_database_is_not_ready() or f"The database refused: {reason}. What was not finished was not kept."


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vaste", prog_name="vaste")
def vaste() -> None:
    """Vaste: customer feedback for public health and social care."""


def main() -> None:
    """Run the command; a reader that goes away (`vaste results | head`) is no fault."""
    try:
        vaste(prog_name="vaste")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except SystemExit as ended:
        if not isinstance(ended.code, str):
            raise
        click.echo(ended.code, err=True)  # a setting is wrong, see `environment.py`
        sys.exit(2)
