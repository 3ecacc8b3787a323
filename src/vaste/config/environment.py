"""The environment, read once into typed values. Nothing else in Vaste reads it.

Every variable is named in docs/settings.md; a wrong value stops the start with one sentence that says what to do.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from vaste.surveys.texts import LONGEST_BASE_ADDRESS

DEFAULT_PORT = 8000
_DEFAULT_QUEUE_ALARM_MINUTES = 15
_EMBEDDED = "VASTE_EMBEDDED"
_WRITER = "VASTE_SHARED_WRITER"
_SHORTEST_SECRET = 32
_PORT = re.compile("[0-9]{1,5}")
_HOST = re.compile(r"[0-9A-Za-z.-]+(:[0-9]+)?|\[[0-9A-Fa-f:]+\](:[0-9]+)?")
_ENGINE = re.compile(r"duckdb://|spark://(local(\[[0-9*]{1,3}\])?|[0-9A-Za-z.-]+:[0-9]{1,5}|\[[0-9A-Fa-f:]+\]:[0-9]{1,5})")
_DATABASE_URL_WRONG = "VASTE_DATABASE_URL must be sqlite:///path/to/file or postgresql://user:password@host/name."
_BASE_URL_WRONG = "VASTE_BASE_URL must be an address such as https://palaute.example.fi, without anything after the name."


class SettingWrong(SystemExit):
    """A setting is missing or wrong; the message says which and what to do. Ends the program (`command.main`: with code 2)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


@dataclass(frozen=True)
class Environment:
    """What the environment says, with the embedded defaults filled in."""

    data_dir: Path
    database: dict[str, Any]
    secret_key: str
    identity_keys: list[str]
    base_url: str
    port: int
    sms_urls: list[str]
    debug: bool
    queue_alarm_minutes: int
    copy_dir: Path
    hub_dir: Path
    analytics_url: str
    delivery_key: str
    hub_url: str
    hub_key: str
    hub_token: str
    hub_shows: str


def _secret(variables: Mapping[str, str], name: str, file: Path) -> str:
    """Return secrets from the environment, or from a file of the data folder, made at the first start."""
    given = variables.get(name, "").strip()
    found = given or _kept_secret(file)
    if not found or any(len(secret) < _SHORTEST_SECRET for secret in found.split()):
        where = name if given else f"The key in {file}"
        raise SettingWrong(f"{where} is too short: it must have at least {_SHORTEST_SECRET} characters. Make one with `vaste keys new`.")
    return found


def _kept_secret(file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(48)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # also when another process made it in the meantime
        return _read_secret(file)
    except OSError as error:
        raise _folder_unusable(file.parent, error) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(made + "\n")
    return made


def _read_secret(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingWrong(f"The key in {file} cannot be read. Put back the right file, or give the key in the environment.") from error


def _folder_unusable(folder: Path, error: OSError) -> SettingWrong:
    reason = (error.strerror or "unknown fault").lower()
    return SettingWrong(f"The folder {folder} cannot be written: {reason}. Choose another with VASTE_DATA_DIR.")


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "vaste.core.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # secure_delete: a burnt invitation is overwritten with zeros, not only unlinked. FULL: an answer that was
            # acknowledged survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;",
        },
        # Tests use a file too: a database in memory knows neither WAL nor several threads.
        "TEST": {"NAME": f"{path}.test-{os.getpid()}"},
    }


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's settings of a database from `sqlite:///path` or `postgresql://…`. Raises SettingWrong."""
    parts = _split(url, _DATABASE_URL_WRONG)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return _sqlite(parts.path[1:])
    if parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1:
        return _postgresql(parts)
    raise SettingWrong(_DATABASE_URL_WRONG)


def _split(url: str, when_wrong: str) -> SplitResult:
    """Return the parts of an address, of which the port is read for the first time here: only then it is checked."""
    try:
        parts = urlsplit(url)
        _port_is_known = parts.port
    except ValueError as error:
        raise SettingWrong(when_wrong) from error
    return parts


