"""本地提纲: outlines a place writes itself in WPS or Word, with fields for figures, charts and paragraphs, checked on upload.

Headings are the headings of the file; {{系统：指标}} prints a figure, {{上年：系统：指标}} the same of the year before,
{{同比：系统：指标}} the change, {{图：系统：指标}} draws it, {{段落：…}} is drafted from records; a table of the file stays one, with figures in its cells. A file is kept for good and read
into the same ``Outline`` the built-in ones are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath

import docx
from django.db import transaction
from django.utils import timezone
from docx.table import Table as WordTable
from docx.table import _Row as WordRow
from pydantic import field_validator

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.declaration import Labelled
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import declared_as, figure_names
from zhunsheng.orgs.models import Officer, Region
from zhunsheng.papers.document import Addressee, Block, Document, Heading, Paragraph, Run, Signature, Title
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.docx_template import FileRefused, Problem, fields_of, plain, problems
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.reports.outline import (
    OWN,
    PLACEHOLDER,
    Outline,
    OutlineChart,
    OutlineError,
    OutlineParagraph,
    OutlineSection,
    OutlineTable,
    outlines,
    read_outline,
)
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

PLACE_FIELDS = {
    "地区": "region",
    "单位": "organ",
    "级别": "level",
    "上级地区": "above",
    "年度": "year",
    "下年度": "next_year",
}
DRAFT_FIELDS = {
    "段落：年度任务": "tasks",
    "段落：不足和原因": "weak_points",
    "段落：第一责任人": "responsible",
    "段落：下一年度安排": "next_year",
    "段落：学法": "study",
    "段落：制发文件": "documents",
}
PREVIOUS, CHANGE, CHART, DRAFT = "上年：", "同比：", "图：", "draft:"
_FIELD = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)\s*")
_CHART = "chart:"


class OwnParagraph(OutlineParagraph):
    """A paragraph of a place's own outline: whatever it says is the place's, numbers of documents and years among it."""

    @field_validator("sentences")
    @classmethod
    def _words_only(cls, sentences: list[str]) -> list[str]:
        return sentences


# --- fields ------------------------------------------------------------------------------------------------------


@cache
def figure_fields() -> Mapping[str, str]:
    """系统：指标 → the figure. Two of one label in a system are told apart by a number behind the second."""
    found: dict[str, str] = {}
    for name in figure_names():
        slug, _dot, _key = name.partition(".")
        owner = systems()[slug].name.zh if slug in systems() else "申报"
        label, number = f"{owner}：{declared_as(name).zh}", 2
        while label in found:
            label, number = f"{owner}：{declared_as(name).zh}{number}", number + 1
        found[label] = name
    return found


@cache
def known_fields() -> Mapping[str, str]:
    """Every field an outline may hold: as it is written → what stands for it in an outline."""
    found = {written: f"{{{name}}}" for written, name in PLACE_FIELDS.items()}
    found |= {written: f"{DRAFT}{name}" for written, name in DRAFT_FIELDS.items()}
    for label, name in figure_fields().items():
        for written in (label, name):
            found[written] = f"{{{name}}}"
            found[PREVIOUS + written] = f"{{{name}@previous}}"
            found[CHANGE + written] = f"{{change:{name}}}"
            found[CHART + written] = f"{_CHART}{name}"
    for written, meaning in list(found.items()):
        for other in _other_names(written):
            found.setdefault(other, meaning)
    return found


def _other_names(written: str) -> Iterator[str]:
    """A field under every name its system is declared by: a file kept before a procedure came to a list still names the list."""
    for names in _names_of_systems():
        newest = f"{names[0]}："
        if newest in written:
            yield from (written.replace(newest, f"{name}：") for name in names[1:])


@cache
def _names_of_systems() -> list[list[str]]:
    """The names of each system that has several, the one figures go by first."""
    all_names = (
        list(dict.fromkeys([one.name.zh, *(part.name.zh for part in (*one.procedures, *one.registers, *one.bodies))]))
        for one in systems().values()
    )
    return [names for names in all_names if len(names) > 1]


# --- files -------------------------------------------------------------------------------------------------------


def starting_file(name: str) -> bytes:
    """An outline as a docx file with its fields in it, to begin with; of an own one the very file that was uploaded."""
    if name.startswith(OWN):
        return bytes(_row(name).content)
    return to_docx(as_document(read_outline(name)))


def as_document(form: Outline) -> Document:
    """An outline as a document with its fields still in it."""
    labels = _labels()
    drafts = {name: written for written, name in DRAFT_FIELDS.items()}

    def lines(sentences: list[str]) -> Paragraph:
        return Paragraph((Run("".join(f"{labelled(sentence)}。" for sentence in sentences)),))

    blocks: list[Block] = [Title(labelled(form.title))]
    blocks += [Addressee(labelled(form.addressee))] if form.addressee else []
    blocks.append(lines(form.opening))
    for section in form.sections:
        blocks.append(Heading(1, section.heading))
        for one in section.paragraphs:
            blocks += [Heading(2, one.heading)] if one.heading else []
            blocks += [lines(one.sentences)] if one.sentences else []
            blocks += [Paragraph((Run("{{" + drafts[one.draft] + "}}"),))] if one.draft else []
            blocks += [
                Paragraph((Run(chart.title + "".join("{{" + CHART + labels[name] + "}}" for name in chart.of)),))
                for chart in one.charts
            ]
    blocks += [lines(form.closing)] if form.closing else []
    return Document((*blocks, Signature("{{单位}}", "（成文日期）")))


@cache
def _labels() -> Mapping[str, str]:
    return {name: written for written, name in figure_fields().items()}


def labelled(text: str) -> str:
    """A sentence with its fields by their names, as officers write them: {{系统：指标}}."""
    places = {name: written for written, name in PLACE_FIELDS.items()}

    def field(found: re.Match[str]) -> str:
        change, name, previous = found.groups()
        label = places.get(name) or _labels().get(name, name)
        return "{{" + (CHANGE if change else PREVIOUS if previous else "") + label + "}}"

    return PLACEHOLDER.sub(field, text)


def coded(text: str) -> str:
    """The same the other way round; what is no field is left as it is, to be refused."""
    known = known_fields_by_look()
    return _FIELD.sub(lambda found: known.get(plain(found[1]), found[0]), text)


def outline_of(content: bytes, file_name: str) -> Outline:
    """A file as an outline. Raises ``FileRefused`` for one that cannot be one."""
    if found := problems(content, known_fields()) or list(_misplaced(content)):
        raise FileRefused(found)
    try:
        return read_file(content, file_name)
    except OutlineError as error:
        raise FileRefused(
            [
                Problem(
                    Words("", ""),
                    Words(
                        str(error), "the file lacks a title or a heading, or a table stands before the first heading"
                    ),
                )
            ]
        ) from error


@transaction.atomic
def keep_outline(region: Region, file_name: str, content: bytes, officer: Officer) -> str:
    """Keep a file that can be an outline; gives its name. The same file is kept once. Raises ``FileRefused``."""
    outline_of(content, file_name)
    key, digest = _key(region), hashlib.sha256(content).hexdigest()
    kept = PaperTemplate.objects.filter(key=key, digest=digest).first()
    if kept is None:
        kept = PaperTemplate.objects.create(
            key=key, file_name=PurePosixPath(file_name.replace("\\", "/")).name[-200:], digest=digest, content=content,
            fields={written: written for written in fields_of(content)}, added_by=officer, added_at=timezone.now(),
        )  # fmt: skip
        record("report.outline", f"region:{region.pk}", officer.pk, template=kept.pk)
    return f"{OWN}{kept.pk}"


def _misplaced(content: bytes) -> Iterator[Problem]:
    """Fields in tables that print no number."""
    known = known_fields_by_look()
    for number, table in enumerate(docx.Document(BytesIO(content)).tables, 1):
        for line, row in enumerate(table.rows, 1):
            fields = [field for cell in row.cells for field in _FIELD.findall(cell.text)]
            if any(known[plain(field)].startswith((_CHART, DRAFT)) for field in fields):
                yield Problem(
                    Words(f"表格第 {number} 个第 {line} 行", f"table {number}, row {line}"),
                    Words("表格里只能写文字和指标，图和段落写在正文里", "tables hold words and figures; charts and paragraphs stand in the text"),
                )  # fmt: skip


def own_outlines(region: Region) -> dict[str, Words]:
    """The outlines of a place's own, newest first: name → the name of the file."""
    rows = PaperTemplate.objects.filter(key=_key(region)).order_by("-pk").values_list("pk", "file_name")
    return {f"{OWN}{pk}": Words(file_name, file_name) for pk, file_name in rows}


