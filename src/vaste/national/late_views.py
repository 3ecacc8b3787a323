"""Views whose modules are loaded when somebody first asks for them: what makes and reads deliveries takes a second to load."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse


def late(module: str, name: str) -> Callable[..., HttpResponse]:
    """Return a view that is the one of a name in a module, loaded at its first request; so a start does not wait for it."""

    def view(request: HttpRequest, **words: Any) -> HttpResponse:
        shown: HttpResponse = getattr(import_module(module), name)(request, **words)
        return shown

    return view
