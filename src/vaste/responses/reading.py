"""Comments of the record are read: what they are about and how they sound is written beside them."""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from vaste.core.audit import audit
from vaste.free_text.classifier import WEIGHTS_FILE, Weights, load_weights, packaged_weights
from vaste.free_text.labels import Sentiment, Theme, read_themes, write_themes
from vaste.free_text.reading import read_comment
from vaste.free_text.training import Example, learn
from vaste.organisations.models import User
from vaste.responses.models import Response


def read_waiting_comments(*, is_time_over: Callable[[], bool], at_most: int = 200) -> int:
    """Read comments that wait, until none is left or the time is over; return how many.

    Beside the mix and not in it, so that no answer waits for its comment. A response that the mix writes anew meanwhile has
    another id then, and its comment waits on.
    """
    read = 0
    waiting = Response.objects.filter(awaits_reading=True).values_list("id", "free_text", "language")
    for response_id, text, language in waiting[:at_most]:
        reading = read_comment(text, asked_in=language, weights=present_weights())
        read += Response.objects.filter(id=response_id, awaits_reading=True).update(
            text_language=reading.language,
            themes=write_themes(reading.themes),
            sentiment=reading.sentiment,
            text_method=reading.method,
            awaits_reading=False,
        )
        if is_time_over():
            break
    return read


@transaction.atomic
def correct_reading(*, response: Response, themes: Collection[Theme], sentiment: Sentiment, by: User) -> bool:
    """Write what a member of staff says a comment is about and how it sounds; return False when the response has gone.

    No method overwrites it, and it teaches the next (`vaste text train`). The audit tells who did it, not what was said.
    """
    changed = (
        Response.objects.filter(id=response.id)
        .exclude(free_text="")
        .update(themes=write_themes(tuple(themes)), sentiment=sentiment, text_method=Response.STAFF, awaits_reading=False)
    )
    if changed:
        audit(str(by.pk), "comment.corrected", str(response.id))
    return changed == 1


def present_weights() -> Weights:
    """Return the weights that comments are read by: those trained here, else the package's."""
    path = Path(settings.DATA_DIR) / WEIGHTS_FILE
    return _trained(path, path.stat().st_mtime_ns) if path.exists() else packaged_weights()


@cache
def _trained(path: Path, _changed_at: int) -> Weights:
    return load_weights(path.read_bytes())


def staff_examples() -> list[Example]:
    """Return the comments of the record that people of staff corrected, with what they said."""
    rows = Response.objects.filter(text_method=Response.STAFF).exclude(free_text="").order_by("pk")
    columns = ("free_text", "text_language", "language", "themes", "sentiment")
    return [
        Example(text, text_language or language, frozenset(read_themes(themes)), Sentiment(sentiment))
        for text, text_language, language, themes, sentiment in rows.values_list(*columns)
    ]


@transaction.atomic
def retrain(*, base: Sequence[Example], actor: str) -> Weights:
    """Learn from a base of examples and what staff corrected, read by that from now on, and let every other comment be read anew.

    The file of weights holds numbers only, no word of a comment. Raises ImportError without scikit-learn.
    """
    corrected = staff_examples()
    weights = learn([*base, *corrected])
    weights.save(Path(settings.DATA_DIR) / WEIGHTS_FILE)
    waiting = Response.objects.exclude(free_text="").exclude(text_method=Response.STAFF).update(awaits_reading=True)
    audit(actor, "comments.method_trained", corrected=len(corrected), read_anew=waiting)
    return weights
