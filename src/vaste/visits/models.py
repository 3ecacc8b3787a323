"""Feeds, and the keyed hashes of events already taken in."""

from django.db import models

from vaste.organisations.models import County


class Feed(models.Model):
    """A system that may send visits; its token is kept as a keyed hash."""

    name = models.CharField(max_length=60)
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.BinaryField(unique=True)
    created_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("county", "name"), name="feed_name_once"),)

    def __str__(self) -> str:
        return f"feed {self.pk}"


class SeenEvent(models.Model):
    """A visit that was taken in, for the days a feed may repeat itself.

    `outcome_hash` tells how it ended, but only to one who brings the event id again: see `rules.Outcome` and `actions`.
    """

    event_hash = models.BinaryField(primary_key=True)
    outcome_hash = models.BinaryField()
    received_on = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("received_on",), name="seen_event_received"),)

    def __str__(self) -> str:
        return "seen event"
