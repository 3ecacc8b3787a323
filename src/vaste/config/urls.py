"""Every address that Django serves; survey pages are served beside Django (see `wsgi.py`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from vaste.config.health import healthz, metrics
from vaste.invitations.api import api


def _home(_request: HttpRequest) -> HttpResponse:
    return redirect("/staff/results")


def _no_icon(_request: HttpRequest) -> HttpResponse:
    """Answer browsers that ask for an icon on their own; without it every first visit would log a page not found."""
    return HttpResponse(status=204, headers={"Cache-Control": "max-age=86400"})


urlpatterns: list[URLPattern | URLResolver] = [
    path("", _home),
    path("favicon.ico", _no_icon),
    path("api/v1/", api.urls),
    path("healthz", healthz),
    path("metrics", metrics),
    path("", include("vaste.messaging.urls")),
    path("", include("vaste.organisations.urls")),
    path("", include("vaste.dashboards.urls")),
    path("", include("vaste.reports.urls")),
    path("", include("vaste.national.comparison.county_urls")),
    path("", include("vaste.invitations.urls")),
    path("", include("vaste.cases.urls")),
    path("", include("vaste.national.deliveries.urls")),
    path("", include("vaste.simulator.urls")),
]

handler400 = "vaste.organisations.error_pages.not_understood"
handler403 = "vaste.organisations.error_pages.forbidden"
handler404 = "vaste.organisations.error_pages.not_found"
handler500 = "vaste.organisations.error_pages.fault"
