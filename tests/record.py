"""Answers already in the record, for tests that read figures."""

from collections.abc import Mapping
from datetime import date

from tests.factories import HEALTH_STATION
from vaste.invitations.models import InvitedCount
from vaste.organisations.models import Unit
from vaste.responses.models import Response
from vaste.responses.rules import Channel, coarse_period, write_answers


def record(
    times: int = 1,
    *,
    unit: str = HEALTH_STATION,
    on: str = "2024-04-08",
    channel: str = Channel.LINK,
    language: str = "fi",
    age_band: str = "45-54",
    nps: int | None = 10,
    answers: Mapping[str, int] | None = None,
    free_text: str = "",
) -> None:
    """Put equal responses to a visit on a day into the record."""
    period_start, kind = coarse_period(date.fromisoformat(on), is_small=Unit.objects.get(oid=unit).small)
    Response.objects.bulk_create(
        Response(
            unit_id=unit,
            instrument="national-adult/2024-1",
            channel=channel,
            language=language,
            respondent_role="client",
            age_band=age_band,
            period_start=period_start,
            period_kind=kind,
            nps=nps,
            answers=write_answers(answers or {}),
            free_text=free_text,
            awaits_reading=bool(free_text),
        )
        for _ in range(times)
    )


def invite(count: int, *, unit: str = HEALTH_STATION, on: str = "2024-04-08", language: str = "fi", age_band: str = "45-54") -> None:
    """Count so many as invited after visits on a day."""
    period_start, kind = coarse_period(date.fromisoformat(on), is_small=Unit.objects.get(oid=unit).small)
    InvitedCount.objects.create(
        unit_id=unit, period_start=period_start, period_kind=kind, language=language, age_band=age_band, invited=count
    )
