"""Every text message of a county as it will be sent, with what it costs on the air."""

from collections.abc import Iterator
from dataclasses import dataclass

from vaste.core.ids import TOKEN_LENGTH
from vaste.messaging.text import encoding, letters_that_cost, normalise, segments
from vaste.organisations.rules import CountySettings
from vaste.surveys.dialogue import CONTACT, State, make_script, question
from vaste.surveys.instrument import Branch, national_adult
from vaste.surveys.texts import TextName, invitation_text, resolve_texts


@dataclass(frozen=True)
class Preview:
    """A text as sent. name: which text, or which item is asked in which branch."""

    language: str
    name: str
    text: str

    @property
    def encoding(self) -> str:
        """Return the alphabet it goes in."""
        return encoding(self.text).value

    @property
    def segments(self) -> int:
        """Return how many messages are paid."""
        return segments(self.text)

    @property
    def costly(self) -> list[str]:
        """Return the letters that turn it to UCS-2."""
        return letters_that_cost(self.text)


def previews(settings: CountySettings, language: str, *, base_url: str) -> list[Preview]:
    """Return every text in a language; a link has the length of a real one, a repeated question the longest there is."""
    asked = list(_questions(settings, language))
    longest = max((text for _, text in asked), key=len)
    texts = resolve_texts(settings.texts)
    fixed: dict[TextName, dict[str, str | int]] = {
        TextName.CONTACT_CONFIRMED: {"working_days": settings.answering.working_days},
        TextName.THANKS: {},
        TextName.STOP_CONFIRMED: {"sender": settings.sender_name},
        TextName.OPTED_IN: {"sender": settings.sender_name},
        TextName.NOT_UNDERSTOOD: {"question": longest},
        TextName.LANGUAGE_SWITCHED: {"question": longest},
    }
    invitation = invitation_text(
        texts,
        language,
        sender_name=settings.sender_name,
        link=f"{base_url}/s/{'x' * TOKEN_LENGTH}",
        reply_way=settings.sending.reply_way,
        link_way=settings.sending.link_way,
    )
    said = [(name.value, texts.say(name, language, **values)) for name, values in fixed.items()]
    return [Preview(language, name, normalise(text)) for name, text in [("invitation", invitation), *asked, *said]]


def _questions(settings: CountySettings, language: str) -> Iterator[tuple[str, str]]:
    """Yield each question of the dialogue, by its item; one that the branches word alike only once."""
    seen = set()
    for branch in Branch:
        script = make_script(
            national_adult(),
            branch,
            texts=resolve_texts(settings.texts),
            sender=settings.sender_name,
            working_days=settings.answering.working_days,
            statements_by_sms=settings.sending.statements_by_sms,
        )
        for item_id in (*script.item_ids, CONTACT):
            text = question(script, State(language, (item_id,)))
            if text not in seen:
                seen.add(text)
                yield f"{item_id} ({branch.value})", text
