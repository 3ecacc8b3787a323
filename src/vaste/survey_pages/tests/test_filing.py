"""Answers are filed once and for good, by this process or handed over to the shared writer."""

import os
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from django.db import IntegrityError, connection
from tests.factories import at
from tests.waiting import wait_until

from vaste.invitations.burning import Filed, burning
from vaste.responses.models import MailboxAnswer
from vaste.responses.rules import Channel
from vaste.survey_pages.shared_writer import FilingFailed, HandingStore, write_answers
from vaste.survey_pages.store import StoreUnavailable, store
from vaste.survey_pages.tests.links import NOW, open_link, session

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def writer_at(address):
    """The shared writer, here in a thread."""
    told, tells = socket.socketpair()
    with closing(told):
        writer = threading.Thread(target=write_answers, args=(address,), kwargs={"until": told})
        writer.start()
        wait_until(address.exists)
        try:
            yield
        finally:
            tells.close()
            writer.join()


@contextmanager
def handing():
    """The store of a process that hands its answers over."""
    with TemporaryDirectory() as folder, writer_at(Path(folder) / "answers"), closing(HandingStore(f"{folder}/answers")) as filing:
        yield filing


# On PostgreSQL every process writes by itself.
WAYS = [lambda: nullcontext(store())] + ([handing] if connection.vendor == "sqlite" else [])


@pytest.fixture(params=WAYS, ids=["own", "handed over"][: len(WAYS)])
def filing(request, county):
    with request.param() as chosen:
        yield chosen


def ready(path, *, nps=9):
    answers = Filed({"nps": nps}, "fi", Channel.LINK, os.urandom(32))
    return burning(session(path), answers, today=at(NOW).date())


def links(count):
    return [open_link(event_id=f"e-{number}", phone=f"+35840000{number:04}") for number in range(1, count + 1)]


def filed_at_once(filing, answers):
    gate = threading.Barrier(len(answers))

    def one(answer):
        gate.wait(120)
        with closing(connection):
            try:
                return filing.file(answer)
            except (IntegrityError, FilingFailed):
                return "failed"

    with ThreadPoolExecutor(len(answers)) as threads:
        return list(threads.map(one, answers))


def test_an_answer_is_filed_and_its_invitation_burnt(filing):
    [path] = links(1)
    answer = ready(path)
    assert filing.file(answer) is True
    assert session(path) is None
    assert [str(row.id).replace("-", "") for row in MailboxAnswer.objects.all()] == [str(answer.row[0]).replace("-", "")]


def test_of_two_answers_to_one_invitation_one_is_filed(filing):
    [path] = links(1)
    first, second = ready(path), ready(path, nps=0)
    assert sorted(filed_at_once(filing, [first, second])) == [False, True]
    assert filing.file(ready_again(first)) is False
    assert MailboxAnswer.objects.count() == 1


def ready_again(answer):
    return replace(answer, row=(answer.invitation_id if connection.vendor == "postgresql" else "f" * 32, *answer.row[1:]))


def test_many_at_once_are_all_filed_and_none_suffers_from_another_s_failure(filing):
    answers = [ready(path) for path in links(9)]
    broken = [replace(answer, row=(answer.row[0], None, answer.row[2])) for answer in answers[::3]]
    results = filed_at_once(filing, [broken[number // 3] if number % 3 == 0 else answer for number, answer in enumerate(answers)])
    assert results == ["failed", True, True] * 3
    assert MailboxAnswer.objects.count() == 6
    assert [filing.file(answer) for answer in answers[::3]] == [True] * 3, "what failed can be tried again"


if connection.vendor == "sqlite":

    def test_where_no_writer_is_a_process_files_its_own(county, tmp_path):
        first, second, third = links(3)
        address = tmp_path / "answers"
        with closing(HandingStore(str(address))) as filing:
            assert filing.file(ready(first)) is True, "it has not begun yet"
            with writer_at(address):
                assert filing.file(ready(second)) is True
            assert filing.file(ready(third)) is True, "it has ended"
        assert not any(map(session, (first, second, third)))

    def test_when_the_writer_ends_before_it_tells_the_client_is_asked_to_try_again(county, tmp_path):
        [path] = links(1)
        address = tmp_path / "answers"
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door, closing(HandingStore(str(address))) as filing:
            door.bind(str(address))
            door.listen()
            writer = threading.Thread(target=take_and_go, args=(door,))
            writer.start()
            with pytest.raises(StoreUnavailable):
                filing.file(ready(path))
            writer.join()
        assert session(path), "nothing of it was lost"

    def take_and_go(door):
        line, _ = door.accept()
        with closing(line):
            line.recv(64 * 1024)

    @pytest.mark.parametrize("noise", [b"\0\0\0\5hello", b"\xff" * 9, b"GET / HTTP/1.1\r\n\r\n", b"", b"\0\0"])
    def test_noise_at_the_door_harms_nobody(county, noise):
        [path] = links(1)
        with handing() as filing, stranger_at(filing) as stranger:
            stranger.sendall(noise)
            assert filing.file(ready(path)) is True

    def test_an_answer_that_comes_in_pieces_is_filed_when_it_is_whole(county):
        slow_one, *others = links(4)
        octets = msgspec.msgpack.encode(ready(slow_one))
        length = struct.pack("!I", len(octets))
        with handing() as filing, stranger_at(filing) as slow:
            for piece, path in zip((length[:2], length[2:], octets[:100]), others, strict=True):
                slow.sendall(piece)
                assert filing.file(ready(path)) is True, "nobody waits for the slow one"
            slow.sendall(octets[100:])
            assert slow.recv(1) == b"f"
        assert session(slow_one) is None

    @contextmanager
    def stranger_at(filing):
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as stranger:
            stranger.connect(filing.address)
            yield stranger
