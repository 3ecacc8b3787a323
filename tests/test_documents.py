"""The documents say all that there is, and nothing that is not: settings, commands, words, tables, states, links."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from django.apps import apps

from vaste.config.command import vaste
from vaste.invitations.rules import Outcome
from vaste.messaging.models import OutboundMessage
from vaste.messaging.rules import TRANSITIONS, MessageClass, MessageState
from vaste.messaging.smpp.settings import SmppSettings
from vaste.organisations.rules import UNIT_COLUMNS, CountySettings
from vaste.responses.rules import Channel, PeriodKind
from vaste.simulator.people import SimulatedSettings
from vaste.surveys.instrument import ItemKind
from vaste.surveys.texts import TextName
from vaste.visits.rules import FIELDS

ROOT = Path(__file__).parent.parent


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows_of(name: str) -> dict[str, list[str]]:
    """Return every row of a document's tables by what stands between backticks in its first cell."""
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in text_of(name).splitlines() if line[:1] == "|"]
    return {match[1]: row[1:] for row in cells if (match := re.match(r"`([^`]+)`", row[0]))}


# Settings


def county_settings(shape: type[msgspec.Struct] = CountySettings, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each key of the county file with its default; NODEFAULT for a required one."""
    for field in msgspec.structs.fields(shape):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from county_settings(field.type, f"{above}{field.name}.")
        elif field.default_factory is not msgspec.NODEFAULT:
            yield above + field.name, field.default_factory()
        else:
            yield above + field.name, field.default


def written(default: Any) -> str:
    if default is msgspec.NODEFAULT:
        return "required"
    return "none" if default is None else f"`{json.dumps(default)}`"


@pytest.mark.parametrize(("key", "default"), [pair for pair in county_settings() if pair[0] != "texts"])
def test_every_key_of_the_county_file_stands_in_the_manual_with_its_default(key, default):
    assert rows_of("docs/settings.md")[key][0] == written(default)


def test_the_manual_names_no_key_that_the_county_file_does_not_have():
    known = {key for key, _ in county_settings()}
    assert {name for name in rows_of("docs/settings.md") if "." in name} <= known


def test_every_environment_variable_stands_in_the_manual():
    read = set(re.findall(r"\"(VASTE_[A-Z_]+)\"", text_of("src/vaste/config/environment.py")))
    assert read, "the pattern finds nothing"
    assert {name for name in read if f"`{name}`" not in text_of("docs/settings.md")} == set()


def smpp_options() -> list[str]:
    with pytest.raises(ValueError, match="Known are") as refused:
        SmppSettings.from_url("smpp://user:password@localhost?nonsense=1")
    return str(refused.value).partition("Known are ")[2].rstrip(".").split(", ")


def test_every_option_of_an_operators_address_stands_in_the_manual():
    options = [*smpp_options(), *SimulatedSettings.__dataclass_fields__]
    assert set(options) - rows_of("docs/settings.md").keys() == set()


@pytest.mark.parametrize("names", [tuple(TextName), UNIT_COLUMNS, FIELDS], ids=["texts", "units file", "visit"])
def test_every_text_column_and_field_stands_in_the_manual(names):
    assert set(names) - rows_of("docs/settings.md").keys() == set()


# Commands


def commands(group: click.Group, above: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"{above} {name}", command
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def test_every_command_stands_in_the_manual_with_its_options():
    manual = rows_of("docs/commands.md")
    for path, command in commands(vaste, "vaste"):
        options = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
        named = set(re.findall(r"`(--[a-z-]+)`", " ".join(manual[path])))
        assert named == options, path


def test_the_manual_names_no_command_that_does_not_exist():
    named = {name for name in rows_of("docs/commands.md") if name.startswith("vaste ")}
    assert named == {path for path, _ in commands(vaste, "vaste")}


# Words


def entries() -> dict[str, str]:
    parts = re.split(r"^### (.+)$", text_of("docs/glossary.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_glossary_stands_in_the_order_of_the_alphabet():
    assert list(entries()) == sorted(entries(), key=str.casefold)


def test_every_word_of_the_glossary_is_given_in_finnish_and_swedish():
    assert [term for term, words in entries().items() if not re.match(r"\s*fi: .+? · sv: .+?\. ", words, re.DOTALL)] == []


def own_models() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("vaste.")]


@pytest.mark.parametrize(
    "names",
    [
        [model.__name__ for model in own_models()],
        [*MessageState, *MessageClass],
        [*Outcome],
        [*Channel, *PeriodKind, *ItemKind],
    ],
    ids=["tables", "states", "outcomes", "kinds"],
)
def test_every_name_that_a_newcomer_meets_stands_in_the_glossary(names):
    glossary = text_of("docs/glossary.md")
    assert [str(name) for name in names if f"`{name}`" not in glossary] == []


# Architecture


def test_every_package_stands_in_the_architecture_in_the_order_of_imports():
    contract = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    layers = [name.strip() for layer in contract["layers"] for name in layer.split("|")]
    built = [name for name in layers if not name.startswith("(")]
    named = [name for name in rows_of("docs/architecture.md") if name in built]
    assert named == built


def test_every_table_stands_in_the_architecture_with_what_it_may_hold():
    named = {name for name in rows_of("docs/architecture.md") if "_" in name and " " not in name and "/" not in name}
    assert {model._meta.db_table for model in own_models()} == named & {model._meta.db_table for model in apps.get_models()}


def test_the_diagram_of_a_messages_states_is_the_table_of_transitions():
    first = OutboundMessage._meta.get_field("state").default
    lines = [f"    {state.value} --> {after.value}: {event.value}" for (state, event), after in TRANSITIONS.items()]
    diagram = "\n".join(["stateDiagram-v2", f"    [*] --> {first}", *lines])
    assert f"```mermaid\n{diagram}\n```" in text_of("docs/architecture.md"), f"docs/architecture.md must hold:\n{diagram}"


# Dependencies and files


def test_every_run_time_dependency_has_its_reason():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    required = {re.split(r"[\[<>=~!]", line)[0] for line in project["dependencies"]}
    table = re.findall(r"^\| ([a-z0-9-]+) \| ", text_of("docs/adr/0013-run-time-dependencies.md"), flags=re.MULTILINE)
    assert set(table) - {"package"} == required


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name.endswith(endings) and (ROOT / name).is_file()]


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (document.parent / path).resolve() if path else document
    return found.exists() and (not anchor or anchor in anchors(found))


@pytest.mark.parametrize("document", tracked(".md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_links_to_what_is_not_there(document):
    targets = re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", document.read_text(encoding="utf-8"))
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in inside if not leads_somewhere(document, target)] == []


def test_every_decision_stands_in_the_list_of_decisions():
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", text_of("docs/adr/README.md"))
    assert listed == sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))


def test_locks_carry_no_address_of_a_package_index():
    locks = [*tracked("requirements/run.txt", "requirements/test.txt"), *tracked("package-lock.json")]
    assert len(locks) > 2
    address = re.compile(r"--(?:extra-)?index-url|--find-links|\"resolved\"|^\s*@?[\w-]+ @ ", re.MULTILINE)
    assert [lock for lock in locks if address.search(lock.read_text(encoding="utf-8"))] == []


def test_no_file_names_a_package_index_or_a_folder_of_somebodys_machine():
    # Put together here, so that this file does not name what it looks for.
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)"])
    folders = "|".join(["home", "root", "Users", "work", "private"])
    local = re.compile(rf"{hosts}|(?<![\w./>-])/(?:{folders})/[\w.]")
    texts = tracked(".py", ".md", ".toml", ".txt", ".json", ".js", ".html", ".css", ".csv", "Makefile", ".ci/run", ".gitignore")
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in texts
        if (match := local.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}
