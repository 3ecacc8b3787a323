"""Page templates turned into bytes, with everything that is filled in escaped; and the one style sheet, carried inside each page."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.template import Context, Engine
from django.utils.safestring import mark_safe

_FOLDER = Path(__file__).with_name("templates")
_STYLE = (_FOLDER / "survey_pages" / "style.css").read_text(encoding="utf-8").strip()
# An engine of its own: these pages are drawn beside Django's requests and need none of its context.
_ENGINE = Engine(dirs=[str(_FOLDER)], autoescape=True)

STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def draw(template: str, values: Mapping[str, object]) -> bytes:
    """Return a page of the folder templates/survey_pages, filled in."""
    context = Context({**values, "style": mark_safe(_STYLE)}, use_l10n=False)  # noqa: S308 - our own file
    return _ENGINE.get_template(f"survey_pages/{template}").render(context).encode()
