"""Whether a county can ask as its settings say: its statements exist, and each invitation is one GSM-7 message."""

from vaste.core.ids import TOKEN_LENGTH
from vaste.messaging.text import Encoding, encoding, letters_that_cost, normalise, segments, septets
from vaste.organisations.rules import CountySettings
from vaste.surveys.instrument import ItemKind, national_adult
from vaste.surveys.texts import LONGEST_BASE_ADDRESS, TextName, invitation_text, resolve_texts

_WIDEST_LINK = "https://" + "x" * (LONGEST_BASE_ADDRESS - len("https://")) + "/s/" + "x" * TOKEN_LENGTH
_SEPTETS = 160


def why_settings_cannot_be_used(settings: CountySettings) -> str | None:
    """Return why nobody can be asked by a county's settings, as one sentence, or None."""
    return _why_statements_cannot_be_asked(settings) or why_texts_cannot_be_sent(settings)


def _why_statements_cannot_be_asked(settings: CountySettings) -> str | None:
    own = [item.id for item in national_adult().items if item.kind is ItemKind.OWN]
    if set(settings.own_statements) <= set(own):
        return None
    return f"The setting own_statements names a statement that does not exist; there is {', '.join(own)}."


def why_texts_cannot_be_sent(settings: CountySettings) -> str | None:
    """Return what is wrong with a county's texts, as one sentence, or None. Every language is tried with the longest address."""
    try:
        texts = resolve_texts(settings.texts)
    except ValueError as error:
        return f"A text of the county cannot be used: {str(error).rstrip('.')}."
    sending = settings.sending
    for language in settings.languages:
        text = normalise(
            invitation_text(
                texts,
                language,
                sender_name=settings.sender_name,
                link=_WIDEST_LINK,
                reply_way=sending.reply_way,
                link_way=sending.link_way,
            )
        )
        if encoding(text) is not Encoding.GSM7:
            letters = " ".join(letters_that_cost(text))
            return f"The invitation in {language} holds letters that GSM-7 does not have ({letters}), so it would not fit one message."
        if segments(text) > 1:
            over = septets(text) - _SEPTETS
            return (
                f"The invitation in {language} is {over} characters too long for one message; shorten texts.{_name(settings)}.{language}."
            )
    return None


def _name(settings: CountySettings) -> TextName:
    if not settings.sending.link_way:
        return TextName.INVITATION_REPLY
    return TextName.INVITATION_BOTH if settings.sending.reply_way else TextName.INVITATION_LINK
