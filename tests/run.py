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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
    patient = ["apt-get", "-q", "-o", "Acquire::Retries=5"]
    subprocess.run([*patient, "update"], **quiet)
    subprocess.run([*patient, "install", "-y", "--no-install-recommends", *packages], **quiet)


def _missing() -> list[Need]:
    packages = [package for need in _needs() if not need.is_there for package in need.packages]
    if packages:
        _install(packages)
    return [need for need in _needs() if not need.is_there]


@dataclass(frozen=True)
class Part:
    """A part of the tests that a pytest process of its own runs. words: what pytest is told; server: gives the address of a database."""

    name: str
    words: tuple[str, ...]
    server: Callable[[], AbstractContextManager[str | None]] = nullcontext


# The packages in groups of which the last ones, small, fill the time until both processors are done.
_GROUPS = {
    "figures and pages": ("dashboards", "free_text", "national", "reports", "results", "simulator"),
    "commands": ("config",),
}
# For two processors: the journeys wait half of their time, for operators, a browser or a moment to come.
_AT_ONCE = 3
_HANGS_AFTER_SECONDS = 300


@contextmanager
def _environment(part: Part) -> Iterator[dict[str, str]]:
    """A data folder and a database of its own, so that parts side by side share nothing."""
    with tempfile.TemporaryDirectory(prefix="vaste-tests-") as folder, part.server() as database_url:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VASTE_")}
        environment["VASTE_DATA_DIR"] = folder
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the programs that tests start would compile Django anew
        # Spark lives for a minute here: what its compiler would make quick costs more than it spares.
        environment["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
        if database_url:
            environment["VASTE_DATABASE_URL"] = database_url
        yield environment


def _passes(part: Part) -> bool:
    """Run a part and print what it said once it has ended."""
    began = time.monotonic()
    # Where a test hangs for so long, every thread says where it stands.
    asked = ("-rs", "--color=no", "--durations=8", "-o", f"faulthandler_timeout={_HANGS_AFTER_SECONDS}")
    command = [sys.executable, "-m", "pytest", *asked, *part.words]
    with _environment(part) as environment:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    said = ended.stdout.decode(errors="replace")
    print(f"\n=== {part.name}: {time.monotonic() - began:.0f} s\n\n{said}", flush=True)
    return ended.returncode == 0


def _parts(left_out: str) -> Iterator[Part]:
    """All tests on SQLite, in parts, and on PostgreSQL those that ask a database; the longest parts first."""
    if has_postgresql():
        # What asks no database, and a page in the browser, and Spark are the same whatever the database: they run once.
        words = ("--database-only", "-m", f"not browser and not spark{' and ' + left_out if left_out else ''}")
        yield Part("PostgreSQL, packages", ("src", *words), private_cluster)
        yield Part("PostgreSQL, whole journeys", ("tests", *words), private_cluster)
    yield Part("SQLite, whole journeys", ("tests", "-m", left_out))
    packages = sorted(folder.name for folder in (ROOT / "src/vaste").iterdir() if folder.is_dir() and folder.name != "__pycache__")
    grouped = {package for group in _GROUPS.values() for package in group}
    for name, group in {**_GROUPS, "all else": [package for package in packages if package not in grouped]}.items():
        yield Part(f"SQLite, {name}", (*(f"src/vaste/{package}" for package in group), "-m", left_out))


def _run_tests(missing: list[Need]) -> bool:
    """Run every part, also after one has failed, a few at a time."""
    left_out = " and ".join(f"not {need.marker}" for need in missing if need.marker != "postgresql")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return all(list(pool.map(_passes, _parts(left_out))))


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
