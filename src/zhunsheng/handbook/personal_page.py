"""The inventory of personal data (个人信息清单): per system and table what is held of people, for what, how it is kept and who sees it.

Written from the declarations, and for the tables of the platform itself from ``personal.yaml``. Nothing is listed by hand that a
declaration tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.handbook.markdown import code, page, plain, table
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.fields import FieldDeclaration, FieldType, PartyKind, Sensitivity
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import load_yaml

NAME = Words("个人信息清单", "Inventory of personal data")
_FILE = Path(__file__).parent / "personal.yaml"
CLASSES = {
    Sensitivity.PUBLIC: Words("公开", "public"), Sensitivity.INTERNAL: Words("内部", "internal"),
    Sensitivity.SENSITIVE: Words("敏感", "sensitive"),
}  # fmt: skip
_SEALED = Words("加密", "encrypted")
_PARTLY = Words("证件号码、电话、地址加密", "identity number, telephone and address encrypted")
_PLAIN = Words("—", "—")


class Held(NamedTuple):
    """One field that holds something of people: its class, what it is collected for, how it is kept, who sees it. ``kept_with``:
    the thing whose retention a place sets, the files of a system or its list."""

    name: str
    kept_with: str
    words: Words
    level: Words
    purposes: list[Words]
    sealed: Words
    roles: list[Words]


def is_personal(field: FieldDeclaration) -> bool:
    """Whether a field may hold something of a person: a party who is one, his numbers, and whatever is declared sensitive."""
    if field.type is FieldType.PARTY:
        return field.kind in (None, PartyKind.PERSON) or field.sensitivity is Sensitivity.SENSITIVE
    return field.type in (FieldType.IDENTITY_NUMBER, FieldType.PHONE) or field.sensitivity is Sensitivity.SENSITIVE


def of_procedure(compiled: CompiledProcedure) -> list[Held]:
    """What the cases of a procedure hold of people. The purpose is the steps that ask for it, each with its article."""
    return [
        _held(name, "cases", field, list(_asked_by(compiled, name)), list(compiled.procedure.roles.values()))
        for name, field in compiled.all_fields.items()
        if is_personal(field)
    ]


def _asked_by(compiled: CompiledProcedure, name: str) -> Iterator[Words]:
    for key, action in compiled.procedure.actions.items():
        if name in compiled.accepted[key]:
            cited = compiled.cited[key]
            yield Words(f"{action.zh}〔{cited.zh}〕", f"{action.en} ({cited.en})")


def of_register(declared: Register) -> list[Held]:
    """What the entries of a list hold of people."""
    name = declared.name
    return [
        _held(key, "list", field, [Words(f"登记{name.zh}", f"kept in {name.en}")], list(declared.roles.values()))
        for key, field in declared.fields.items()
        if is_personal(field)
    ]


def _held(name: str, kept_with: str, field: FieldDeclaration, purposes: list[Words], roles: list[Any]) -> Held:
    sealed = _PARTLY if field.type is FieldType.PARTY else _SEALED if field.is_sealed else _PLAIN
    level = CLASSES[field.sensitivity]
    return Held(name, kept_with, field.words, level, purposes, sealed, [role.words for role in roles])


def without_purpose(compiled: CompiledProcedure) -> list[str]:
    """Fields that hold something of people though no step asks for them: nobody could say what they are collected for."""
    return [held.name for held in of_procedure(compiled) if not held.purposes]


@cache
def of_tables() -> Mapping[str, Mapping[str, Any]]:
    """Columns of the platform's own tables that hold something of people, by ``app.model.column``."""
    return dict(load_yaml(_FILE))


def personal_page(language: str) -> str:
    """The whole inventory in one language."""

    def say(zh: str, en: str) -> str:
        return Words(zh, en).within(language)

    lines = [
        f"# {NAME.within(language)}", "",
        say(
            "由系统声明生成。敏感的内容在列表、检索、导出、接口、公开网页上打码，要求显示的逐次记入安全事件；加密的，密钥在数据库之外。"
            "案卷保管多久由本地设定按依据文件决定，没有设定的永久保存；到期由三人办理销毁。",
            "Written from the declarations. What is sensitive is masked in lists, search, exports, the API and public pages, and each time "
            "somebody asks to see it is a security event; what is encrypted has its keys outside the database. How long files are kept is a "
            "local setting by a document; what has none is kept for good; at the end three persons see to the destruction.",
        ), "", f"## {say('平台自己的表', 'Tables of the platform itself')}", "",
    ]  # fmt: skip
    heads = [say("字段", "Field"), say("类别", "Class"), say("目的和依据", "Purpose and basis"), say("加密", "Encryption"),
             say("谁看得到", "Who sees it")]  # fmt: skip
    own = [say("列", "Column"), say("目的", "Purpose"), say("加密", "Encryption"), say("保存多久", "Kept"), heads[4]]
    lines += table(
        own,
        ([code(key), *(plain(Words(*told[part]).within(language)) for part in ("purpose", "sealed", "kept", "seen"))]
         for key, told in of_tables().items()),
    )  # fmt: skip
    for system, fields in inventory():
        rows = [_row(held, language) for held in fields]
        lines += [f"## {plain(system.name.within(language))}", "", *table(heads, rows)]
    return page(lines)


@cache
def inventory() -> list[tuple[System, list[Held]]]:
    """The systems that hold something of people, with the fields that do."""
    return [(system, fields) for system in systems().values() if (fields := _of_system(system))]


def _of_system(system: System) -> list[Held]:
    found: dict[str, Held] = {}
    for compiled in system.compiled.values():
        found |= {held.name: held for held in of_procedure(compiled)}
    for declared in system.registers:
        found |= {held.name: held for held in of_register(declared)}
    return list(found.values())


def _row(held: Held, language: str) -> list[str]:
    comma = "；" if language == "zh" else "; "
    purposes = comma.join(words.within(language) for words in held.purposes)
    roles = ("、" if language == "zh" else ", ").join(words.within(language) for words in held.roles)
    return [
        plain(held.words.within(language)),
        held.level.within(language),
        plain(purposes),
        held.sealed.within(language),
        plain(roles),
    ]
