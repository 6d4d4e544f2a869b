"""本地文书模板: the docx texts places use in the stead of the built-in ones: which fields there are, and which holds where.

A template belongs to one version of a procedure: when the law changes, what the old text cites is no longer right, and the
built-in text of the new version holds until the place has made another. Files are checked and filled in ``docx_template``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from zhunsheng.catalogue.loading import systems
from zhunsheng.catalogue.placeholders import ADDRESS, DUE, GENERAL
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Words
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.values import Decisions
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import refused
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.docx_template import FileRefused, Required, fields_of, plain, problems
from zhunsheng.papers.issuing import template_of
from zhunsheng.papers.layout import as_template
from zhunsheng.papers.models import PaperTemplate

TEMPLATE = "template"

_GENERAL = {
    "文号": "number", "案号": "case_number", "单位": "organ", "日期": "date", "结果": "outcome", "案件名称": "title",
    "说明": "note", "落款单位": "signer",
}  # fmt: skip


class Subject(NamedTuple):
    """The paper a template is for: a kind of paper in one version of a procedure."""

    slug: str
    kind: str
    procedure: Procedure

    @property
    def key(self) -> str:
        return f"{self.slug}.{self.kind}.{self.procedure.in_force.from_}"


@cache
def subjects() -> Mapping[str, Subject]:
    """Key -> the paper of a version of a procedure, the newest version first."""
    found: dict[str, Subject] = {}
    for slug, owner in systems().items():
        for procedure in reversed(owner.procedures):
            for kind in procedure.papers:
                subject = Subject(slug, kind, procedure)
                found[subject.key] = subject
    return found


@cache
def _things() -> Mapping[str, Thing]:
    things = {}
    for key, (slug, kind, procedure) in subjects().items():
        owner, paper, since = systems()[slug].name, procedure.papers[kind], procedure.in_force.from_
        newest = procedure is systems()[slug].procedures[-1]
        name = Words(
            f"{owner.zh}：{paper.zh}" + ("" if newest else f"（{since} 起的程序）"),
            f"{owner.en}: {paper.en}" + ("" if newest else f" (procedure of {since})"),
        )
        things[key] = Thing(key, name, slug, Words("系统内置文本", "the built-in text"), newest)
    return things


# --- fields ------------------------------------------------------------------------------------------------------


@cache
def fields_for(key: str) -> Mapping[str, str]:
    """Every field a template of a paper may hold: as it is written → its name. Two fields of one label are told apart by a
    number behind the second."""
    procedure = subjects()[key].procedure
    found: dict[str, str] = dict(_GENERAL)
    taken = {plain(label) for label in found}
    for name, declared in procedure.all_fields.items():
        if name not in GENERAL:
            found[_free(declared.zh, taken)] = name
        if declared.type is FieldType.PARTY:
            found[_free(f"{declared.zh}地址", taken)] = ADDRESS + name
    for name, deadline in procedure.deadlines.items():
        found[_free(f"期限：{deadline.zh}", taken)] = DUE + name
    return found


def certain_for(key: str) -> frozenset[str]:
    """The names of the fields that are filled in whenever the paper is issued; any other may be empty then."""
    _, kind, procedure = subjects()[key]
    actions = procedure.actions.values()
    opening = [set(action.required_fields) for action in actions if action.start]
    issuing = [set(action.required_fields) for action in actions if kind in action.papers]
    found = {"number", "case_number", "organ", "signer", "date", "title"}
    for sets in (opening, issuing):
        found |= set.intersection(*sets) if sets else set()
    return frozenset(found)


def _free(label: str, taken: set[str]) -> str:
    """The label, with a number behind it where it is taken; from now on it is."""
    wanted, number = label, 2
    while plain(wanted) in taken:
        wanted, number = f"{label}{number}", number + 1
    taken.add(plain(wanted))
    return wanted


def _accepted(key: str) -> Mapping[str, str]:
    """The fields with their English names beside the Chinese ones."""
    shown = fields_for(key)
    return {**shown, **{name: name for name in shown.values() if name not in shown}}


def required_for(key: str) -> list[Required]:
    """What no template of a paper may lack: its number, its day, and one of those it goes to."""
    slug, kind, procedure = subjects()[key]
    declared, built_in = procedure.papers[kind], template_of(slug, procedure, kind)
    needs = []
    if declared.number:
        needs.append(Required(frozenset({"number"}), Words("文号", "number")))
    if any(line.kind == "sign" for line in built_in.lines) or "date" in built_in.names:
        needs.append(Required(frozenset({"date"}), Words("日期", "date")))
    addressed = {name for line in built_in.lines if line.kind == "to" for name in line.names}
    if addressed:
        needs.append(Required(frozenset(addressed), Words("主送对象", "addressee")))
    return needs


def starting_template(key: str) -> bytes:
    """The built-in text of a paper as a docx file with its fields in it, to begin with."""
    slug, kind, procedure = subjects()[key]
    written = {name: label for label, name in fields_for(key).items()}
    return to_docx(as_template(template_of(slug, procedure, kind), written))


# --- keeping -----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_template(key: str, file_name: str, content: bytes, officer: Officer | None) -> PaperTemplate:
    """Keep a file that can be a template of a paper; it holds nowhere until that is decided. The same file is kept once.
    Raises ``FileRefused``."""
    known = _accepted(key)
    if found := problems(content, known, required_for(key)):
        raise FileRefused(found)
    digest = hashlib.sha256(content).hexdigest()
    kept = PaperTemplate.objects.filter(key=key, digest=digest).first()
    if kept is not None:
        return kept
    names = {plain(written): name for written, name in known.items()}
    return PaperTemplate.objects.create(
        key=key, file_name=PurePosixPath(file_name.replace("\\", "/")).name[-200:], digest=digest, content=content,
        fields={written: names[plain(written)] for written in fields_of(content)}, added_by=officer,
        added_at=timezone.now(),
    )  # fmt: skip


def _read(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    wanted = raw.get("template")
    row = PaperTemplate.objects.filter(key=key, pk=wanted).first() if isinstance(wanted, int) else None
    if row is None:
        raise refused("template", "请先上传模板文件", "upload the file of the template first", "template")
    return {"template": row.pk, "file_name": row.file_name, "fields": sorted(set(row.fields.values()))}


def _say(key: str, value: Mapping[str, Any]) -> Words:
    return Words(f"本地模板「{value['file_name']}」", f"own template “{value['file_name']}”")


def _pack(value: Mapping[str, Any]) -> dict[str, Any]:
    row = PaperTemplate.objects.get(pk=value["template"])
    return {"file_name": row.file_name, "content": base64.b64encode(bytes(row.content)).decode("ascii")}


def _unpack(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    try:
        content = base64.b64decode(str(raw.get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise refused(
            "template", "模板文件的内容不完整", "the content of the template is not complete", "template"
        ) from None
    try:
        return {"template": keep_template(key, str(raw.get("file_name") or "docx"), content, None).pk}
    except FileRefused as error:
        first = error.problems[0]
        zh, en = (f"{first.where.zh}{first.said.zh}", f"{first.where.en} {first.said.en}")
        raise refused("template", zh, en, "template") from error


KIND = Kind(TEMPLATE, Words("文书模板", "Templates of papers"), _things, _read, _say, pack=_pack, unpack=_unpack)


# --- what holds --------------------------------------------------------------------------------------------------


class Chosen(NamedTuple):
    """The template that holds for a paper: its row and the names of its fields."""

    pk: int
    names: frozenset[str]


def chosen(known: Decisions, compiled: CompiledProcedure, kind: str, path: str, on: date) -> Chosen | None:
    """The template of the place for a paper issued on a day; None: the built-in text."""
    decision = known.on(TEMPLATE, f"{compiled.slug}.{kind}.{compiled.version}", path, on)
    if decision is None or decision.value is None:
        return None
    return Chosen(decision.value["template"], frozenset(decision.value["fields"]))
