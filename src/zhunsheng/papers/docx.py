"""公文的 docx 形式: a document as a Word file in the layout of GB/T 9704—2012, opened unchanged by WPS.

Fonts bear their official names; a machine without them substitutes its own. The form is in named styles, so that an
office can still edit the text. What the document says is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from zhunsheng.papers.document import (
    SHORT_TABLE,
    Addressee,
    Banner,
    Chart,
    Contents,
    Document,
    Heading,
    Missing,
    Note,
    Number,
    Paragraph,
    Signature,
    Table,
    Title,
)
from zhunsheng.papers.pdf import NoFaceError, chart_picture, pages_of_headings

FANGSONG, HEITI, KAITI = "仿宋_GB2312", "黑体", "楷体_GB2312"
XIAOBIAOSONG, SONGTI = "方正小标宋简体", "宋体"

SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)
"""二号, 三号 and 四号 type."""

SIZE_SMALL = Pt(9)
"""小五号, for tables laid across."""

LINE = Pt(28.95)
"""22 lines fill the 225 mm of a page."""

CHARACTER = 16.0
"""Width of a character of the body in points."""

CONDENSED = -5
"""Twentieths of a point taken from each character, so that 28 of them fit in the 156 mm of a line."""

_STYLES: dict[str, tuple[str, str, Pt, bool]] = {
    # style: (font, alignment, size, indented by two characters)
    "Normal": (FANGSONG, "JUSTIFY", SIZE_3, False),
    "Title": (XIAOBIAOSONG, "CENTER", SIZE_2, False),
    "Heading 1": (HEITI, "JUSTIFY", SIZE_3, True),
    "Heading 2": (KAITI, "JUSTIFY", SIZE_3, True),
    "Heading 3": (FANGSONG, "JUSTIFY", SIZE_3, True),
    "Heading 4": (FANGSONG, "JUSTIFY", SIZE_3, True),
    "Body Text": (FANGSONG, "JUSTIFY", SIZE_3, True),
    "发文字号": (FANGSONG, "CENTER", SIZE_3, False),
    "主送机关": (FANGSONG, "JUSTIFY", SIZE_3, False),
    "署名": (FANGSONG, "RIGHT", SIZE_3, False),
    "附注": (FANGSONG, "LEFT", SIZE_3, True),
    "提示": (HEITI, "CENTER", SIZE_4, False),
    "缺件": (FANGSONG, "JUSTIFY", SIZE_3, True),
    "目录项": (FANGSONG, "LEFT", SIZE_3, False),
    "表格文字": (FANGSONG, "CENTER", SIZE_4, False),
}
_RED = RGBColor(0xC0, 0x00, 0x00)


def to_docx(document: Document) -> bytes:
    """The document as the bytes of a .docx file."""
    word = docx.Document(BytesIO(_empty()))
    if document.across:
        _lay_across(word)
    # The same document gives the same file, and no name of a program or person stands in it.
    core = word.core_properties
    core.title, core.author, core.comments, core.last_modified_by = document.title, "", "", ""
    core.created = core.modified = datetime(2000, 1, 1)
    for block in document.blocks:
        _WRITERS[type(block)](word, block)
    if any(isinstance(block, Contents) for block in document.blocks):
        _number_contents(word, document)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


@cache  # shaping the styles takes as long as all the rest of a paper
def _empty() -> bytes:
    word, stream = docx.Document(), BytesIO()
    _set_up_page(word)
    _set_up_styles(word)
    _set_up_page_numbers(word)
    word.save(stream)
    return stream.getvalue()


# --- page ------------------------------------------------------------------------------------------------------


def _set_up_page(word: WordDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The dashes beside the page number stand 7 mm below the text, half a line above the foot of the footer.
    section.header_distance, section.footer_distance = Mm(15), Mm(25.5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    # Lines only: a grid of characters too makes some programs spread a line to 18 to 22 characters.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    grid.attrib.pop(qn("w:charSpace"), None)


def _lay_across(word: WordDocument) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(26)
    section.left_margin = section.right_margin = Mm(25)
    section.footer_distance = Mm(15)
    small = word.styles["表格文字"]
    small.font.size = SIZE_SMALL
    small.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _set_up_page_numbers(word: WordDocument) -> None:
    """— 1 — in 四号半角宋体 at the outer side: right on odd pages, left on even ones, one character from the edge."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    for footer, alignment in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = word.styles["Footer"]
        paragraph.alignment = alignment
        side = paragraph.paragraph_format
        side.left_indent = side.right_indent = Pt(14)
        paragraph.add_run("— ")
        _add_field(paragraph, " PAGE ", "1")
        paragraph.add_run(" —")


