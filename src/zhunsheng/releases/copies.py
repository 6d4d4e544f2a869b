"""公开的文本: the text of a paper or a material as passages, and a copy of it in which some places are hidden.

A paper of the built-in text and the text of a txt or PDF file become blocks, which print again in every form; a Word file
stays a Word file, cleaned. Pure, apart from reading what is given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.kernel.masking import Change, masked
from zhunsheng.papers.document import (
    Addressee,
    Banner,
    Block,
    Chart,
    Document,
    Heading,
    Note,
    Number,
    Paragraph,
    Run,
    Signature,
    Table,
    Title,
)
from zhunsheng.papers.docx_public import NotPublicError, cleaned, masked_docx, passages_of
from zhunsheng.papers.printing import FromTemplate, Printed
from zhunsheng.plans.sources import SourceError, text_in

Blocks = list[dict[str, Any]]
_PLAIN = {"banner": Banner, "number": Number, "title": Title, "addressee": Addressee, "note": Note}
KINDS = (".docx", ".pdf", ".txt")
"""The files a copy for the public can be made of."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to be published: blocks, or a cleaned Word file."""

    blocks: Blocks | None = None
    docx: bytes | None = None

    def passages(self) -> list[str]:
        """All its text, in order."""
        if self.docx is not None:
            return passages_of(self.docx)
        return [text for block in self.blocks or () for text in block["texts"]]

    def hiding(self, changes: Iterable[Change]) -> Copy:
        """The same with these places hidden."""
        its = list(changes)
        if self.docx is not None:
            return Copy(docx=masked_docx(self.docx, its))
        texts = (masked(text, [one for one in its if one.passage == n]) for n, text in enumerate(self.passages()))
        return Copy([{**block, "texts": [next(texts) for _text in block["texts"]]} for block in self.blocks or ()])

    def document(self) -> Document:
        """The blocks as a document; of a Word file its paragraphs alone."""
        if self.docx is not None:
            return Document(tuple(Paragraph((Run(text),)) for text in self.passages() if text.strip()))
        return Document(tuple(_block(entry) for entry in self.blocks or ()))


def copy_of_paper(made: Printed) -> Copy:
    """The copy of a paper. Raises ``NotPublicError``."""
    if isinstance(made, FromTemplate):
        return Copy(docx=cleaned(made.docx()))
    return Copy([_entry(block) for block in made.document.blocks])


def copy_of_file(content: bytes, name: str) -> Copy:
    """The copy of a file. Raises ``NotPublicError`` with what to do."""
    suffix = name[name.rfind(".") :].lower()
    if suffix == ".docx":
        return Copy(docx=cleaned(content))
    if suffix not in KINDS:
        raise NotPublicError(
            f"「{name}」不能逐处遮盖：请改用 docx、txt 或者有文字的 PDF",
            f"places in “{name}” cannot be hidden; use docx, txt or a PDF that holds text",
        )
    try:
        text = text_in(content, name)
    except SourceError as error:
        raise NotPublicError(*error.words) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Copy([{"kind": "paragraph", "texts": [line]} for line in lines])


def digest_of(passages: Sequence[str]) -> str:
    """SHA-256 of passages, by which it is seen whether places are still those of this text."""
    return hashlib.sha256(json.dumps(list(passages), ensure_ascii=False).encode()).hexdigest()


# --- blocks as they are kept -----------------------------------------------------------------------------------------


def _entry(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Table() | Chart():
            table = block if isinstance(block, Table) else block.table()
            return {"kind": "table", "columns": len(table.header), "texts": list(_cells(table))}
        case Signature():
            return {"kind": kind, "texts": [block.organ, block.day]}
        case Heading():
            return {"kind": kind, "level": block.level, "texts": [block.text]}
    return {"kind": kind, "texts": [block.text]}


def _cells(table: Table) -> Iterator[str]:
    for row in (table.header, *table.rows):
        yield from row


def _block(entry: dict[str, Any]) -> Block:
    kind, texts = entry["kind"], entry["texts"]
    if kind == "table":
        rows = [tuple(texts[at : at + entry["columns"]]) for at in range(0, len(texts), entry["columns"])]
        return Table(rows[0], tuple(rows[1:]))
    if kind == "signature":
        return Signature(texts[0], texts[1])
    if kind == "heading":
        return Heading(entry["level"], texts[0])
    if kind == "paragraph":
        return Paragraph((Run(texts[0]),))
    made: Block = _PLAIN[kind](texts[0])
    return made
