"""The process in whose children `vaste deliver` runs, each of which can be killed (SIGKILL) at a step or a moment of its work.

What the command loads is loaded once, so that kills meet its own work and not Python's start. Orders come in as lines of JSON
(`arguments`, `settings`, and at most one of `kill_at_step` and `kill_after_seconds`), and so go the answers: `code`, negative where a
signal ended it, and how many `steps` it took.
"""

import json
import mmap
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import django

_LOADED = ("vaste.config.commands.deliver", "vaste.responses.copy.engine", "httpx")
# Python's audit events that change a file or reach the net; every statement to the database is two steps more, before and after it.
_EVENTS = frozenset({"open", "os.link", "os.mkdir", "os.remove", "os.rename", "socket.__new__", "socket.connect"})
_WRITES = os.O_WRONLY | os.O_RDWR
_LOOKS_SECONDS = 0.0005


class _Steps:
    """How many steps a child has taken, in memory that it shares with this process."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    def count(self) -> int:
        return int.from_bytes(self._memory[:8], "little")

    def put(self, number: int) -> None:
        self._memory[:8] = number.to_bytes(8, "little")


def _lived(order: dict[str, Any], log: Path) -> dict[str, int]:
    """Let a child carry an order out; return how it ended."""
    steps = _Steps()
    child = os.fork()
    if child == 0:
        _carry_out(order, steps, log)
    if order.get("kill_after_seconds") is not None:
        _kill_later(child, order["kill_after_seconds"])
    _, status = os.waitpid(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "steps": steps.count()}


def _kill_later(child: int, seconds: float) -> None:
    """Kill a child after so long, unless it has ended by then."""
    ends_at = time.monotonic() + seconds
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= ends_at:
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
            return
        time.sleep(_LOOKS_SECONDS)


def _carry_out(order: dict[str, Any], steps: _Steps, log: Path) -> NoReturn:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(descriptor, stream)  # the true ones carry answers to our parent
    code: object = 1
    try:
        _stop_at(order.get("kill_at_step"), steps)
        code = _run(order["arguments"], order["settings"])
    finally:
        sys.stdout.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _stop_at(deadly: int | None, steps: _Steps) -> None:
    """Count this process's steps from now on, and kill it where it reaches the deadly one."""
    from django.db import connection

    def step() -> None:
        steps.put(steps.count() + 1)
        if steps.count() == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(execute: Callable[..., Any], *arguments: Any) -> Any:
        step()
        answer = execute(*arguments)
        step()
        return answer

    def heard(event: str, values: tuple[Any, ...]) -> None:
        if event in _EVENTS and (event != "open" or values[2] & _WRITES):
            step()

    sys.addaudithook(heard)
    connection.execute_wrappers.append(around)


def _run(arguments: list[str], values: dict[str, str]) -> object:
    """Run `vaste deliver` with some settings; return its exit code as Python has it."""
    from django.conf import settings

    from vaste.config.command import vaste

    for name, value in values.items():
        setattr(settings, name, value)
    try:
        vaste(["deliver", *arguments], prog_name="vaste")
    except SystemExit as ended:
        return ended.code
    return 0


def main(log: str) -> None:
    """Carry orders out until there are no more."""
    django.setup()
    for module in _LOADED:
        import_module(module)
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_lived(json.loads(line), Path(log)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
