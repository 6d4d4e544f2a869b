"""文件取字: the text of a file a plan comes in: text, a page of the web, or a Word document. How it is read is in ``reading``."""

from __future__ import annotations

import zipfile
from pathlib import Path

LARGEST = 20 * 1024 * 1024
"""The largest file taken, in bytes."""


class SourceError(ValueError):
    """A file that cannot be read; the message says why and what to do."""


def text_of(path: Path) -> str:
    """The text of a plan, line by line. Raises ``SourceError``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} 无法读取：{error.strerror}") from error
    if len(content) > LARGEST:
        raise SourceError(f"{path} 超过 {LARGEST // 1024 // 1024} 兆，请只保留规划正文")
    suffix = path.suffix.lower()
    if suffix == ".docx":
        return _of_docx(path)
    if suffix in (".doc", ".wps", ".pdf", ".ofd"):
        raise SourceError(f"{path} 不能直接读取，请另存为 docx 或者纯文本后再试")
    text = _decoded(content, path)
    return _of_html(text) if suffix in (".html", ".htm") else text


def _decoded(content: bytes, path: Path) -> str:
    """UTF-8, or the national encoding of older files."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SourceError(f"{path} 不是文本文件，请另存为 docx 或者 UTF-8 纯文本后再试")


def _of_docx(path: Path) -> str:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SourceError(f"{path} 不是 Word 文档（docx），请用 WPS 或者 Word 另存为 docx 后再试") from error
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "section")


def _of_html(text: str) -> str:
    from lxml import etree, html

    try:
        page = html.fromstring(text)
    except (etree.ParserError, ValueError) as error:
        raise SourceError("网页里没有内容，请另存为纯文本后再试") from error
    for useless in page.xpath("//script|//style|//noscript|//head"):
        useless.drop_tree()
    for block in page.iter(*_BLOCKS):
        block.tail = f"\n{block.tail or ''}"
    return str(page.text_content())
