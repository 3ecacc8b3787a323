"""Reports that were made, and what people of staff add to them."""

from django.db import models

from vaste.core.ids import new_id
from vaste.organisations.models import County, Unit, User


class MadeReport(models.Model):
    """A report as it was made, whole, with the checksum (SHA-256, hex) by which a copy is known to be it.

    scope: `county` or a unit's OID. made_by: nobody where the county's rhythm made it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="made_reports")
    scope = models.CharField(max_length=64)
    period = models.CharField(max_length=7)
    language = models.CharField(max_length=2)
    form = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_scheduled = models.BooleanField(default=False)

    class Meta:
        ordering = ("-made_at", "id")
        constraints = (
            # Whoever comes second, of two processes or after a crash, finds it made.
            models.UniqueConstraint(
                fields=("county", "scope", "period", "language", "form"),
                condition=models.Q(is_scheduled=True),
                name="scheduled_report_once",
            ),
        )

    def __str__(self) -> str:
        return f"report {self.id}"


class ApprovedQuote(models.Model):
    """A comment that a member of staff lets stand in reports, by a keyed hash of its text: the text itself stays with the answer.

    An answer that is withdrawn, or masked anew, takes its quote along.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="approved_quotes")
    period_start = models.DateField()
    text_hash = models.BinaryField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "period_start", "text_hash"), name="quote_approved_once"),)

    def __str__(self) -> str:
        return f"approved quote {self.pk}"


class WorkDone(models.Model):
    """What a county or unit did because of the feedback of a period, in one language, as staff tell it."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="work_done")
    scope = models.CharField(max_length=64)
    period = models.CharField(max_length=7)
    language = models.CharField(max_length=2)
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("county", "scope", "period", "language"), name="work_done_once"),)

    def __str__(self) -> str:
        return f"work done {self.pk}"
