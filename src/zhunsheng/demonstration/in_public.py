"""What the public finds in the demonstration city: documents with text, a consultation with its result, a list that was changed,
a draw anybody can repeat, decisions, a report. Told in ``in_public.yaml``; everything goes through the actions of officers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import load_workbook
from stdnum.cn import uscc

from zhunsheng.bodies.models import Body
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.materials import add_material, path_of
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.cases.replay import StepScript
from zhunsheng.catalogue.loading import read_declaration
from zhunsheng.demonstration import meetings
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.present import ago, dated
from zhunsheng.demonstration.telling import tell
from zhunsheng.kernel.declaration import Declaration
from zhunsheng.kernel.register import ChangeKind
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.papers.models import Paper
from zhunsheng.registers.actions import apply_changes_in_bulk, publish
from zhunsheng.releases import actions as releases
from zhunsheng.reports import drafts, kept
from zhunsheng.reports.composing import is_to_write

LIBRARY = "normdoc_public_library"


class _Change(Declaration):
    kind: ChangeKind
    key: str
    values: dict[str, Any]


class _Edition(Declaration):
    """Changes of a day, and the version that is published with them."""

    day: int
    changes: list[_Change]


class _Powers(Declaration):
    by: str
    changes: list[_Change]


class _Report(Declaration):
    outline: str
    number: str
    written: dict[str, str]
    """By section: what an officer writes where no record tells of a content the law asks for."""


_Step = tuple[str, int, dict[str, Any]] | tuple[str, int, dict[str, Any], str]
"""Action, working days before today, values, outcome."""


class _Told(Declaration):
    """What ``in_public.yaml`` tells."""

    library: list[_Edition]
    powers: _Powers
    consultation: list[_Step]
    review: list[_Step]
    document: list[_Step]
    report: _Report


def show_the_public(city: City) -> None:
    """Publish all of it."""
    told = read_declaration(Path(__file__).with_name("in_public.yaml"), _Told)
    leader = Officer.objects.get(username="lingdao")
    consultation = _walk("public_consultation", city.department("交通运输局"), told.consultation)
    review = _walk("legality_review", city.justice, told.review)
    _make_document(city, told.document, consultation, review)
    for edition in told.library:
        _change(LIBRARY, city.government, edition.changes, edition.day)
        publish(LIBRARY, city.government, ago(edition.day - 1), leader, whole_region=True)
    _publish_powers(city, told.powers, leader)
    organ = city.department("市场监督管理局")
    for register in ("enforcement_subject", "enforcement_personnel"):
        publish(register, organ, timezone.localdate(), leader)
    _draw(organ, leader)
    _publish_decisions(leader)
    _publish_report(city, told.report, leader)


def _change(register: str, organ: Organ, changes: Iterable[_Change], days: int, prefix: str = "") -> None:
    lines = [(organ, one.kind, prefix + one.key, dated(one.values), ago(days), None) for one in changes]
    apply_changes_in_bulk(register, lines)


def _publish_powers(city: City, told: _Powers, leader: Officer) -> None:
    """A department publishes its powers, changes some and publishes them again."""
    organ = city.department(told.by)
    publish("power_list", organ, ago(90), leader)
    _change("power_list", organ, told.changes, 25, prefix=f"{city.departments.index(organ) + 1:02d}")
    publish("power_list", organ, ago(24), leader, note="演示：依据修改，取消一项")


def _walk(slug: str, organ: Organ, told: Sequence[_Step]) -> int:
    """A case from its first step to its last; gives its key."""
    first, *further = _steps(slug, organ, told)
    case = open_case(slug, first.action, organ=organ, on=first.on, values=first.values)
    for step in further:
        perform(case.pk, step.action, on=step.on, values=step.values, outcome=step.outcome)
    return case.pk


def _steps(slug: str, organ: Organ, told: Sequence[_Step]) -> Sequence[StepScript]:
    return tell(slug, organ, [(one[0], ago(one[1]), dated(one[2]), *one[3:]) for one in told]).steps


def _make_document(city: City, told: Sequence[_Step], consultation: int, review: int) -> None:
    """A document from its proposal over its consultation, its review and the meeting that passes it to its publication, by which it
    stands in the library."""
    slug, clerk = "normative_document", Officer.objects.get(username="chengban")
    first, *further = _steps(slug, city.government, told)
    case = open_case(slug, first.action, organ=city.government, on=first.on, officer=clerk, values=first.values)
    for other in (consultation, review):
        link_cases(case.pk, other, officer=clerk)
    for step in further:
        if step.action == "deliberate":
            _pass(case, step.on)
        by = city.leaders[0] if step.action in ("approve_initiation", "sign") else clerk
        perform(case.pk, step.action, on=step.on, officer=by, values=step.values, outcome=step.outcome)


def _pass(case: Case, day: date) -> None:
    """An executive meeting passes a document."""
    secretary = Officer.objects.get(username="gongkai")
    meeting = meetings.call(secretary, Body.objects.get(kind="executive_meeting"), "executive", day)
    item = meetings.put(secretary, meeting, f"审议《{case.title}》", "decision", cases=[case.pk], reporter="市司法局")
    meetings.hold(secretary, meeting, [(item, "passed")], day)


# --- a draw ------------------------------------------------------------------------------------------------------------

FIRMS, INSPECTORS = 12, 4
TASK = {
    "task_name": "餐饮单位食品安全抽查（演示）", "kind": "targeted", "item_codes": "示抽001", "object_kinds": ["enterprise"],
    "ratio_a": "20", "ratio_b": "40", "ratio_c": "60", "ratio_d": "100", "ratio_unrated": "0", "inspectors_each": 2,
    "public_source": "示例彩票开奖号码",
}  # fmt: skip


def _draw(organ: Organ, leader: Officer) -> None:
    """A random inspection from its sealed lists to its published results: with its files anybody repeats the draw."""
    clerk = Officer.objects.get(username="zhifa")
    item = {
        "name": "餐饮服务食品安全检查",
        "department": organ.name,
        "basis": "示例依据，仅供演示",
        "category": "general",
        "level": "city",
    }
    _add("random_inspection_item_list", organ, {"示抽001": item})
    bodies = [f"91410400M{number:08}" for number in range(FIRMS)]
    _add("inspection_object_registry", organ, {
        body + uscc.calc_check_digit(body): {
            "name": f"示例餐饮店{number}", "kind": "enterprise", "credit_class": "abcd"[number % 4], "status": "active", "visit_limit": 2,
        } for number, body in enumerate(bodies, 1)
    })  # fmt: skip
    inspectors = {f"示检{number:02d}": f"示例检查员{number}" for number in range(1, INSPECTORS + 1)}
    _add("enforcement_personnel", organ, {
        key: {"name": name, "unit": organ.name, "kind": "enforcement", "status": "in_service"} for key, name in inspectors.items()
    })  # fmt: skip
    _add("inspector_registry", organ, {
        key: {"name": name, "department": organ.name, "field": "食品", "status": "available"} for key, name in inspectors.items()
    })  # fmt: skip
    days = {"planned_on": ago(22), "checks_from": ago(15), "checks_until": ago(8)}
    dates = {name: day.isoformat() for name, day in days.items()}
    case = open_case("random_inspection", "plan", organ=organ, on=ago(22), officer=clerk, values=TASK | dates)
    perform(case.pk, "approve", on=ago(21), officer=leader)
    case = perform(case.pk, "seal", on=ago(20), officer=clerk)
    value = {
        "public_value": "04 10 21",
        "public_value_on": case.fields["value_not_before"],
        "list_address": "本站“执法公示”",
    }
    case = perform(case.pk, "draw", on=ago(16), officer=clerk, values=value)
    _enter_results(case, clerk)
    for action, values in (("record_results", {}), ("finish", {}), ("publish", {"result_address": "本站“执法公示”"})):
        perform(case.pk, action, on=ago(7), officer=clerk, values=values)


def _add(register: str, organ: Organ, entries: dict[str, dict[str, Any]]) -> None:
    apply_changes_in_bulk(register, [(organ, "add", key, values, ago(120), None) for key, values in entries.items()])


def _enter_results(case: Case, clerk: Officer) -> None:
    """Fill in the sheet of results as an officer does, and file it with the case."""
    name = "07检查结果登记表.xlsx"
    book = load_workbook(io.BytesIO(path_of(case.materials.get(file_name=name).digest).read_bytes()))
    sheet = book.active
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 4, ago(10).isoformat())
        sheet.cell(row, 5, "未发现问题")
    out = io.BytesIO()
    book.save(out)
    access = access_of(clerk, timezone.localdate())
    add_material(case, [out.getvalue()], file_name=name, officer=clerk, access=access)


# --- decisions and the report ------------------------------------------------------------------------------------------

DECISIONS = (("administrative_penalty_case", "penalty_decision", "penalty", "zhifa", 1),
             ("administrative_reconsideration", "decision", "reconsideration", "chengban", 3))  # fmt: skip
"""System, paper, as what it is published, who works on it, how many."""


def _publish_decisions(leader: Officer) -> None:
    for slug, kind, published_as, clerk, most in DECISIONS:
        first, second = (_by(officer) for officer in (Officer.objects.get(username=clerk), leader))
        for row in Paper.objects.filter(system=slug, kind=kind).order_by("-pk")[:most]:
            case = Case.objects.get(pk=row.case_id)
            name = f"{procedure_of(case).procedure.papers[kind].zh}（{case.title}）"
            release = releases.begin(case, published_as, name, paper=row, **first)
            releases.confirm(release.pk, range(len(release.changes)), **first)
            releases.check(release.pk, releases.CHECKS, "演示数据，可以公开", **second)
            releases.publish(release.pk, **first)


def _publish_report(city: City, told: _Report, leader: Officer) -> None:
    """The report of the year to the public: confirmed sentence by sentence by who writes it, made final by who answers for it."""
    writer, head = _by(Officer.objects.get(username="chengban")), _by(leader)
    draft = drafts.begin(city.region, 2020, told.outline, **writer)
    for row, written in kept.sentences_of(draft):
        if is_to_write(row.template):
            drafts.rewrite(row.pk, told.written[row.section], **writer)
        (drafts.leave_out if written.is_lacking else drafts.confirm)(row.pk, **writer)
    drafts.make_final(draft.pk, told.number.format(year=timezone.localdate().year), **head)
    drafts.check_secrecy(draft.pk, "演示数据，可以公开", **head)
    drafts.publish(draft.pk, **writer)


def _by(officer: Officer) -> dict[str, Any]:
    return {"officer": officer, "access": access_of(officer, timezone.localdate())}
