"""The invitation, which burns, and the little that stays: counts, and keyed hashes that end by themselves."""

from django.db import models

from vaste.core.ids import new_id
from vaste.organisations.models import Unit


class Invitation(models.Model):
    """A visit that is being asked about. Deleted in the transaction that files its answers.

    `sealed` holds the phone and the event id, `sealed_answers` the dialogue so far; both open only with the identity key.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_hash = models.BinaryField()
    token_hash = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    sealed_answers = models.BinaryField(null=True)
    answered_by_sms = models.BooleanField(default=False)
    answered_by_link = models.BooleanField(default=False)
    instrument = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    respondent_role = models.CharField(max_length=10)
    age_band = models.CharField(max_length=10)
    visited_at = models.DateTimeField()
    period_start = models.DateField()
    period_kind = models.CharField(max_length=5)
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
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

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_hash = models.BinaryField(unique=True)
    language = models.CharField(max_length=5)
    ends_on = models.DateField()

    def __str__(self) -> str:
        return f"contact offer {self.id}"


class Quarantine(models.Model):
    """A person was or will be asked at a moment, and is left in peace around it. Does not tell whether they answered, or where they were."""

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
