"""Read how messaging does, for pages and metrics: counts only, never a number, a text or an id."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Sum

from vaste.messaging.alarms import Standing, Waiting
from vaste.messaging.measures import What
from vaste.messaging.models import AccountHour, AccountState, InboundPart, OutboundMessage
from vaste.messaging.rules import MessageState
from vaste.messaging.standing import SILENT_AFTER

_UNKNOWN_WITHIN = timedelta(hours=2)
_ID_RULE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class HourOf:
    """What became of an account's messages of an hour."""

    account: str
    hour: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Refusal:
    """How many messages an operator refused, put off or could not deliver with one status."""

    account: str
    what: What
    status: str
    messages: int


def what_waits(*, now: datetime) -> Waiting:
    """Return what is due and not yet sent, and what people have written and nobody has read."""
    due = OutboundMessage.objects.filter(state=MessageState.QUEUED, due_at__lte=now, expires_at__gt=now)
    messages = due.aggregate(count=Count("id"), oldest=Min("due_at"))
    # A part of a long reply rightly waits for the others.
    ready = InboundPart.objects.filter(Q(joined_by=None) | Q(tries__gt=0))
    replies = ready.aggregate(count=Count("id"), oldest=Min("received_at"))
    return Waiting(
        messages=messages["count"],
        oldest_message=now - (messages["oldest"] or now),
        replies=replies["count"],
        oldest_reply=now - (replies["oldest"] or now),
    )


def standings(*, now: datetime) -> list[Standing]:
    """Return how every account stands."""
    lately = _sums(since=now - _UNKNOWN_WITHIN)
    today = _sums(since=now - _ID_RULE_WITHIN)
    return [
        Standing(
            account=state.account,
            is_silent=now - state.seen_at > SILENT_AFTER,
            is_connected=state.is_connected,
            unchanged_for=now - state.connected_changed_at,
            trouble=state.trouble,
            status=state.status,
            weight=state.weight,
            handed_over=lately[state.account, What.HANDED_OVER],
            unknown=lately[state.account, What.UNKNOWN],
            has_new_id_rule=today[state.account, What.ID_RULE_CHANGED] > 0,
        )
        for state in AccountState.objects.order_by("account")
    ]


def _sums(*, since: datetime) -> Counter[tuple[str, str]]:
    rows = AccountHour.objects.filter(hour__gt=since - timedelta(hours=1)).values_list("account", "what").annotate(total=Sum("messages"))
    return Counter({(account, what): total for account, what, total in rows.order_by()})


def hours(*, since: datetime) -> list[HourOf]:
    """Return the hours that began at a moment or later, the last first, then by account."""
    counts: defaultdict[tuple[datetime, str], Counter[str]] = defaultdict(Counter)
    for account, hour, what, messages in AccountHour.objects.filter(hour__gte=since).values_list("account", "hour", "what", "messages"):
        counts[hour, account][what] += messages
    by_account = sorted(counts, key=lambda key: key[1])
    return [HourOf(account, hour, counts[hour, account]) for hour, account in sorted(by_account, key=lambda key: key[0], reverse=True)]


def refusals(*, since: datetime) -> list[Refusal]:
    """Return what was refused since a moment by account and status, the most frequent first."""
    kinds = (What.REFUSED, What.PUT_OFF, What.UNDELIVERED, What.EXPIRED)
    rows = AccountHour.objects.filter(hour__gte=since, what__in=kinds).values_list("account", "what", "status")
    found = [
        Refusal(account, What(what), status, total) for account, what, status, total in rows.annotate(total=Sum("messages")).order_by()
    ]
    return sorted(found, key=lambda one: (-one.messages, one.account, one.what, one.status))
