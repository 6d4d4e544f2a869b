"""Initials of pinyin (拼音首字母): whether a name bears some letters as the initials of its characters, 行政复议 xzfy.

A character read in several ways counts with each of its readings, so no dictionary of words is needed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

LEAST = 2
"""Fewer letters say too little."""


def bear_initials(letters: str, name: str) -> bool:
    """Whether the letters are the initials of consecutive characters of a name; signs in it are passed over."""
    return stretch_of_initials(letters, name) is not None


def stretch_of_initials(letters: str, name: str) -> tuple[int, int] | None:
    """Where in a name the characters are that bear the letters as their initials."""
    letters = letters.lower()
    if len(letters) < LEAST or not (letters.isascii() and letters.isalpha()):
        return None
    readings = _readings(name)
    for start in range(len(readings) - len(letters) + 1):
        stretch = readings[start : start + len(letters)]
        if all(letter in firsts for letter, (_, firsts) in zip(letters, stretch, strict=True)):
            return stretch[0][0], stretch[-1][0] + 1
    return None


@lru_cache(50_000)
def _readings(name: str) -> tuple[tuple[int, str], ...]:
    """The characters of a name by their places, each with the letters its readings begin with; letters have none."""
    known = _dictionary()
    return tuple(
        (place, _first_letters(known.get(ord(character), "")))
        for place, character in enumerate(name)
        if character.isalnum()
    )


@cache
def _first_letters(readings: str) -> str:
    return "".join({unicodedata.normalize("NFD", reading)[0] for reading in readings.split(",") if reading})


@cache
def _dictionary() -> Mapping[int, str]:
    """Character -> its readings. Read when first asked for; the dictionary of words is left out, it takes most of the time."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT
