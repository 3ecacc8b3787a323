"""`vaste serve` as a process over a scratch database, for tests that end it or parts of it."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Self

from tests.ports import free_port
from tests.waiting import is_gone, wait_until

from vaste.config.commands.bench_survey import database_url, key_settings

PATIENCE_SECONDS = 120
_VASTE = Path(sys.executable).parent / "vaste"


class Service:
    """The service on a port of its own. folder: its data folder, which holds its log too. Ends with its context, however it stands."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.is_gone():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def begin(self) -> None:
        """Start it, and return once it serves."""
        places = {"VASTE_DATA_DIR": str(self._folder), "VASTE_DATABASE_URL": database_url(), "TMPDIR": str(self._folder)}
        command = [str(_VASTE), "serve", "--port", str(self._port)]
        with (self._folder / "log").open("ab") as log:
            environment = {**os.environ, **key_settings(), **places}
            self.process = subprocess.Popen(command, env=environment, stderr=log, start_new_session=True)
        wait_until(self._serves)

    def _serves(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"{self.address}/poista", timeout=10).status == 200)
        except OSError:
            return False

    def log(self) -> str:
        """Return what it has logged."""
        return (self._folder / "log").read_text()

    def writers(self) -> list[int]:
        """Return the processes that write what others hand over."""
        return self._children("answer_writer")

    def servers(self) -> list[int]:
        """Return the processes that serve."""
        return [child for child in self._children("") if child not in self.writers()]

    def _children(self, pattern: str) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid), "-f", pattern], stdout=subprocess.PIPE, check=False)
        return [int(line) for line in found.stdout.split()]

    def is_gone(self) -> bool:
        """Tell whether no process of it is left."""
        self.process.poll()
        return is_gone(self.process.pid)
