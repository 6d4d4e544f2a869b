"""公开用的 docx: a copy of a Word file that carries its text and its layout and nothing else, and its passages hidden in places.

Parts are taken by a list of what a text needs, so that whatever a program adds (author, comments, revisions, properties,
thumbnails, embedded files, pictures of which nobody can say what they show) stays behind. What of the text should be hidden
is decided in ``kernel.masking``; the passages given here are all the text the copy has.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from zhunsheng.kernel.masking import Change
from zhunsheng.kernel.words import BilingualError
from zhunsheng.papers.docx_template import no_docx, paragraph_of, parser, replace

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXTS = re.compile(r"^word/(document|(?:header|footer|footnotes|endnotes)\d*)\.xml$")
_KEPT = re.compile(
    r"^(\[Content_Types\]\.xml|_rels/\.rels|word/(document|styles|numbering|settings|fontTable|theme/theme\d*"
    r"|header\d*|footer\d*|footnotes|endnotes)\.xml|word/_rels/(document|header\d*|footer\d*|footnotes|endnotes)\.xml\.rels)$"
)
_SETTINGS = (
    "zoom", "mirrorMargins", "defaultTabStop", "evenAndOddHeaders", "drawingGridHorizontalSpacing", "drawingGridVerticalSpacing",
    "characterSpacingControl", "footnotePr", "endnotePr", "compat", "themeFontLang", "clrSchemeMapping", "decimalSymbol",
    "listSeparator", "noLineBreaksAfter", "noLineBreaksBefore", "bookFoldPrinting",
)  # fmt: skip
"""The settings that say how the text is set."""
_GONE = (
    "del", "moveFrom", "delText", "delInstrText", "commentRangeStart", "commentRangeEnd", "commentReference",
      "annotationRef", "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "altChunk", "softHyphen",
      "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange", "numberingChange",
      "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
      "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "sdtPr", "sdtEndPr", "customXmlPr",
      "smartTagPr", "ffData", "subDoc", "contentPart", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic",
      "numPicBullet", "movie", "control", "aliases",
)  # fmt: skip
_UNWRAPPED = ("ins", "moveTo", "hyperlink", "sdt", "sdtContent", "smartTag", "customXml", "dir", "bdo")
_NAMING_STYLES = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "styleLink", "numStyleLink")
_PICTURES = (f"{_W}drawing", f"{_W}pict", f"{_W}object")
_PAGE = re.compile(r"^\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class NotPublicError(BilingualError):
    """A file of which no copy for the public can be made; ``words`` says why and what to do."""


def cleaned(content: bytes) -> bytes:
    """The file with its text and its layout alone. Raises ``NotPublicError``."""
    if wrong := no_docx(content):
        raise NotPublicError(*wrong.said)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist() if _KEPT.match(name)}
        return _packed(dict(_cleaned_parts(parts)))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise NotPublicError(
            "文件已经损坏，读不出来，请重新另存为 docx", "the file is damaged; save it as docx again"
        ) from error


def passages_of(content: bytes) -> list[str]:
    """All the text of a cleaned file, paragraph by paragraph: the body, then headers, footers and notes."""
    return [_text(nodes) for _name, _root, lines in _texts_in(content) for nodes in lines]


def masked_docx(content: bytes, changes: Iterable[Change]) -> bytes:
    """A cleaned file with these places hidden, each in the look it had."""
    by_passage: dict[int, list[Change]] = {}
    for change in changes:
        by_passage.setdefault(change.passage, []).append(change)
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    passage = 0
    for name, root, lines in _texts_in(content):
        for nodes in lines:
            if its := sorted(by_passage.get(passage, ()), key=lambda one: one.start):
                replace(nodes, [(one.start, one.end) for one in its], [one.into for one in its])
            passage += 1
        parts[name] = _xml(root)
    return _packed(parts)


# --- reading ---------------------------------------------------------------------------------------------------------


def _texts_in(content: bytes) -> Iterator[tuple[str, Any, list[list[Any]]]]:
    """Every part with text: its name, its tree, and the nodes of each paragraph."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if _TEXTS.match(name)]
        for name in sorted(names, key=lambda one: (one != "word/document.xml", one)):
            root = etree.fromstring(package.read(name), parser())
            yield name, root, [_nodes(paragraph) for paragraph in root.iter(f"{_W}p")]


def _nodes(paragraph: Any) -> list[Any]:
    return [node for node in paragraph.iter(f"{_W}t", f"{_M}t") if paragraph_of(node) is paragraph]


def _text(nodes: Iterable[Any]) -> str:
    return "".join(node.text or "" for node in nodes)


# --- cleaning --------------------------------------------------------------------------------------------------------


def _cleaned_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    lost = {name: _lost_relations(name, data, parts) for name, data in parts.items() if name.endswith(".rels")}
    styles = etree.fromstring(parts.get("word/styles.xml", b"<none/>"), parser())
    hiding, called = _hiding(styles), _called(styles)
    for name, data in parts.items():
        root = etree.fromstring(data, parser())
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
        if name == "[Content_Types].xml":
            _drop(root, lambda one: "PartName" in one.attrib and one.get("PartName")[1:] not in parts)
            for one in root.iterfind("{*}Override[@PartName='/word/document.xml']"):
                one.set("ContentType", _WORD)  # a file with macros names itself otherwise
        elif name.endswith(".rels"):
            _drop(root, lambda one, gone=lost[name]: one.get("Id") in gone)
        elif name == "word/settings.xml":
            _drop(root, lambda one: etree.QName(one).localname not in _SETTINGS)
        else:
            relations = f"word/_rels/{posixpath.basename(name)}.rels"
            _clean(root, lost.get(relations, set()) if relations in parts else None, hiding)
            _call_otherwise(root, called)
        yield name, _xml(root)


