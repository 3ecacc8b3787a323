"""What all pages for everybody share: one page in each language, and the stylesheet."""

from typing import Any

from django.urls import reverse

from vaste.organisations.staff_pages import LANGUAGE_NAMES, stylesheet


def public_frame(language: str, address: str) -> dict[str, Any]:
    """Return what `organisations/public.html` needs around a page. address: the name of the page's address, without `_fi`."""
    return {
        "language": language,
        "languages": [(code, name, reverse(f"{address}_{code}")) for code, name in LANGUAGE_NAMES.items()],
        "stylesheet_hash": stylesheet()[1],
    }
