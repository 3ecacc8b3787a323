from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from django.conf import LazySettings

from vaste.national.hub.actions import open_county, receive
from vaste.national.hub.following import follow_deliveries
from vaste.national.hub.models import HubCounty
from vaste.national.packages.examples import Example, example_package
from vaste.national.packages.signing import new_key, written_public

NOW = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)
COUNTIES = ("01", "05", "08", "18", "19", "HUS")


@cache
def packages() -> dict[str, tuple[str, bytes]]:
    """Return the public key and the package of six counties, and of a seventh that hides by another threshold."""
    made = {}
    for number, code in enumerate((*COUNTIES, "90")):
        key = new_key()
        quarters = ("2026-Q1", "2026-Q2") if number % 2 == 0 else ("2026-Q2",)
        example = Example(county=code, quarters=quarters, seed=number + 1, answers=20, k=10 if code == "90" else 5)
        made[code] = written_public(key.public_key()), example_package(example, key)
    return made


@pytest.fixture
def hub(db, settings, tmp_path: Path) -> None:
    """A hub to which seven counties have delivered the second quarter, and four of them the first."""
    deliver_to_hub(settings, tmp_path, list(packages()))


def deliver_to_hub(settings: LazySettings, folder: Path, codes: Sequence[str]) -> None:
    """Begin a hub in a folder, to which some of the counties have delivered."""
    settings.HUB_DIR = folder / "hub"
    for code in codes:
        key, package = packages()[code]
        open_county(code=code, public_keys=[key], actor="command", today=NOW.date())
        assert receive(HubCounty.objects.get(code=code), package, now=NOW).is_accepted
    follow_deliveries()
