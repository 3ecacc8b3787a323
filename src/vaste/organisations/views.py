"""Signing in and out, the choice of language, and the stylesheet of staff pages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from vaste.organisations.forms import SignInForm
from vaste.organisations.models import User
from vaste.organisations.rules import LANGUAGES
from vaste.organisations.staff_pages import SESSION_KEY, reader_language, staff_page, stylesheet
from vaste.organisations.words import Words, load_words

_TEXTS = Path(__file__).parent / "sign_in.toml"
_A_YEAR = "public, max-age=31536000, immutable"


def _words(request: HttpRequest) -> Words:
    return load_words(_TEXTS)[reader_language(request)]


class SignIn(LoginView):
    """The page on which staff sign in."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def render_to_response(self, context: Mapping[str, Any], **_: Any) -> HttpResponse:
        return staff_page(self.request, "organisations/sign_in.html", {**context, "words": _words(self.request)})


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that an account is closed for a while after too many failures (called by django-axes)."""
    return staff_page(request, "organisations/locked_out.html", {"words": _words(request)}, status=429)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language, for the session and for the person, and go back to the page."""
    chosen = request.POST.get("language")
    if chosen not in LANGUAGES:
        raise Http404
    request.session[SESSION_KEY] = chosen
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    back = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if is_own else settings.LOGIN_REDIRECT_URL)


@require_GET
def show_stylesheet(_: HttpRequest, content_hash: str) -> HttpResponse:
    """Serve the stylesheet under the hash of its content, to be kept by browsers for good."""
    text, current = stylesheet()
    if content_hash != current:
        raise Http404
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": _A_YEAR})
