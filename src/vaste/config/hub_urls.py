"""Every address that the hub serves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from vaste.config.health import healthz
from vaste.organisations.views import show_stylesheet

_styles = ([path("style-<str:content_hash>.css", show_stylesheet, name="stylesheet")], "organisations")


def _home(_request: HttpRequest) -> HttpResponse:
    return redirect("/toimitukset")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", _home),
    path("healthz", healthz),
    path("", include(_styles)),
    path("", include("vaste.national.hub.urls")),
    path("", include("vaste.national.comparison.urls")),
]

handler400 = "vaste.organisations.error_pages.not_understood"
handler403 = "vaste.organisations.error_pages.forbidden"
handler404 = "vaste.organisations.error_pages.not_found"
handler500 = "vaste.organisations.error_pages.fault"
