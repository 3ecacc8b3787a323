"""Read what a person names on the command line."""

import sys
from pathlib import Path

from vaste.config.commands.outcome import refuse

_MOST_OCTETS = 64 * 1024 * 1024


def read_octets(name: str) -> bytes:
    """Return what is in a file, or on standard input for `-`. Ends the command when it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read(_MOST_OCTETS + 1)
    path = Path(name)
    try:
        with path.open("rb") as file:
            return file.read(_MOST_OCTETS + 1)
    except OSError as error:
        refuse(f"The file {path} cannot be read: {(error.strerror or 'unknown fault').lower()}. Nothing was changed.")


def read_text(name: str) -> str:
    """Return the UTF-8 text of a file. Ends the command when it is none."""
    octets = read_octets(name)
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(f"The file {name} is not UTF-8 text. Nothing was changed. Save it as UTF-8 and load it again.")
    if "\x00" in text or len(octets) > _MOST_OCTETS:
        refuse(f"The file {name} is no text file that can be loaded. Nothing was changed.")
    return text
