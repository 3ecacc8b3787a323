"""Whoever writes the copy is killed at random moments; figures stay right, and the copy comes out equal to the database."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.copy.record import figures_are_those_of_the_database
from vaste.responses.copy.actions import follow_record, tidy_copy
from vaste.responses.copy.verifying import verify_copy
from vaste.responses.models import Response

ROOT = Path(__file__).parents[2]
KILLS = 8


def database_url() -> str:
    """Return the address of the database that the tests use."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    who = f"{quote(place['USER'])}:{quote(place['PASSWORD'])}" if place["PASSWORD"] else quote(place["USER"])
    return f"postgresql://{who}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


@contextmanager
def keepers(copy_dir: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "VASTE_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "vaste.config.settings"}
    command = [sys.executable, "-m", "tests.copy.keeper_process", str(copy_dir)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(60)


def tell(process: subprocess.Popen[str], order: str, *, until: str) -> None:
    """Give an order, and wait until the process says so."""
    assert process.stdin
    assert process.stdout
    print(order, file=process.stdin, flush=True)
    while (said := process.stdout.readline().strip()) != until:
        assert said, "the process ended by itself"


def test_a_writer_killed_at_any_moment_loses_and_doubles_nothing(copy_dir):
    chance = random.Random(11)
    with keepers(copy_dir) as process:
        for _ in range(KILLS):
            tell(process, "begin", until="went round")
            time.sleep(chance.uniform(0, 0.8))  # not a limit: the moment of the kill
            tell(process, "kill", until="killed")
            assert figures_are_those_of_the_database()
    follow_record()
    tidy_copy()
    proof = verify_copy()
    assert proof
    assert proof.is_equal
    assert proof.waiting == 0
    assert proof.responses == Response.objects.count() > KILLS
