"""The page on exports: a streamed file for those with the right, audited; for others there is no such page."""

import hashlib
import json
import re

import duckdb
import pytest
from django.test import Client
from tests.factories import HEALTH_STATION, make_county
from tests.record import record

from vaste.core.models import AuditEntry
from vaste.organisations.actions import give_role, let_export
from vaste.organisations.models import County, User

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/staff/export"
FORM = {"purpose": "research", "reference": "SOITE/123/2026", "from": "", "to": "", "format": "csv"}


@pytest.fixture
def county() -> County:
    county = make_county()
    record(7, free_text="Kiitos!")
    return county


def signed_in(county: County, *, may_export: bool, language: str = "en") -> Client:
    user = User.objects.create_user("rows@example.fi", "a long enough password", language=language)
    give_role(user=user, county=county, unit=None, actor="test")
    if may_export:
        let_export(user=user, county=county, actor="test")
    client = Client()
    client.force_login(user)
    return client


def test_who_sees_a_county_but_may_not_export_finds_no_page_and_no_link(county):
    client = signed_in(county, may_export=False)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, FORM).status_code == 404
    assert PAGE not in client.get("/staff/results").content.decode()
    assert not AuditEntry.objects.filter(action__startswith="record.export").exists()


def test_nobody_exports_without_signing_in(county):
    assert Client().post(PAGE, FORM).headers["Location"].startswith("/staff/sign-in")


def test_the_file_comes_in_pieces_and_the_page_then_shows_its_rows_and_checksum(county):
    client = signed_in(county, may_export=True)
    assert PAGE in client.get("/staff/results").content.decode()
    response = client.post(PAGE, FORM)
    assert response.streaming
    assert response.headers["Content-Disposition"] == 'attachment; filename="vaste-18.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    octets = b"".join(response.streaming_content)
    assert octets.count(HEALTH_STATION.encode()) == 7
    assert b"Kiitos" not in octets
    checksum = hashlib.sha256(octets).hexdigest()
    page = client.get(PAGE).content.decode()
    assert checksum in page
    assert "SOITE/123/2026" in page
    assert "rows@example.fi" in page
    user = User.objects.get()
    entry = AuditEntry.objects.get(action="record.exported")
    assert (entry.actor, entry.subject, json.loads(entry.details)["rows"]) == (str(user.pk), "18", 7)


def test_parquet_is_downloaded_whole_with_comments_when_asked_for(county, tmp_path):
    client = signed_in(county, may_export=True)
    response = client.post(PAGE, {**FORM, "format": "parquet", "comments": "yes"})
    file = tmp_path / "rows.parquet"
    file.write_bytes(b"".join(response.streaming_content))
    assert duckdb.sql(f"SELECT count(*), min(comment) FROM read_parquet('{file}')").fetchall() == [(7, "Kiitos!")]
    assert hashlib.sha256(file.read_bytes()).hexdigest() in client.get(PAGE).content.decode()


def test_a_download_that_is_broken_off_is_audited_too(county):
    client = signed_in(county, may_export=True)
    response = client.post(PAGE, FORM)
    next(iter(response.streaming_content))
    response.close()
    assert AuditEntry.objects.get(action="record.export_broken")
    assert "broken off" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"reference": ""}, "reference"), ({"purpose": "fun"}, "purpose"), ({"from": "2026-02-01", "to": "2026-01-01"}, "from")],
)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_form_that_is_wrong_exports_nothing_and_says_why(county, wrong, field, language):
    client = signed_in(county, may_export=True, language=language)
    response = client.post(PAGE, {**FORM, **wrong})
    assert response.status_code == 422
    assert re.search(rf'role="alert".*<a href="#{field}">', response.content.decode(), re.DOTALL)
    assert not AuditEntry.objects.filter(action__startswith="record.export").exists()


def test_the_rows_of_another_county_are_nobodys_here(county):
    client = signed_in(county, may_export=True)
    assert client.post(PAGE, {**FORM, "county": "99"}).status_code == 404
