"""What docs/operators-http.md says is what there is."""

import re
from pathlib import Path

from vaste.messaging.http.addresses import COMMON_OPTIONS
from vaste.messaging.http.json_provider import JsonProvider
from vaste.messaging.http.json_settings import MESSAGE_FIELDS

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_every_option_is_explained() -> None:
    explained = re.findall(r"^\| `([a-z_]+)` \|", (DOCS / "operators-http.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(explained) == COMMON_OPTIONS | {"from", "secret"}


def test_every_field_of_a_message_is_named() -> None:
    named = re.findall(r"`\{([a-z_]+)\}`", (DOCS / "operators-http.md").read_text(encoding="utf-8"))

    assert set(named) == MESSAGE_FIELDS


def test_the_example_file_is_an_account() -> None:
    url = f"json://{DOCS / 'operator-example.toml'}?token=t&callback_secret=a-secret-of-calls"

    assert JsonProvider.from_url(url, base_url="https://palaute.example.fi").account.name == "operator-example"
