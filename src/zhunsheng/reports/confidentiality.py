"""保密审查: passages of a report that may be a state secret or personal data, found by their form before it is published.

A hit is a question to the officer who checks, not a judgement; that nothing is found does not mean that nothing is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhunsheng.kernel.masking import KINDS, Hidden, propose
from zhunsheng.kernel.words import Words
from zhunsheng.papers.document import Chart, Document, Paragraph, Signature, Table

_SECRET = Words("密级标志", "mark of secrecy")
_MARKS = re.compile(r"(?:绝密|机密|秘密)(?:[★☆]|级)|[★☆]\s*(?:\d+年|长期|启用前)|内部资料|不得外传|工作秘密|仅供内部")
_SOMEBODY = re.compile(r"(?:申请人|当事人|原告|被处罚人|上诉人|信访人|举报人)[：:]?[\u4e00-\u9fff]某{1,2}")
"""A person in a report, if only as 王某某."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage: what it may be, the words, and the sentence around it."""

    kind: Words
    text: str
    around: str


def hits_in(document: Document) -> list[Hit]:
    """Every passage of a document that looks secret or personal, in order."""
    return [hit for text in _texts(document) for hit in hits_of(text)]


def hits_of(text: str) -> list[Hit]:
    """Every passage of a text that looks secret or personal."""
    found = [(match.start(), match.end(), _SECRET) for match in _MARKS.finditer(text)]
    found += [(*match.span(), KINDS[Hidden.NAME][0]) for match in _SOMEBODY.finditer(text)]
    found += [(one.start, one.end, KINDS[one.kind][0]) for one in propose([text])]
    return [
        Hit(kind, text[start:end], text[max(start - 20, 0) : end + 20])
        for start, end, kind in sorted(found, key=lambda one: one[:2])
    ]


def _texts(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif isinstance(block, Table | Chart):
            table = block if isinstance(block, Table) else block.table()
            texts += [cell for row in (table.header, *table.rows) for cell in row]
        elif not isinstance(block, Signature):
            texts.append(block.text)
    return texts
