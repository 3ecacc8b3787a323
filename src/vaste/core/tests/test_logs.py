"""Logs carry ids and counts; what looks like a person's data is taken out of every line, whoever writes it."""

import json
import logging
from datetime import date
from uuid import UUID

import pytest
import structlog
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from vaste.core.logs import configure_logs, refuse_personal_data, without_personal_data


@pytest.mark.parametrize(
    "number",
    [
        "+358400000001",
        "358400000001",
        "00358400000001",
        "0400000001",
        "+358 40 0000001",
        "040-0000001",
        "040 000 0001",
        "(040) 000 001",
        "+358 (0)40 000 0001",
        "040.000.0001",
        "040/0000001",
        "040 \u2013 000 001",
        "+358\u00a040\u00a0000\u00a00001",
        "04571234567",
    ],
)
@pytest.mark.parametrize("around", ["{}", "to={}", "'{}'", "2024-04-08 {}", "2024-04-08T12:00:00 {}", "a-{}", "phone{}x", "{} 2024-04-08"])
def test_a_phone_number_is_taken_out_however_it_is_written(number, around):
    cleaned = without_personal_data(around.format(number))
    assert "[number]" in cleaned
    assert not any(digits in cleaned for digits in ("0000", "000 0", "000 1", "0 001", "1234567"))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Not Found: /s/5Kd3NBUAdUnh", "Not Found: /s/[token]"),
        ("Not Found: /S/5Kd3NBUAdUnh", "Not Found: /s/[token]"),
        ("Not Found: //s//5Kd3NBUAdUnh", "Not Found: //s/[token]"),
        ("GET /s/5Kd3NBUAdUnh?lang=sv", "GET /s/[token]?lang=sv"),
        ("https://palaute.example.fi/s/5Kd3NBUAdUnh/x", "https://palaute.example.fi/s/[token]/x"),
        ("user maija.meikalainen@example.fi gone", "user [e-mail] gone"),
        ("<maija@example.fi>", "<[e-mail]>"),
        ("hetu 010594Y9032 came", "hetu [henkilötunnus] came"),
        ("hetu 010594-9032", "hetu [henkilötunnus]"),
    ],
)
def test_links_addresses_and_identity_codes_are_taken_out(text, cleaned):
    assert without_personal_data(text) == cleaned


@pytest.mark.parametrize(
    "harmless",
    [
        "2024-04-08T12:00:00.123456+03:00",
        "2024-04-08 12:00:00Z",
        "6f1c7a52-1b7e-4c0f-9d4c-0123456789ab",
        "01234567-0123-4123-8123-012345678901",
        "unit 1.2.246.10.99999999.10.7",
        "127.0.0.1:8000",
        "699 invited of 1000",
        "3.11.2",
        "",
    ],
)
def test_moments_ids_units_and_counts_stay(harmless):
    assert without_personal_data(harmless) == harmless


@given(st.from_regex(r"\A(\+358|0)(4[0-9]|50)[0-9]{7}\Z"), st.text(max_size=20), st.text(max_size=20))
def test_no_mobile_number_survives_whatever_text_stands_around_it(number, before, after):
    assert number[-9:] not in without_personal_data(f"{before}{number}{after}")


@given(st.text())
def test_what_was_cleaned_stays_as_it_is(text):
    cleaned = without_personal_data(text)
    assert without_personal_data(cleaned) == cleaned


def test_every_kind_of_value_is_cleaned():
    event = {
        "event": "visit.refused",
        "phone": 358400000001,
        "error": ValueError("no number +358400000001"),
        "parts": ["0400000001", ("0400000001",), {"0400000001"}],
        "by_phone": {"+358400000001": 1},
        "raw": b"+358400000001",
    }
    assert refuse_personal_data(None, "info", event) == {
        "event": "visit.refused",
        "phone": "[number]",
        "error": "no number [number]",
        "parts": ["[number]", ["[number]"], ["[number]"]],
        "by_phone": {"[number]": 1},
        "raw": "[bytes]",
    }


def test_counts_ids_and_days_are_kept_as_they_are():
    event = {"n": 20_000_000, "share": 0.25, "id": UUID(int=1), "day": date(2024, 4, 8), "ok": True, "none": None}
    assert refuse_personal_data(None, "info", event) == event


@pytest.fixture
def logged(capsys):
    """Return the lines that an act writes, with logs set up as the program does, and put back afterwards."""
    root = logging.getLogger()
    before = root.handlers, root.level

    def lines_of(act):
        configure_logs()
        act()
        root.handlers, root.level = before
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield lines_of
    root.handlers, root.level = before


def test_a_line_of_ours_is_json_with_its_event_level_and_moment(logged):
    (line,) = logged(lambda: structlog.get_logger("vaste.test").info("visits.taken_in", received=3, phone="+358400000001"))
    assert {key: line[key] for key in ("event", "level", "received", "phone")} == {
        "event": "visits.taken_in",
        "level": "info",
        "received": 3,
        "phone": "[number]",
    }
    assert line["timestamp"].endswith("Z")


def test_a_message_of_a_library_is_cleaned_with_its_arguments_and_extras(logged):
    library = logging.getLogger("some.library")
    (line,) = logged(lambda: library.warning("sending to %s failed", "+358400000001", extra={"address": "maija@example.fi"}))
    assert line["event"] == "sending to [number] failed"
    assert line["address"] == "[e-mail]"


def test_a_traceback_is_cleaned(logged):
    def fail():
        try:
            int("the phone +358400000001 of 010594Y9032 opened /s/5Kd3NBUAdUnh")
        except ValueError:
            logging.getLogger("some.library").exception("failed")

    (line,) = logged(fail)
    assert "'the phone [number] of [henkilötunnus] opened /s/[token]'" in line["exception"]
    assert "400000001" not in json.dumps(line)


def test_a_line_that_cannot_be_written_is_lost_without_showing_its_arguments(logged):
    (line,) = logged(lambda: logging.getLogger("some.library").warning("%s failed %s times", "+358400000001"))
    assert line["event"] == "log.line_lost"
    assert line["logger"] == "some.library"


def test_a_request_is_logged_by_its_path_without_what_was_asked_or_sent():
    request = RequestFactory().get("/operators/kannel/replies?secret=hidden&text=salaisuus")
    assert refuse_personal_data(None, "warning", {"event": "Forbidden", "request": request})["request"] == "GET /operators/kannel/replies"


def test_a_request_under_a_strange_name_is_one_line_without_a_traceback(logged, client):
    (line,) = logged(lambda: client.get("/staff/sign-in", headers={"host": "scanner.example"}))
    assert "scanner.example" in line["event"]
    assert "exception" not in line
