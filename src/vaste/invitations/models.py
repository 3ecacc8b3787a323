"""The invitation, which burns, and the little that stays: counts, and keyed hashes that end by themselves."""

from django.db import models

from vaste.core.ids import new_id
from vaste.invitations.campaigns.rules import Afterwards, CampaignEnd, quarters_of
from vaste.invitations.rules import OptOutWay
from vaste.organisations.models import County, Unit


class Invitation(models.Model):
    """A visit that is being asked about. Deleted in the transaction that files its answers.

    `sealed` holds the visit's context (`context.Context`: phone, unit, language, age band …), `sealed_answers` the dialogue so
    far. Both open only with the identity key and are padded, so that without it no column can be joined with a response.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person_hash = models.BinaryField()
    token_hash = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    sealed_answers = models.BinaryField(null=True)
    planned_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("person_hash",), name="invitation_person"),
            models.Index(fields=("expires_at",), name="invitation_expires"),
        )

    def __str__(self) -> str:
        return f"invitation {self.id}"


class ContactOffer(models.Model):
    """The open question, after the answers have been filed, whether to be contacted by phone. Holds no answer and ends by itself."""

    person_hash = models.BinaryField(primary_key=True)
    sealed = models.BinaryField()
    ends_on = models.DateField()

    def __str__(self) -> str:
        return "contact offer"


class Quarantine(models.Model):
    """A person is asked at a moment, and left in peace around it. Does not tell whether they answered, or where they were."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_hash = models.BinaryField()
    planned_at = models.DateTimeField()
    ends_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("person_hash",), name="quarantine_person"),)

    def __str__(self) -> str:
        return f"quarantine {self.id}"


class OptOut(models.Model):
    """A person has asked not to receive surveys."""

    person_hash = models.BinaryField(primary_key=True)
    since = models.DateField()
    way = models.CharField(max_length=5, choices=[(way.value, way.name.lower()) for way in OptOutWay])

    def __str__(self) -> str:
        return "opt-out"


class OutcomeCount(models.Model):
    """How many visits of a unit and day ended how: `invited` or a reason."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    visited_on = models.DateField()
    outcome = models.CharField(max_length=30)
    visits = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "visited_on", "outcome"), name="outcome_once"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.visited_on} {self.outcome}"


class InvitedCount(models.Model):
    """How many were invited, as coarsely as responses are kept: the denominator of the response rate."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    period_start = models.DateField()
    period_kind = models.CharField(max_length=5)
    language = models.CharField(max_length=5)
    age_band = models.CharField(max_length=10)
    invited = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "period_start", "period_kind", "language", "age_band"), name="invited_once"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period_start}"


class Campaign(models.Model):
    """A collection with a needed number: so many answers of some units' visits in some months, by a deadline.

    key: how commands and deliveries call it. first_on, last_on: the first and the last day of its months. afterwards: what becomes of the
    sending in its units when it has ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="campaigns")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    instrument = models.CharField(max_length=60)
    units = models.ManyToManyField(Unit, related_name="campaigns")
    first_on = models.DateField()
    last_on = models.DateField()
    needed = models.PositiveIntegerField()
    deadline = models.DateField()
    afterwards = models.CharField(max_length=10, choices=[(each.value, each.name.lower()) for each in Afterwards])
    created_on = models.DateField()
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=10, blank=True, choices=[(each.value, each.name.lower()) for each in CampaignEnd])

    class Meta:
        ordering = ("-first_on", "key")
        constraints = (
            models.UniqueConstraint(fields=("county", "key"), name="campaign_key_once"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, ended_why="") | (models.Q(ended_on__isnull=False) & ~models.Q(ended_why="")),
                name="campaign_ended_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"campaign {self.key}"

    @property
    def quarters(self) -> list[str]:
        """The quarters that it reaches into, as `2026-Q2`."""
        return quarters_of(self.first_on, self.last_on)
