"""docx 模板: a file an office made in WPS or Word to stand for the text of a paper: what is wrong with it, and filling it in.

A field is written {{申请人}}; there is no other command, so that nothing in a file and nothing somebody typed into a case is
ever carried out. Which fields there are, and where templates hold, is decided in ``place_templates``.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from io import BytesIO
from typing import Any, NamedTuple

from lxml import etree

from zhunsheng.kernel.words import Words
from zhunsheng.papers.layout import BLANK

LARGEST = 5 * 1024 * 1024
"""The largest file taken, in bytes; unpacked, twenty times as much. Settings of the platform."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_FIELD = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
_BRACE = re.compile(r"[{}｛｝]")
_PARTS = {
    "document": Words("正文", "text"), "header": Words("页眉", "header"), "footer": Words("页脚", "footer"),
    "footnotes": Words("脚注", "footnotes"), "endnotes": Words("尾注", "endnotes"),
}  # fmt: skip
_PART = re.compile(r"^word/(document|header|footer|footnotes|endnotes)\d*\.xml$")
_OUTSIDE = re.compile(r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|MACROBUTTON|IMPORT)\b", re.IGNORECASE)


class Problem(NamedTuple):
    """Something wrong with a file: the paragraph where it stands (empty: the file as a whole) and what to do."""

    where: Words
    said: Words


