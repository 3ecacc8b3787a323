"""What is kept of what the answers say: alerts, and the goals they are held against."""

import msgspec
from django.db import models

from vaste.core.ids import new_id
from vaste.organisations.models import County, Unit, User
from vaste.results.goal_rules import GoalSettings


class Alert(models.Model):
    """A unit whose answers have changed beyond what chance explains, until a person of staff has acknowledged it.

    It keeps what it was held against (begins, baseline, limit), so that its chart can be drawn again from the record. run_from and
    run_to: the days, both included, of the answers that called. counted_to: the first day of the newest period there was when it was
    acknowledged: only periods after it count toward the next. sealed_note: what the person of staff wrote.
    """

    class Kind(models.TextChoices):
        """More detractors, or more promoters."""

        WARNING = "warning"
        GOOD_NEWS = "good_news"

    class Basis(models.TextChoices):
        """Whose answers the baseline rests on."""

        UNIT = "unit"
        SERVICE = "service"

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    raised_on = models.DateField()
    begins = models.DateField()
    run_from = models.DateField()
    run_to = models.DateField()
    baseline = models.FloatField()
    basis = models.CharField(max_length=10, choices=Basis.choices)
    baseline_answers = models.IntegerField()
    limit = models.FloatField()
    after = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    counted_to = models.DateField(null=True)
    sealed_note = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "kind"), condition=models.Q(acknowledged_on__isnull=True), name="alert_open_once"),
        )

    def __str__(self) -> str:
        return f"alert {self.id}"


_read_goal = msgspec.json.Decoder(GoalSettings)


class Goal(models.Model):
    """A goal of a county, as `vaste goals load` read it, as JSON (`goal_rules.GoalSettings`). key: how the file names it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="goals")
    key = models.CharField(max_length=40)
    settings_json = models.TextField()

    class Meta:
        ordering = ("key",)
        constraints = (models.UniqueConstraint(fields=("county", "key"), name="goal_key_once"),)

    def __str__(self) -> str:
        return f"goal {self.key}"

    @property
    def settings(self) -> GoalSettings:
        """The goal as loaded."""
        return _read_goal.decode(self.settings_json)