def _port(text: str) -> int:
    if not _PORT.fullmatch(text) or not 0 < int(text) < 65536:
        raise SettingWrong("VASTE_PORT must be a number from 1 to 65535.")
    return int(text)


def _minutes(text: str, name: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or int(text) == 0:
        raise SettingWrong(f"{name} must be a number of minutes from 1 to 9999.")
    return int(text)


def _analytics_url(text: str) -> str:
    if not _ENGINE.fullmatch(text):
        raise SettingWrong(
            "VASTE_ANALYTICS must be duckdb://, or spark:// with the cluster's host and port, as spark://spark.example.fi:7077."
        )
    return text


def _base_url(text: str) -> str:
    parts = _split(text, _BASE_URL_WRONG)
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc) or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingWrong(_BASE_URL_WRONG)
    address = text.rstrip("/")
    if len(address) > LONGEST_BASE_ADDRESS:
        raise SettingWrong(
            f"VASTE_BASE_URL is too long: with more than {LONGEST_BASE_ADDRESS} characters an invitation needs two messages."
        )
    return address


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Return the settings that a set of environment variables gives. Raises SettingWrong; may make key files in the data folder."""
    data_dir = Path(variables.get("VASTE_DATA_DIR", "") or "var").absolute()
    port = _port(variables.get("VASTE_PORT", "") or str(DEFAULT_PORT))
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _folder_unusable(data_dir, error) from error
    return Environment(
        data_dir=data_dir,
        database=database_from_url(variables.get("VASTE_DATABASE_URL", "") or f"sqlite:///{data_dir / 'vaste.sqlite3'}"),
        secret_key=_secret(variables, "VASTE_SECRET_KEY", data_dir / "keys" / "secret_key"),
        identity_keys=_secret(variables, "VASTE_IDENTITY_KEY", data_dir / "keys" / "identity_key").split(),
        base_url=_base_url(variables.get("VASTE_BASE_URL", "") or f"http://localhost:{port}"),
        port=port,
        sms_urls=(variables.get("VASTE_SMS_URL", "") or "simulated://").split(),
        debug=variables.get("VASTE_DEBUG", "") == "yes",
        queue_alarm_minutes=_minutes(
            variables.get("VASTE_QUEUE_ALARM_MINUTES", "") or str(_DEFAULT_QUEUE_ALARM_MINUTES), "VASTE_QUEUE_ALARM_MINUTES"
        ),
        hub_dir=Path(variables.get("VASTE_HUB_DIR", "") or data_dir / "hub").absolute(),
        copy_dir=Path(variables.get("VASTE_COPY_DIR", "") or data_dir / "copy").absolute(),
        analytics_url=_analytics_url(variables.get("VASTE_ANALYTICS", "") or "duckdb://"),
        delivery_key=variables.get("VASTE_DELIVERY_KEY", "").strip(),
        hub_url=variables.get("VASTE_HUB_URL", "").strip().rstrip("/"),
        hub_key=variables.get("VASTE_HUB_KEY", "").strip(),
        hub_token=variables.get("VASTE_HUB_TOKEN", "").strip(),
        hub_shows=variables.get("VASTE_HUB_SHOWS", "").strip(),
    )


def tell_server_processes(*, embedded: str, writer: str) -> None:
    """Tell the processes that the server will start what else to do (see `embedded.py`), and where they hand writes over, if they do."""
    os.environ[_EMBEDDED] = embedded
    os.environ[_WRITER] = writer


def told_by_server() -> str:
    """Return what `tell_server_processes` said, or nothing. Read late: a forked process has its parent's settings already."""
    return os.environ.get(_EMBEDDED, "")


def writer_told_by_server() -> str:
    """Return the address of the shared writer (`survey_pages.shared_writer`), or nothing where a process writes by itself."""
    return os.environ.get(_WRITER, "")
