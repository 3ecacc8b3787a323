"""Load a county's goals."""

from dataclasses import dataclass

import msgspec
from django.db import transaction

from vaste.core.audit import audit
from vaste.organisations.models import County
from vaste.results.goal_rules import GoalsFile
from vaste.results.models import Goal


@dataclass(frozen=True)
class Loaded:
    """What came of a file of goals, in numbers of goals."""

    added: int
    changed: int
    removed: int
    unchanged: int


@transaction.atomic
def save_goals(*, county: County, file: GoalsFile, actor: str) -> Loaded:
    """Make a county's goals those of a file, and say what that changed; the same file again changes nothing."""
    before = {goal.key: goal.settings_json for goal in Goal.objects.select_for_update().filter(county=county)}
    wanted = {key: msgspec.json.encode(goal).decode() for key, goal in file.goals.items()}
    changed = {key for key in wanted.keys() & before.keys() if wanted[key] != before[key]}
    removed, added = before.keys() - wanted.keys(), wanted.keys() - before.keys()
    Goal.objects.filter(county=county, key__in=removed | changed).delete()
    Goal.objects.bulk_create(Goal(county=county, key=key, settings_json=wanted[key]) for key in sorted(added | changed))
    loaded = Loaded(len(added), len(changed), len(removed), len(wanted) - len(added) - len(changed))
    if added or changed or removed:
        audit(actor, "goals.loaded", county.code, added=loaded.added, changed=loaded.changed, removed=loaded.removed)
    return loaded
