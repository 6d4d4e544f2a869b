"""Text as it is searched (归一): folded so that it does not matter how it was typed, cut into tokens for the index, asked for.

Pure functions. A text holds what is asked when the folded question is a part of the folded text; the tokens only say
which texts can.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from zhunsheng.search.initials import bear_initials
from zhunsheng.search.traditional import simplified

LONGEST_QUESTION = 100
MOST_TERMS = 8
_LONGEST_TOKEN = 64

_WORDS = re.compile("([0-9a-z]+)")


def folded(*parts: str) -> str:
    """Texts in the form in which they are compared: one width, no case, no signs; a blank on both sides of every word of
    letters or digits, a line for each part. 平复〔2020〕１２号 and 平复(2020)12号 become the same."""
    lines = []
    for part in filter(None, parts):
        pieces = _WORDS.split(_one_form(part))
        pieces[::2] = map(_without_signs, pieces[::2])
        if line := " ".join(filter(None, pieces)):
            lines.append(f" {line} ")
    return "\n".join(lines)


def _one_form(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _without_signs(text: str) -> str:
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def _is_word(piece: str) -> bool:
    """Whether a piece is a word of letters or digits; all else is written without blanks and found by any part of it."""
    return piece[0].isascii()


def tokens(text: str) -> set[str]:
    """What the index holds of a folded text: of every run of characters its overlapping pairs and its last one alone,
    every word of letters or digits whole."""
    found: set[str] = set()
    for piece in text.split():
        if _is_word(piece):
            found.add(piece[:_LONGEST_TOKEN])
        else:
            found.update(map("".join, pairwise(piece)))
            found.add(piece[-1])
    return found


@dataclass(frozen=True, slots=True)
class Needed:
    """A token that a text must have to hold what is asked; with ``is_beginning`` one that begins so is enough."""

    text: str
    is_beginning: bool = False


def needed(needle: str) -> Iterator[Needed]:
    """The tokens without which no folded text holds the needle."""
    pieces = needle.split()
    for place, piece in enumerate(pieces):
        is_open = place == len(pieces) - 1 and not needle.endswith(" ")
        if _is_word(piece):
            yield Needed(piece[:_LONGEST_TOKEN], is_open)
        elif len(piece) == 1:
            yield Needed(piece, is_open)
        else:
            yield from (Needed("".join(pair)) for pair in pairwise(piece))


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: what was typed, and the parts of folded texts of which one must be there. ``systems`` and
    ``paths`` are those it names, where it may only say among what to look (``places``)."""

    typed: str
    needles: tuple[str, ...]
    systems: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def is_in(self, *texts: str) -> bool:
        """Whether one of some texts holds it."""
        return any(needle in _folded_once(text) for text in texts if text for needle in self.needles)

    def fits(self, *names: str) -> bool:
        """Whether one of some names holds it, or bears it as the initials of its pinyin."""
        return self.is_in(*names) or any(bear_initials(self.typed, name) for name in names if name)


@lru_cache(50_000)
def _folded_once(text: str) -> str:
    return folded(text)


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed into the field: everything asked for must be there."""

    typed: str
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def is_in(self, *texts: str) -> bool:
        """Whether some texts together hold everything that is asked."""
        return all(term.is_in(*texts) for term in self.terms)

    def fits(self, *names: str) -> bool:
        """The same of names, which may be asked for by their initials too."""
        return all(term.fits(*names) for term in self.terms)


def asked(typed: str) -> Question:
    """The question in what was typed; blanks part its terms, but a year and a number after it are one."""
    typed = " ".join(typed[:LONGEST_QUESTION].split())
    words = [word for word in typed.split(" ") if folded(word)]
    terms: list[Term] = []
    while words:
        word = words.pop(0)
        if words and _YEAR_LAST.search(folded(word)) and words[0].isdecimal():
            word += f" {words.pop(0)}"
        terms.append(Term(word, tuple(dict.fromkeys(_needles(word)))))
    return Question(typed, tuple(terms[:MOST_TERMS]))


_YEAR = r"(?:19|20)\d\d"
_YEAR_LAST = re.compile(rf" {_YEAR} $")
_NUMBER = re.compile(
    rf"^(?P<before>.* )?(?P<year>{_YEAR}) (?P<between>年第?|第)? ?0*(?P<serial>[1-9]\d{{0,6}})(?P<rest> 号.*)?$"
)


def _needles(word: str) -> Iterable[str]:
    for text in dict.fromkeys((word, simplified(word))):
        needle = folded(text).strip()
        before = " " if _is_word(needle) else ""
        number = _NUMBER.match(needle)
        if number is None:
            yield before + needle
            continue
        # 2020-12, 〔2020〕第012号: the number 12 of 2020, and not 120.
        yield f"{before}{number['before'] or ''}{number['year']} {number['serial']}{number['rest'] or ' '}"
        if number["between"]:
            yield before + needle
