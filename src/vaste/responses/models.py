"""What is kept of an answer: nothing that leads back to a phone, a visit or a moment."""

from django.db import models

from vaste.core.ids import new_id
from vaste.organisations.models import Unit


class MailboxAnswer(models.Model):
    """An answer on its way from a burnt invitation to the record; lives until the next mix.

    Sealed whole (`mailbox.SealedAnswer`), because its row, alone of all, is written together with the end of its invitation:
    a copy of the database taken at that moment must hold nothing that stands in the record later. withdrawal_hash: of what
    the record keeps for the withdrawal code, made for this table alone; drawn at random where no code was shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    sealed = models.BinaryField()
    withdrawal_hash = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=("withdrawal_hash",), name="mailbox_withdrawal"),)

    def __str__(self) -> str:
        return f"mailbox answer {self.id}"


class Response(models.Model):
    """An answer in the record, under a random id.

    `answers` is one line of text, item ids and values in the instrument's order, `access=5;benefit=4` (see
    `rules.write_answers`): identical answers are identical texts, so counting is grouping.

    What is made of the free text: `text_language`, `themes` as one line (`free_text.labels.write_themes`), `sentiment`, and
    `text_method`, the version of the method or STAFF where people said so. Empty until it is read; `awaits_reading` tells
    that there is a text to read, or to read anew.
    """

    STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="responses", db_index=False)
    instrument = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    respondent_role = models.CharField(max_length=10)
    age_band = models.CharField(max_length=10)
    period_start = models.DateField()
    period_kind = models.CharField(max_length=5)
    nps = models.SmallIntegerField(null=True)
    answers = models.CharField(max_length=400, blank=True)
    free_text = models.TextField(blank=True)
    text_language = models.CharField(max_length=5, blank=True)
    themes = models.CharField(max_length=100, blank=True)
    sentiment = models.CharField(max_length=10, blank=True)
    text_method = models.CharField(max_length=40, blank=True)
    awaits_reading = models.BooleanField(default=False)
    withdrawal_hash = models.BinaryField(null=True)

    class Meta:
        indexes = (
            # Holds all that figures are counted from, so that counting never touches the rows with their long texts.
            models.Index(
                fields=("unit", "period_start", "period_kind", "channel", "language", "nps", "answers"),
                name="response_figures",
            ),
            # Holds all by which comments are chosen, counted and put in order, so that only those shown are fetched.
            models.Index(
                fields=("unit", "period_start", "id", "channel", "text_language", "sentiment", "themes", "nps"),
                name="response_comments",
                condition=models.Q(free_text__gt=""),
            ),
            models.Index(fields=("withdrawal_hash",), name="response_withdrawal"),
            models.Index(fields=("id",), name="response_awaits_reading", condition=models.Q(awaits_reading=True)),
        )

    def __str__(self) -> str:
        return f"response {self.id}"


class ChangedMonth(models.Model):
    """A unit's month of the record that has changed since it was last brought into the columnar copy.

    change: random, another at each change, so that whoever copies the month knows whether it has changed meanwhile; it tells
    neither order nor number.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    change = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "month"), name="changed_month_once"),)

    def __str__(self) -> str:
        return f"changed month {self.unit_id} {self.month}"


class CopyState(models.Model):
    """Which columnar copy belongs to this database, and how far it has come. One row, made with the first copy.

    edition: the last one that readers may use. attempt: the last one begun, noted before anything is written. parts: JSON,
    see `copy.state`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    copy_id = models.CharField(max_length=32)
    edition = models.BigIntegerField()
    attempt = models.BigIntegerField()
    parts = models.TextField()

    def __str__(self) -> str:
        return f"copy {self.copy_id} edition {self.edition}"
