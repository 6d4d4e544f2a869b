"""What a reform of organs touches of lists (机构改革中的清单): entries leave the list of one organ and enter that of its
successor on the day, with their postings; entries elsewhere that name the organ bear its successor's name. It counts as moved:
nobody decided to add, change or remove an item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from zhunsheng.catalogue.loading import System, systems
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.reforming import Move, Plan, Touched, path_after
from zhunsheng.orgs.refusals import Refused, refused
from zhunsheng.registers.actions import apply_changes_in_bulk
from zhunsheng.registers.models import ChangeSet, ChangeSetState, Entry, Revision

_Line = tuple[Organ, ChangeKind, str, dict[str, Any], Any, None]
_UNDECIDED = (ChangeSetState.DRAFT, ChangeSetState.SUBMITTED, ChangeSetState.RETURNED)
_STANDING = Q(known_to=None, valid_to=None)


def touched(plan: Plan) -> list[Touched]:
    """Entries list by list, change sets not decided yet, entries elsewhere that name the organs, places in the tree."""
    sources = [organ for organ in plan.sources if organ != plan.target]
    lines: list[Touched] = []
    lists = [owner for owner in systems().values() if owner.registers]
    if plan.passes_on_work:
        concerned = [owner.slug for owner in lists if not plan.systems or owner.slug in plan.systems]
        standing = Revision.objects.filter(_STANDING, entry__organ__in=sources, entry__register__in=concerned)
        counted = dict(standing.order_by().values_list("entry__register").annotate(Count("pk")))
        becomes = Words("自施行日起列入承接单位", "stand in the successor's list from that day")
        lines += [
            Touched(Words(f"清单：{owner.name.zh}", f"List: {owner.name.en}"), counted.get(owner.slug, 0), becomes)
            for owner in lists
        ]
        waiting = ChangeSet.objects.filter(organ__in=sources, state__in=_UNDECIDED, register__in=concerned)
        lines.append(
            Touched(Words("未审定的清单变更", "Undecided changes of lists"), waiting.count(),
                    Words("由承接单位继续办理", "continued by the successor"))
        )  # fmt: skip
    if plan.closes or plan.kind == "rename":
        count = sum(_naming(owner, organ, organ.name).count() for owner in lists for organ in sources)
        lines.append(
            Touched(Words("写有该单位名称的清单条目", "Entries naming the organ"), count,
                    Words("自施行日起改为新名称", "bear the new name from that day"))
        )  # fmt: skip
    if plan.kind == "move":
        count = Entry.objects.filter(path__startswith=plan.sources[0].path).count()
        lines.append(
            Touched(Words("清单条目", "Entries of lists"), count, Words("随单位调整隶属", "move with the organ"))
        )
    return lines


def _naming(owner: System, organ: Organ, name: str) -> Any:
    """The entries of a region's lists that name an organ in a field meant for organs, or are called by it."""
    naming = Q(entry__key=name) if _is_keyed_by_organs(owner.registers[-1]) else Q(pk__in=())
    for key, declared in owner.registers[-1].fields.items():
        if declared.type is FieldType.ORGAN and not declared.many:
            naming |= Q(**{f"values__{key}": name})
    return Revision.objects.filter(
        _STANDING, naming, entry__register=owner.slug, entry__organ__region=organ.region_id
    ).select_related("entry__organ")


def move(wanted: Move) -> None:
    """Move entries and undecided change sets, put new names in, let places in the tree follow."""
    for owner in systems().values():
        if not owner.registers:
            continue
        lines = list(_passed_on(owner, wanted)) if wanted.concerns(owner.slug) else []
        try:
            if lines:
                apply_changes_in_bulk(owner.slug, lines, wanted.officer, reform=wanted.note.zh)
            if lines := list(_renamed(owner, wanted)):
                apply_changes_in_bulk(owner.slug, lines, wanted.officer, reform=wanted.note.zh)
        except Refused as error:
            zh, en = error.sentence("zh"), error.sentence("en")
            raise refused("list", f"{zh}；改革没有执行", f"{en}; nothing was done") from error
    for source, target in wanted.passing:
        waiting = ChangeSet.objects.filter(organ=source, state__in=_UNDECIDED)
        if wanted.systems:
            waiting = waiting.filter(register__in=wanted.systems)
        waiting.update(organ=target, path=target.path)
    for change in wanted.repathed:
        Entry.objects.filter(path__startswith=change.before).update(path=path_after(change))
        ChangeSet.objects.filter(path__startswith=change.before).update(path=path_after(change))


def _passed_on(owner: System, wanted: Move) -> Iterator[_Line]:
    """Each entry out of one list and into the other. What the successor has already under the same key is not added again."""
    targets = {target.pk for _, target in wanted.passing}
    there = set(
        Revision.objects.filter(_STANDING, entry__organ__in=targets, entry__register=owner.slug).values_list(
            "entry__key", flat=True
        )
    )
    for source, target in wanted.passing:
        rows = Revision.objects.filter(_STANDING, entry__organ=source, entry__register=owner.slug)
        for row in rows.select_related("entry").order_by("entry__key"):
            on = max(wanted.on, row.valid_from)
            yield source, ChangeKind.REMOVE, row.entry.key, {}, on, None
            register = owner.register_on(on)
            is_the_organ = _is_keyed_by_organs(register) and row.entry.key == source.name and not wanted.systems
            key = target.name if is_the_organ else row.entry.key
            if key in there:
                continue
            there.add(key)
            values = {
                name: target.name if value == source.name and not wanted.systems else value
                for name, value in row.values.items()
                if name in register.fields
            }
            yield target, ChangeKind.ADD, key, values, on, None


def _renamed(owner: System, wanted: Move) -> Iterator[_Line]:
    """New names into the entries that name an organ; an entry whose key it is goes on under the new name."""
    there: set[tuple[int, str]] = set()
    for organ, before, after in wanted.renamed:
        for row in _naming(owner, organ, before):
            on, keeper = max(wanted.on, row.valid_from), row.entry.organ
            known = owner.register_on(on)
            values = {
                key: after
                for key, declared in known.fields.items()
                if declared.type is FieldType.ORGAN and row.values.get(key) == before and key != known.key
            }
            if _is_keyed_by_organs(known) and row.entry.key == before:
                yield keeper, ChangeKind.REMOVE, before, {}, on, None
                standing = Revision.objects.filter(_STANDING, entry__register=owner.slug, entry__key=after)
                if (keeper.pk, after) not in there and not standing.filter(entry__organ=keeper).exists():
                    there.add((keeper.pk, after))
                    kept = {key: value for key, value in row.values.items() if key in known.fields and key != known.key}
                    yield keeper, ChangeKind.ADD, after, {**kept, **values}, on, None
            elif values:
                yield keeper, ChangeKind.CHANGE, row.entry.key, values, on, None


def _is_keyed_by_organs(register: Register) -> bool:
    return register.fields[register.key].type is FieldType.ORGAN
