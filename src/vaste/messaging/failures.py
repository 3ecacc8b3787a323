"""How an error is told in the log where its message may quote what a person wrote: by its type and its place alone."""

import traceback


def place_of(error: BaseException) -> str:
    """Return the type of an error and the line that raised it, never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename.rpartition('/')[2]}" if frames else ""
    return f"{type(error).__name__}{where}"
