"""The words the audit pages use for what an entry is about and what it tells: names for keys of people, organs and cases, words
for columns and codes. Which entries may be read is decided in ``security.searching``; nothing is left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from zhunsheng.api.accounts import SCOPES
from zhunsheng.cases.models import Case
from zhunsheng.catalogue.explaining_bodies import event_fields_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import period_words
from zhunsheng.desk.report_drafts import AUDIENCES
from zhunsheng.desk.told_pages import name_of_figure
from zhunsheng.desk.wording import language, name_of, say
from zhunsheng.kernel.meeting import ItemKind, Office, Result
from zhunsheng.kernel.words import Words
from zhunsheng.law.models import StatuteChange
from zhunsheng.law.statutes import statutes
from zhunsheng.ledger.models import Source
from zhunsheng.local.kinds import kinds
from zhunsheng.orgs.explaining import role_words, system_words
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.releases.kinds import GROUNDS
from zhunsheng.security import searching
from zhunsheng.security.models import AuditEntry

THINGS = {
    "audit": Words("审计记录", "Audit trail"), "cases": Words("办件", "Cases"), "draft": Words("报告稿", "Report draft"),
    "ledger": Words("统计台账", "Ledger of figures"), "limit": Words("期限", "Limit"),
    "operator": Words("运维会话", "Operator session"), "page": Words("页面", "Page"),
    "plan": Words("规划", "Plan"), "register": Words("清单", "List"),
    "release": Words("文书公开", "Paper to publish"), "statute": Words("法规", "Statute"), "system": Words("系统", "System"),
}  # fmt: skip
"""What entries are about that is no table, or is called otherwise."""
PEOPLE = {"officer", "officer_id", "delegator", "delegate", "for"}
ORGANS = {"organ", "organ_id", "parent", "parent_id", "sources", "superior", "targets"}
CASES = {"case", "case_id", "other"}
NAMED = {"officer": PEOPLE, "organ": ORGANS, "case": CASES}
"""Details that are keys of rows, by what they are keys of."""
KINDS: Mapping[str, Mapping[str, Any]] = {
    "law.change": dict(StatuteChange.Kind.choices), "meetings.put": {one.value: one.words for one in ItemKind},
    "security.second_factor": {"app": Words("动态口令", "App"), "passkey": Words("通行密钥", "Passkey"),
                               "recovery": Words("恢复码", "Recovery code")},
}  # fmt: skip
"""What the ``kind`` of an entry is called, by its action, where no table says it."""
CODES: Mapping[str, Callable[[str], Any]] = {
    "account": name_of_figure,
    "audience": AUDIENCES.get,
    "ground": lambda code: GROUNDS[code][0] if code in GROUNDS else None,
    "month": lambda code: period_words((int(code), int(code))) if len(code) == 6 and code.isdecimal() else None,
    "office": {str(one): one.words for one in Office}.get,
    "result": {str(one): one.words for one in Result}.get,
    "scopes": SCOPES.get,
    "source": dict(Source.choices).get,
    "step": {"code": Words("验证码", "Code"), "password": Words("口令", "Password")}.get,
}
"""What the codes of a detail are called; None of one that is none."""
EVENTS = {"form", "matter"}
"""Details that are codes of meetings, called as the bodies declare them."""


@cache
def _models() -> dict[str, Any]:
    return {model._meta.model_name: model for model in apps.get_models() if model._meta.app_label != "security"}


def _model_of(kind: str) -> Any:
    return _models().get(kind.replace("_", ""))


class Called:
    """What the people, organs, regions and cases of some entries are called. Four queries, none for what is not named."""

    def __init__(self, rows: Sequence[AuditEntry]) -> None:
        asked: dict[str, set[int]] = {kind: set() for kind in NAMED}
        regions: set[str] = set()
        for row in rows:
            kind, _colon, key = row.subject.partition(":")
            if kind in asked and key.isdecimal():
                asked[kind].add(int(key))
            regions |= {str(row.detail["region"])} if "region" in row.detail else {key} if kind == "region" else set()
            for name, value in row.detail.items():
                for kind, names in NAMED.items():
                    if name in names:
                        asked[kind] |= set(_keys(value))
        self.names: dict[tuple[str, int], str] = {}
        for kind, model, columns in (
            ("officer", Officer, ("name",)), ("organ", Organ, ("name",)), ("case", Case, ("number", "title")),
        ):  # fmt: skip
            if asked[kind]:
                for key, *names in model.objects.filter(pk__in=asked[kind]).values_list("pk", *columns):
                    self.names[kind, key] = next(filter(None, names), "")
        found = Region.objects.filter(pk__in=regions) if regions else ()
        self.regions = {region.pk: name_of(region) for region in found}

    def thing(self, row: AuditEntry) -> str:
        """What an entry is about."""
        kind, _colon, key = row.subject.partition(":")
        if kind in ("system", "register") and key in systems():
            return say(systems()[key].name)
        if key.isdecimal() and (name := self.names.get((kind, int(key)))):
            return name
        if kind == "region" and key in self.regions:
            return self.regions[key]
        if kind == "statute" and key in statutes():
            return say(statutes()[key].short)
        if kind == "limit" and key in kinds()["limit"].things():
            return say(kinds()["limit"].things()[key].name)
        if row.subject == "officer:unknown":
            return _("未知账号")
        model = _model_of(kind)
        word = say(THINGS[kind]) if kind in THINGS else str(model._meta.verbose_name) if model else kind
        return f"{word} {key}".strip()

    def told(self, row: AuditEntry) -> str:
        """What an entry tells: the columns that changed, and the rest of its detail."""
        kind = row.subject.partition(":")[0]
        english = language().startswith("en")
        lines = [
            f"{_column(kind, name)}{': ' if english else '：'}{self._value(name, value, row)}"
            for name, value in searching.told(row)
        ]
        return ("; " if english else "；").join(lines)

    def _value(self, name: str, value: Any, row: AuditEntry) -> str:
        if isinstance(value, searching.Change):
            return f"{self._value(name, value.before, row)} → {self._value(name, value.now, row)}"
        if value in (None, "", [], {}):
            return "—"
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, Mapping) and name == "value" and row.detail.get("kind") in kinds():
            return say(kinds()[row.detail["kind"]].say(row.detail.get("key", ""), value))
        if isinstance(value, Mapping) and "username" in value:  # who can sign in to the demonstration, not with what
            return str(value["username"])
        if isinstance(value, Mapping):
            return " ".join(f"{key} {self._value(key, inside, row)}" for key, inside in value.items())
        if isinstance(value, list):
            return (", " if language().startswith("en") else "、").join(self._value(name, one, row) for one in value)
        for kind, names in NAMED.items():
            if name in names and isinstance(value, int) and (found := self.names.get((kind, value))):
                return found
        if name == "region" and str(value) in self.regions:
            return self.regions[str(value)]
        return _code(name, str(value), row)


def _keys(value: Any) -> Iterable[int]:
    values = value if isinstance(value, list) else [value]
    return (one for one in values if isinstance(one, int) and not isinstance(one, bool))


def _column(kind: str, name: str) -> str:
    """What a column or detail is called; of a table first as the table calls it, of another row with its name and key."""
    if name.count(".") == 2:
        other, key, column = name.split(".")
        model = _model_of(other)
        return f"{model._meta.verbose_name if model else other} {key} {_column(other, column)}"
    model = _model_of(kind)
    field = next((f for f in model._meta.concrete_fields if f.attname == name), None) if model else None
    if field is not None and str(field.verbose_name) != field.name.replace("_", " "):
        return str(field.verbose_name)
    known = searching.details()
    return say(known.get(name) or known.get(name.removesuffix("_id")) or name)


def _code(name: str, value: str, row: AuditEntry) -> str:
    """A code as it is called where it is declared: of a system, a list, a role."""
    if name in ("system", "systems", "register"):
        return say(system_words(value))
    if row.action.startswith("local.") and row.detail.get("kind") in kinds():
        kind = kinds()[row.detail["kind"]]
        things = kind.things() if name == "key" else {}
        return say(kind.words) if name == "kind" else say(things[value].name) if value in things else value
    if name == "kind" and row.action in KINDS:
        return say(KINDS[row.action].get(value, value))
    if name == "kind" and row.action.startswith("bodies."):
        return say(system_words(value))
    column = name.rpartition(".")[2]
    if column in CODES and (words := CODES[column](value)) is not None:
        return say(words)
    if column in EVENTS and value in (choices := event_fields_of("")[column].choices):
        return say(choices[value])
    if name == "role":
        return say(role_words(str(row.detail.get("system", "")), value))
    other, _dot, column = name.rpartition(".")
    kind, name = (other.partition(".")[0], column) if other else (row.subject.partition(":")[0], name)
    model = _model_of(kind)
    field = next((f for f in model._meta.concrete_fields if f.attname == name), None) if model else None
    return str(dict(field.flatchoices).get(value, value)) if field is not None else value
