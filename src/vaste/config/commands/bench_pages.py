"""Somebody of staff who looks at results pages, for benches of how long the server takes over one."""

import secrets

from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from vaste.dashboards.views import show_results
from vaste.organisations.models import County, Role, User


def make_reader(county: County) -> User:
    """Make a person who may see all of a county."""
    reader = User.objects.create_user("bench@vaste.example", password=secrets.token_urlsafe())
    Role.objects.create(user=reader, kind=Role.Kind.COUNTY, county=county)
    return reader


def show_page(reader: User, words: str) -> bytes:
    """Return the results page that the words of an address name, as the server makes it for a reader."""
    request = RequestFactory().get(f"/staff/results?{words}")
    request.user, request.session = reader, SessionStore()
    response = show_results(request)
    assert response.status_code == 200, "the bench asks for what its reader may see"
    return response.content
