"""What a link does: shows its session, keeps answers, files them for good, or takes a refusal of surveys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from vaste.cases.actions import ContactDetails, sealed_request
from vaste.core.ids import new_code
from vaste.core.keys import Purpose, ring
from vaste.invitations.burning import burning, filed
from vaste.invitations.context import seal_progress
from vaste.invitations.holidays import is_holiday
from vaste.invitations.progress import answers_so_far, completed_on_page, language_so_far, saved_on_page
from vaste.invitations.sessions import OpenSession, find_open
from vaste.survey_pages.pages import Filled, refuse_page, refused_page, returned_page, survey_page
from vaste.survey_pages.places import Places, PreparedPlace
from vaste.survey_pages.repeats import Repeats, Thanks
from vaste.survey_pages.replies import Reply
from vaste.survey_pages.requests import Request
from vaste.survey_pages.rules import Act, Field, Problem, Submission, act_of, read_form, read_submission, why_not_send
from vaste.survey_pages.store import Store, StoreUnavailable
from vaste.survey_pages.writes import FileAnswer, KeepHalf, Refuse, TakeRefusalBack


@dataclass(frozen=True)
class _Opened:
    """An open link: its session, its unit, the language of the page and the moment."""

    token: str
    session: OpenSession
    prepared: PreparedPlace
    language: str
    now: datetime

    @property
    def answers(self) -> dict[str, int | str]:
        """What was answered before, by either way, with the comments that came in text messages."""
        return answers_so_far(self.session.progress)

    @property
    def today(self) -> date:
        """The day in the county's own time."""
        return self.now.astimezone(self.prepared.place.settings.zone).date()


class Answering:
    """Replies to requests with a link; None stands for a link that is not open, whatever the reason."""

    def __init__(self, store: Store, places: Places) -> None:
        self._store = store
        self._places = places
        self._repeats = Repeats()

    def reply_to(self, request: Request, token: str, now: datetime) -> Reply | None:
        """Return the reply to a request with a link, or None when the link is not open. Only POST changes anything."""
        self._repeats.forget_old(now.timestamp())
        if request.method != "POST":
            opened = self._open(token, request.language, now)
            if opened is None:
                return None
            return _refuse_form(opened) if request.asks_to_refuse else _show(opened)
        form = read_form(request.body or b"")
        act = act_of(form)
        if act is Act.RETURN:  # the link has burnt with the refusal that is taken back
            return self._return(form, request.language, now)
        if act is Act.SEND:
            return self._send_once(request, token, form, now)
        opened = self._open(token, request.language, now)
        if opened is None:
            return None
        if act is Act.REFUSE:
            return self._refuse(opened)
        submission = read_submission(form, opened.prepared.asked, opened.answers)
        return self._keep(opened, form, submission, submission.problems)

    def _open(self, token: str, language: str, now: datetime) -> _Opened | None:
        session = self._store.read(lambda cursor: find_open(cursor, token, now))
        if session is None:
            return None
        prepared = self._places.place_of(session.context.unit_oid, now)
        settings = prepared.place.settings
        if not settings.sending.link_way:
            return None
        spoken = language_so_far(session.progress, session.context.language)
        chosen = language if language in settings.languages else settings.language_for(spoken)
        return _Opened(token, session, prepared, chosen, now)

    def _refuse(self, opened: _Opened) -> Reply | None:
        return_slip = self._store.write(Refuse(opened.token, opened.now))
        return Reply(refused_page(opened.prepared.place, opened.language, return_slip)) if return_slip else None

    def _return(self, form: Mapping[str, str], language: str, now: datetime) -> Reply | None:
        is_back = self._store.write(TakeRefusalBack(form.get(Field.SLIP, ""), now))
        return Reply(returned_page(language)) if is_back else None

    def _keep(self, opened: _Opened, form: Mapping[str, str], submission: Submission, problems: Mapping[str, Problem]) -> Reply | None:
        """Keep what is valid on the session, also when the rest is wrong: a lost connection must cost nothing."""
        if submission.answers != opened.answers:
            session, kept = opened.session, saved_on_page(opened.session.progress, submission.answers, now=opened.now)
            try:
                if not self._store.write(KeepHalf(session.id, seal_progress(session.id, kept))):
                    return None
            except StoreUnavailable:
                return _not_kept(opened, form, submission)
        page = _page(opened, Filled(submission.answers, form, problems, is_saved=bool(submission.answers)))
        return Reply(page, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK)

    def _send_once(self, request: Request, token: str, form: Mapping[str, str], now: datetime) -> Reply | None:
        """File an answer; the same form again within seconds, as by a second tap, gets the thanks of the first."""
        mark = self._repeats.mark_of(token, request.body or b"")
        is_first = self._repeats.begin(mark, now.timestamp())
        thanks = None if is_first else self._repeats.thanks_for(mark)
        if thanks:
            return self._thank(thanks, now)
        try:
            outcome = self._send(token, request.language, form, now)
            thanks = outcome if isinstance(outcome, Thanks) else None
        finally:
            if is_first:
                self._repeats.end(mark, thanks)
        return self._thank(outcome, now) if isinstance(outcome, Thanks) else outcome

    def _thank(self, thanks: Thanks, now: datetime) -> Reply:
        prepared = self._places.place_of(thanks.unit_oid, now)
        return Reply(prepared.thanks_page(thanks.language, code=thanks.code, contacted=thanks.contacted))

    def _send(self, token: str, language: str, form: Mapping[str, str], now: datetime) -> Thanks | Reply | None:
        opened = self._open(token, language, now)
        if opened is None:
            return None
        submission = read_submission(form, opened.prepared.asked, opened.answers)
        problems = why_not_send(submission, opened.prepared.asked)
        if problems:
            return self._keep(opened, form, submission, problems)
        code = new_code()
        try:
            is_filed = self._file(opened, submission, ring().keyed_hash(Purpose.WITHDRAWAL, code))
        except StoreUnavailable:
            return _not_kept(opened, form, submission)
        thanks = Thanks(opened.session.context.unit_oid, opened.language, code, contacted=submission.contact is not None)
        return thanks if is_filed else None

    def _file(self, opened: _Opened, submission: Submission, withdrawal_hash: bytes) -> bool:
        progress = completed_on_page(opened.session.progress, submission.answers)
        answers = filed(progress, language=opened.language, withdrawal_hash=withdrawal_hash)
        ready = burning(opened.session, answers, today=opened.today)
        return self._store.write(FileAnswer(ready, _contact_request(opened, submission)))