def _hiding(styles: Any) -> set[str]:
    """The styles that hide what is written in them, with those that rest on one and say nothing else."""
    said = [
        (style.get(f"{_W}styleId"), _switch(style), style.find(f"{_W}basedOn")) for style in styles.iter(f"{_W}style")
    ]
    resting = [(name, base.get(f"{_W}val")) for name, hides, base in said if hides is None and base is not None]
    found, before = {name for name, hides, _base in said if hides}, -1
    while before != len(found):
        before = len(found)
        found |= {name for name, base in resting if base in found}
    return found


def _called(styles: Any) -> dict[str, str]:
    """What the styles somebody made and named himself are called in the copy, by what they were."""
    own = (one.get(f"{_W}styleId") for one in styles.iter(f"{_W}style") if one.get(f"{_W}customStyle"))
    return {name: f"own{number}" for number, name in enumerate(filter(None, own), 1)}


def _call_otherwise(root: Any, called: Mapping[str, str]) -> None:
    for node in root.iter(*(_W + name for name in _NAMING_STYLES)):
        if name := called.get(node.get(f"{_W}val")):
            node.set(f"{_W}val", name)
    for style in root.iter(f"{_W}style"):
        if name := called.get(style.get(f"{_W}styleId")):
            style.set(f"{_W}styleId", name)
            for said in style.iterfind(f"{_W}name"):
                said.set(f"{_W}val", name)


def _lost_relations(name: str, data: bytes, parts: Mapping[str, bytes]) -> set[str]:
    """The relations of a part that lead out of the file or to something that stays behind."""
    folder = posixpath.dirname(posixpath.dirname(name))
    lost = set()
    for relation in etree.fromstring(data, parser()):
        target = relation.get("Target", "")
        place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if relation.get("TargetMode") == "External" or place not in parts:
            lost.add(relation.get("Id"))
    return lost


def _drop(root: Any, is_lost: Any) -> None:
    for child in list(root):
        if is_lost(child):
            root.remove(child)


def _clean(root: Any, lost: set[str] | None, hiding: Collection[str]) -> None:
    """Take everything but text and layout out of a tree; ``lost``: relations that are gone (None: all of them); ``hiding``: styles."""
    for fallback in list(root.iter(f"{_MC}Fallback")):
        fallback.getparent().remove(fallback)
    for hidden in list(root.iter(f"{_W}r")):
        if _is_hidden(hidden, hiding):
            hidden.getparent().remove(hidden)
    _end_fields(root)
    for hyphen in list(root.iter(f"{_W}noBreakHyphen")):
        hyphen.tag, hyphen.text = f"{_W}t", "-"
    for picture in [one for one in root.iter(*_PICTURES) if one.find(f".//{_W}txbxContent") is None]:
        _take_out(picture)
    for name in _GONE:
        for node in list(root.iter(_W + name)):
            _take_out(node)
    for node in list(root.iter()):
        if any(key.startswith(_R) and (lost is None or value in lost) for key, value in node.attrib.items()):
            if node.tag == f"{_W}hyperlink":
                continue
            _take_out(node)
    etree.strip_tags(root, *(_W + name for name in _UNWRAPPED))
    for node in root.iter():
        for key in list(node.attrib):
            local = etree.QName(key).localname
            if local.startswith("rsid") or local in (
                "paraId",
                "textId",
                "author",
                "date",
                "initials",
                "descr",
                "title",
                "alt",
                "href",
            ):
                del node.attrib[key]
        if etree.QName(node).localname in ("docPr", "cNvPr"):
            node.set("name", "shape")  # what a program calls a shape may be the name of a file


def _is_hidden(run: Any, hiding: Collection[str]) -> bool:
    """Whether a run says so, or else the style it or its paragraph is in."""
    said = _switch(run)
    if said is not None:
        return said
    styles = [*run.iterfind(f"{_W}rPr/{_W}rStyle")]
    for paragraph in run.iterancestors(f"{_W}p"):
        styles += paragraph.iterfind(f"{_W}pPr/{_W}pStyle")
        break
    return any(style.get(f"{_W}val") in hiding for style in styles)


def _switch(node: Any) -> bool | None:
    """What a run or a style says of being hidden; None where it says nothing."""
    switch = node.find(f"{_W}rPr/{_W}vanish")
    return None if switch is None else switch.get(f"{_W}val", "1") not in ("0", "false", "off")


def _take_out(node: Any) -> None:
    """Remove a node; what stood behind it stays."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _end_fields(root: Any) -> None:
    """Keep of fields what they show; only numbers of pages go on being counted."""
    for simple in list(root.iter(f"{_W}fldSimple")):
        if not _PAGE.match(simple.get(f"{_W}instr", "")):
            simple.tag = f"{_W}smartTag"  # unwrapped with the others
    inside: list[tuple[list[Any], list[str]]] = []
    for node in list(root.iter(f"{_W}fldChar", f"{_W}instrText")):
        if node.tag == f"{_W}instrText":
            if inside:
                inside[-1][0].append(node)
                inside[-1][1].append(node.text or "")
            else:
                _take_out(node)
            continue
        kind = node.get(f"{_W}fldCharType")
        if kind == "begin":
            inside.append(([], []))
        if inside:
            inside[-1][0].append(node)
        if kind == "end" and inside:
            nodes, words = inside.pop()
            if not _PAGE.match("".join(words)):
                for one in nodes:
                    _take_out(one)
    for nodes, _words in inside:
        for one in nodes:
            _take_out(one)


def _xml(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
