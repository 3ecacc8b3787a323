"""What the pages write is done once and for good, by this process or handed over to the shared writer."""

import os
import re
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace

import msgspec
import pytest
from django.db import IntegrityError, connection
from tests.factories import at

from vaste.cases.models import ContactRequest
from vaste.invitations.burning import Filed, burning
from vaste.invitations.models import OptOut
from vaste.responses.models import MailboxAnswer
from vaste.responses.rules import Channel
from vaste.survey_pages.handing import HandingStore, WriteFailed, is_writer_there
from vaste.survey_pages.store import store
from vaste.survey_pages.tests.browser import Browser
from vaste.survey_pages.tests.links import NOW, kept, open_link, pages_over, session
from vaste.survey_pages.tests.writers import handing, writer_at
from vaste.survey_pages.writes import FileAnswer

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
SLIP = re.compile(r'name="slip" value="([^"]+)"')


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
                return filing.write(FileAnswer(answer))
            except (IntegrityError, WriteFailed):
                return "failed"

    with ThreadPoolExecutor(len(answers)) as threads:
        return list(threads.map(one, answers))


def test_an_answer_is_filed_and_its_invitation_burnt(filing):
    [path] = links(1)
    answer = ready(path)
    assert filing.write(FileAnswer(answer)) is True
    assert session(path) is None
    assert [str(row.id).replace("-", "") for row in MailboxAnswer.objects.all()] == [str(answer.row[0]).replace("-", "")]


def test_of_two_answers_to_one_invitation_one_is_filed(filing):
    [path] = links(1)
    first, second = ready(path), ready(path, nps=0)
    assert sorted(filed_at_once(filing, [first, second])) == [False, True]
    assert filing.write(FileAnswer(ready_again(first))) is False
    assert MailboxAnswer.objects.count() == 1


def ready_again(answer):
    return replace(answer, row=(answer.invitation_id if connection.vendor == "postgresql" else "f" * 32, *answer.row[1:]))


def test_many_at_once_are_all_filed_and_none_suffers_from_another_s_failure(filing):
    answers = [ready(path) for path in links(9)]
    broken = [replace(answer, row=(answer.row[0], None, answer.row[2])) for answer in answers[::3]]
    results = filed_at_once(filing, [broken[number // 3] if number % 3 == 0 else answer for number, answer in enumerate(answers)])
    assert results == ["failed", True, True] * 3
    assert MailboxAnswer.objects.count() == 6
    assert [filing.write(FileAnswer(answer)) for answer in answers[::3]] == [True] * 3, "what failed can be tried again"


if connection.vendor == "sqlite":

    def test_where_no_writer_is_a_process_writes_by_itself_until_one_is_there_again(county, tmp_path):
        paths = links(4)
        address = tmp_path / "answers"
        with closing(HandingStore(str(address))) as filing:
            for path, is_there in zip(paths, (False, True, False, True), strict=True):
                with writer_at(address) if is_there else nullcontext():
                    assert is_writer_there(str(address)) == is_there
                    assert filing.write(FileAnswer(ready(path))) is True
        assert not any(map(session, paths))

    @pytest.mark.parametrize("has_filed", [False, True])
    def test_what_a_writer_was_doing_that_ends_before_it_tells_is_done_once(county, tmp_path, has_filed):
        [path] = links(1)
        address, answer = tmp_path / "answers", FileAnswer(ready(path))
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door, closing(HandingStore(str(address))) as filing:
            door.bind(str(address))
            door.listen()
            writer = threading.Thread(target=take_and_go, args=(door, (lambda: store().write(answer)) if has_filed else None))
            writer.start()
            assert filing.write(answer) is True
            writer.join()
        assert session(path) is None
        assert MailboxAnswer.objects.count() == 1

    def take_and_go(door, before):
        line, _ = door.accept()
        with closing(line):
            line.recv(64 * 1024)
            if before:
                before()

    def test_everything_that_the_pages_write_is_handed_over(county):
        saved, reached, refused = links(3)
        before = threads_that_write()
        with handing() as handed:
            browser = Browser(pages_over(handed))
            browser.post(saved, nps="8", do="save")
            code = CODE.search(browser.post(reached, nps="7", phone="+358400000001", do="send").text)[0]
            slip = SLIP.search(browser.post(refused, do="refuse").text)[1]
            assert (kept(saved), ContactRequest.objects.count(), OptOut.objects.count()) == ({"nps": 8}, 1, 1)
            browser.post(refused, slip=slip, do="return")
            browser.post("/poista", code=code)
            assert (MailboxAnswer.objects.count(), OptOut.objects.count()) == (0, 0)
        assert threads_that_write() == before

    def threads_that_write():
        return sum(thread.name == "survey answers" for thread in threading.enumerate())

    @pytest.mark.parametrize("noise", [b"\0\0\0\5hello", b"\xff" * 9, b"GET / HTTP/1.1\r\n\r\n", b"", b"\0\0"])
    def test_noise_at_the_door_harms_nobody(county, noise):
        [path] = links(1)
        with handing() as filing, stranger_at(filing) as stranger:
            stranger.sendall(noise)
            assert filing.write(FileAnswer(ready(path))) is True

    def test_an_answer_that_comes_in_pieces_is_filed_when_it_is_whole(county):
        slow_one, *others = links(4)
        octets = msgspec.msgpack.encode(FileAnswer(ready(slow_one)))
        length = struct.pack("!I", len(octets))
        with handing() as filing, stranger_at(filing) as slow:
            for piece, path in zip((length[:2], length[2:], octets[:100]), others, strict=True):
                slow.sendall(piece)
                assert filing.write(FileAnswer(ready(path))) is True, "nobody waits for the slow one"
            slow.sendall(octets[100:])
            assert b"done" in slow.recv(100)
        assert session(slow_one) is None

    @contextmanager
    def stranger_at(filing):
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as stranger:
            stranger.connect(filing.address)
            yield stranger
