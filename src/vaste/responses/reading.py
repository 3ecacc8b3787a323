"""Comments of the record are read: what they are about and how they sound is written beside them."""

from collections.abc import Callable, Collection

from django.db import transaction

from vaste.core.audit import audit
from vaste.free_text.labels import Sentiment, Theme, write_themes
from vaste.free_text.reading import METHOD, read_comment
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
        reading = read_comment(text, asked_in=language)
        read += Response.objects.filter(id=response_id, awaits_reading=True).update(
            text_language=reading.language,
            themes=write_themes(reading.themes),
            sentiment=reading.sentiment,
            text_method=METHOD,
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
