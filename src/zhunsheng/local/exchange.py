"""Taking settings along to another installation (导出、导入): a YAML or JSON file of what a place has decided, and reading one.

Only what holds or is still to come is taken, not its history; organs are named by name within their region. Reading is all
or nothing, through ``local.actions`` like every other decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml
from django.db import transaction

from zhunsheng.kernel.words import BilingualError, Words
from zhunsheng.local.actions import decide
from zhunsheng.local.kinds import kind_of
from zhunsheng.local.models import Setting
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused

LARGEST = 20 * 1024 * 1024
_NEEDED = ("kind", "key", "organ", "since", "value")
_TAKEN = {*_NEEDED, "document", "article"}


class FileError(BilingualError):
    """A file that cannot be read as settings, in both languages."""


def current(rows: Sequence[Setting], day: date) -> list[Setting]:
    """Of decisions in the order in which they come to hold, those that hold on a day and those still to come; what is
    withdrawn is gone."""
    latest: dict[tuple[str, str, int], Setting] = {}
    coming = []
    for row in sorted(rows, key=lambda row: (row.valid_from, row.pk)):
        if row.valid_from <= day:
            latest[row.kind, row.key, row.organ_id] = row
        else:
            coming.append(row)
    return [row for row in latest.values() if row.value is not None] + coming


def packed(rows: Sequence[Setting], day: date) -> dict[str, Any]:
    """The settings as plain data. ``rows`` with their organs."""
    return {
        "settings": [
            {
                "kind": row.kind, "key": row.key, "organ": row.organ.name, "since": row.valid_from.isoformat(),
                "value": None if row.value is None else kind_of(row.kind).pack(row.value),
                "document": row.document, "article": row.article,
            }
            for row in current(rows, day)
        ]
    }  # fmt: skip


def as_text(data: Mapping[str, Any], form: str) -> str:
    """The data as the text of a file, ``json`` or ``yaml``."""
    if form == "json":
        return json.dumps(data, ensure_ascii=False, indent=2)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting of a file as it was read. ``problem``: why it cannot be taken; ``known``: it holds here already."""

    number: int
    kind: str
    key: str
    organ: Organ | None
    since: date | None
    value: Mapping[str, Any] | None
    document: str = ""
    article: str = ""
    problem: Words | None = None
    known: bool = False


@dataclass(slots=True)
class Import:
    """What a file holds, and what became of it."""

    lines: list[SettingLine] = field(default_factory=list)

    @property
    def problems(self) -> list[SettingLine]:
        return [line for line in self.lines if line.problem is not None]

    @property
    def taken(self) -> list[SettingLine]:
        return [line for line in self.lines if line.problem is None and not line.known]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML without aliases, in which a small file could stand for an endless one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise FileError("文件里不能有引用（*）", "the file must not hold aliases")
        return super().compose_node(parent, index)


def read(content: bytes) -> list[Any]:
    """The settings of a file as plain data. Raises ``FileError``."""
    if len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        raise FileError(f"文件超过 {most} MB", f"the file is larger than {most} MB")
    try:
        data = yaml.load(content.decode("utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader; JSON is YAML too
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FileError(
            f"文件读不出来，请使用本系统导出的 YAML 或者 JSON：{str(error)[:200]}",
            f"the file cannot be read; use one that was exported here: {str(error)[:200]}",
        ) from error
    if not isinstance(data, Mapping) or not isinstance(data.get("settings"), list):
        raise FileError("文件里没有 settings 一项", "the file has no settings")
    return list(data["settings"])


def bring(
    content: bytes, officer: Officer | None, top: Organ, reason: str, *, write: bool, onto: bool = False
) -> Import:
    """Decide everything a file holds for organs at and below ``top`` that bear the names in the file; ``onto``: all of it for
    ``top`` itself. With any problem, or unless ``write``, nothing is kept. Raises ``FileError``."""
    found = Import()
    items = read(content)
    with transaction.atomic():
        for line in _lines(items, top, onto):
            found.lines.append(line if line.problem else _decided(line, officer, reason))
        if found.problems or not write:
            transaction.set_rollback(True)
    return found


def _lines(items: list[Any], top: Organ, onto: bool) -> Iterator[SettingLine]:
    organs: dict[str, list[Organ]] = {}
    for organ in Organ.objects.filter(path__startswith=top.path, valid_to=None):
        organs.setdefault(organ.name, []).append(organ)
    for number, item in enumerate(items, 1):
        yield _line(number, item, organs, top if onto else None)


def _line(number: int, item: Any, organs: Mapping[str, list[Organ]], onto: Organ | None) -> SettingLine:
    def wrong(zh: str, en: str) -> SettingLine:
        return SettingLine(number, str(kind), str(key), None, None, None, problem=Words(zh, en))

    if not isinstance(item, Mapping):
        item = {}
    kind, key = item.get("kind", ""), item.get("key", "")
    missing, unknown = [name for name in _NEEDED if name not in item], sorted(set(item) - _TAKEN, key=str)
    if missing or unknown:
        return wrong(
            f"应当且只能有 {'、'.join([*_NEEDED, 'document', 'article'])}",
            f"these and no others are wanted: {', '.join([*_NEEDED, 'document', 'article'])}",
        )
    try:
        since = item["since"] if type(item["since"]) is date else date.fromisoformat(str(item["since"]))
    except ValueError:
        return wrong(f"「{item['since']}」不是日期", f"“{item['since']}” is not a date")
    if item["value"] is not None and not isinstance(item["value"], Mapping):
        return wrong("value 应当是一组内容", "value is a mapping")
    named = [onto] if onto is not None else organs.get(str(item["organ"]), [])
    if len(named) != 1:
        return wrong(
            f"「{item['organ']}」" + ("有同名单位" if named else "在您选择的单位及其下级中没有"),
            f"“{item['organ']}” " + ("is the name of several organs" if named else "is not among the organs chosen"),
        )
    document, article = str(item.get("document") or ""), str(item.get("article") or "")
    return SettingLine(number, str(kind), str(key), named[0], since, item["value"], document, article)


def _decided(line: SettingLine, officer: Officer | None, reason: str) -> SettingLine:
    """The line after it was decided, or with what is wrong; one that holds here already is left."""
    organ, since = line.organ, line.since
    if organ is None or since is None:
        return line
    try:
        kind = kind_of(line.kind)
        with transaction.atomic():
            value = None if line.value is None else kind.unpack(line.key, line.value)
            row = decide(
                officer, line.kind, line.key, organ, since, value, reason=reason, document=line.document,
                article=line.article,
            )  # fmt: skip
            known = _is_known(row)
            transaction.set_rollback(known)
    except Refused as error:
        return replace(line, problem=error.refusal.reason)
    return replace(line, value=row.value, known=known)


def _is_known(row: Setting) -> bool:
    """Whether the same was decided before, and nothing else for the same day since."""
    same = Setting.objects.filter(kind=row.kind, key=row.key, organ=row.organ_id, valid_from=row.valid_from)
    before = same.exclude(pk=row.pk).order_by("-pk").first()
    return before is not None and (before.value, before.document, before.article) == (
        row.value, row.document, row.article,
    )  # fmt: skip
