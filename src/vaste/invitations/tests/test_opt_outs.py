"""Opting out and in, and showing later when and how, without a stored number."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, make_county, phone

from vaste.core import clock
from vaste.core.keys import Purpose, ring
from vaste.core.models import AuditEntry
from vaste.invitations.models import OptOut
from vaste.invitations.opt_outs import has_opted_out, history_of, opt_in, opt_out
from vaste.invitations.rules import OptOutWay
from vaste.organisations.actions import give_role
from vaste.organisations.models import Unit, User

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 5, 6, tzinfo=UTC).date()
OLD_KEY, NEW_KEY = "o" * 32, "n" * 32


def everything_told_by_the_audit() -> str:
    return "\n".join(f"{one.actor} {one.action} {one.subject} {one.details}" for one in AuditEntry.objects.all())


def test_given_the_number_it_can_be_shown_when_and_by_which_ways_somebody_went_out_and_in():
    began_at = clock.now()
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    opt_in(phone=phone(1), way=OptOutWay.STAFF, actor="7")
    opt_out(phone=phone(1), way=OptOutWay.PAGE, today=TODAY)

    history = history_of(phone(1), actor="7")

    assert (history.since, history.way) == (TODAY, "page")
    told = [(entry.is_out, entry.way, entry.actor) for entry in history.entries]
    assert told == [(True, "sms", "respondent"), (False, "staff", "7"), (True, "page", "respondent")]
    assert all(began_at <= entry.at <= clock.now() for entry in history.entries)


def test_of_another_number_nothing_is_shown():
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    history = history_of(phone(2), actor="7")
    assert (history.since, history.way, history.entries) == (None, "", [])


def test_the_audit_holds_no_number_and_nothing_that_joins_with_another_table():
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    history_of(phone(1), actor="7")
    told = everything_told_by_the_audit()
    assert phone(1).removeprefix("+358") not in told
    fingerprints = {one.subject for one in AuditEntry.objects.all()}
    assert len(fingerprints) == 1
    assert all(letter.isalpha() for letter in fingerprints.pop())
    for purpose in set(Purpose) - {Purpose.OPT_OUT}:
        assert ring().keyed_hash(purpose, phone(1)).hex()[:8] not in told


def test_a_look_is_audited_by_who_looked():
    history_of(phone(1), actor="7")
    assert AuditEntry.objects.get().action == "opt_out.looked_up"
    assert AuditEntry.objects.get().actor == "7"


def test_an_opt_out_can_be_shown_after_the_key_was_changed(settings):
    settings.IDENTITY_KEYS = [OLD_KEY]
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    settings.IDENTITY_KEYS = [NEW_KEY, OLD_KEY]
    assert [entry.way for entry in history_of(phone(1), actor="7").entries] == ["sms"]
    settings.IDENTITY_KEYS = [NEW_KEY]
    assert history_of(phone(1), actor="7").entries == []


def test_the_first_way_stands_when_somebody_refuses_twice():
    opt_out(phone=phone(1), way=OptOutWay.PAGE, today=TODAY)
    assert not opt_out(phone=phone(1), way=OptOutWay.STAFF, today=TODAY, actor="7")
    assert OptOut.objects.get().way == "page"


# The page


def staff(unit: str | None = None) -> Client:
    county = make_county()
    user = User.objects.create_user("aino@example.fi", "a long enough password", language="en")
    give_role(user=user, county=county, unit=Unit.objects.get(oid=unit) if unit else None, actor="test")
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, act: str, number: str = "040 0000001") -> str:
    return client.post("/staff/opt-outs", {"number": number, "act": act}).content.decode()


def test_staff_opt_a_person_out_and_the_audit_says_who_without_the_number():
    client = staff()
    assert "Has not refused" in shown(client, "look")
    page = shown(client, "out")
    assert "Surveys to this number have been stopped." in page
    assert "aino@example.fi" in page
    assert has_opted_out(phone(1))
    entry = AuditEntry.objects.get(action="person.opted_out")
    assert (entry.actor, json.loads(entry.details)) == (str(User.objects.get().pk), {"way": "staff"})
    assert "0000001" not in everything_told_by_the_audit()


def test_staff_opt_a_person_in_again():
    client = staff()
    opt_out(phone=phone(1), way=OptOutWay.SMS, today=TODAY)
    assert "Has refused surveys since 6.5.2026 (by text message)." in shown(client, "look")
    assert "Surveys to this number are allowed again." in shown(client, "in")
    assert not has_opted_out(phone(1))


@pytest.mark.parametrize(("act", "said"), [("out", "The client had refused already."), ("in", "The client had not refused.")])
def test_doing_it_twice_changes_nothing_and_says_so(act, said):
    client = staff()
    shown(client, "out")
    shown(client, act)
    assert said in shown(client, act)


@pytest.mark.parametrize("number", ["", "09 123456", "hello", "12", "+358 40 0000001; DROP"])
def test_what_is_no_mobile_number_changes_nothing_and_stays_in_the_field(number):
    client = staff()
    response = client.post("/staff/opt-outs", {"number": number, "act": "out"})
    assert response.status_code == 422
    assert f'value="{number}"' in response.content.decode()
    assert not OptOut.objects.exists()


def test_an_unknown_act_changes_nothing():
    assert staff().post("/staff/opt-outs", {"number": "0400000001", "act": "erase"}).status_code == 422


def test_a_number_in_the_address_is_not_read():
    client = staff()
    assert phone(1) not in client.get("/staff/opt-outs?number=%2B358400000001&act=out").content.decode()
    assert not OptOut.objects.exists()


def test_who_sees_one_unit_only_finds_no_such_page_and_no_way_to_it():
    client = staff(HEALTH_STATION)
    for address in ("/staff/opt-outs", "/staff/operations"):
        assert client.get(address).status_code == 404
        assert address not in client.get("/staff/requests").content.decode()
    assert client.post("/staff/opt-outs", {"number": "0400000001", "act": "out"}).status_code == 404
    assert not OptOut.objects.exists()


def test_a_stranger_is_sent_to_sign_in():
    for address in ("/staff/opt-outs", "/staff/operations"):
        assert Client().get(address)["Location"].startswith("/staff/sign-in?next=")
