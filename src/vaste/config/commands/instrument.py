"""`vaste instrument`: what is asked, for people and for other programs."""

import click

from vaste.config.commands.outcome import print_json
from vaste.surveys.instrument import LANGUAGES, Branch, Item, national_adult
from vaste.surveys.questionnaire import questionnaire


@click.group()
def instrument() -> None:
    """Show the instrument: what is asked, in which words."""


@instrument.command("questionnaire")
@click.option("--branch", type=click.Choice([branch.value for branch in Branch]), help="Whose words; both when left out.")
@click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True, help="Of the list for people; JSON has all.")
@click.option("--json", "as_json", is_flag=True, help="Print a FHIR R4 Questionnaire.")
def show_questionnaire(*, branch: str | None, language: str, as_json: bool) -> None:
    """Print the national adult instrument: its items as a list, or all of it as a FHIR R4 Questionnaire."""
    shown, chosen = national_adult(), Branch(branch) if branch else None
    if as_json:
        print_json(questionnaire(shown, chosen))
    else:
        click.echo("\n".join([shown.version_key, *(line for item in shown.items for line in _lines(item, chosen, language))]))


def _lines(item: Item, branch: Branch | None, language: str) -> list[str]:
    """Return the words of an item; two lines where the branches word it in their own ways."""
    asked = [each for each in Branch if branch in {None, each} and item.is_asked_in(each)]
    words = list(dict.fromkeys(item.text(language, each) for each in asked))
    return [f"  {item.id if not place else '':<14} {text}" for place, text in enumerate(words)]
