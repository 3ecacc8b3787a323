"""`POST /api/v1/visits`: who may send, in which forms, and what the answer says."""

import json
from datetime import date

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import COUNTY, make_county, visit_fields

from vaste.core.models import AuditEntry
from vaste.invitations.models import Invitation, OutcomeCount
from vaste.organisations.actions import save_county
from vaste.organisations.models import County
from vaste.organisations.rules import parse_county
from vaste.visits.actions import feed_of, open_feed, revoke_feed
from vaste.visits.models import Feed

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/visits"
TODAY = date(2026, 5, 5)
JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"


@pytest.fixture
def token() -> str:
    return open_feed(county=make_county(), name="patient system", actor="test", today=TODAY)


def post(body: str | bytes, *, token: str = "", kind: str = JSON):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(ADDRESS, data=body, content_type=kind, headers=headers)


def as_csv(*visits: dict) -> str:
    return "\n".join([",".join(visits[0]), *(",".join(visit.values()) for visit in visits)])


INVITED = {"received": 1, "refused": [], "outcomes": {"invited": 1}}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, lambda visit: json.dumps(visit)),
        ("application/json; charset=utf-8", lambda visit: json.dumps(visit)),
        (JSON, lambda visit: json.dumps([visit])),
        (JSON, lambda visit: json.dumps(visit | {"age": 45, "consent": True, "deceased": None})),
        (NDJSON, lambda visit: json.dumps(visit) + "\n\n"),
        (CSV, lambda visit: as_csv(visit)),
    ],
)
def test_visits_are_taken_in_each_form(token, kind, body):
    answer = post(body(visit_fields()), token=token, kind=kind)
    assert (answer.status_code, answer.json()) == (200, INVITED)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("given_token", ["", "unknown", "x" * 5000, "ä"])
def test_without_the_token_of_a_feed_nothing_is_read(token, given_token):
    answer = post(json.dumps(visit_fields()), token=given_token)
    assert answer.status_code == 401
    assert not Invitation.objects.exists()


def test_a_token_in_another_scheme_is_none(token):
    answer = Client().post(ADDRESS, data="[]", content_type=JSON, headers={"Authorization": f"Basic {token}"})
    assert answer.status_code == 401


def test_a_token_that_was_taken_back_or_replaced_opens_nothing(token):
    county = County.objects.get()
    newer = open_feed(county=county, name="patient system", actor="test", today=TODAY)
    assert post("[]", token=token).status_code == 401
    assert post("[]", token=newer).status_code == 200
    assert revoke_feed(county=county, name="patient system", actor="test", today=TODAY)
    assert post("[]", token=newer).status_code == 401
    assert not revoke_feed(county=county, name="patient system", actor="test", today=TODAY)
    assert not revoke_feed(county=county, name="other", actor="test", today=TODAY)


def test_a_token_is_kept_as_a_keyed_hash_and_still_known_after_a_rotation_of_keys(token, settings):
    assert token.encode() not in bytes(Feed.objects.get().token_hash)
    settings.IDENTITY_KEYS = ["n" * 43, *settings.IDENTITY_KEYS]
    assert feed_of(token)


def test_refused_rows_are_named_and_the_others_taken(token):
    visits = [visit_fields(), visit_fields(diagnosis="J06"), visit_fields(phone="010594Y9032"), visit_fields(age=17), 5]
    answer = post(json.dumps(visits), token=token)
    assert answer.status_code == 200
    assert answer.json() == {
        "received": 5,
        "refused": [
            {"row": 2, "field": "diagnosis", "reason": "this field is not accepted; only the named fields of a visit are"},
            {"row": 3, "field": "phone", "reason": "it is or holds a personal identity code"},
            {"row": 5, "field": "(row)", "reason": "it is not a JSON object"},
        ],
        "outcomes": {"invited": 1, "under_age": 1},
    }


def test_the_same_visit_sent_twice_is_one_visit(token):
    visit = json.dumps(visit_fields())
    assert [post(visit, token=token).json() for _ in range(3)] == [INVITED] * 3
    assert Invitation.objects.count() == 1
    assert OutcomeCount.objects.get().visits == 1


