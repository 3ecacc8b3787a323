"""The week is lived once; every attack gets the same loot and is scored against the same truth."""

import io
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker
from tests.attack.loot import Loot
from tests.attack.week import Truth, Week

_SEED = 20260302


@pytest.fixture(scope="session")
def week_and_log(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[Week, str]:
    with django_db_blocker.unblock():
        call_command("flush", interactive=False)
        try:
            week = Week(_SEED)
            return week, _logged(week)
        finally:
            call_command("flush", interactive=False)


def _logged(week: Week) -> str:
    """Let the week be lived with every line that Vaste would write at DEBUG kept, as it would write it."""
    root = logging.getLogger()
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(next(handler.formatter for handler in root.handlers if "structlog" in type(handler.formatter).__module__))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        week.live()
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    return lines.getvalue()


@pytest.fixture(scope="session")
def truth(week_and_log: tuple[Week, str]) -> Truth:
    return week_and_log[0].truth


@pytest.fixture(scope="session")
def loot(week_and_log: tuple[Week, str]) -> Loot:
    week, log = week_and_log
    return Loot(copies=tuple(week.copies), raw=week.raw, log=log, files=_other_files())


def _other_files() -> dict[str, bytes]:
    """Return what lies in the data folder beside the keys and the database."""
    folder = Path(settings.DATA_DIR)
    found = [path for path in folder.rglob("*") if path.is_file() and "keys" not in path.relative_to(folder).parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if "sqlite3" not in path.name}
