"""公文的网页形式: a document as HTML that looks like the printed page, for preview and for reading on screen.

The page that shows it links ``papers/document.css``. Every text is escaped; no link is made but those to figures.
"""

from __future__ import annotations

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from zhunsheng.papers.charts import to_svg
from zhunsheng.papers.document import Chart, Contents, Document, FigureReference, Paragraph, Table


def to_html(document: Document, figure_url: Callable[[FigureReference], str] | None = None) -> SafeString:
    """The document as one ``<article>``. ``figure_url`` gives the address of the records behind a figure; without it
    figures are plain text."""
    blocks = [
        {
            "kind": type(block).__name__.lower(),
            "block": block,
            "picture": mark_safe(to_svg(block)) if isinstance(block, Chart) else "",  # noqa: S308 - drawn with every text escaped
            "contents": block.headings(document) if isinstance(block, Contents) else (),
            "table": _table(block.table() if isinstance(block, Chart) else block),
            "runs": [
                (run, figure_url(run.figure) if run.figure and figure_url else "") for run in block.runs
            ] if isinstance(block, Paragraph) else (),
        }
        for block in document.blocks
    ]  # fmt: skip
    return render_to_string("papers/document.html", {"blocks": blocks})


def _table(block: object) -> dict[str, object]:
    """The rows of names of a table and those below them; nothing of what is no table."""
    if not isinstance(block, Table):
        return {}
    lines, top = block.spots(), len(block.heads)
    return {"heads": lines[:top], "rows": lines[top:]}
