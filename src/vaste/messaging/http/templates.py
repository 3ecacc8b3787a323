"""JSON with fields in braces, and paths into JSON: how a settings file says what an operator wants and where it answers."""

import re
from collections.abc import Mapping
from typing import Any

_FIELD = re.compile(r"\{([a-z_]+)\}")


def names_in(template: Any) -> set[str]:
    """Return the fields that a template uses."""
    if isinstance(template, str):
        return set(_FIELD.findall(template))
    if isinstance(template, Mapping):
        return names_in(list(template.values()))
    if isinstance(template, list):
        return set().union(*(names_in(part) for part in template))
    return set()


def fill(template: Any, fields: Mapping[str, str | int]) -> Any:
    """Return a template with its fields filled in; a text that is one field and nothing else keeps the field's type.

    What a field holds is never looked into: braces in a person's text stay braces. Unknown fields stay as they are.
    """
    if isinstance(template, str):
        alone = _FIELD.fullmatch(template)
        if alone and alone[1] in fields:
            return fields[alone[1]]
        return _FIELD.sub(lambda found: str(fields.get(found[1], found[0])), template)
    if isinstance(template, Mapping):
        return {name: fill(part, fields) for name, part in template.items()}
    if isinstance(template, list):
        return [fill(part, fields) for part in template]
    return template


def found_at(document: Any, path: str) -> Any:
    """Return what stands at a path such as `messages.0.id`, the document itself for the empty path, None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isascii() and step.isdigit() and len(step) < 6 and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
