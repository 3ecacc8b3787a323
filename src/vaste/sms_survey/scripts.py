"""Which dialogue a unit's clients have: the instrument for its branch in the county's own settings."""

from vaste.organisations.models import County, Unit
from vaste.organisations.rules import CountySettings
from vaste.surveys.dialogue import Script, make_script
from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.texts import resolve_texts


def script_of_unit(unit_oid: str) -> Script:
    """Return the dialogue of a unit."""
    unit = Unit.objects.select_related("county").get(oid=unit_oid)
    return script_of(unit.county.settings, Branch(unit.branch))


def script_of(settings: CountySettings, branch: Branch) -> Script:
    """Return the dialogue that a county's settings give a branch."""
    return make_script(
        national_adult(),
        branch,
        texts=resolve_texts(settings.texts),
        sender=settings.sender_name,
        working_days=settings.answering.working_days,
        statements_by_sms=settings.sending.statements_by_sms,
    )


def settings_of_sender(our_number: str) -> CountySettings | None:
    """Return the settings of the county whose number a text was sent to; the only county where there is one; else None."""
    found = [county.settings for county in County.objects.all()]
    written = our_number.lstrip("+")
    matching = [settings for settings in found if settings.sender_number.lstrip("+") == written]
    if matching:
        return matching[0]
    return found[0] if len(found) == 1 else None
