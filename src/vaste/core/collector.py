"""Python's garbage collector in a process that stays: it looks only through what may become garbage."""

import gc


def keep_what_is_loaded() -> None:
    """Take everything that stands now out of later collections. Call it each time that much has been loaded for good.

    A full collection goes through every object while all threads wait, 80 ms with the engines of the copy loaded, and comes about
    each time that so many objects have been made as a second of sending makes (docs/adr/0045). See `gc.freeze` in Python's library.
    """
    gc.collect()
    gc.freeze()
