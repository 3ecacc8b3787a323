"""What may become of a delivery, and who may move it on. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    SENT = "sent"
    RECEIPT = "receipt"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class DeliveryEvent(StrEnum):
    """What happens to a delivery."""

    CHECK = "its tables passed every check and its package was made"
    APPROVE = "a second person approved it"
    SEND = "its package was sent, perhaps once more"
    ACCEPT = "the receiver's receipt says it was accepted"
    REFUSE = "the receiver's receipt says it was refused"
    CANCEL = "it was given up before it was sent"


# The whole truth: what is not named here changes nothing and is refused.
TRANSITIONS = {
    (DeliveryState.DRAFT, DeliveryEvent.CHECK): DeliveryState.CHECKED,
    (DeliveryState.DRAFT, DeliveryEvent.CANCEL): DeliveryState.CANCELLED,
    (DeliveryState.CHECKED, DeliveryEvent.APPROVE): DeliveryState.APPROVED,
    (DeliveryState.CHECKED, DeliveryEvent.CANCEL): DeliveryState.CANCELLED,
    (DeliveryState.APPROVED, DeliveryEvent.SEND): DeliveryState.SENT,
    (DeliveryState.APPROVED, DeliveryEvent.CANCEL): DeliveryState.CANCELLED,
    # The answer to a sending can be lost; the same bytes go again, which the receiver takes for what they are.
    (DeliveryState.SENT, DeliveryEvent.SEND): DeliveryState.SENT,
    (DeliveryState.SENT, DeliveryEvent.ACCEPT): DeliveryState.RECEIPT,
    (DeliveryState.SENT, DeliveryEvent.REFUSE): DeliveryState.REFUSED,
}
ENDS = frozenset({DeliveryState.RECEIPT, DeliveryState.REFUSED, DeliveryState.CANCELLED})


class DeliveryRefused(Exception):
    """A delivery cannot be moved on, or begun; the message is one sentence for people."""


def moved(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    """Return the state after an event. Raises DeliveryRefused for one that cannot happen there."""
    after = TRANSITIONS.get((state, event))
    if after is None:
        raise DeliveryRefused(f"The delivery is in the state {state}; this cannot follow: {event}. Nothing was changed.")
    return after


def why_not_approve(*, drafted_by: int | None, approver: int) -> str | None:
    """Return why somebody may not approve a delivery, or None when they may: never who drafted it. None drafted it: a command did."""
    if drafted_by == approver:
        return "Whoever drafted a delivery cannot approve it: a second person must. Nothing was changed."
    return None


@dataclass(frozen=True)
class Version:
    """A delivery of a campaign as the next one sees it. manifest_sha256: of its package, empty before it is checked."""

    number: int
    state: DeliveryState
    manifest_sha256: str


@dataclass(frozen=True)
class NextVersion:
    """The number of the next delivery of a campaign, and the version that it replaces; None where none has been accepted."""

    number: int
    replaces: Version | None


def next_version(versions: Iterable[Version], *, is_correction: bool) -> NextVersion:
    """Return what the next delivery of a campaign must be. Raises DeliveryRefused.

    A campaign is delivered once. Another delivery of it is a correction, said to be one, and names the one it replaces; none is begun
    while one is on its way.
    """
    known = sorted(versions, key=lambda version: version.number)
    under_way = next((version for version in known if version.state not in ENDS), None)
    if under_way:
        raise DeliveryRefused(
            f"Version {under_way.number} of this campaign's delivery is under way ({under_way.state}). Finish it or give it up first."
        )
    accepted = [version for version in known if version.state is DeliveryState.RECEIPT]
    if accepted and not is_correction:
        raise DeliveryRefused(
            f"This campaign was delivered already (version {accepted[-1].number}). Only a correction, which replaces it, can follow."
        )
    if is_correction and not accepted:
        raise DeliveryRefused("There is nothing to correct: no delivery of this campaign has been accepted.")
    return NextVersion(known[-1].number + 1 if known else 1, accepted[-1] if accepted else None)
