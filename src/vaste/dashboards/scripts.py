"""The one script of staff pages: htmx, which fetches the next view without a new page. Everything works without it."""

import hashlib
from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

_A_YEAR = "public, max-age=31536000, immutable"
SCRIPTED_PAGES = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of pages that carry it: our own script from our own address, nothing from elsewhere, nothing inline."""


@cache
def script() -> bytes:
    """Return htmx as the package `django-htmx` carries it."""
    return (files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js").read_bytes()


@cache
def script_hash() -> str:
    """Return the hash that stands in the script's address, so that browsers may keep it."""
    return hashlib.sha256(script()).hexdigest()[:16]


@require_GET
def show_script(_: HttpRequest, content_hash: str) -> HttpResponse:
    """Serve the script under the hash of its content, to be kept by browsers for good."""
    if content_hash != script_hash():
        raise Http404
    return HttpResponse(script(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": _A_YEAR})
