"""Debian's Kannel between us and an SMSC: bearerbox and smsbox of our own settings, and its fakesmsc as the phones."""

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from urllib.error import URLError
from urllib.parse import quote, unquote_to_bytes
from urllib.request import urlopen

from tests.ports import free_port
from tests.smsc.peers import PATIENCE, missing

from vaste.messaging.http.gateway import HttpGateway
from vaste.messaging.http.kannel import Kannel

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
SECRET = "a-secret-for-kannel"
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (.*)>$")
_KINDS = {"text": "latin-1", "ucs-2": "utf-16-be", "data": "utf-8"}


@dataclass(frozen=True)
class RunningKannel:
    """A Kannel that takes messages. smsc_port: where its fake SMSC listens, 0 when it has another."""

    sendsms_port: int
    smsc_port: int
    status: str

    def gateway(self, *, base_url: str, password: str = "secret", options: str = "") -> HttpGateway:
        url = f"kannel://vaste:{password}@127.0.0.1:{self.sendsms_port}?secret={SECRET}{options}"
        return HttpGateway(Kannel.from_url(url, base_url=base_url))

    def is_up(self) -> bool:
        try:
            with urlopen(self.status, timeout=10) as answer:
                return "smsbox:" in answer.read().decode()
        except (URLError, OSError):
            return False


def to_fake_smsc(port: int) -> str:
    """Return the settings of an SMSC that Kannel plays itself and `FakePhones` connect to."""
    return f'smsc = fake\nsmsc-id = fake\nport = {port}\nconnect-allow-ip = "127.0.0.1"'


def to_smpp(port: int) -> str:
    """Return the settings by which Kannel binds to an SMSC."""
    bind = f"host = 127.0.0.1\nport = {port}\nsmsc-username = vaste\nsmsc-password = secret\nsystem-type = vaste"
    return f"smsc = smpp\nsmsc-id = smpp\n{bind}\ntransceiver-mode = true"


def _settings(smsc: str, ports: list[int], base_url: str) -> str:
    """Return Kannel's settings as docs/operators.md advises them."""
    replies = f"{base_url}/operators/kannel/replies?secret={SECRET}&id=%I&from=%p&to=%P&charset=%C&text=%b"
    allowed = 'admin-allow-ip = "127.0.0.1"\nbox-allow-ip = "127.0.0.1"'
    core = f'admin-port = {ports[0]}\nadmin-password = "x"\nsmsbox-port = {ports[1]}\n{allowed}'
    groups = [
        f"group = core\n{core}\nlog-level = 3\ndlr-storage = internal",
        f"group = smsc\n{smsc}",
        f"group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {ports[2]}\nlog-level = 3",
        "group = sendsms-user\nusername = vaste\npassword = secret\nconcatenation = true\nmax-messages = 10",
        f'group = sms-service\nkeyword = default\nget-url = "{replies}"\nmax-messages = 0',
    ]
    return "\n\n".join(groups) + "\n\n"  # a group ends with an empty line


@contextmanager
def kannel(folder: Path, *, smsc: str, base_url: str, smsc_port: int = 0) -> Iterator[RunningKannel]:
    """Run Kannel until the block ends."""
    bearerbox, smsbox = shutil.which("bearerbox", path="/usr/sbin:/usr/bin"), shutil.which("smsbox", path="/usr/sbin:/usr/bin")
    if not (bearerbox and smsbox and FAKESMSC.exists()):
        missing("Kannel is not installed (Debian: kannel kannel-extras)")
    ports = [free_port() for _ in range(3)]
    (folder / "kannel.conf").write_text(_settings(smsc, ports, base_url), encoding="utf-8")
    running = RunningKannel(ports[2], smsc_port, f"http://127.0.0.1:{ports[0]}/status.txt?password=x")
    with (folder / "log.txt").open("w") as log, ExitStack() as boxes:

        def start(program: str) -> subprocess.Popen[bytes]:
            box = subprocess.Popen([program, "kannel.conf"], cwd=folder, stdout=log, stderr=log)
            boxes.callback(_end, box)
            return box

        start(str(bearerbox))
        _start_smsbox(partial(start, str(smsbox)), running)
        yield running


def _start_smsbox(start: Callable[[], subprocess.Popen[bytes]], running: RunningKannel) -> None:
    """Start smsbox until it stays: it ends at once where bearerbox does not listen yet."""
    box, deadline = start(), time.monotonic() + 180
    while not running.is_up():
        assert time.monotonic() < deadline, "Kannel did not start"
        time.sleep(0.2)
        if box.poll() is not None:
            box = start()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class FakePhones:
    """All phones behind Kannel's fake SMSC. A fakesmsc says what it was started with, so each word starts a new one."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._texts: Queue[tuple[str, str]] = Queue()
        self._process: subprocess.Popen[str] | None = None

    def listen(self) -> None:
        """Be switched on."""
        self._begin("-m", "0", "0 0 text x")

    def say(self, phone: str, recipient: str, text: str) -> None:
        """Send a text."""
        self._begin("-m", "1", f"{phone} {recipient} ucs2 {quote(text.encode('utf-16-be'), safe='')}")

    def hear(self, seconds: float = PATIENCE) -> tuple[str, str]:
        """Return phone and text of the next message that came."""
        try:
            return self._texts.get(timeout=seconds)
        except Empty:
            raise AssertionError("No message came to the phones") from None

    def end(self) -> None:
        """Be switched off."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _begin(self, *arguments: str) -> None:
        self.end()
        command = [str(FAKESMSC), "-H", "127.0.0.1", "-r", str(self._port), *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                found = _GOT.search(line.rstrip("\n"))
                if found:
                    kind, _space, written = found[3].partition(" ")
                    octets = unquote_to_bytes(written.replace("+", " "))
                    self._texts.put((found[2], octets.decode(_KINDS.get(kind, "utf-8"), "replace")))
