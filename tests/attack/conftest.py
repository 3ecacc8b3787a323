"""The week is lived once; every attack gets the same loot and is scored against the same truth."""

import io
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker
from tests.attack.loot import Loot, rows_in
from tests.attack.week import Truth, Week

_SEED = 20260302


@pytest.fixture(scope="session")
def copy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the columnar copy of the week lies, apart from that of other tests."""
    return tmp_path_factory.mktemp("copy-of-the-week")


@pytest.fixture(scope="session")
def week_and_log(django_db_setup: None, django_db_blocker: DjangoDbBlocker, copy_folder: Path) -> tuple[Week, str]:
    usual, settings.COPY_DIR = settings.COPY_DIR, copy_folder
    with django_db_blocker.unblock():
        call_command("flush", interactive=False)
        try:
            week = Week(_SEED)
            return week, _logged(week)
        finally:
            settings.COPY_DIR = usual
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
def copied(week_and_log: tuple[Week, str], copy_folder: Path) -> dict[str, bytes]:
    """The files of the columnar copy, those in Parquet as what stands in them too."""
    files = {f"copy/{path.relative_to(copy_folder)}": path for path in copy_folder.rglob("*") if path.is_file()}
    raw = {name: path.read_bytes() for name, path in files.items()}
    read = {f"{name} read": repr(rows_in(path)).encode() for name, path in files.items() if path.suffix == ".parquet"}
    return {**raw, **read}


@pytest.fixture(scope="session")
def loot(week_and_log: tuple[Week, str], copied: dict[str, bytes]) -> Loot:
    week, log = week_and_log
    return Loot(copies=tuple(week.copies), raw=week.raw, log=log, files={**_other_files(), **copied})


def _other_files() -> dict[str, bytes]:
    """Return what lies in the data folder beside the keys and the database."""
    folder = Path(settings.DATA_DIR)
    found = [path for path in folder.rglob("*") if path.is_file() and "keys" not in path.relative_to(folder).parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if "sqlite3" not in path.name}
