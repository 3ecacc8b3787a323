"""Where tests keep their keys: a data folder of their own, made before Django's settings are read."""

import os
import tempfile

import pytest

if "VASTE_DATA_DIR" not in os.environ:
    os.environ["VASTE_DATA_DIR"] = tempfile.mkdtemp(prefix="vaste-tests-")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On CI a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
