"""The form with which staff begin a campaign. It works without script; nothing typed is lost when something is wrong."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from vaste.invitations.campaigns.rules import (
    DAYS_AFTER_PERIOD,
    Afterwards,
    CampaignPlan,
    CampaignProblem,
    key_of,
    month_span,
    months_of,
    usual_deadline,
)
from vaste.organisations.formats import month
from vaste.organisations.models import County
from vaste.organisations.words import Words

_MONTHS_OFFERED_BEFORE, _MONTHS_OFFERED_AFTER = 12, 24
_SMALLEST, _LARGEST = date(1, 1, 1), date(9999, 12, 31)
_ALL, _CHOSEN = "all", "chosen"
_FIELD_OF = {
    CampaignProblem.KEY: "name",
    CampaignProblem.KEY_TAKEN: "name",
    CampaignProblem.NAME: "name",
    CampaignProblem.UNITS: "units-all",
    CampaignProblem.OVERLAP: "units-all",
    CampaignProblem.PERIOD: "first-month",
    CampaignProblem.PERIOD_OVER: "last-month",
    CampaignProblem.NEEDED: "needed",
    CampaignProblem.DEADLINE: "deadline",
}


class CampaignForm:
    """What somebody typed and chose, as it came."""

    def __init__(self, data: QueryDict) -> None:
        self.name = data.get("name", "").strip()
        self.first_month = data.get("first_month", "")
        self.last_month = data.get("last_month", "")
        self.needed = data.get("needed", "").strip()
        self.deadline = data.get("deadline", "").strip()
        self.afterwards = data.get("afterwards", Afterwards.STOP.value)
        self.takes_all = data.get("units") != _CHOSEN
        self.unit_oids = frozenset(data.getlist("unit"))

    def plan(self, county: County) -> CampaignPlan:
        """Return the campaign that is wished for; what cannot be read becomes what the rules refuse."""
        first_on, last_on = self._months()
        units = frozenset(county.units.values_list("oid", flat=True)) if self.takes_all else self.unit_oids
        return CampaignPlan(
            key=key_of(self.name),
            name=self.name,
            unit_oids=units,
            first_on=first_on,
            last_on=last_on,
            needed=int(self.needed) if self.needed.isascii() and self.needed.isdigit() and len(self.needed) < 10 else 0,
            deadline=self._deadline(last_on),
            afterwards=Afterwards.CONTINUE if self.afterwards == Afterwards.CONTINUE else Afterwards.STOP,
        )

    def _months(self) -> tuple[date, date]:
        try:
            return month_span(self.first_month, self.last_month)
        except ValueError:
            return _LARGEST, _SMALLEST

    def _deadline(self, last_on: date) -> date:
        if not self.deadline:
            return usual_deadline(last_on) if last_on > _SMALLEST else _LARGEST
        try:
            return date.fromisoformat(self.deadline)
        except ValueError:
            return _SMALLEST


def form_fields(
    form: CampaignForm | None,
    county: County,
    counties: Mapping[str, County],
    words: Words,
    language: str,
    problems: Mapping[str, str],
    today: date,
) -> dict[str, Any]:
    """Return what the page of the form shows: choices, what was typed, and what is wrong beside its field."""
    by_field: dict[str, list[str]] = {}
    for problem, sentence in problems.items():
        by_field.setdefault(_FIELD_OF[CampaignProblem(problem)], []).append(sentence)
    typed = form or CampaignForm(QueryDict(f"first_month={today:%Y-%m}&last_month={_quarter_end(today):%Y-%m}"))
    return {
        "county": county,
        "counties": [(code, each.name(language), code == county.code) for code, each in counties.items()],
        "typed": typed,
        "stops": typed.afterwards != Afterwards.CONTINUE,
        "problems": [(field, sentence) for field, sentences in by_field.items() for sentence in sentences],
        "wrong": {field.replace("-", "_"): " ".join(sentences) for field, sentences in by_field.items()},
        "months": _months_offered(today, language),
        "units": sorted(((unit.oid, unit.name(language)) for unit in county.units.all()), key=lambda each: each[1]),
        "units_all": words["units_all"].format(count=county.units.count()),
        "deadline_hint": words["deadline_hint"].format(days=DAYS_AFTER_PERIOD),
        "smallest": county.settings.display.too_few_below,
    }


def _quarter_end(day: date) -> date:
    return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 3)


def _months_offered(today: date, language: str) -> list[tuple[str, str]]:
    first = today.replace(day=1) - timedelta(days=30 * _MONTHS_OFFERED_BEFORE)
    last = today.replace(day=1) + timedelta(days=31 * _MONTHS_OFFERED_AFTER)
    return [(each, month(date.fromisoformat(f"{each}-01"), language)) for each in months_of(first, last)]
