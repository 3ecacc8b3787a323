from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.hub.actions import Answer, Tokens, open_county, receive
from vaste.national.hub.models import HubCounty
from vaste.national.packages.examples import Example, example_contents
from vaste.national.packages.signing import new_key, written_public
from vaste.national.packages.writing import write_package

NOW = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)
_contents = cache(example_contents)


@dataclass
class Sender:
    """A county that may deliver."""

    code: str = "18"
    key: Ed25519PrivateKey = field(default_factory=new_key)

    def open(self) -> Tokens:
        return open_county(code=self.code, public_keys=[written_public(self.key.public_key())], actor="command", today=NOW.date())

    @property
    def county(self) -> HubCounty:
        return HubCounty.objects.get(code=self.code)

    def package(self, **example) -> bytes:
        return write_package(_contents(Example(county=self.code, **example)), self.key)

    def send(self, packed: bytes) -> Answer:
        return receive(self.county, packed, now=NOW)


@pytest.fixture(autouse=True)
def hub_dir(settings, tmp_path) -> Iterator[None]:
    settings.HUB_DIR = tmp_path / "hub"
    return


@pytest.fixture
def sender(db) -> Sender:
    made = Sender()
    made.open()
    return made


@pytest.fixture
def senders(db) -> Callable[[str], Sender]:
    def opened(code: str) -> Sender:
        made = Sender(code)
        made.open()
        return made

    return opened
