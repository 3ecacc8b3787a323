"""What the addresses of HTTP accounts have in common: `scheme://user:password@host:port?name=…&window=…`."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, parse_qsl

from vaste.messaging.http.provider import HttpAccount

COMMON_OPTIONS = frozenset({"name", "window", "rate", "answer_seconds", "callbacks", "ca", "proxy"})
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def options_of(parts: SplitResult, known: Collection[str]) -> dict[str, str]:
    """Return the options of an address. Raises ValueError with one sentence."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True, encoding="utf-8"))
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise ValueError(f"The account has an unknown option: {unknown[0]}. Known are {', '.join(sorted(known))}.")
    return options


def account_of(options: Mapping[str, str], *, name: str, base_url: str) -> HttpAccount:
    """Return the account that options give. name: where they give none. Raises ValueError with one sentence."""
    found = options.get("name") or name
    if _NAME.fullmatch(found) is None:
        raise ValueError("The option name must be of small letters, digits and hyphens, at most 40.")
    return HttpAccount(
        name=found,
        callbacks=(options.get("callbacks") or base_url).rstrip("/"),
        window=int(_number(options, "window", 10.0, most=1000)),
        rate=_number(options, "rate", 0.0, most=100_000) or None,
        answer_seconds=_number(options, "answer_seconds", 10.0, most=120),
        ca=options.get("ca", ""),
        proxy=options.get("proxy", ""),
    )


def _number(options: Mapping[str, str], name: str, default: float, *, most: float) -> float:
    if name not in options:
        return default
    try:
        value = float(options[name])
    except ValueError:
        value = 0.0
    if not 0 < value <= most or (name == "window" and value != int(value)):
        raise ValueError(f"The option {name} must be a number above 0 and at most {most:g}.")
    return value


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, where nothing needs to be encrypted."""
    return host in _LOOPBACK


def port_of(parts: SplitResult) -> int | None:
    """Return the port of an address. Raises ValueError with one sentence."""
    try:
        return parts.port
    except ValueError:
        raise ValueError("The port must be a number from 1 to 65535.") from None


def host_and_port(host: str, port: int | None) -> str:
    """Return the network location of a host."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"
