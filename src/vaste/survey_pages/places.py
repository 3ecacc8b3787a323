"""Units and counties as the pages need them, remembered for a minute, with the pages that all clients of a unit share."""

from datetime import date, datetime

from vaste.organisations.models import Unit
from vaste.survey_pages.pages import NOTHING_FILLED, Place, asked_on_page, survey_page, thanks_page
from vaste.survey_pages.replies import PreparedPage
from vaste.survey_pages.store import Store
from vaste.surveys.instrument import Branch, national_adult

# New settings and names show after this time at the latest.
_REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 2000
# Stands for the withdrawal code in the shared thank-you page; a private character, which no text of ours holds.
_CODE_MARK = "\ue000"


class PreparedPlace:
    """A unit with its questions and its pages, each drawn at its first use."""

    def __init__(self, place: Place, *, base_url: str) -> None:
        self.place = place
        self.instrument = national_adult()
        self.asked = asked_on_page(self.instrument, place)
        self._base_url = base_url
        self._survey_pages: dict[tuple[str, int], PreparedPage] = {}
        self._thanks_pages: dict[tuple[str, bool], bytes] = {}

    def empty_survey_page(self, language: str, visited_on: date) -> PreparedPage:
        """Return the page of questions with nothing filled in; it shows the month of the visit only, so one serves the whole month."""
        key = (language, visited_on.month)
        if key not in self._survey_pages:
            page = survey_page(self.instrument, self.place, language, visited_on, NOTHING_FILLED)
            self._survey_pages[key] = PreparedPage.of(page)
        return self._survey_pages[key]

    def thanks_page(self, language: str, *, code: str, contacted: bool) -> bytes:
        """Return the thank-you page with a withdrawal code, which is made of letters, digits and dashes."""
        key = (language, contacted)
        if key not in self._thanks_pages:
            page = thanks_page(self.place, language, code=_CODE_MARK, contacted=contacted, base_url=self._base_url)
            self._thanks_pages[key] = page
        return self._thanks_pages[key].replace(_CODE_MARK.encode(), code.encode())


class Places:
    """The units asked about lately, by OID. Threads may load one twice; they never see half of one."""

    def __init__(self, store: Store, *, base_url: str) -> None:
        self._store = store
        self._base_url = base_url
        self._remembered: dict[str, tuple[float, PreparedPlace]] = {}

    def place_of(self, unit_oid: str, now: datetime) -> PreparedPlace:
        """Return a unit that exists, as it was at most a minute ago. Raises StoreUnavailable."""
        seconds = now.timestamp()
        loaded_at, place = self._remembered.get(unit_oid, (0.0, None))
        if place is None or not 0 <= seconds - loaded_at < _REMEMBERED_SECONDS:
            place = PreparedPlace(self._store.read(lambda _cursor: _load(unit_oid)), base_url=self._base_url)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[unit_oid] = (seconds, place)
        return place


def _load(unit_oid: str) -> Place:
    unit = Unit.objects.select_related("county").get(oid=unit_oid)
    settings = unit.county.settings
    names = {language: unit.name(language) for language in settings.languages}
    return Place(unit_oid=unit.oid, unit_names=names, branch=Branch(unit.branch), settings=settings)