def test_a_feed_knows_the_units_of_its_own_county_alone(token):
    other = save_county(settings=parse_county(COUNTY.replace('"18"', '"17"')), actor="test", now=AuditEntry.objects.all()[0].at)
    token_of_other = open_feed(county=other, name="patient system", actor="test", today=TODAY)
    assert post(json.dumps(visit_fields()), token=token_of_other).json()["refused"][0]["field"] == "unit_oid"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x" * 500]
)
def test_another_content_type_is_named_as_unread(token, kind):
    answer = post("x", token=token, kind=kind)
    assert answer.status_code == 415
    assert "Nothing was taken in." in answer.json()["error"]


BROKEN = [
    (JSON, b""),
    (JSON, b"{"),
    (JSON, b"NaN"),
    (JSON, b"[NaN]"),
    (JSON, b"[1e999]"),
    (JSON, b"1" * 5000),
    (JSON, b"[" * 100_000),
    (JSON, b'{"a":' * 100_000),
    (JSON, b'"text"'),
    (JSON, b"\xff\xfe{\x00}\x00"),
    (JSON, b'{"a": "\x00"}'),
    (JSON, b"\x00" * 1000),
    (CSV, b""),
    (CSV, b"a,b\n1,2"),
    (CSV, "käynti".encode("latin-1")),
    (NDJSON, b"\xff"),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN)
def test_what_cannot_be_read_is_refused_as_a_whole_in_one_sentence(token, kind, body):
    answer = post(body, token=token, kind=kind)
    assert answer.status_code == 400
    assert "Nothing was taken in." in answer.json()["error"]


@pytest.mark.parametrize("value", [10**30, -(10**30), 1e300, [[[]]], {"a": {"b": 1}}, "x" * 100_000, "\u0000", "💥", True])
@pytest.mark.parametrize("field", ["event_id", "phone", "age", "visited_at"])
def test_a_hostile_value_is_refused_by_its_field(token, field, value):
    answer = post(json.dumps(visit_fields(**{field: value})), token=token).json()
    assert [refused["field"] for refused in answer["refused"]] in ([field], [])
    assert answer["refused"] or answer["outcomes"] == {"no_mobile_number": 1}


def test_a_message_that_is_too_large_is_refused_before_it_is_read(token, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = post("[" + " " * 2000 + "]", token=token)
    assert answer.status_code == 413
    assert "Send the visits in parts." in answer.json()["error"]


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_visits_can_only_be_sent(token, method):
    assert getattr(Client(), method)(ADDRESS).status_code == 405


def test_who_sent_is_audited_by_the_feeds_id(token):
    post(json.dumps(visit_fields()), token=token)
    entry = AuditEntry.objects.get(action="visits.taken_in")
    assert entry.actor == f"feed:{Feed.objects.get().pk}"


def test_the_description_says_what_may_be_sent_and_what_comes_back():
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/visits"]["post"]
    assert document["openapi"].startswith("3.1")
    assert set(operation["requestBody"]["content"]) == {JSON, NDJSON, CSV}
    assert {"200", "400", "413", "415"} <= {str(status) for status in operation["responses"]}
    visit, _many = operation["requestBody"]["content"][JSON]["schema"]["oneOf"]
    assert visit["additionalProperties"] is False
    assert set(visit["required"]) < set(visit["properties"]) == set(visit_fields()) | {"birth_year"}
    assert document["components"]["schemas"]["IntakeReport"]["required"] == ["received", "refused", "outcomes"]
    assert operation["security"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([JSON, NDJSON, CSV, "text/plain", ""]), st.binary(max_size=300) | st.text().map(str.encode))
def test_whatever_is_sent_the_answer_is_a_report_or_one_sentence(token, kind, body):
    answer = post(body, token=token, kind=kind)
    assert answer.status_code in {200, 400, 415}
    assert ("outcomes" in answer.json()) is (answer.status_code == 200)