def _add_field(paragraph: WordParagraph, instruction: str, result: str) -> None:
    """A field with what it comes to as far as known; programs work it out anew."""
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run(result if kind == "text" else "")
        if kind is None:
            told = OxmlElement("w:instrText")
            told.set(qn("xml:space"), "preserve")
            told.text = instruction
            run._r.append(told)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if kind == "begin" and "PAGEREF" in instruction:
                mark.set(qn("w:dirty"), "true")
            run._r.append(mark)


# --- styles ----------------------------------------------------------------------------------------------------


def _set_up_styles(word: WordDocument) -> None:
    fonts = word.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rFonts')}")
    _name_fonts(fonts, FANGSONG)
    language = fonts.getparent().find(qn("w:lang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    existing = {style.name for style in word.styles}
    for name, (font, alignment, size, indented) in _STYLES.items():
        style = word.styles[name] if name in existing else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _shape(style, font, size, getattr(ALIGN, alignment))
        if indented:
            _indent_first_line(style.element.get_or_add_pPr(), 2)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        word.styles[name].paragraph_format.keep_with_next = True
    word.styles["Heading 3"].font.bold = True
    word.styles["提示"].font.color.rgb = word.styles["缺件"].font.color.rgb = _RED
    footer = word.styles["Footer"]
    _shape(footer, SONGTI, SIZE_4, ALIGN.RIGHT)
    footer.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _shape(style: ParagraphStyle, font: str, size: Pt, alignment: Any) -> None:
    """Give a style its form and take away what the program's template gave it."""
    properties = style.element.get_or_add_pPr()
    for child in ("w:pBdr", "w:numPr", "w:contextualSpacing", "w:tabs", "w:ind"):
        for found in properties.findall(qn(child)):
            properties.remove(found)
    look = style.element.get_or_add_rPr()
    for child in list(look):
        look.remove(child)
    style.font.name = font
    _name_fonts(look.find(qn("w:rFonts")), font)
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    if size == SIZE_3:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(CONDENSED))
        look.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang")
    form = style.paragraph_format
    form.alignment = alignment
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.widow_control = form.keep_with_next = form.keep_together = False
    # No gap between Chinese and figures: official documents set 98件 close, and a line keeps its 28 characters. Not
    # drawn to the grid: the lines fill the page by their height, and a title would take two lines of it for one.
    for name in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        switch = OxmlElement(name)
        switch.set(qn("w:val"), "0")
        properties.insert_element_before(
            switch, "w:bidi", "w:adjustRightInd", "w:spacing", "w:ind", "w:contextualSpacing",
            "w:mirrorIndents", "w:jc", "w:textAlignment", "w:outlineLvl", "w:rPr",
        )  # fmt: skip


def _name_fonts(fonts: Any, font: str) -> None:
    """Name the font for every script: without ``eastAsia`` WPS and Word would use the theme's for Chinese."""
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _indent_first_line(properties: Any, characters: int) -> None:
    """Indent by characters, with the same in points for programs that know only lengths."""
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(round(characters * CHARACTER * 20)))


# --- blocks ----------------------------------------------------------------------------------------------------


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def _plain(style: str, pattern: str = "{}") -> Callable[[WordDocument, Any], None]:
    def write(word: WordDocument, block: Any) -> None:
        word.add_paragraph(_printable(pattern.format(block.text)), style=style)

    return write


def _title(word: WordDocument, block: Title) -> None:
    """A blank line above (where something stands above), one below."""
    paragraph = word.add_paragraph(_printable(block.text), style="Title")
    if paragraph._p.getprevious() is not None:
        paragraph.paragraph_format.space_before = LINE
    paragraph.paragraph_format.space_after = LINE


def _number(word: WordDocument, block: Number) -> None:
    """Above the title in the middle; below it (forms of procedure) with the blank line after it, not before."""
    paragraph = word.add_paragraph(_printable(block.text), style="发文字号")
    before = paragraph._p.getprevious()
    if before is not None and before.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") is not None:
        above = WordParagraph(before, word._body)
        if above.style.name == "Title":
            above.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.space_after = LINE


def _heading(word: WordDocument, block: Heading) -> None:
    word.add_paragraph(_printable(block.text), style=f"Heading {block.level}")


_PAGE_OF = "目录"
"""Begins the names of the bookmarks contents point to."""


