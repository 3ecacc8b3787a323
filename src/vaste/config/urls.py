"""Every address that Django serves; survey pages are served beside Django (see `wsgi.py`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from vaste.config.health import healthz, metrics
from vaste.invitations.api import api


def _home(_request: HttpRequest) -> HttpResponse:
    return redirect("/staff/results")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", _home),
    path("api/v1/", api.urls),
    path("healthz", healthz),
    path("metrics", metrics),
    path("", include("vaste.organisations.urls")),
    path("", include("vaste.dashboards.urls")),
    path("", include("vaste.cases.urls")),
    path("", include("vaste.simulator.urls")),
]
