"""`vaste serve` as a process: two processes serve, one writes for them on SQLite, and nothing stays behind."""

import os
import re
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.waiting import wait_until

from vaste.config.commands.bench_results import scratch_database
from vaste.config.commands.bench_survey_load import BODY
from vaste.config.commands.bench_survey_world import make_open_links
from vaste.config.tests.service import PATIENCE_SECONDS, Service
from vaste.responses.models import MailboxAnswer

_CODE = re.compile(rb"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_LINKS = 6

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tokens() -> Iterator[list[str]]:
    """Give open links of a database of their own."""
    with scratch_database():
        made = make_open_links(_LINKS)
        connection.close()
        yield made


def is_thanked(service: Service, token: str) -> bool:
    with urllib.request.urlopen(f"{service.address}/s/{token}", data=BODY, timeout=PATIENCE_SECONDS) as answer:
        return _CODE.search(answer.read()) is not None


def writer_gauge(service: Service) -> str:
    metrics = urllib.request.urlopen(f"{service.address}/metrics", timeout=PATIENCE_SECONDS).read().decode()
    return "".join(line.rpartition(" ")[2] for line in metrics.splitlines() if line.startswith("vaste_answer_writer "))


if connection.vendor == "sqlite":

    def test_a_writer_that_was_killed_is_started_anew_and_nobody_notices(tokens: list[str], tmp_path: Path) -> None:
        with Service(tmp_path) as service:
            assert is_thanked(service, tokens[0])
            for number in (1, 2):
                [writer] = service.writers()
                os.kill(writer, signal.SIGKILL)
                assert is_thanked(service, tokens[number]), "while there is none"
                wait_until(lambda number=number: service.log().count('"answer_writer.back"') == number)
                assert service.log().count('"answer_writer.ended"') == number
                assert writer_gauge(service) == "1.0"
            assert all(is_thanked(service, token) for token in tokens[3:])
            service.process.terminate()
            assert service.process.wait(PATIENCE_SECONDS) == 0
            wait_until(service.is_gone)
        assert MailboxAnswer.objects.count() == len(tokens)
        assert not list(tmp_path.glob("vaste-writer-*"))

else:

    def test_on_postgresql_there_is_no_writer(tokens: list[str], tmp_path: Path) -> None:
        with Service(tmp_path) as service:
            assert is_thanked(service, tokens[0])
            assert service.writers() == []
            assert writer_gauge(service) == ""