def _contents(word: WordDocument, block: Contents) -> None:
    """The place of the contents; filled in once all headings are there."""
    title = word.add_paragraph("目　录", style="提示")
    title.runs[0].font.color.rgb = RGBColor(0, 0, 0)
    word.add_paragraph(style="目录项")


def _number_contents(word: WordDocument, document: Document) -> None:
    """Write the lines of the contents, each with its page as the PDF has it until the program that opens it counts its own."""
    level = next(block.level for block in document.blocks if isinstance(block, Contents))
    headings = [
        paragraph for paragraph in word.paragraphs
        if paragraph.style.name.startswith("Heading ") and int(paragraph.style.name[-1]) <= level
    ]  # fmt: skip
    told = Contents(level).headings(document)
    try:
        every = [block for block in document.blocks if isinstance(block, Heading)]
        pages = [
            page for heading, page in zip(every, pages_of_headings(document), strict=True) if heading.level <= level
        ]
    except NoFaceError:
        pages = []
    place = next(paragraph for paragraph in word.paragraphs if paragraph.style.name == "目录项")
    for number, (paragraph, heading) in enumerate(zip(headings, told, strict=True), 1):
        _bookmark(paragraph, number)
        line = place.insert_paragraph_before(style="目录项")
        line.paragraph_format.left_indent = Pt((heading.level - 1) * 2 * CHARACTER)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line.add_run(_printable(heading.text) + ("（有缺件）" if heading.incomplete else ""))
        line.add_run("\t")
        _add_field(line, f" PAGEREF {_PAGE_OF}{number} \\h ", str(pages[number - 1]) if pages else "")
        for run in line.runs if heading.incomplete else ():
            run.font.color.rgb = _RED
    place.add_run().add_break(WD_BREAK.PAGE)


def _bookmark(paragraph: WordParagraph, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), f"{_PAGE_OF}{number}")
    paragraph.runs[0]._r.addprevious(start)
    paragraph._p.append(end)


def _paragraph(word: WordDocument, block: Paragraph) -> None:
    word.add_paragraph(_printable(block.text), style="Body Text")


def _table(word: WordDocument, block: Table) -> None:
    table = word.add_table(rows=len(block.heads) + len(block.rows), cols=len(block.header), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    section = word.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    widths = [Emu(round(room * share / sum(block.shares))) for share in block.shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    places = [row.cells for row in table.rows]
    together = len(places) <= SHORT_TABLE
    for number, (row, line) in enumerate(zip(table.rows, block.spots(), strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        is_head = number < len(block.heads)
        if is_head:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, width in zip(places[number], widths, strict=True):
            cell.width = width
        for spot in line:
            cell = places[spot.row][spot.column]
            paragraph = cell.paragraphs[0]
            paragraph.style = word.styles["表格文字"]
            if together and number + 1 < len(places):
                paragraph.paragraph_format.keep_with_next = True
            paragraph.add_run(_printable(spot.value)).bold = is_head
            if spot.down > 1 or spot.across > 1:
                cell.merge(places[spot.row + spot.down - 1][spot.column + spot.across - 1])


def _chart(word: WordDocument, block: Chart) -> None:
    """The picture between its name and its numbers; a machine without a Chinese face gives the numbers alone."""
    word.add_paragraph(_printable(block.title), style="表格文字").paragraph_format.keep_with_next = True
    try:
        picture = BytesIO(chart_picture(block))
    except NoFaceError:
        pass
    else:
        paragraph = word.add_paragraph(style="表格文字")
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run().add_picture(picture, width=Mm(140))
    _table(word, block.table())


def _signature(word: WordDocument, block: Signature) -> None:
    """The date four characters from the right edge, the organ centred above it (GB/T 9704—2012, 7.3.5.1)."""
    organ = word.add_paragraph(_printable(block.organ), style="署名")
    organ.paragraph_format.space_before = Pt(LINE.pt * 2)
    organ.paragraph_format.right_indent = Pt(block.indent * CHARACTER)
    organ.paragraph_format.keep_with_next = True
    date_line = word.add_paragraph(block.day, style="署名")
    date_line.paragraph_format.right_indent = Pt(4 * CHARACTER)


_WRITERS: dict[type, Callable[[WordDocument, Any], None]] = {
    Banner: _plain("提示"),
    Number: _number,
    Title: _title,
    Addressee: _plain("主送机关", "{}："),
    Heading: _heading,
    Paragraph: _paragraph,
    Table: _table,
    Chart: _chart,
    Signature: _signature,
    Note: _plain("附注", "（{}）"),
    Contents: _contents,
    Missing: _plain("缺件"),
}
