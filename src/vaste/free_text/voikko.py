"""What the dictionary of Voikko knows of a Finnish word, through its C library; without it nothing is known.

Optional: Debian's packages `libvoikko1` and `voikko-fi`.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import Any

_LIBRARY = "libvoikko.so.1"
_FIRST_NAME, _LAST_NAME = "etunimi", "sukunimi"
_PROPER = {_FIRST_NAME, _LAST_NAME, "paikannimi", "nimi", "lyhenne", "etuliite"}


@dataclass(frozen=True)
class WordReadings:
    """What a word can be, whatever its case and form; nothing when the dictionary does not know it."""

    is_known: bool = False
    is_first_name: bool = False
    is_last_name: bool = False
    is_common: bool = False


class _Dictionary:
    """A handle of the library, which must not be used by two threads at once."""

    def __init__(self, library: ctypes.CDLL) -> None:
        library.voikkoInit.restype = ctypes.c_void_p
        library.voikkoInit.argtypes = (ctypes.POINTER(ctypes.c_char_p), ctypes.c_char_p, ctypes.c_char_p)
        library.voikkoAnalyzeWordCstr.restype = ctypes.POINTER(ctypes.c_void_p)
        library.voikkoAnalyzeWordCstr.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
        library.voikko_free_mor_analysis.argtypes = (ctypes.POINTER(ctypes.c_void_p),)
        library.voikko_mor_analysis_value_cstr.restype = ctypes.c_void_p
        library.voikko_mor_analysis_value_cstr.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
        library.voikko_free_mor_analysis_value_cstr.argtypes = (ctypes.c_void_p,)
        self._library, self._lock = library, Lock()
        self._handle = library.voikkoInit(ctypes.byref(ctypes.c_char_p()), b"fi", None)
        if not self._handle:
            raise OSError("libvoikko has no Finnish dictionary")

    def classes(self, word: str) -> set[str]:
        """Return the class of each reading of a word, in Voikko's own (Finnish) names."""
        with self._lock:
            found = self._library.voikkoAnalyzeWordCstr(self._handle, word.encode())
            if not found:
                return set()
            try:
                return set(self._of(found))
            finally:
                self._library.voikko_free_mor_analysis(found)

    def _of(self, found: Any) -> Iterator[str]:
        place = 0
        while found[place]:
            value = self._library.voikko_mor_analysis_value_cstr(found[place], b"CLASS")
            if value:
                yield ctypes.string_at(value).decode()
                self._library.voikko_free_mor_analysis_value_cstr(value)
            place += 1


@cache
def _dictionary() -> _Dictionary | None:
    try:
        return _Dictionary(ctypes.CDLL(_LIBRARY))
    except OSError:
        return None


def is_voikko_here() -> bool:
    """Tell whether the library and its Finnish dictionary can be used."""
    return _dictionary() is not None


@lru_cache(maxsize=20_000)
def word_readings(word: str) -> WordReadings:
    """Return what a word can be."""
    dictionary = _dictionary()
    classes = dictionary.classes(word) if dictionary else set()
    return WordReadings(bool(classes), _FIRST_NAME in classes, _LAST_NAME in classes, bool(classes - _PROPER))
