"""What `make test` runs: every test on SQLite, and on PostgreSQL all that ask a database, with the servers and browser they talk to.

What the machine lacks is installed where that can be done (Debian, as root) and otherwise named in one line as not run; on
CI (`CI=true`) nothing may be missing or skipped.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from tests.postgresql import is_installed as has_postgresql
from tests.postgresql import private_cluster

ROOT = Path(__file__).parent.parent
IS_CI = os.environ.get("CI") == "true"


@dataclass(frozen=True)
class Need:
    """Something that tests talk to. marker: of the tests that cannot run without it."""

    what: str
    packages: tuple[str, ...]
    marker: str
    is_there: bool


def _needs() -> list[Need]:
    has_node = shutil.which("node") is not None and shutil.which("npm") is not None
    has_voikko = find_library("voikko") is not None and Path("/usr/lib/voikko").exists()
    return [
        Need("Chromium", ("chromium",), "browser", shutil.which("chromium") is not None),
        Need("Node.js and npm", ("nodejs", "npm"), "smsc", has_node),
        Need("Kannel", ("kannel", "kannel-extras"), "smsc", Path("/usr/sbin/bearerbox").exists()),
        Need("Net::SMPP for Perl", ("libnet-smpp-perl",), "smsc", Path("/usr/share/perl5/Net/SMPP.pm").exists()),
        Need("Voikko", ("libvoikko1", "voikko-fi"), "voikko", has_voikko),
        Need("Java", ("default-jre-headless",), "spark", shutil.which("java") is not None),
        Need("PostgreSQL", ("postgresql",), "postgresql", has_postgresql()),
    ]


def _install(packages: list[str]) -> None:
    """Install Debian packages without questions; what fails shows as still missing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "env": environment, "check": False}
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], **quiet)


def _missing() -> list[Need]:
    packages = [package for need in _needs() if not need.is_there for package in need.packages]
    if packages:
        _install(packages)
    return [need for need in _needs() if not need.is_there]


@dataclass(frozen=True)
class Run:
    """One pytest run in a process of its own."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path


@contextmanager
def _environment(database_url: str | None) -> Iterator[dict[str, str]]:
    """A data folder of its own, so that runs side by side share nothing."""
    with tempfile.TemporaryDirectory(prefix="vaste-tests-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
        environment["VASTE_DATA_DIR"] = folder
        if database_url:
            environment["VASTE_DATABASE_URL"] = database_url
        yield environment


def _start(name: str, environment: dict[str, str], folder: Path, *options: str) -> Run:
    output = folder / f"{name}.txt"
    command = [sys.executable, "-m", "pytest", "-rs", "--color=no", "--durations=8", *options]
    with output.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
    return Run(name, process, output)


def _finish(run: Run, began: float) -> bool:
    code = run.process.wait()
    print(f"\n=== {run.name}: {time.monotonic() - began:.0f} s\n")
    print(run.output.read_text(encoding="utf-8", errors="replace"), flush=True)
    return code == 0


def _finish_all(runs: list[Run], began: float) -> bool:
    """Wait for every run, also after one has failed."""
    ends = [_finish(run, began) for run in runs]
    return all(ends)


def _run_tests(missing: list[Need]) -> bool:
    began = time.monotonic()
    left_out = " and ".join(f"not {need.marker}" for need in missing if need.marker != "postgresql")
    with tempfile.TemporaryDirectory(prefix="vaste-output-") as folder, _environment(None) as on_sqlite:
        runs = [_start("SQLite", on_sqlite, Path(folder), "-m", left_out)]
        if not has_postgresql():
            return _finish_all(runs, began)
        with private_cluster() as url, _environment(url) as on_postgresql:
            # What asks no database, and a page in the browser, and Spark are the same whatever the database: they run once.
            marked = f"not browser and not spark{' and ' + left_out if left_out else ''}"
            runs.append(_start("PostgreSQL", on_postgresql, Path(folder), "--database-only", "-m", marked))
            return _finish_all(runs, began)


def main() -> int:
    """Run everything; return 0 when all passed."""
    missing = _missing()
    for need in missing:
        print(f"Not run: what needs {need.what}, which is not here and could not be installed ({' '.join(need.packages)}).")
    if missing and IS_CI:
        return 1
    contract = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, check=False, capture_output=True, text=True)
    if contract.returncode:
        print(contract.stdout)
        return 1
    return 0 if _run_tests(missing) else 1


if __name__ == "__main__":
    sys.exit(main())
