"""文件取字: the text of a file a plan comes in: text, a page of the web, a Word document, a PDF. How it is read is in ``reading``.

A row of a table is one line, its cells parted by tabs.
"""

from __future__ import annotations

import codecs
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from zhunsheng.kernel.words import BilingualError
from zhunsheng.plans.tables import CELL

LARGEST = 20 * 1024 * 1024
"""The largest file taken, in bytes."""
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the older format begin, and documents with a password."""


class SourceError(BilingualError):
    """A file that cannot be read; the words say why and what to do."""


def text_of(path: Path) -> str:
    """The text of a plan, line by line. Raises ``SourceError``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} 无法读取：{error.strerror}", f"{path} cannot be read: {error.strerror}") from error
    text = text_in(content, path.name)
    if not text.strip():
        raise SourceError(
            f"{path.name} 里没有文字；是扫描件的，请先识别成文字再试",
            f"{path.name} has no text; where it is a scan, have its characters recognised first",
        )
    return text


def text_in(content: bytes, name: str) -> str:
    """The text of a file of this name. Raises ``SourceError``."""
    if len(content) > LARGEST:
        raise SourceError(
            f"{name} 超过 {LARGEST // 1024 // 1024} 兆，请只保留规划正文",
            f"{name} is larger than {LARGEST // 1024 // 1024} MB; keep only the text of the document",
        )
    suffix = Path(name).suffix.lower()
    if suffix and not content:
        raise SourceError(f"{name} 是空文件，请重新下载或者另存后再试", f"{name} is empty; download or save it again")
    if suffix == ".docx" and content.startswith(_COMPOUND):
        raise SourceError(
            f"{name} 加了密码，或者是改了名的旧格式；请用 WPS 打开，去掉密码，另存为 docx 后再试",
            f"{name} has a password or is of the older format under a new name; open it, take the password off and save it as docx",
        )
    if suffix == ".docx":
        from zhunsheng.plans.word import text_of_docx

        return text_of_docx(content, name)
    if suffix == ".pdf":
        from zhunsheng.plans.pdf import text_of_pdf

        return text_of_pdf(content, name)
    if suffix in (".doc", ".wps", ".ofd"):
        raise SourceError(
            f"{name} 不能直接读取，请用 WPS 或者 Word 另存为 docx 后再试",
            f"{name} cannot be read as it is; save it as docx with WPS or Word",
        )
    text = _decoded(content, name)
    return _of_html(text) if suffix in (".html", ".htm") else text


_ENCODINGS = ("utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "cp950")
_FREQUENT = frozenset("，。、：；的年和一不在有政法工作公件\n\r 0123456789")
"""What every Chinese text is full of, in either script; one read in the wrong encoding is not."""
_ENOUGH = 0.08


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, UTF-16 where the file says so (记事本's “Unicode”); else whichever reads most like Chinese of UTF-8 with broken bytes, the
    national encoding of older files, UTF-16 without its mark, and Big5."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if (text := _strictly(content, "utf-16" if marked else "utf-8-sig")) is not None:
        return text
    best = max((content.decode(encoding, "replace") for encoding in _ENCODINGS), key=_like_chinese)
    if _like_chinese(best) >= _ENOUGH:
        return best
    if (text := _strictly(content, "gb18030")) is not None:
        return text
    raise SourceError(
        f"{name} 不是文本文件，请另存为 docx 或者 UTF-8 纯文本后再试",
        f"{name} is no text file; save it as docx or as plain text in UTF-8",
    )


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _like_chinese(text: str) -> float:
    """The share of frequent characters as it begins; none in what holds a zero, as files of programs do."""
    beginning = text[:20_000]
    return 0.0 if "\x00" in text else sum(map(_FREQUENT.__contains__, beginning)) / (len(beginning) or 1)


_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "section")


_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
"""The declaration of an XHTML page names an encoding, which it is not in any more."""
_BETWEEN_LINKS = re.compile(r"[\s|｜>＞›»/·•\-—]+")


def _leads_elsewhere(block: Any) -> bool:
    """Whether there is nothing in a block but links: the menu of the site, related papers."""
    linked = _BETWEEN_LINKS.sub("", "".join(str(link.text_content()) for link in block.xpath(".//a")))
    return bool(linked) and linked == _BETWEEN_LINKS.sub("", str(block.text_content()))


def _repeat_spans(table: Any) -> None:
    """A cell that spans rows stands in each of them."""
    rows = table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row.xpath("td|th")):
            span = str(cell.attrib.pop("rowspan", "1"))
            below = rows[number + 1 : number + int(span)] if span.isdecimal() and len(span) < 4 else []
            for other in below:
                other.insert(place, deepcopy(cell))


def _of_html(text: str) -> str:
    from lxml import etree, html

    try:
        page = html.fromstring(_DECLARED.sub("", text, count=1))
    except (etree.ParserError, ValueError) as error:
        raise SourceError(
            "网页里没有内容，请另存为纯文本后再试", "the page holds nothing; save it as plain text"
        ) from error
    for useless in page.xpath("//script|//style|//noscript|//head|//nav|//footer|//select|//button"):
        useless.drop_tree()
    for block in page.xpath("//ul|//ol|//li|//dl|//dd|//p|//div"):
        if _leads_elsewhere(block):
            block.drop_tree()
    for table in page.xpath("//table"):
        _repeat_spans(table)
    for row in page.xpath("//tr[count(td|th) > 1]"):
        cells = [" ".join(str(cell.text_content()).split()) for cell in row.xpath("td|th")]
        for cell in list(row):
            row.remove(cell)
        row.text = CELL.join(cells)
    for block in page.iter(*_BLOCKS):
        block.tail = f"\n{block.tail or ''}"
    return str(page.text_content())
