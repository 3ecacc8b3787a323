"""The pages beside Django: a small WSGI function for `/s/<token>` and the withdrawal pages. Stores no address, logs no link."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

import structlog

from vaste.core.clock import now as present_moment
from vaste.survey_pages.answering import Answering
from vaste.survey_pages.limiter import Limiter
from vaste.survey_pages.pages import WITHDRAWAL_PATHS, notice_in_all_languages, withdrawal_page, withdrawn_page
from vaste.survey_pages.places import Places
from vaste.survey_pages.replies import PreparedPage, Reply, StartResponse, send
from vaste.survey_pages.requests import Request, read_request
from vaste.survey_pages.rules import Field, read_form
from vaste.survey_pages.store import Store, StoreUnavailable
from vaste.survey_pages.writes import Withdraw

_SURVEYS = "/s/"
_LANGUAGE_OF_PATH = {path: language for language, path in WITHDRAWAL_PATHS.items()}
_METHODS = ("GET", "HEAD", "POST")

_log = structlog.get_logger(__name__)


def serves(path: str) -> bool:
    """Tell whether a path belongs to these pages rather than to Django."""
    return path.startswith(_SURVEYS) or path in _LANGUAGE_OF_PATH


@cache
def _notice(name: str, *more: str) -> PreparedPage:
    return PreparedPage.of(notice_in_all_languages(name, *more))


@cache
def _withdrawal_form(language: str) -> PreparedPage:
    return PreparedPage.of(withdrawal_page(language))


def closed() -> Reply:
    """Return the page for a link that opens nothing, whatever the reason: always the same bytes."""
    return _notice("closed", "closed_check").reply(HTTPStatus.NOT_FOUND)


@dataclass
class Pages:
    """The pages of one process, shared by its threads. clock: what tells the present moment."""

    store: Store
    base_url: str
    limiter: Limiter = field(default_factory=Limiter)
    clock: Callable[[], datetime] = present_moment

    def __post_init__(self) -> None:
        self._answering = Answering(self.store, Places(self.store, base_url=self.base_url))

    def answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request for a path that `serves` names (WSGI)."""
        return send(self.reply_to(environ), environ, start_response)

    def reply_to(self, environ: dict[str, Any]) -> Reply:
        """Return the reply to a request; whatever goes wrong, it is a page."""
        try:
            return self._reply(read_request(environ), self.clock())
        except StoreUnavailable:
            return _unavailable(HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - a client never sees our fault as anything but this page
            # The kind only: the message of an error may hold what somebody wrote.
            _log.error("survey_page.failed", error=type(error).__name__)
            return _unavailable(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _reply(self, request: Request, now: datetime) -> Reply:
        if request.method not in _METHODS:
            return _notice("wrong_method").reply(HTTPStatus.METHOD_NOT_ALLOWED, (("Allow", ", ".join(_METHODS)),))
        if request.body is None:
            return _notice("too_large").reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        language = _LANGUAGE_OF_PATH.get(request.path)
        if language and request.method != "POST":
            return _withdrawal_form(language).reply()
        if self.limiter.is_stopped(request.address, now.timestamp()):
            return _notice("too_many").reply(HTTPStatus.TOO_MANY_REQUESTS)
        reply = self._withdraw(request.body, language) if language else self._survey(request, now)
        if reply is None or (reply.status is HTTPStatus.UNPROCESSABLE_ENTITY and language):
            self.limiter.note_failure(request.address, now.timestamp())
        return reply or closed()

    def _survey(self, request: Request, now: datetime) -> Reply | None:
        return self._answering.reply_to(request, request.path.removeprefix(_SURVEYS), now)

    def _withdraw(self, body: bytes, language: str) -> Reply:
        typed = read_form(body).get(Field.CODE, "")
        if self.store.write(Withdraw(typed)):
            return Reply(withdrawn_page(language))
        return Reply(withdrawal_page(language, typed=typed, is_unknown=True), HTTPStatus.UNPROCESSABLE_ENTITY)


def _unavailable(status: HTTPStatus) -> Reply:
    return _notice("unavailable").reply(status, (("Retry-After", "10"),))
