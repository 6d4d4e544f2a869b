"""Notices and minutes (会议文书): numbered without gaps, kept as they were issued, and made into documents again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from zhunsheng.bodies.models import Meeting, MeetingPaper
from zhunsheng.papers.document import Addressee as To
from zhunsheng.papers.document import Block, Document, Heading, Number, Paragraph, Run, Signature, Title
from zhunsheng.papers.numbering import take_number


def issue(
    meeting: Meeting, kind: str, pattern: str | None, on: date, make: Callable[[Meeting, str, date], Document]
) -> MeetingPaper:
    """Number a paper and keep it as it is now, inside the caller's transaction."""
    number = take_number(meeting.body.organ, pattern, on.year) if pattern else ""
    content = _kept(make(meeting, number, on))
    return MeetingPaper.objects.create(meeting=meeting, kind=kind, number=number, issued_on=on, content=content)


def document_of(paper: MeetingPaper) -> Document:
    """The paper as it was issued."""
    return Document(tuple(_block(*line) for line in paper.content))


_TEXTS: dict[str, Callable[[str], Block]] = {
    "number": Number, "title": Title, "to": To, "paragraph": lambda text: Paragraph((Run(text),)),
}  # fmt: skip


def _kept(document: Document) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append([f"heading {block.level}", block.text])
        elif isinstance(block, Signature):
            lines.append(["signature", block.organ, block.on.isoformat()])
        elif isinstance(block, Paragraph):
            lines.append(["paragraph", block.text])
        elif isinstance(block, Number | Title | To):
            lines.append([{Number: "number", Title: "title", To: "to"}[type(block)], block.text])
        else:
            raise TypeError(f"会议文书里没有 {type(block).__name__}")
    return lines


def _block(kind: str, text: str, more: str = "") -> Block:
    if kind.startswith("heading"):
        return Heading(int(kind[-1]), text)
    if kind == "signature":
        return Signature(text, date.fromisoformat(more))
    return _TEXTS[kind](text)
