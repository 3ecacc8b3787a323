"""Where tests keep their keys: a data folder of their own, made before Django's settings are read."""

import os
import tempfile

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as runs

# No test is timed by the clock: this machine may be busy. What else Hypothesis does here or on CI stays as it is.
runs.register_profile("untimed", runs(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
runs.load_profile("untimed")

if "VASTE_DATA_DIR" not in os.environ:
    os.environ["VASTE_DATA_DIR"] = tempfile.mkdtemp(prefix="vaste-tests-")


def pytest_configure() -> None:
    """Let Django do quickly what is its own matter: hash passwords, which is made to be slow, and empty the tables after a test."""
    from django.test import TransactionTestCase
    from tests.emptying import empty_tables

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TransactionTestCase._fixture_teardown = empty_tables  # noqa: SLF001 - there is no other way in


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="Leave out what asks no database: it passes or fails alike on every one.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures: tuple[str, ...] = getattr(item, "fixturenames", ())
    if item.get_closest_marker("one_database"):
        return False
    is_marked = any(item.get_closest_marker(name) for name in ("django_db", "database"))
    return is_marked or not {"db", "transactional_db"}.isdisjoint(fixtures)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On CI a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
