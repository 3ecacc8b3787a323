"""Refuse to look people up by keys that are not those of the database."""

from vaste.config.commands.outcome import refuse
from vaste.core import clock
from vaste.core.used_keys import KeysStrange, note_keys


def require_own_keys() -> None:
    """End the command where the database was used with other identity keys; else remember those at hand as its own."""
    try:
        note_keys(today=clock.now().date())
    except KeysStrange as error:
        refuse(str(error))
