"""`vaste deliver` killed (SIGKILL) while it makes its key, makes a package, and sends it; beside a hub that stays."""

import random
from dataclasses import asdict

import pytest
from django.db import connection
from tests.ports import free_port

from vaste.config.commands.bench_county_world import kill_county
from vaste.config.commands.bench_hub_world import Hub, running


@pytest.fixture
def hub(settings, tmp_path, transactional_db):
    settings.HUB_DIR = tmp_path / "hub"
    connection.close()  # other processes see the database too
    with running(Hub(free_port(), tmp_path / "hub.log")) as served:
        yield served


def test_a_county_killed_at_any_step_delivers_once_what_a_second_person_approved(hub, tmp_path):
    found = asdict(kill_county(tmp_path / "county", hub.address, 12, chance=random.Random(11)))

    assert found.pop("kills") >= 12
    assert found.pop("deliveries") >= 3
    assert found == dict.fromkeys(found, 0), (tmp_path / "county" / "log").read_text()
