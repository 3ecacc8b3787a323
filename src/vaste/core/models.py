"""The audit trail, an append-only chain of entries, each holding the hash of the one before; and which keys the database was used with."""

from django.db import models


class AuditEntry(models.Model):
    """One thing that was done: who, what, when, on what; ids and counts only."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    details = models.TextField(default="{}")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class UsedKey(models.Model):
    """An identity key that the database was used with, by its id, which tells nothing of it and stands in sealed values anyway."""

    key_id = models.CharField(max_length=8, primary_key=True)
    first_used_on = models.DateField()

    class Meta:
        ordering = ("first_used_on", "key_id")

    def __str__(self) -> str:
        return self.key_id
