"""The shared writer for tests, here in a thread."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from vaste.survey_pages.handing import HandingStore
from vaste.survey_pages.shared_writer import write_for_others


@contextmanager
def writer_at(address: Path) -> Iterator[None]:
    """Write what is handed over at an address for as long as the context lasts."""
    told, tells = socket.socketpair()
    is_ready = threading.Event()
    with closing(told):
        writer = threading.Thread(target=write_for_others, args=(address,), kwargs={"until": told, "is_ready": is_ready.set})
        writer.start()
        assert is_ready.wait(60)
        try:
            yield
        finally:
            tells.close()
            writer.join()


@contextmanager
def handing() -> Iterator[HandingStore]:
    """Give the store of a process that hands its writes over."""
    with TemporaryDirectory() as folder, writer_at(Path(folder) / "answers"), closing(HandingStore(f"{folder}/answers")) as store:
        yield store
