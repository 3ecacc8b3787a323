"""What is loaded before the first visitor comes."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.factories import make_county
from tests.record import record

from vaste.config.warming import load_for_first_page
from vaste.organisations.actions import give_role
from vaste.organisations.models import User
from vaste.responses.copy.actions import rebuild_copy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("has_copy", [False, True])
def test_a_page_after_the_loading_shows_what_it_shows_without(has_copy: bool, tmp_path: Path, settings: LazySettings) -> None:
    settings.COPY_DIR = tmp_path
    person = User.objects.create_user("aino@example.fi", "a long enough password", language="en")
    give_role(user=person, county=make_county(), unit=None, actor="test")
    record(40, nps=9)
    if has_copy:
        rebuild_copy(actor="test")

    load_for_first_page()

    client = Client()
    client.force_login(person)
    assert "NPS 100 (" in client.get("/staff/results?period=all").text


def test_an_empty_installation_has_nothing_to_load_and_says_nothing_of_it() -> None:
    load_for_first_page()
