"""docx 的屏幕显示: the text of a filled-in file as HTML: paragraphs with their alignment and weight, and tables.

A look at what will print, not a second layout: pictures, text boxes, headers and footers are only in the file itself. Every
text is escaped.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

_LARGE = Pt(18)
_ALIGNMENTS = {ALIGN.CENTER: "center", ALIGN.RIGHT: "right"}


def to_screen(content: bytes) -> SafeString:
    """A docx file as one ``<article>``."""
    word = docx.Document(BytesIO(content))
    return render_to_string("papers/screen.html", {"blocks": [_block(item) for item in word.iter_inner_content()]})


def _block(item: Paragraph | Table) -> dict[str, Any]:
    if isinstance(item, Table):
        rows = [[[_line(p) for p in cell.paragraphs] for cell in row.cells] for row in item.rows]
        return {"rows": rows}
    return {"line": _line(item)}


def _line(paragraph: Paragraph) -> dict[str, Any]:
    styles = []
    style = paragraph.style
    while style is not None:
        styles.append(style)
        style = style.base_style
    form = paragraph.paragraph_format
    alignment = _first([paragraph.alignment, *(s.paragraph_format.alignment for s in styles)])
    indent = _first([form.first_line_indent, *(s.paragraph_format.first_line_indent for s in styles)])
    size = _first([*(run.font.size for run in paragraph.runs), *(s.font.size for s in styles)])
    runs = [
        {"text": run.text, "bold": bool(_first([run.bold, *(s.font.bold for s in styles)]))} for run in paragraph.runs
    ]
    return {
        "align": _ALIGNMENTS.get(alignment, ""), "indented": bool(indent), "large": bool(size and size >= _LARGE),
        "runs": runs, "has_picture": bool(paragraph._p.xpath(".//w:drawing | .//w:pict")),
    }  # fmt: skip


def _first(found: list[Any]) -> Any:
    return next((one for one in found if one is not None), None)
