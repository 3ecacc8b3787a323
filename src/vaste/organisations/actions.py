"""Load counties and units; give people accounts and roles, and forget their failed sign-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction

from vaste.core.audit import audit
from vaste.core.ids import new_secret
from vaste.organisations.models import County, Role, Unit, User
from vaste.organisations.rules import CountySettings, SettingsRefused, UnitRow

_SIGN_INS_KEPT_DAYS = 30


@transaction.atomic
def save_county(*, settings: CountySettings, actor: str, now: datetime) -> County:
    """Store a county's settings, replacing what was there."""
    county, _ = County.objects.update_or_create(
        code=settings.code, defaults={"settings_json": msgspec.json.encode(settings).decode(), "loaded_at": now}
    )
    audit(actor, "county.loaded", settings.code)
    return county


@transaction.atomic
def save_units(*, county: County, units: Sequence[UnitRow], actor: str) -> None:
    """Store a county's units; units that are not in the list stay as they were. Raises SettingsRefused."""
    taken = Unit.objects.filter(oid__in=[unit.oid for unit in units]).exclude(county=county).first()
    if taken:
        raise SettingsRefused(f"Unit {taken.oid} belongs to county {taken.county_id}. Nothing was changed.")
    for unit in units:
        Unit.objects.update_or_create(
            oid=unit.oid,
            defaults={
                "county": county,
                "name_fi": unit.name_fi,
                "name_sv": unit.name_sv,
                "name_en": unit.name_en,
                "service": unit.service,
                "branch": unit.branch,
                "participates_from": unit.participates_from,
                "small": unit.small,
            },
        )
    audit(actor, "units.loaded", county.code, units=len(units))


@transaction.atomic
def give_role(*, user: User, county: County, unit: Unit | None, actor: str) -> Role:
    """Let a person see one unit, or, without a unit, the whole county."""
    kind = Role.Kind.UNIT if unit else Role.Kind.COUNTY
    role, is_new = Role.objects.get_or_create(user=user, kind=kind, county=county, unit=unit)
    if is_new:
        audit(actor, "role.given", f"user:{user.pk}", kind=str(kind), scope=unit.oid if unit else county.code)
    return role


@transaction.atomic
def let_export(*, user: User, county: County, actor: str) -> None:
    """Let a person export the rows of a county."""
    _, is_new = Role.objects.get_or_create(user=user, kind=Role.Kind.EXPORT, county=county, unit=None)
    if is_new:
        audit(actor, "role.given", f"user:{user.pk}", kind=str(Role.Kind.EXPORT), scope=county.code)


@transaction.atomic
def make_account(*, email: str, language: str, county: County, unit: Unit | None, actor: str) -> str | None:
    """Give a person an account and a role; return the password of a new or reopened account, which is shown only now, else None."""
    user = User.objects.filter(email__iexact=email).first()
    password = None
    if user is None:
        password = _new_password()
        user = User.objects.create_user(email, password, language=language)
        audit(actor, "account.made", f"user:{user.pk}")
    elif not user.is_active:
        user.is_active = True
        password = renew_password(user=user, actor=actor)
    give_role(user=user, county=county, unit=unit, actor=actor)
    return password


@transaction.atomic
def renew_password(*, user: User, actor: str) -> str:
    """Give a person a new password, which is shown only now. Sessions under the old one end, and failed sign-ins are forgotten."""
    password = _new_password()
    user.set_password(password)
    user.save(update_fields=["password", "is_active"])
    AccessAttempt.objects.filter(username=user.email).delete()
    audit(actor, "account.password_renewed", f"user:{user.pk}")
    return password


@transaction.atomic
def close_account(*, user: User, actor: str) -> None:
    """Take a person's roles back and let them in no more, from their next click on. The account stays: what they did bears its id."""
    user.roles.all().delete()
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["password", "is_active"])
    audit(actor, "account.closed", f"user:{user.pk}")


def _new_password() -> str:
    return new_secret()[:20]


def forget_old_sign_ins(*, now: datetime) -> None:
    """Erase failed sign-ins, which hold network addresses, and sessions that have ended."""
    AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=_SIGN_INS_KEPT_DAYS)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
