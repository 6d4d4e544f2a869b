"""公文的 PDF 形式: a document as PDF in the layout of GB/T 9704—2012, and pictures of its charts for Word.

The official faces are used where the machine has them; else free ones stand for them, and the document is still set the
same. Without any Chinese face there is no PDF: a page of empty boxes must not go out. No face comes with the program.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from zhunsheng.kernel.words import BilingualError
from zhunsheng.papers.charts import to_svg
from zhunsheng.papers.document import (
    SHORT_TABLE,
    Addressee,
    Block,
    Chart,
    Contents,
    Document,
    Heading,
    Paragraph,
    Signature,
    Table,
)

TEMPLATE = Path(__file__).parent / "document.typ"

SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "宋体", "Songti SC")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei")
FACES = {
    "fangsong": ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "FandolFang", *SERIF),
    "xiaobiaosong": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FandolSong", *SERIF),
    "hei": ("黑体", "SimHei", "STHeiti", "FandolHei", *SANS),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai", "LXGW WenKai", *SERIF),
    "song": ("宋体", "SimSun", *SERIF),
}  # fmt: skip
"""What stands for which official face, the face itself first."""

OFFICIAL = {
    "fangsong": ("仿宋_GB2312", FACES["fangsong"][:5]), "xiaobiaosong": ("方正小标宋简体", FACES["xiaobiaosong"][:2]),
    "hei": ("黑体", FACES["hei"][:3]), "kai": ("楷体_GB2312", FACES["kai"][:5]),
}  # fmt: skip


class NoFaceError(BilingualError):
    """The machine has no Chinese face; ``words`` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "本机没有中文字体，不能生成 PDF：请安装 Noto CJK 或者仿宋、黑体、楷体，也可以把字体文件放进数据目录的 fonts 文件夹；或者下载 docx 在 WPS 里另存为 PDF",
            "this machine has no Chinese font, so there is no PDF: install Noto CJK, or put font files into the folder fonts of the data directory; or save the docx as PDF in WPS",
        )


def _own_faces() -> list[str]:
    folder = Path(settings.HOME) / "fonts"
    return [str(folder)] if folder.is_dir() else []


@cache
def _families() -> frozenset[str]:
    """The families there are; found once a process, as looking through a machine takes a moment."""
    return frozenset(typst.Fonts(True, True, _own_faces()).families())


def faces(families: frozenset[str] | None = None) -> dict[str, list[str]]:
    """Which families stand for which face, in order. Raises ``NoFaceError`` when there is none with Chinese."""
    there = _families() if families is None else families
    anything = [name for names in FACES.values() for name in names if name in there]
    if not anything:
        raise NoFaceError
    return {
        face: [name for name in names if name in there] + [name for name in (*SERIF, *SANS) if name in there]
        or anything
        for face, names in FACES.items()
    }


def substituted(families: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """(official face, what stands for it) where the machine lacks the official one. Raises ``NoFaceError``."""
    there = _families() if families is None else families
    found = faces(there)
    return [(name, found[face][0]) for face, (name, own) in OFFICIAL.items() if there.isdisjoint(own)]


def to_pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF file. Raises ``NoFaceError``."""
    return typst.compile(
        str(TEMPLATE), format="pdf", font_paths=_own_faces(), pdf_standards="a-2b", timestamp=0, sys_inputs=_inputs(document)
    )  # fmt: skip


def pages_of_headings(document: Document) -> list[int]:
    """The page each heading stands on, of a document with contents. Raises ``NoFaceError``."""
    found = typst.query(
        str(TEMPLATE), "<heading>", field="value", font_paths=_own_faces(), sys_inputs=_inputs(document)
    )
    return [int(page) for page in json.loads(found)]


def _inputs(document: Document) -> dict[str, str]:
    found = faces()
    own = found["xiaobiaosong"][0] in FACES["xiaobiaosong"][:2]
    contents = any(isinstance(block, Contents) for block in document.blocks)
    data = {
        "title": document.title, "across": document.across, "fonts": found, "contents": contents, "short": SHORT_TABLE,
        "title_weight": "regular" if own else "bold", "blocks": [_as_data(block, document) for block in document.blocks],
    }  # fmt: skip
    return {"document": json.dumps(data, ensure_ascii=False)}


def chart_picture(chart: Chart) -> bytes:
    """The chart as PNG, for Word. Raises ``NoFaceError``."""
    faces()
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
    return typst.compile(
        source.encode(), format="png", ppi=220, font_paths=_own_faces(), sys_inputs={"svg": to_svg(chart)}
    )


def _as_data(block: Block, document: Document) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    match block:
        case Paragraph():
            return {"kind": kind, "text": block.text}
        case Heading():
            return {"kind": kind, "text": block.text, "level": block.level}
        case Contents():
            told = [
                {"text": heading.text, "level": heading.level, "incomplete": heading.incomplete}
                for heading in block.headings(document)
            ]
            return {"kind": kind, "headings": told}
        case Table():
            return {"kind": kind, **_table(block)}
        case Chart():
            return {"kind": kind, "title": block.title, "svg": to_svg(block), **_table(block.table())}
        case Signature():
            return {"kind": kind, "organ": block.organ, "day": block.day, "indent": block.indent}
        case Addressee():
            return {"kind": kind, "text": block.text.rstrip("：:")}
    return {"kind": kind, "text": block.text}


def _table(block: Table) -> dict[str, Any]:
    cells = [
        {"text": spot.value, "down": spot.down, "across": spot.across, "head": spot.row < len(block.heads)}
        for line in block.spots() for spot in line
    ]  # fmt: skip
    return {"shares": block.shares, "cells": cells}
