"""The counts that stay: how visits ended per unit and day, and how many were invited, as coarsely as responses are kept."""

from collections.abc import Mapping
from datetime import date

from django.db import connection

from vaste.core.database import as_stored
from vaste.invitations.context import Context

OutcomeKey = tuple[str, date, str]  # unit OID, visit day, outcome
InvitedKey = tuple[str, date, str, str, str]  # unit OID, period's first day, period kind, language, age band

_ADD_OUTCOMES = """
    INSERT INTO invitations_outcomecount (unit_id, visited_on, outcome, visits) VALUES (%s, %s, %s, %s)
    ON CONFLICT (unit_id, visited_on, outcome) DO UPDATE SET visits = invitations_outcomecount.visits + excluded.visits
"""
_ADD_INVITED = """
    INSERT INTO invitations_invitedcount (unit_id, period_start, period_kind, language, age_band, invited) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (unit_id, period_start, period_kind, language, age_band)
    DO UPDATE SET invited = invitations_invitedcount.invited + excluded.invited
"""


def invited_key(context: Context) -> InvitedKey:
    """Return under which key an invitation is counted as invited."""
    return (context.unit_oid, context.period_start, context.period_kind, context.language, context.age_band)


def add_outcomes(changes: Mapping[OutcomeKey, int]) -> None:
    """Add to the counts of outcomes; a negative change takes back."""
    rows = [(unit, as_stored(day), outcome, change) for (unit, day, outcome), change in sorted(changes.items()) if change]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_OUTCOMES, rows)


def add_invited(changes: Mapping[InvitedKey, int]) -> None:
    """Add to the counts of those invited; a negative change takes back."""
    rows = [
        (unit, as_stored(start), kind, language, band, change)
        for (unit, start, kind, language, band), change in sorted(changes.items())
        if change
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_INVITED, rows)
