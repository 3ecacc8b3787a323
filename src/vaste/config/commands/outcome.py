"""How commands end: one sentence on standard error and exit code 2 when the input is wrong."""

import json
from typing import Any, NoReturn

import click


class Refused(click.ClickException):
    """The input cannot be used; the message is one sentence that says what happened, what was kept and what to do."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the sentence alone, without a prefix."""
        click.echo(self.format_message(), err=True, file=file)


def refuse(sentence: str) -> NoReturn:
    """End the command with a sentence and exit code 2."""
    raise Refused(sentence)


def print_json(value: Any) -> None:
    """Print one JSON value on one line, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False))