def outlines_for(region: Region) -> dict[str, Words]:
    """Every outline a place may follow: those there are for all, and its own."""
    return {name: form.name.words for name, form in outlines().items()} | own_outlines(region)


def _key(region: Region) -> str:
    return f"report.outline.{region.pk}"


def _row(name: str) -> PaperTemplate:
    number = whole_number(name.removeprefix(OWN))
    row = PaperTemplate.objects.filter(key__startswith="report.outline.", pk=number).first()
    if row is None:
        raise OutlineError(f"没有名为「{name}」的提纲")
    return row


def own_outline(name: str) -> Outline:
    """An outline of a place's own, read from its file. Raises ``OutlineError``."""
    row = _row(name)
    return _read_kept(row.pk, row.file_name, bytes(row.content))


@cache  # a file is never changed
def _read_kept(_pk: int, file_name: str, content: bytes) -> Outline:
    return read_file(content, file_name)


def read_file(content: bytes, file_name: str) -> Outline:
    """A checked file as an outline. Raises ``OutlineError`` without a title or any heading of the first level."""
    title, addressee = "", ""
    opening: list[str] = []
    sections: list[tuple[str, list[OutlineParagraph]]] = []
    heading = ""
    for style, text, table in _parts(content):
        if table:
            if not sections:
                raise OutlineError("表格应当写在某个部分里，即在用“标题 1”样式的标题之后")
            sections[-1][1].append(OwnParagraph(heading=heading, tables=[table]))
        elif style == "Title":
            title = _translated(text)
        elif style == "主送机关":
            addressee = _translated(text).rstrip("：:")
        elif style == "Heading 1":
            sections.append((_ORDINAL.sub("", text), []))
            heading = ""
        elif style == "Heading 2":
            heading = _ORDINAL.sub("", text)
        elif style in ("署名", "发文字号", "提示"):
            continue
        elif sections:
            sections[-1][1].append(_paragraph(heading, text))
        else:
            opening += _sentences(text)
    if not title or not sections:
        raise OutlineError(
            "提纲里没有标题或者一级标题：标题用“标题”样式，各部分用“标题 1”样式，可以从内置提纲的文件改起"
        )
    name = PurePosixPath(file_name).stem
    return Outline(
        name=Labelled(zh=name, en=name), title=title, addressee=addressee, opening=opening,
        sections=[OutlineSection.model_construct(heading=one, paragraphs=inside) for one, inside in sections],
    )  # fmt: skip


