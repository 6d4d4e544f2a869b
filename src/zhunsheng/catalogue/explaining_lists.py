"""A declared list told in words (清单说明): its key, its fields, who prepares and who approves, what is compared and what is
fit to be public, and the steps of procedures that write it or ask it.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.catalogue.wording import Citation
from zhunsheng.kernel.citing import cited_article
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, Sensitivity
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import statutes

TYPE_WORDS = {
    FieldType.TEXT: Words("文字", "text"), FieldType.LONG_TEXT: Words("长文字", "long text"),
    FieldType.INTEGER: Words("整数", "whole number"), FieldType.DECIMAL: Words("数", "number"),
    FieldType.MONEY: Words("金额（元）", "amount in yuan"), FieldType.DATE: Words("日期", "date"),
    FieldType.DATETIME: Words("日期和时间", "date and time"), FieldType.BOOLEAN: Words("是或者否", "yes or no"),
    FieldType.CHOICE: Words("单选", "one choice"), FieldType.CHOICES: Words("多选", "several choices"),
    FieldType.ORGAN: Words("单位", "organ"), FieldType.OFFICER: Words("人员", "officer"),
    FieldType.IDENTITY_NUMBER: Words("身份证号", "identity number"),
    FieldType.CREDIT_CODE: Words("统一社会信用代码", "credit code"), FieldType.PHONE: Words("电话", "telephone number"),
    FieldType.PARTY: Words("当事人", "party"),
}  # fmt: skip


@dataclass(frozen=True)
class FieldTold:
    """One field: what it holds, and what is special about it."""

    name: Words
    kind: Words
    marks: tuple[Words, ...]
    hint: Words | None


@dataclass(frozen=True)
class ListTold:
    """A whole list in one version."""

    system: System
    declared: Register
    cited: Citation
    fields: list[FieldTold]
    editors: list[Words]
    approvers: list[Words]
    compared: list[Words]
    public: list[Words]
    demands: list[tuple[Words, Citation]]
    """What an entry must say, each with its ground."""
    written_by: list[tuple[Words, Words]]
    asked_by: list[tuple[Words, Words]]
    """(system, step) of the steps that write the list, and of those that ask whether an entry is in force."""


def explain_list(system: System, declared: Register) -> ListTold:
    """Everything a list says, in words."""
    fields = declared.fields
    return ListTold(
        system, declared, basis_of(declared.basis),
        fields=[field_told(field, _marks(declared, name, field)) for name, field in fields.items()],
        editors=[declared.roles[role].words for role in declared.editors],
        approvers=[declared.roles[role].words for role in declared.approvers],
        compared=[fields[name].words for name in declared.compare],
        public=[fields[name].words for name in declared.public],
        demands=[(gate.words, basis_of(gate.basis)) for gate in declared.gates],
        written_by=_written_by(system.slug), asked_by=_asked_by(system.slug),
    )  # fmt: skip


def field_told(field: FieldDeclaration, marks: tuple[Words, ...] = ()) -> FieldTold:
    return FieldTold(field.words, TYPE_WORDS[field.type], marks, field.hint.words if field.hint else None)


def _marks(declared: Register, name: str, field: FieldDeclaration) -> tuple[Words, ...]:
    marks = []
    if name == declared.key:
        marks.append(Words("识别条目", "identifies the entry"))
    elif name in declared.required:
        marks.append(Words("必须填写", "must be filled in"))
    if name in declared.compare:
        marks.append(Words("参加比对", "compared"))
    if name in declared.public:
        marks.append(Words("可以公布", "fit to be public"))
    if field.sensitivity is Sensitivity.SENSITIVE:
        marks.append(Words("遮盖显示", "masked"))
    return tuple(marks)


def basis_of(basis: BasisDeclaration) -> Citation:
    """The ground of a list; an article of it names its statute."""
    if basis.article and basis.statute:
        return Citation(cited_article(statutes()[basis.statute].short, basis.article), basis.statute)
    if basis.practice:
        return Citation(Words(f"通行做法：{basis.practice.zh}", f"office practice: {basis.practice.en}"), "")
    setting = basis.setting.words if basis.setting else Words("", "")
    return Citation(Words(f"本地设定：{setting.zh}", f"local setting: {setting.en}"), "")


def _written_by(slug: str) -> list[tuple[Words, Words]]:
    return [
        (owner.name, action.words)
        for owner in systems().values()
        for action in (owner.procedures[-1].actions.values() if owner.procedures else ())
        if any(write.register_slug == slug for write in action.registers)
    ]


def _asked_by(slug: str) -> list[tuple[Words, Words]]:
    return [
        (owner.name, owner.procedures[-1].actions[name].words)
        for owner in systems().values()
        for gate in (owner.procedures[-1].gates if owner.procedures else ())
        if gate.registered and gate.registered.register_slug == slug
        for name in gate.on
    ]