class FileRefused(Exception):
    """A file that cannot be what it was handed in as; ``problems`` says what is wrong and where. Nothing has been kept."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("；".join(f"{problem.where.zh}{problem.said.zh}" for problem in found))
        self.problems = found


class Required(NamedTuple):
    """A field that must stand in the template: any one of these will do."""

    names: frozenset[str]
    label: Words


class _Place(NamedTuple):
    """A paragraph with where it stands and the nodes of its own text."""

    paragraph: Any
    where: Words
    nodes: list[Any]

    @property
    def text(self) -> str:
        return "".join(node.text or "" for node in self.nodes)

    @property
    def in_text(self) -> bool:
        """Whether it is a line of the running text, which may be left out as a whole."""
        parent = self.paragraph.getparent()
        return parent is not None and parent.tag == f"{_W}body"


def plain(name: str) -> str:
    """A field as it is looked up, however it was typed: without spaces, full-width forms as half-width."""
    return "".join(unicodedata.normalize("NFKC", name).split())


# --- checking ----------------------------------------------------------------------------------------------------


def problems(content: bytes, known: Mapping[str, str], required: Sequence[Required] = ()) -> list[Problem]:
    """Everything wrong with a file. ``known``: field as it is written → its name."""
    if found := no_docx(content):
        return [found]
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            found_problems, places = list(_risks(package)), list(_places(package))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error):
        return [_whole("文件已经损坏，读不出来，请重新另存为 docx", "the file is damaged; save it as docx again")]
    if found_problems:
        return found_problems
    names = {plain(written): name for written, name in known.items()}
    used: set[str] = set()
    for place in places:
        if any(parent.tag == _FALLBACK for parent in place.paragraph.iterancestors()):
            continue  # the same text once more, for old programs
        found_problems += _wrong_in(place, names, known, used)
    found_problems += [
        _whole(
            f"缺少{need.label.zh}：模板里须有 {_written(need.names, known, ' 或者 ')}",
            f"{need.label.en} is missing: the template needs {_written(need.names, known, ' or ')}",
        )
        for need in required
        if used.isdisjoint(need.names)
    ]
    return found_problems


def _written(names: frozenset[str], known: Mapping[str, str], between: str) -> str:
    return between.join("{{" + written + "}}" for written, name in known.items() if name in names)


def _whole(zh: str, en: str) -> Problem:
    return Problem(Words("", ""), Words(zh, en))


def no_docx(content: bytes) -> Problem | None:
    """Why the bytes are no docx file at all."""
    if len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        return _whole(
            f"文件超过 {most} MB，请压缩图片后重传", f"the file is larger than {most} MB; make pictures smaller"
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _whole(
            "这是旧版 doc 文件或者加了密码的文件，请去掉密码并另存为 docx",
            "this is an old doc file or one with a password; save it as docx without a password",
        )
    wrong = _whole("这不是 docx 文件，请在 WPS 或者 Word 中另存为 docx", "this is no docx file; save it as docx")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
            if "word/document.xml" not in names or "[Content_Types].xml" not in names:
                return wrong
            if len(names) > 2000 or sum(info.file_size for info in package.infolist()) > LARGEST * 20:
                return _whole(
                    "文件解开后过大，请删去不用的图片", "the file is too large once unpacked; remove pictures"
                )
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return wrong
    return None


def _risks(package: zipfile.ZipFile) -> Iterator[Problem]:
    """What a paper that goes out to people must not carry along."""
    names = package.namelist()
    types = package.read("[Content_Types].xml")
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names) or b"macroEnabled" in types:
        yield _whole("文件带有宏，请另存为不带宏的 docx", "the file holds macros; save it as docx without them")
    if any(name.startswith(("word/embeddings/", "word/activeX/")) for name in names):
        yield _whole(
            "文件嵌入了其他文件或者控件，请改为图片或者表格", "the file embeds other files; use a picture or table"
        )
    for name in names:
        if name.endswith(".rels") and _leads_outside(package.read(name)):
            yield _whole(
                "文件引用了外部的模板或者图片，请断开链接", "the file refers to something outside; break the link"
            )
            break
    if "word/comments.xml" in names and b"<w:comment " in package.read("word/comments.xml"):
        yield _whole("文件带有批注，请全部删除", "the file holds comments; remove them")


def _leads_outside(relations: bytes) -> bool:
    root = etree.fromstring(relations, parser())
    return any(
        relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith("/hyperlink")
        for relation in root
    )


def _wrong_in(place: _Place, names: Mapping[str, str], known: Mapping[str, str], used: set[str]) -> Iterator[Problem]:
    """What is wrong in one paragraph; the fields it uses are added to ``used``."""
    paragraph = place.paragraph
    own = [node for node in paragraph.iter(f"{_W}instrText") if paragraph_of(node) is paragraph]
    if _OUTSIDE.search("".join(node.text or "" for node in own)):
        yield Problem(
            place.where, Words("这里有引用外部内容的域，请删除", "a field here takes content from outside; remove it")
        )
    if any(paragraph_of(node) is paragraph for node in paragraph.iter(f"{_W}ins", f"{_W}del", f"{_W}moveFrom")):
        yield Problem(
            place.where,
            Words("这里有未处理的修订，请接受或者拒绝", "a tracked change is open here; accept or reject it"),
        )
    text = place.text
    for written in _FIELD.findall(text):
        name = names.get(plain(written))
        if name is not None:
            used.add(name)
            continue
        shown = {plain(one): one for one in known}
        near = get_close_matches(plain(written), shown, n=3, cutoff=0.4)
        hint = "、".join("{{" + shown[one] + "}}" for one in near)
        yield Problem(
            place.where,
            Words(
                f"没有「{written.strip()}」这个字段"
                + (f"，是不是 {hint}？" if near else "，可用的字段见这种文书的页面"),
                f"there is no field “{written.strip()}”"
                + (f"; {hint}?" if near else "; the page of the paper lists those there are"),
            ),
        )
    if _BRACE.search(_FIELD.sub("", text)):
        yield Problem(
            place.where,
            Words(
                "花括号不成对：字段须写成 {{字段名}}，前后各两个",
                "braces are not in pairs: a field is written {{name}}, with two on each side",
            ),
        )


# --- reading -----------------------------------------------------------------------------------------------------


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _places(package: zipfile.ZipFile) -> Iterator[_Place]:
    """Every paragraph of every part with text, in order."""
    for name in sorted(package.namelist()):
        if found := _PART.match(name):
            yield from _paragraphs(etree.fromstring(package.read(name), parser()), _PARTS[found[1]])


def _paragraphs(root: Any, part: Words) -> Iterator[_Place]:
    lines = 0
    tables = {table: number for number, table in enumerate(root.iter(f"{_W}tbl"), 1)}
    for paragraph in root.iter(f"{_W}p"):
        nodes = [node for node in paragraph.iter(f"{_W}t") if paragraph_of(node) is paragraph]
        cell = next((parent for parent in paragraph.iterancestors(f"{_W}tc", f"{_W}txbxContent")), None)
        if cell is None:
            lines += 1
            where = Words(f"{part.zh}第 {lines} 段", f"{part.en}, paragraph {lines}")
        elif cell.tag == f"{_W}tc":
            row, across = _within(cell, "tr")
            table, down = _within(row, "tbl")
            where = Words(
                f"{part.zh}表 {tables[table]} 第 {down} 行第 {across} 格",
                f"{part.en}, table {tables[table]}, row {down}, cell {across}",
            )
        else:
            where = Words(f"{part.zh}的文本框", f"a text box of the {part.en}")
        text = "".join(node.text or "" for node in nodes).strip()
        shown = text if len(text) <= 20 else text[:20] + "…"
        yield _Place(paragraph, Words(f"{where.zh}（{shown}）", f"{where.en} ({shown})"), nodes)


def _within(node: Any, container: str) -> tuple[Any, int]:
    """The nearest container of a node, and which of its kind the node is in it."""
    nearest = next(node.iterancestors(_W + container))
    siblings = [one for one in nearest.iter(node.tag) if next(one.iterancestors(_W + container)) is nearest]
    return nearest, siblings.index(node) + 1


def paragraph_of(node: Any) -> Any:
    return next(node.iterancestors(f"{_W}p"), None)


def fields_of(content: bytes) -> list[str]:
    """The fields of a checked template as they are written, each once, in order."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        found = [written.strip() for place in _places(package) for written in _FIELD.findall(place.text)]
    return list(dict.fromkeys(found))