def _contact_request(opened: _Opened, submission: Submission) -> tuple[Any, ...] | None:
    """Return the row of the contact request that goes with an answer, or None where nobody wants to be reached."""
    contact = submission.contact
    if contact is None:
        return None
    along = dict(submission.answers) if contact.answers_along else None
    return sealed_request(
        unit_oid=opened.prepared.place.unit_oid,
        language=opened.language,
        details=ContactDetails(name=contact.name, phone=contact.phone, email=contact.email, answers=along),
        working_days=opened.prepared.place.settings.answering.working_days,
        is_holiday=is_holiday,
        today=opened.today,
    )


def _show(opened: _Opened) -> Reply:
    answers = opened.answers
    visited_on = opened.session.context.visited_on
    if not answers:
        return opened.prepared.empty_survey_page(opened.language, visited_on).reply()
    return Reply(_page(opened, Filled(answers, typed={}, problems={})))


def _refuse_form(opened: _Opened) -> Reply:
    return Reply(refuse_page(opened.prepared.place, opened.language))


def _not_kept(opened: _Opened, form: Mapping[str, str], submission: Submission) -> Reply:
    """Return the page with everything that was typed, for another try: the database did not take it."""
    filled = Filled(submission.answers, form, {Field.ACTION: Problem.NOT_KEPT})
    return Reply(_page(opened, filled), HTTPStatus.SERVICE_UNAVAILABLE, headers=(("Retry-After", "10"),))


def _page(opened: _Opened, filled: Filled) -> bytes:
    prepared = opened.prepared
    return survey_page(prepared.instrument, prepared.place, opened.language, opened.session.context.visited_on, filled)
