"""Reads the text of a draft (送审稿) from a file: its paragraphs, each with the article it stands in.

Nothing here judges the text; what is to be looked at in it is in ``wording`` and ``citations``.
"""

from __future__ import annotations

import re

import docx

from zhunsheng.kernel.articles import Paragraph, placed
from zhunsheng.kernel.craft import NotPossible
from zhunsheng.word_documents import Broken, TooLarge, opened

SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")


def paragraphs_of(name: str, content: bytes) -> list[Paragraph]:
    """The paragraphs of a docx or txt file, tables included, in their order."""
    return placed(_lines(name, content))


def _lines(name: str, content: bytes) -> list[str]:
    ending = name.rpartition(".")[2].lower()
    if ending == "txt":
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding).splitlines()
            except UnicodeDecodeError:
                continue
    if ending == "docx":
        try:
            document = opened(content)
        except TooLarge as error:
            raise NotPossible(f"「{name}」展开后过大，请删去不用的图片后重新上传", f"{name} unpacks to too much; remove pictures and upload it again") from error  # fmt: skip
        except Broken as error:
            raise NotPossible(f"「{name}」读不出来，请另存为 docx 后重新上传", f"{name} cannot be read; save it as docx and upload it again") from error  # fmt: skip
        lines = []
        for block in document.iter_inner_content():
            if isinstance(block, docx.text.paragraph.Paragraph):
                lines.append(block.text)
            else:
                lines += [cell.text for row in block.rows for cell in row.cells]
        return [line for text in lines for line in text.splitlines()]
    raise NotPossible(f"「{name}」不是 docx 或者 txt，校核不了；请上传可以编辑的文本", f"{name} is neither docx nor txt; upload a text that can be edited")  # fmt: skip
