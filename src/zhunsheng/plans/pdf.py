"""PDF 取字: the text of a PDF that holds text: its lines put together to paragraphs, its tables row by row.

A scan holds pictures and no text; it is refused, because reading pictures would be guessing.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from zhunsheng.plans.cleaning import RADICALS
from zhunsheng.plans.sources import SourceError
from zhunsheng.plans.tables import CELL
from zhunsheng.plans.wrapping import begins_anew

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font without a box

MOST_PAGES = 300
_PAGE_NUMBER = re.compile(r"^[\s—–\-－·第/共页0-9]{1,16}$")
_DIGITS = re.compile(r"\d+")
_UNKNOWN = re.compile(r"\(cid:\d+\)")


def text_of_pdf(content: bytes, name: str) -> str:
    """The text of a PDF, one paragraph or row a line. Raises ``SourceError``."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > MOST_PAGES:
                raise SourceError(
                    f"{name} 超过 {MOST_PAGES} 页，请只保留规划正文",
                    f"{name} has more than {MOST_PAGES} pages; keep only the text of the document",
                )
            lines = list(_without_running([list(_lines_of(page)) for page in document.pages]))
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise SourceError(
                f"{name} 加了密码，请另存为没有密码的文件后再试", f"{name} has a password; save it without one"
            ) from error
        raise SourceError(
            f"{name} 不是完好的 PDF 文件，请重新下载，或者另存为 docx 后再试",
            f"{name} is no sound PDF; download it again or save it as docx",
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise SourceError(
            f"{name} 不是完好的 PDF 文件，请重新下载，或者另存为 docx 后再试",
            f"{name} is no sound PDF; download it again or save it as docx",
        ) from error
    text = "".join(line.text for line in lines)
    if len(text.strip()) < 20:
        raise SourceError(
            f"{name} 里没有文字，像是扫描件；请找文字版，或者先用 WPS 转成 docx 核对后再试",
            f"{name} holds no text, as scans do; find it as text, or turn it into docx and look it over first",
        )
    if sum(map(len, _UNKNOWN.findall(text))) > len(text) / 20:
        raise SourceError(
            f"{name} 的文字无法辨认（字体没有编码），请找 docx 或者网页版后再试",
            f"the text of {name} cannot be made out (its fonts tell no characters); find it as docx or as a web page",
        )
    return "\n".join(_paragraphs(lines))


class _Line(NamedTuple):
    """A line as it stands on its page. ``is_full``: it reaches the right margin; ``is_indented``: it begins a paragraph."""

    top: float
    text: str
    is_full: bool = False
    is_indented: bool = True


def _lines_of(page: Any) -> Iterator[_Line]:
    """The lines of a page from its top: text outside the tables, and the rows of the tables where they stand."""
    tables = page.find_tables()
    rest = page
    for table in tables:
        rest = rest.outside_bbox(table.bbox, strict=False)
    set_lines = [line for line in rest.extract_text_lines(return_chars=False) if not _PAGE_NUMBER.match(line["text"])]
    left = min((line["x0"] for line in set_lines), default=0)
    right = max((line["x1"] for line in set_lines), default=0)
    found = []
    for line in set_lines:
        size = line["bottom"] - line["top"]
        full, indented = line["x1"] >= right - 2.2 * size, line["x0"] > left + 1.2 * size
        found.append(_Line(line["top"], _plain(line["text"]), full, indented))
    for table in tables:
        for place, row in enumerate(table.extract()):
            cells = [_plain("".join((cell or "").split())) for cell in row]
            found.append(_Line(table.bbox[1] + place / 1000, CELL.join(cells)))
    yield from sorted((line for line in found if line.text.strip()), key=lambda line: line.top)


def _without_running(pages: Sequence[list[_Line]]) -> Iterator[_Line]:
    """The lines of all pages but for what runs along their top or foot: the same words on more than one page."""
    edges = [{page[0], page[-1]} if page else set() for page in pages]
    seen = Counter(_DIGITS.sub("", line.text) for lines in edges for line in lines)
    for page, lines in zip(pages, edges, strict=True):
        yield from (line for line in page if line not in lines or seen[_DIGITS.sub("", line.text)] == 1)


def _paragraphs(lines: Sequence[_Line]) -> Iterator[str]:
    """Lines put together where one goes on in the next."""
    paragraph, before = "", None
    for line in lines:
        goes_on = before is not None and before.is_full and not line.is_indented and not begins_anew(line.text)
        goes_on = goes_on or (
            before is not None and any(paragraph.count(a) > paragraph.count(b) for a, b in ("（）", "《》"))
        )
        if paragraph and not goes_on:
            yield paragraph
            paragraph = ""
        paragraph += line.text
        before = line if CELL not in line.text else None
    yield paragraph


def _plain(text: str) -> str:
    """Characters for radicals, and no blanks between Chinese characters for the sake of setting."""
    text = text.translate(RADICALS)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ ]+(?=[\u3000-\u9fff\uff00-\uffef])", "", text).strip(" ")
