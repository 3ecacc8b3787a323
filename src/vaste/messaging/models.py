"""The outbox and the inbox as stored: sealed while needed, ids and counts afterwards."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.db.models import Q

from vaste.core.ids import new_id
from vaste.messaging.rules import FINAL, HANDED_OVER, OUTSTANDING, IdRule, MessageClass, MessageState


def _values(states: Iterable[MessageState]) -> list[str]:
    return sorted(state.value for state in states)


def _choices(kind: type[MessageState] | type[MessageClass]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ")) for member in kind]


class OutboundMessage(models.Model):
    """A text to one phone. Number and text are sealed to this row and go when the operator has it, or when nobody will get it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Null: a message that belongs to no conversation any more, such as thanks after the invitation has burnt.
    conversation = models.UUIDField(null=True)
    step = models.CharField(max_length=40)
    attempt = models.PositiveSmallIntegerField(default=1)
    message_class = models.CharField(max_length=20, choices=_choices(MessageClass))
    priority = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=_choices(MessageState), default=MessageState.QUEUED.value)
    # Why it was dropped or refused: a reason's name or an operator's code.
    reason = models.CharField(max_length=60, default="", blank=True)
    sealed = models.BinaryField(null=True)
    # Kept until a receipt has come, to know the receipt by its number; null at the final state. Made for this use alone:
    # it cannot be compared with what other tables know of a person.
    person_hash = models.BinaryField(max_length=32, null=True)
    sender = models.CharField(max_length=20)
    part_count = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=40, default="", blank=True)
    due_at = models.DateTimeField()
    # In which order messages that are due go (see queue.py).
    turn = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    hold_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "step"], name="message_once_a_step"),
            # Two workers cannot both take a message to the same number.
            models.UniqueConstraint(fields=["person_hash"], condition=Q(state__in=_values(OUTSTANDING)), name="message_one_outstanding"),
            models.CheckConstraint(
                condition=Q(sealed__isnull=True) | ~Q(state__in=_values(HANDED_OVER)), name="message_sealed_until_handed"
            ),
            models.CheckConstraint(condition=Q(person_hash__isnull=True) | ~Q(state__in=_values(FINAL)), name="message_final_forgets"),
        )
        indexes = (
            # Each move of a row writes an entry into every index that holds the row, so these hold only what is looked for.
            models.Index(fields=["priority", "turn", "due_at"], name="message_queue", condition=Q(state=MessageState.QUEUED.value)),
            models.Index(fields=["person_hash"], name="message_unknown", condition=Q(state=MessageState.UNKNOWN.value)),
        )

    def __str__(self) -> str:
        return f"{self.message_class} {self.id} ({self.state})"

    @property
    def place(self) -> str:
        """Return what the sealed value is bound to."""
        return sealed_place(self.id)


def sealed_place(message_id: UUID) -> str:
    """Return what the number and text of an outbox row are bound to."""
    return f"messaging.outbound:{message_id}"


class MessagePart(models.Model):
    """A part that an operator has taken, under the operator's id."""

    # No index of its own: the constraint below begins with it.
    message = models.ForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=80)
    id_key = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=_choices(MessageState), default=MessageState.ACCEPTED.value)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "number"], name="part_once"),)
        indexes = (models.Index(fields=["account", "id_key"], name="part_provider_id"),)

    def __str__(self) -> str:
        return f"part {self.number} of {self.message_id} ({self.state})"


class InboundPart(models.Model):
    """A part of a reply, sealed as it came, from its acknowledgement until it is handled in one transaction."""

    account = models.CharField(max_length=40)
    sealed = models.BinaryField()
    seal_id = models.UUIDField(default=new_id, editable=False)
    received_at = models.DateTimeField()
    # Keyed hash of what joins the parts of one long text; null for a text that came whole.
    joined_by = models.BinaryField(max_length=32, null=True)
    number = models.PositiveSmallIntegerField(default=1)
    total = models.PositiveSmallIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["joined_by", "number"], name="inbound_part_once"),)
        indexes = (models.Index(fields=["try_at"], name="inbound_due"),)

    def __str__(self) -> str:
        return f"part {self.number}/{self.total} of a reply, row {self.pk}"

    @property
    def place(self) -> str:
        """Return what the sealed value is bound to."""
        return f"messaging.inbound:{self.seal_id}"


class InboundSeen(models.Model):
    """That a reply was taken in, by keyed hash, for as long as an operator may repeat it: once by its words, once by its id."""

    fingerprint = models.BinaryField(max_length=32, unique=True)
    account = models.CharField(max_length=40, default="")
    # Empty where the fingerprint is of the operator's id, which is kept longer and needs nobody.
    person_hash = models.BinaryField(max_length=32)
    bind = models.CharField(max_length=36)
    seen_at = models.DateTimeField()
    forget_at = models.DateTimeField(db_index=True)
    # When we first began to write to this person since: later the same word may be the answer to a new question.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["person_hash"], name="inbound_seen_person"),)

    def __str__(self) -> str:
        return f"seen reply, row {self.pk}"


class OrphanReceipt(models.Model):
    """A receipt whose message is not known yet: it may have come before the answer to the submit. Kept for an hour."""

    account = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=80)
    id_key = models.CharField(max_length=80)
    event = models.CharField(max_length=60)
    status = models.CharField(max_length=60, default="", blank=True)
    person_hash = models.BinaryField(max_length=32, null=True)
    # Null where the operator does not tell which part of a message it speaks of.
    part = models.PositiveSmallIntegerField(null=True)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=["person_hash"], name="orphan_person", condition=Q(person_hash__isnull=False)),
            models.Index(fields=["account", "id_key"], name="orphan_provider_id"),
        )

    def __str__(self) -> str:
        return f"receipt without a message, row {self.pk}"


class AccountNote(models.Model):
    """What was learnt about an operator's account: by which rule its receipts name their messages."""

    account = models.CharField(max_length=40, primary_key=True)
    id_rule = models.PositiveSmallIntegerField(choices=[(rule.value, rule.name.lower()) for rule in IdRule])
    learnt_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account}: {IdRule(self.id_rule).name.lower()}"


class AccountState(models.Model):
    """How an account stands, as its worker last said it, and how much of the traffic it gets; read by every process."""

    account = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()
    is_connected = models.BooleanField(default=False)
    connected_changed_at = models.DateTimeField()
    # Why nothing gets through until people have done something: `credentials_refused` or `circuit_open`.
    trouble = models.CharField(max_length=20, default="", blank=True)
    # The operator's code that opened the circuit.
    status = models.CharField(max_length=60, default="", blank=True)
    weight = models.PositiveSmallIntegerField(default=100)
    weighed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account}: weight {self.weight}"


class AccountHour(models.Model):
    """How many messages of an account and hour came to what; outlives the messages and knows nothing of them."""

    account = models.CharField(max_length=40)
    hour = models.DateTimeField()
    what = models.CharField(max_length=20)
    status = models.CharField(max_length=60, default="", blank=True)
    messages = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["hour", "account", "what", "status"], name="account_hour_once"),)

    def __str__(self) -> str:
        return f"{self.account} {self.hour:%Y-%m-%d %H}: {self.messages} {self.what}"


class AccountMinute(models.Model):
    """How many messages an account took in a minute, and how many of those phones had soon; kept for half an hour."""

    account = models.CharField(max_length=40)
    minute = models.DateTimeField()
    taken = models.IntegerField()
    soon = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["minute", "account"], name="account_minute_once"),)

    def __str__(self) -> str:
        return f"{self.account} {self.minute:%H:%M}: {self.soon} of {self.taken} soon"
