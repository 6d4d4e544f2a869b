"""Word 取字: the text of a docx, its tables and the numbers that Word itself puts before paragraphs (自动编号) included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from zhunsheng.kernel.words import chinese_number
from zhunsheng.plans.sources import SourceError
from zhunsheng.plans.tables import CELL
from zhunsheng.word_documents import Broken, TooLarge, opened


def text_of_docx(content: bytes, name: str) -> str:
    """The text of a Word document, line by line. Raises ``SourceError``."""
    try:
        document = opened(content)
    except Broken as error:
        raise SourceError(
            f"{name} 不是 Word 文档（docx），请用 WPS 或者 Word 另存为 docx 后再试",
            f"{name} is no Word document (docx); save it as docx with WPS or Word",
        ) from error
    except TooLarge as error:
        raise SourceError(
            f"{name} 展开后过大，请删去不用的图片后再试",
            f"{name} is too large unpacked; take out pictures that are not needed",
        ) from error
    return "\n".join(_lines(document))


def _lines(document: Any) -> Iterator[str]:
    numbers = _Numbers(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
        elif isinstance(block, Paragraph):
            yield from f"{numbers.before(block)}{block.text}".split("\n")


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table; a cell that spans rows is said in each, one that spans columns once."""
    for row in table.rows:
        cells, last = [], None
        for cell in row.cells:
            if cell._tc is not last:
                cells.append(" ".join(cell.text.split()))
            last = cell._tc
        yield CELL.join(cells)


class _Numbers:
    """Counts the lists of a document as Word does, and writes the number of each paragraph."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, Mapping[int, tuple[str, str, int]]] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.abstract: dict[str, str] = {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {one.get(qn("w:abstractNumId")): self._levels(one) for one in numbering.findall(qn("w:abstractNum"))}
        for number in numbering.findall(qn("w:num")):
            of = number.find(qn("w:abstractNumId")).get(qn("w:val"))
            key = number.get(qn("w:numId"))
            self.abstract[key], self.levels[key] = of, abstract.get(of, {})

    @staticmethod
    def _levels(element: Any) -> Mapping[int, tuple[str, str, int]]:
        """Level -> how it counts, how it is written, where it starts."""
        found = {}
        for level in element.findall(qn("w:lvl")):
            values = {
                tag: (one.get(qn("w:val")) if (one := level.find(qn(f"w:{tag}"))) is not None else default)
                for tag, default in (("numFmt", "decimal"), ("lvlText", ""), ("start", "1"))
            }
            found[int(level.get(qn("w:ilvl")))] = (values["numFmt"], values["lvlText"], int(values["start"]))
        return found

    def before(self, paragraph: Paragraph) -> str:
        """The number Word shows before a paragraph; nothing for bullets and for what is not numbered."""
        properties = paragraph._p.pPr
        if properties is None or properties.numPr is None:
            style = paragraph.style
            properties = style.element.pPr if style is not None else None
        given = properties.numPr if properties is not None else None
        if given is None or given.numId is None or not paragraph.text.strip():
            return ""
        key, level = str(given.numId.val), given.ilvl.val if given.ilvl is not None else 0
        levels = self.levels.get(key, {})
        if level not in levels or levels[level][0] in ("bullet", "none"):
            return ""
        owner = self.abstract[key]
        start = levels[level][2]
        self.counts[owner, level] = self.counts.get((owner, level), start - 1) + 1
        for deeper in [place for place in self.counts if place[0] == owner and place[1] > level]:
            del self.counts[deeper]

        def shown(found: re.Match[str]) -> str:
            of = int(found[1]) - 1
            kind = levels[of][0] if of in levels else "decimal"
            return _written(self.counts.get((owner, of), 1), kind)

        return re.sub(r"%(\d)", shown, levels[level][1])


def _written(number: int, kind: str) -> str:
    """A number as Word writes it in a way of counting."""
    if kind.startswith(("chinese", "taiwanese", "japaneseCounting", "ideograph")) and 0 < number < 100:
        return chinese_number(number)
    if kind == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)
