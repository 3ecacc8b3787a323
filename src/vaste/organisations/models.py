"""Counties with their settings, units, and the people who work in them."""

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from vaste.organisations.rules import CountySettings

_read_settings = msgspec.json.Decoder(CountySettings)


class County(models.Model):
    """A wellbeing services county; its settings are the file that `vaste county load` read, as JSON."""

    code = models.CharField(max_length=8, primary_key=True)
    settings_json = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "counties"

    def __str__(self) -> str:
        return self.code

    @property
    def settings(self) -> CountySettings:
        """The county's settings as loaded."""
        return _read_settings.decode(self.settings_json)

    def name(self, language: str) -> str:
        """Return the county's name in a language."""
        return self.settings.name.get(language) or next(iter(self.settings.name.values()))

    def day_of(self, moment: datetime) -> date:
        """Return the day that a moment lies in where the county is."""
        return moment.astimezone(self.settings.zone).date()


class Unit(models.Model):
    """A place that gives care or service, keyed by its OID in the SOTE organisation register."""

    class Branch(models.TextChoices):
        """Health care and social services have each their words in the statements."""

        HEALTH = "health"
        SOCIAL = "social"

    oid = models.CharField(max_length=64, primary_key=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="units")
    name_fi = models.CharField(max_length=200)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    service = models.CharField(max_length=60)
    branch = models.CharField(max_length=10, choices=Branch.choices)
    participates_from = models.DateField(null=True, blank=True)
    small = models.BooleanField(default=False)

    class Meta:
        ordering = ("oid",)

    def __str__(self) -> str:
        return self.oid

    def name(self, language: str) -> str:
        """Return the unit's name in fi, sv or en."""
        return str(getattr(self, f"name_{language}", None) or self.name_fi)


class UserManager(BaseUserManager["User"]):
    """Makes users; people sign in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who can sign in; without a password the account is closed until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail, in any case of letters."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="fi")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"user {self.pk}"

    def counties(self) -> "models.QuerySet[County]":
        """Return the counties that this person sees as a whole."""
        return County.objects.filter(roles__user=self, roles__kind=Role.Kind.COUNTY)

    def counties_to_export(self) -> "models.QuerySet[County]":
        """Return the counties whose rows this person may export."""
        return County.objects.filter(roles__user=self, roles__kind=Role.Kind.EXPORT)

    def units(self) -> "models.QuerySet[Unit]":
        """Return the units whose answers and requests this person may see."""
        roles = self.roles.all()
        whole = [role.county_id for role in roles if role.kind == Role.Kind.COUNTY]
        own = [role.unit_id for role in roles if role.kind == Role.Kind.UNIT]
        return Unit.objects.filter(models.Q(county_id__in=whole) | models.Q(oid__in=own))


class Role(models.Model):
    """What a person may see: one unit, or a whole county; and whether they may export a county's rows."""

    class Kind(models.TextChoices):
        """How far a role reaches; EXPORT alone shows no figures."""

        UNIT = "unit"
        COUNTY = "county"
        EXPORT = "export"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="roles", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("county", "export"), unit__isnull=True) | models.Q(kind="unit", unit__isnull=False),
                name="role_reaches_county_or_unit",
            ),
            models.UniqueConstraint(fields=("user", "unit"), name="role_in_a_unit_once"),
            models.UniqueConstraint(fields=("user", "county"), condition=models.Q(kind="county"), name="role_in_a_county_once"),
            models.UniqueConstraint(fields=("user", "county"), condition=models.Q(kind="export"), name="role_of_export_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id or self.county_id}"
