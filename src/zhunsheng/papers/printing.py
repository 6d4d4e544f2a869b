"""文书的成品: one paper in every form it takes, whether of the built-in text or of the place's own template.

Which of the two holds is decided in ``place_templates`` as the paper is issued, and kept with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from zhunsheng.papers.document import Document
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.docx_screen import to_screen
from zhunsheng.papers.docx_template import fill
from zhunsheng.papers.html import to_html
from zhunsheng.papers.issuing import VOID, document_of
from zhunsheng.papers.models import Paper, PaperTemplate


@dataclass(frozen=True)
class BuiltIn:
    """A paper of the built-in text."""

    document: Document

    def docx(self) -> bytes:
        return to_docx(self.document)

    def html(self) -> SafeString:
        return to_html(self.document)


@dataclass(frozen=True)
class FromTemplate:
    """A paper of a place's own template, with the values that are filled in, and a remark above everything else."""

    template: PaperTemplate
    values: Mapping[str, str]
    banner: str = ""

    def docx(self) -> bytes:
        return fill(bytes(self.template.content), self.template.fields, self.values, self.banner)

    def html(self) -> SafeString:
        return to_screen(self.docx())


Printed = BuiltIn | FromTemplate


def printed(paper: Paper, *, is_void: bool = False) -> Printed:
    """A paper that was issued, made again from what is kept of it; a void one says so above everything else. Raises
    ``TemplateError``, ``UnknownSystem``."""
    if paper.template is not None:
        return FromTemplate(paper.template, paper.values, VOID if is_void else "")
    return BuiltIn(document_of(paper, is_void=is_void))
