"""Deliveries of the county's answers, in counts, and what the country says of them all."""

from django.db import models

from vaste.core.ids import new_id
from vaste.national.deliveries.rules import DeliveryState
from vaste.organisations.models import County, User


class Delivery(models.Model):
    """A delivery of a campaign: one version, from its draft to the receiver's receipt.

    package: the ZIP file as it is sent, from the state `checked` on. counts: sealed, the true counts of every planned cell, hidden ones
    too, as they were then; with them a later version finds what the two together would tell. problem: JSON, why it was
    stopped (code, sentence, cells).
    receipt: the receiver's answer as it came. drafted_by: nobody where a command did.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="deliveries")
    campaign = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, default=DeliveryState.DRAFT)
    instrument = models.CharField(max_length=60)
    first_quarter = models.CharField(max_length=7)
    last_quarter = models.CharField(max_length=7)
    unit_oids = models.TextField()
    with_rows = models.BooleanField(default=False)
    package = models.BinaryField(null=True)
    package_sha256 = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    counts = models.BinaryField(null=True)
    problem = models.TextField(blank=True)
    receipt = models.TextField(blank=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-drafted_at", "id")
        verbose_name_plural = "deliveries"
        constraints = (
            # Of two who begin a version at once, one finds it begun.
            models.UniqueConstraint(fields=("county", "campaign", "version"), name="delivery_version_once"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by"))
                | models.Q(drafted_by__isnull=True),
                name="delivery_approved_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"delivery {self.id}"


class KeptComparison(models.Model):
    """The newest comparison of the counties that the hub published. There is one at most.

    answer: as the hub signed it. tag: by which the hub tells whether it has another.
    """

    quarter = models.CharField(primary_key=True, max_length=7)
    answer = models.TextField()
    tag = models.CharField(max_length=80)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"comparison of {self.quarter}"