def _parts(content: bytes) -> Iterator[tuple[str, str, OutlineTable | None]]:
    """The paragraphs of a file with their styles, and its tables, in their order."""
    for part in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(part, WordTable):
            yield (
                "",
                "",
                OutlineTable(rows=[[_translated(_in_cell(text)) for text in _texts_of(row)] for row in part.rows]),
            )
        elif text := part.text.strip():
            yield str(part.style.name if part.style is not None else ""), text, None


def _texts_of(row: WordRow) -> Iterator[str]:
    """The texts of a row; of cells made one the first has it."""
    seen: set[int] = set()
    for cell in row.cells:
        yield "" if id(cell._tc) in seen else cell.text
        seen.add(id(cell._tc))


def _in_cell(text: str) -> str:
    return " ".join(text.replace("｜", "|").split())


def _paragraph(heading: str, text: str) -> OutlineParagraph:
    """One paragraph of the file: a chart, a draft, or sentences."""
    fields = [_meaning(one) for one in _FIELD.findall(text)]
    charts = [one.removeprefix(_CHART) for one in fields if one.startswith(_CHART)]
    if charts:
        name = _FIELD.sub("", text).strip() or "主要数据"
        return OwnParagraph(heading=heading, charts=[OutlineChart(title=name.replace("：", "，"), of=charts)])
    draft = next((one.removeprefix(DRAFT) for one in fields if one.startswith(DRAFT)), None)
    words = _FIELD.sub(lambda found: "" if _meaning(found[1]).startswith(DRAFT) else found[0], text)
    return OwnParagraph.model_validate({"heading": heading, "sentences": _sentences(words), "draft": draft})


@cache
def known_fields_by_look() -> Mapping[str, str]:
    """The same by how a field is looked up, however it was typed."""
    return {plain(written): meaning for written, meaning in known_fields().items()}


def _sentences(text: str) -> list[str]:
    return [one for part in _translated(text).split("。") if (one := part.strip())]


def _translated(text: str) -> str:
    """A text with its fields as an outline writes them."""
    return _FIELD.sub(lambda found: _meaning(found[1]), text)


def _meaning(written: str) -> str:
    """What stands in an outline for a field of a file. Raises ``OutlineError`` for one that no figure goes by any more."""
    meaning = known_fields_by_look().get(plain(written))
    if meaning is None:
        raise OutlineError(f"提纲里的字段「{written}」已经没有对应的指标；请下载这份提纲，改正后重新上传")
    return meaning
