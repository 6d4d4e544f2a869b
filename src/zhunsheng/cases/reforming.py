"""What a reform of organs touches of cases (机构改革中的办件), and how it goes to the successor: through ``cases.actions``, so
that every case tells it among its events. Closed cases stay with the organ that closed them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from zhunsheng.cases.actions import perform, settle_due
from zhunsheng.cases.models import Assignment, Case
from zhunsheng.cases.reading import procedure_of, state_of
from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.office import Verb
from zhunsheng.kernel.words import Words
from zhunsheng.orgs import refusals
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.reforming import Move, Plan, Touched, path_after
from zhunsheng.orgs.refusals import Refused

_ASK = {"assignment": Verb.ASSIGN, "countersignature": Verb.COUNTERSIGN}
CERTIFICATES = "enforcement_certificate"


def touched(plan: Plan) -> list[Touched]:
    """Open cases by system, what others asked of the organs, certificates that name them, and places in the tree."""
    sources = [organ for organ in plan.sources if organ != plan.target]
    lines: list[Touched] = []
    if plan.passes_on_work:
        becomes = Words("转由承接单位办理，期限照常计算", "go to the successor; limits run on")
        open_cases = _of(Case.objects.filter(organ__in=sources, closed_on=None), plan.systems)
        counted = dict(open_cases.order_by().values_list("system").annotate(Count("pk")))
        for slug, owner in systems().items():
            words = Words(f"在办：{owner.name.zh}", f"Open: {owner.name.en}")
            lines.append(Touched(words, counted.get(slug, 0), becomes))
        asked = _asked(sources, plan.systems).count()
        lines.append(
            Touched(Words("未答复的交办和会签", "Unanswered requests"), asked,
                    Words("收回并改交承接单位", "taken back and put to the successor"))
        )  # fmt: skip
    if plan.closes or plan.kind == "rename":
        lines.append(
            Touched(Words("载明该单位的行政执法证", "Certificates naming the organ"), _certificates(sources),
                    Words("须依法申请换发", "have to be renewed"))
        )  # fmt: skip
    if plan.kind == "move":
        count = Case.objects.filter(path__startswith=plan.sources[0].path).count()
        lines.append(Touched(Words("办件", "Cases"), count, Words("随单位调整隶属", "move in the tree with the organ")))
    return lines


def _of(rows: Any, slugs: tuple[str, ...]) -> Any:
    return rows.filter(system__in=slugs) if slugs else rows


def _asked(organs: Iterable[Organ], slugs: tuple[str, ...]) -> Any:
    rows = Assignment.objects.filter(to_organ__in=organs, state="open", case__closed_on=None)
    return rows.filter(case__system__in=slugs) if slugs else rows


def _certificates(organs: list[Organ]) -> int:
    """Open cases of certificates whose unit bears the name of one of the organs, in their regions."""
    owner = systems().get(CERTIFICATES)
    names = [organ.name for organ in organs]
    if owner is None or not owner.procedures:
        return 0
    naming = Q(pk__in=())
    for key, declared in owner.procedures[-1].all_fields.items():
        if declared.type is FieldType.ORGAN:
            naming |= Q(**{f"fields__{key}__in": names})
    regions = {organ.region_id for organ in organs}
    return Case.objects.filter(naming, system=CERTIFICATES, closed_on=None, organ__region__in=regions).count()


def move(wanted: Move) -> None:
    """Transfer open cases, put what was asked to the successor, and let places in the tree follow."""
    if wanted.passing:
        # What the law brought about before today comes first, so that no case is transferred that is closed by it.
        settle_due(wanted.today - timedelta(days=1))
    for source, target in wanted.passing:
        rows = _of(Case.objects.filter(organ=source, closed_on=None), wanted.systems)
        for case_id in list(rows.order_by("pk").values_list("pk", flat=True)):
            _transfer(case_id, target, wanted)
        for row in list(_asked([source], wanted.systems).order_by("case_id", "number")):
            _ask_anew(row, target, wanted)
    for change in wanted.repathed:
        Case.objects.filter(path__startswith=change.before).update(path=path_after(change))


def _step(case: Case, verb: Verb, on: date, wanted: Move, **more: Any) -> Case:
    """A verb used by the platform on behalf of the reform; its officer stands in the record of the reform."""
    values = {name: value for name, value in more.items() if name != "request"}
    try:
        return perform(case.pk, verb, on=on, values=values, request=more.get("request"), today=wanted.today)
    except Refused as error:
        reason = error.refusal.reason
        name = case.number or case.pk
        raise refusals.refused(
            "case",
            f"办件 {name} 不能转出：{reason.zh}；改革没有执行",
            f"case {name} cannot go: {reason.en}; nothing was done",
        ) from error


def _transfer(case_id: int, target: Organ, wanted: Move) -> None:
    case = Case.objects.get(pk=case_id)
    on = max(wanted.on, case.last_on)
    text = wanted.note.zh
    held = state_of(case, procedure_of(case)).held_in is not None
    if held:
        case = _step(case, Verb.RESUME, on, wanted, text=text)
    case = _step(case, Verb.TRANSFER, on, wanted, to=str(target.pk), text=text)
    if held:
        _step(case, Verb.HOLD, on, wanted, text=text)


def _ask_anew(row: Assignment, target: Organ, wanted: Move) -> None:
    """Take a request back from the organ that is no more and put the same to its successor, by the same day where that
    has not passed; a case that rests is resumed for it."""
    case = Case.objects.get(pk=row.case_id)
    on = max(wanted.on, case.last_on)
    held = state_of(case, procedure_of(case)).held_in is not None
    if held:
        case = _step(case, Verb.RESUME, on, wanted, text=wanted.note.zh)
    case = _step(case, Verb.TAKE_BACK, on, wanted, text=wanted.note.zh, request=row.number)
    if (
        case.organ_id != target.pk
        and not case.assignments.filter(to_organ=target, kind=row.kind, state="open").exists()
    ):
        values: dict[str, Any] = {"to": str(target.pk), "text": row.text or wanted.note.zh}
        if row.due_on is not None and row.due_on >= on:
            values["due"] = row.due_on.isoformat()
        elif row.due_on is not None:
            values |= {"due": on.isoformat(), "text": f"{values['text']}（原办理期限 {row.due_on}）"}
        if row.kind == "assignment":
            values["lead"] = "1" if row.lead else ""
        case = _step(case, _ASK[row.kind], on, wanted, **values)
    if held:
        _step(case, Verb.HOLD, on, wanted, text=wanted.note.zh)