# --- filling -----------------------------------------------------------------------------------------------------


def fill(content: bytes, names: Mapping[str, str], values: Mapping[str, str], banner: str = "") -> bytes:
    """A checked template with its fields filled in. ``names``: field as it is written → its name; ``banner``: a remark that
    is put above everything else, in red.

    As in the built-in texts a line is left out when all its values are missing, and a single missing value prints as a
    blank; a cell of a table stays, empty. A value of several lines that stands alone makes several paragraphs.
    """
    looked_up = {plain(written): name for written, name in names.items()}
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as filled:
        for info in package.infolist():
            data = package.read(info)
            if found := _PART.match(info.filename):
                root = etree.fromstring(data, parser())
                for place in list(_paragraphs(root, _PARTS[found[1]])):
                    _fill_paragraph(place, looked_up, values)
                if banner and found[1] == "document":
                    root.find(f"{_W}body").insert(0, _banner(banner))
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            filled.writestr(zipfile.ZipInfo(info.filename, info.date_time), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _fill_paragraph(place: _Place, names: Mapping[str, str], values: Mapping[str, str]) -> None:
    text = place.text
    found = list(_FIELD.finditer(text))
    if not found:
        return
    given = [_printable(values.get(names.get(plain(field[1]), ""), "")) for field in found]
    alone = len(found) == 1 and found[0][0] == text.strip()
    if not any(given) and place.in_text:
        _leave_out(place)
        return
    if alone and place.in_text and "\n" in given[0]:
        lines = [line for line in given[0].splitlines() if line.strip()]
        for line in reversed(lines[1:]):
            again = deepcopy(place.paragraph)
            place.paragraph.addnext(again)
            nodes = [node for node in again.iter(f"{_W}t") if paragraph_of(node) is again]
            replace(nodes, [field.span() for field in found], [line])
        given = lines[:1]
    replace(place.nodes, [field.span() for field in found], [value or ("" if alone else BLANK) for value in given])


def _banner(text: str) -> Any:
    """A centred line in red."""
    paragraph = etree.Element(f"{_W}p")
    etree.SubElement(etree.SubElement(paragraph, f"{_W}pPr"), f"{_W}jc").set(f"{_W}val", "center")
    run = etree.SubElement(paragraph, f"{_W}r")
    look = etree.SubElement(run, f"{_W}rPr")
    for name, value in (("color", "C00000"), ("sz", "28")):
        etree.SubElement(look, f"{_W}{name}").set(f"{_W}val", value)
    etree.SubElement(run, f"{_W}t").text = text
    return paragraph


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t").strip()


def _leave_out(place: _Place) -> None:
    """Take a line away; one that ends a section stays, empty, because the page hangs on it."""
    if place.paragraph.find(f"{_W}pPr/{_W}sectPr") is not None:
        for node in place.nodes:
            node.text = ""
        return
    place.paragraph.getparent().remove(place.paragraph)


def replace(nodes: list[Any], places: Sequence[tuple[int, int]], given: Sequence[str]) -> None:
    """Put values in places of a text that may be spread over several nodes; each takes the look of its first letter."""
    texts = [node.text or "" for node in nodes]
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text))
    for (start, end), value in zip(reversed(places), reversed(given), strict=True):
        first = next(i for i in range(len(texts)) if starts[i] <= start < starts[i + 1])
        last = next(i for i in range(len(texts)) if starts[i] < end <= starts[i + 1])
        head, tail = texts[first][: start - starts[first]], texts[last][end - starts[last] :]
        for index in range(first + 1, last + 1):
            texts[index] = ""
        texts[first] = head + value + (tail if first == last else "")
        if first != last:
            texts[last] = tail
    for node, text in zip(nodes, texts, strict=True):
        _write(node, text)


def _write(node: Any, text: str) -> None:
    """The text into a node, with line breaks as the format has them."""
    first, *more = text.split("\n")
    node.text = first
    node.set(_PRESERVE, "preserve")
    for line in reversed(more):
        following = etree.Element(f"{_W}t")
        following.text = line
        following.set(_PRESERVE, "preserve")
        node.addnext(following)
        node.addnext(etree.Element(f"{_W}br"))
