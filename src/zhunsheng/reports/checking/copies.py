"""雷同: sentences that stand in another report too, last year's or another region's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from zhunsheng.kernel.words import Words
from zhunsheng.reports.checking.figure import Figure
from zhunsheng.reports.checking.findings import LIKELY, QUESTION, SURE, WARNING, Finding
from zhunsheng.reports.checking.structure import Sentence, Structure

SHORTEST = 24
"""Characters a sentence must have: shorter ones are the common stock of all reports."""
_PLAIN = re.compile(r"[^\u3400-\u9fff0-9A-Za-z%]+|20\d\d年?")
_FEW, _MANY = 3, 12


def fingerprints(structure: Structure) -> dict[str, Sentence]:
    """The sentences of a text as they are compared: without marks and years."""
    return {
        plain: sentence
        for sentence in structure.sentences
        if len(plain := _PLAIN.sub("", structure.text[sentence.start : sentence.end])) >= SHORTEST
    }


def copies(structure: Structure, figures: Sequence[Figure], others: Mapping[str, Structure]) -> Iterator[Finding]:
    """What is word for word as in each of the other reports; figures that stayed the same weigh more than phrases."""
    own = fingerprints(structure)
    with_figures = {figure.sentence for figure in figures}
    for name, other in others.items():
        same = [sentence for plain, sentence in own.items() if plain in fingerprints(other)]
        counted = [sentence for sentence in same if sentence in with_figures]
        for sentence in counted:
            message = Words(
                f"连数字带文字与《{name}》的一句完全相同", f"word for word, with its figures, as in “{name}”"
            )
            yield Finding("copied", WARNING, message, ((sentence.start, sentence.end),), SURE)
        words = [sentence for sentence in same if sentence not in with_figures]
        if len(words) >= _FEW:
            share = round(100 * sum(s.end - s.start for s in same) / max(1, len(structure.text)))
            places = tuple((s.start, s.end) for s in words[:_MANY])
            message = Words(
                f"有 {len(words)} 句与《{name}》完全相同（约占全文 {share}%）",
                f"{len(words)} sentences are word for word as in “{name}” (some {share}% of the text)",
            )
            yield Finding("copied", QUESTION, message, places, LIKELY)
