"""How answers given by text message and on the page join into one set, whichever way goes first. Pure."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from vaste.free_text.masking import mask
from vaste.invitations.context import Progress
from vaste.surveys.dialogue import State, final_answers, with_answers

Answers = Mapping[str, int | str]


def answers_so_far(progress: Progress) -> dict[str, int | str]:
    """Return every answer given by now, with comments that came beside marks joined into the free text."""
    if progress.dialogue is None:
        return dict(progress.answers)
    return final_answers(with_answers(State.from_bytes(progress.dialogue), progress.answers))


def language_so_far(progress: Progress, invited_in: str) -> str:
    """Return the language in which the dialogue stands, or that of the invitation where none has begun."""
    return State.from_bytes(progress.dialogue).language if progress.dialogue else invited_in


def saved_on_page(progress: Progress, answers: Answers, *, now: datetime) -> Progress:
    """Return the progress after the page has saved what it shows. The page showed the comments too, so the dialogue drops them."""
    dialogue = progress.dialogue
    if dialogue is not None:
        dialogue = msgspec.structs.replace(State.from_bytes(dialogue), answers={}, remarks=()).to_bytes()
    return Progress(answers=dict(answers), by_sms=progress.by_sms, by_link=True, dialogue=dialogue, touched_at=now, turns=progress.turns)


def completed_on_page(progress: Progress, answers: Answers) -> Progress:
    """Return what is filed when the page is sent: what it shows is the whole truth."""
    return Progress(answers=dict(answers), by_sms=progress.by_sms, by_link=True)


def said_by_sms(progress: Progress, state: State, *, now: datetime) -> Progress:
    """Return the progress after a text message was read, with what identifies somebody taken out of what they wrote."""
    state = _masked(state)
    has_answered = progress.by_sms or bool(set(state.answers) - set(progress.answers)) or bool(state.remarks)
    return Progress(
        answers=dict(state.answers),
        by_sms=has_answered,
        by_link=progress.by_link,
        dialogue=state.to_bytes(),
        touched_at=now,
        turns=progress.turns + 1,
    )


def _masked(state: State) -> State:
    answers = {item: mask(value) if isinstance(value, str) else value for item, value in state.answers.items()}
    return msgspec.structs.replace(state, answers=answers, remarks=tuple(map(mask, state.remarks)))
