"""The hub's release database: who may deliver, and every version that was taken in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class HubCounty(models.Model):
    """An organisation that may deliver. token_hash: keyed; public_keys: base64, one a line, any of which may sign its packages."""

    code = models.CharField(max_length=12, unique=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    public_keys = models.TextField()
    added_on = models.DateField()
    removed_on = models.DateField(null=True)

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "hub counties"

    def __str__(self) -> str:
        return self.code


class ReceivedDelivery(models.Model):
    """A version of a delivery as the hub took it in; the package itself lies in a file named by its SHA-256.

    manifest: its bytes as text. receipt: the signed answer, byte for byte as it was and will be given. is_tabled: whether its counts
    are in the tables of the country. n: respondents over all services, where that is shown.
    """

    county = models.ForeignKey(HubCounty, on_delete=models.PROTECT, related_name="deliveries")
    campaign = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    manifest_sha256 = models.CharField(max_length=64, unique=True)
    package_sha256 = models.CharField(max_length=64, unique=True)
    package_bytes = models.PositiveIntegerField()
    manifest = models.TextField()
    first_quarter = models.CharField(max_length=7)
    last_quarter = models.CharField(max_length=7)
    n = models.PositiveIntegerField(null=True)
    contract_rows = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    receipt = models.TextField()
    is_tabled = models.BooleanField(default=False)

    class Meta:
        ordering = ("county__code", "campaign", "version")
        verbose_name_plural = "received deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("county", "campaign", "version"), name="hub_one_of_each_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="hub_versions_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.version}"


class NationalEdition(models.Model):
    """Which edition of the country's tables readers use: one row. edition: a number that names their folder.

    contents: SHA-256 over the checksums of the packages that are in it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    edition = models.PositiveIntegerField()
    contents = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="hub_one_edition")]

    def __str__(self) -> str:
        return str(self.edition)
