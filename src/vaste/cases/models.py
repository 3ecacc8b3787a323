"""A contact request: the separate door through which a person tells who they are, by their own act."""

from django.db import models

from vaste.core.ids import new_id
from vaste.organisations.models import Unit, User


class ContactRequest(models.Model):
    """Somebody asked to be contacted. `sealed` holds `actions.ContactDetails`: who they are, and what they let go along.

    Days, not moments: the time of a request must not tell which response was written beside it.
    """

    class State(models.TextChoices):
        """How far the request has come."""

        RECEIVED = "received"
        ANSWERED = "answered"

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contact_requests")
    language = models.CharField(max_length=5)
    received_on = models.DateField()
    due_on = models.DateField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_note = models.BinaryField(null=True)

    class Meta:
        indexes = (models.Index(fields=("state", "due_on"), name="contact_request_due"),)

    def __str__(self) -> str:
        return f"contact request {self.id}"
