"""Tasks (任务): those of one's own organ, the matrix measure × organ, and the comparison of organs and years.

Counting is ``supervision.counting``; nothing is asked for that the records do not say already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhunsheng.cases.evidence import given_to
from zhunsheng.cases.models import Case
from zhunsheng.cases.reading import procedure_of
from zhunsheng.desk.asked import query_of
from zhunsheng.desk.case_rows import CaseRow, page_of, rows_for
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.paging import Part
from zhunsheng.desk.plan_pages import Node, codes_below, nodes_of, place_of
from zhunsheng.desk.wording import Light, name_of, number, say
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.figures import Figure, figure_from, ingredients
from zhunsheng.ledger.readings import accounts, grouped_readings
from zhunsheng.ledger.series import figure_called, is_another, merged
from zhunsheng.orgs.models import Organ
from zhunsheng.supervision.counting import (
    Level,
    Tally,
    by_measure_and_organ,
    by_year_and_organ,
    closed_by_month,
    level_below,
    tasks_of,
    together,
)
from zhunsheng.supervision.models import TASKS
from zhunsheng.supervision.naming import organs_below
from zhunsheng.typed import whole_number

MINE, MATRIX, BOARD = (
    Words("我单位任务", "Our tasks"), Words("任务矩阵", "Matrix of tasks"), Words("对比看板", "Comparison"),
)  # fmt: skip
ROWS, COLUMNS = 40, 60
"""Measures and organs on one page of the matrix."""
EXAMPLES = 3
"""So many tasks are asked what a measure is called that stands in no list."""


# --- our own ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskLine:
    """One task of ours: its row, what proves it, and how far its figure is."""

    row: CaseRow
    duty: str
    proof: Light | None
    figure: str
    address: str
    next: str = ""
    next_words: Words | None = None


NEXT = {"assigned": "take_up", "going": "submit", "late": "submit"}
"""What a unit does next with a task in a state."""
SHOWN = {
    "": (Words("未销号", "Open"), Q(closed_on=None)),
    "late": (Words("逾期", "Late"), Q(state="late")),
    "submitted": (Words("待核查", "To be verified"), Q(state="submitted")),
    "done": (Words("已销号", "Closed"), Q(state="done")),
}


@officers_only
def mine(request: Any) -> HttpResponse:
    """The tasks of the organs the officer has duties in, with what proves each: nothing is uploaded that is here already. Of a
    cell of the matrix those of its measure and organ."""
    if not may_work_in(request.access, TASKS):
        raise Http404
    cell = _cell_asked(request)
    rows = tasks_of(request.access).filter(organ__in=request.access.organs()) if cell is None else cell
    late = Q(state="late") | Q(closed_on=None, next_due__lt=request.day)
    shown = {**SHOWN, "late": (SHOWN["late"][0], late & Q(closed_on=None))}
    counts = rows.aggregate(
        **{f"n_{key or 'open'}": Count("pk", filter=condition) for key, (_w, condition) in shown.items()}
    )
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in shown else ""
    kept = rows.filter(shown[chosen][1]).order_by(F("next_due").asc(nulls_last=True), "pk")
    found = page_of([Part(kept, counts[f"n_{chosen or 'open'}"])], request.GET.get("page"))
    cases = rows_for(found.object_list, request.day, calendar())
    context = {
        "here": "my-tasks", "page": found, "is_cell": cell is not None, "chosen": chosen, "lines": _lines(request, cases),
        "tabs": [(key, words, counts[f"n_{key or 'open'}"]) for key, (words, _c) in shown.items()], "counts": counts,
    }  # fmt: skip
    return page(request, "desk/my_tasks.html", context, trail=[Crumb(MINE)])


def _cell_asked(request: Any) -> QuerySet[Case] | None:
    """The tasks of a cell of the matrix: a measure, an organ with those below it or alone, a year; or with ``below`` those of a
    measure of the tree and of all that answer to it. None when none is asked."""
    if "measure" not in request.GET:
        return None
    if "below" in request.GET:
        codes = codes_below(nodes_of(request), request.GET["measure"])
        return tasks_of(request.access, year=year_asked(request)).filter(fields__measure_code__in=codes)
    root, _below = root_asked(request)
    rows = tasks_of(request.access, root, year_asked(request)).filter(fields__measure_code=request.GET["measure"])
    return rows.filter(organ=root) if "own" in request.GET else rows


def _lines(request: Any, rows: list[CaseRow]) -> list[TaskLine]:
    cases = [row.case for row in rows]
    values, lists = _figures(cases), given_to(cases)
    return [_with_next(request, _line(row, values.get(row.case.pk), lists.get(row.case.pk, 0))) for row in rows]


def _with_next(request: Any, line: TaskLine) -> TaskLine:
    """The line with the step that comes next, where the officer may take it."""
    case = line.row.case
    name = NEXT.get(case.state)
    action = procedure_of(case).procedure.actions.get(name) if name else None
    if name and action and request.access.roles(TASKS, case.path, frozenset(action.by)):
        return replace(line, next=name, next_words=action.words)
    return line


def _span(case: Case) -> tuple[date, date]:
    """The days a task's figure is counted over."""
    told, year = case.fields, int(case.fields.get("year") or case.opened_on.year)
    if told.get("period_from") and told.get("period_to"):
        return date.fromisoformat(told["period_from"]), date.fromisoformat(told["period_to"])
    return date(year, 1, 1), date(year, 12, 31)


def _figures(cases: list[Case]) -> dict[int, Figure]:
    """Case -> its figure as it stands now, for tasks that name one. One query for each region and run of months."""
    asked: dict[tuple[str, date, date], list[tuple[Case, str]]] = {}
    for case in cases:
        figure = figure_called(str(case.fields.get("figure") or ""))
        if figure is not None and (figure in accounts() or ingredients([figure])):
            asked.setdefault((case.organ.region_id, *_span(case)), []).append((case, figure))
    found = {}
    for (region, first, last), wanted in asked.items():
        held = grouped_readings(region, first, last, "organ_id", ingredients({figure for _case, figure in wanted}))
        for case, figure in wanted:
            found[case.pk] = figure_from(figure, merged([held.get(case.organ_id, {})]))
    return found


def _line(row: CaseRow, figure: Figure | None, lists: int) -> TaskLine:
    case = row.case
    duty = _("牵头") if case.fields.get("duty") == "lead" else _("配合")
    if figure is not None:
        first, last = _span(case)
        months = (first.year * 100 + first.month, last.year * 100 + last.month)
        address = reverse("desk:records", args=[figure.account]) + query_of(case.organ.region_id, months)
        return TaskLine(
            row, duty, _moved(figure, case) or _reached(figure, case.fields.get("wanted")), _shown(figure), address
        )
    if lists:
        words = ngettext("清单 %(n)s 个", "清单 %(n)s 个", lists) % {"n": lists}
        address = f"{reverse('desk:case', args=[case.pk])}?tab=links#lists"
        return TaskLine(row, duty, Light("good", _("有佐证")), words, address)
    if evidence := case.fields.get("evidence"):
        return TaskLine(row, duty, Light("good", _("有佐证")), str(evidence), "")
    return TaskLine(row, duty, Light("waiting", _("没有佐证")), "", "")


def _moved(figure: Figure, case: Case) -> Light | None:
    """证据变动: the figure of a closed task is no longer what it was when the task was verified."""
    checked = case.fields.get("verified_value") if case.closed_on is not None else None
    if checked in (None, "") or not is_another(figure, Decimal(str(checked))):
        return None
    return Light("overdue", _("核查时 %(checked)s，有变动") % {"checked": checked})


def _reached(figure: Figure, wanted: Any) -> Light:
    """Whether the figure is what the task demands, in words."""
    value = figure.value or Decimal(0)
    if not wanted:
        return Light("good", _("有记录")) if value else Light("waiting", _("没有记录"))
    if value >= Decimal(str(wanted)):
        return Light("good", _("已达到 %(wanted)s") % {"wanted": wanted})
    return Light("soon", _("还差 %(left)s") % {"left": f"{Decimal(str(wanted)) - value:f}"})


def _shown(figure: Figure) -> str:
    return f"{say(figure.name)} {number(figure.value or 0, figure.decimals)} {say(figure.unit)}"


# --- measure × organ -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixRow:
    """A measure with a cell for each organ, empty where the organ has no part in it."""

    node: Node
    whole: Tally
    cells: SafeString


def _cells(counts: Mapping[int, Tally], organs: Sequence[Organ], own: int, address: str, year: str) -> SafeString:
    """The cells of a measure, written here: a page has thousands, and in a template they were a quarter of its work. But for
    the address and a word there are numbers in them alone."""
    late, begin = escape(_("逾期")), escape(address)
    cells = []
    for organ in organs:
        tally = counts.get(organ.pk)
        if tally is None:
            cells.append("<td></td>")
            continue
        look = "cell-late" if tally.late else "cell-done" if tally.done == tally.total else ""
        asked = escape(f"&organ={organ.pk}{year}{'&own=1' if organ.pk == own else ''}")
        told = f' <span class="small">{late}{tally.late}</span>' if tally.late else ""
        cells.append(f'<td class="{look}"><a href="{begin}{asked}">{tally.done}/{tally.total}</a>{told}</td>')
    return mark_safe("".join(cells))  # noqa: S308 - escaped above


def root_asked(request: Any) -> tuple[Organ, list[Organ]]:
    """The organ whose level is shown, and every organ below it: the one asked for, or the topmost of the officer's duties.
    404 where he may not see it. Two queries."""
    reach = [holding for holding in request.access.holdings if holding.system in ("*", TASKS)]
    if not reach:
        raise Http404
    asked = whole_number(request.GET.get("organ"))
    if asked is not None:
        organ = Organ.objects.select_related("region").filter(pk=asked).first()
        if organ is None or not any(
            organ.path == held.path or (held.whole_tree and organ.path.startswith(held.path)) for held in reach
        ):
            raise Http404
    else:
        top = min(reach, key=lambda held: (not held.whole_tree, held.path.count("/")))
        organ = Organ.objects.select_related("region").get(pk=top.organ)
    return organ, organs_below(organ, request.day)


def year_asked(request: Any) -> int | None:
    """The year asked for; this year when nothing is asked, none for all years."""
    return whole_number(request.GET["year"], 1000, 9999) if "year" in request.GET else request.day.year


def way_to(request: Any, organ: Organ) -> list[tuple[Organ, str]]:
    """The organs above, as far as the officer's duties reach, with their addresses. One query."""
    keys = [int(part) for part in organ.path.strip("/").split("/")][:-1]
    reach = [holding.path for holding in request.access.holdings if holding.whole_tree]
    above = Organ.objects.filter(pk__in=keys).order_by("path")
    return [(one, f"?organ={one.pk}") for one in above if any(one.path.startswith(path) for path in reach)]


@officers_only
def matrix(request: Any) -> HttpResponse:
    """Every measure against every organ of one level at a glance; a head leads down to the level below."""
    root, below_it = root_asked(request)
    year = year_asked(request)
    tasks = tasks_of(request.access, root, year)
    level = level_below(root, below_it)
    by_code = by_measure_and_organ(tasks, request.day, level)
    nodes = nodes_of(request)
    nodes |= _as_tasks_say(tasks, {code: found for code, found in by_code.items() if code and code not in nodes})
    held = {organ for found in by_code.values() for organ in found}
    columns = [organ for organ in level.organs if organ.pk in held]
    plan = request.GET.get("plan", "")
    plans = list(dict.fromkeys(_node(nodes, code).plan for code in by_code))
    codes = sorted((code for code in by_code if not plan or _node(nodes, code).plan == plan), key=_in_order(nodes))
    found = Paginator(codes, ROWS).get_page(request.GET.get("page"))
    shown_columns = columns[:COLUMNS]
    tasks_at, asked = reverse("desk:my-tasks"), f"&year={year or 'all'}"
    rows = [
        MatrixRow(
            _node(nodes, code), together(by_code[code].values()),
            _cells(by_code[code], shown_columns, root.pk, f"{tasks_at}?{urlencode({'measure': code})}", asked),
        )
        for code in found.object_list
    ]  # fmt: skip
    sums = {organ.pk: together(by_code[code].get(organ.pk, Tally()) for code in codes) for organ in shown_columns}
    context = {
        "here": "matrix", "root": root, "way": way_to(request, root), "year": year, "years": years_offered(request, year),
        "plan": plan, "plans": [name for name in plans if name], "page": found, "rows": rows, "columns": _heads(level, shown_columns, below_it),
        "sums": [sums[organ.pk] for organ in shown_columns], "whole": together(sums.values()),
        "hidden": len(columns) - len(shown_columns), "organs": shown_columns,
    }  # fmt: skip
    return page(request, "desk/matrix.html", context, trail=[Crumb(MATRIX)])


def _as_tasks_say(tasks: QuerySet[Case], counts: Mapping[str, Mapping[int, Tally]]) -> dict[str, Node]:
    """Measures that stand in no list the officer sees, those of the level above, by what one task of each organ says: all that
    were confirmed from a plan say the same. One query, by numbers of tasks already counted; looking through all tasks anew took
    a quarter of the page."""
    examples = [tally.example for cells in counts.values() for tally in list(cells.values())[:EXAMPLES]]
    told = tasks.filter(pk__in=examples).values_list("fields__measure_code", "fields__source_text")
    return {code: Node(code, str(text).rpartition(" ")[2], "", "") for code, text in told if text} if examples else {}


def _heads(level: Level, columns: list[Organ], tree: list[Organ]) -> list[tuple[Organ, str, bool]]:
    """The organs of the columns, each with its name without the place, and whether there is a level below it."""
    parents = {organ.parent_id for organ in tree}
    place = level.root.region.name
    return [
        (
            organ,
            organ.short_name or name_of(organ).removeprefix(place),
            organ.pk in parents and organ.pk != level.root.pk,
        )
        for organ in columns
    ]


def years_offered(request: Any, chosen: int | None) -> list[int]:
    """The years to choose from, next year first; the one that is shown stands among them however old it is."""
    near = range(request.day.year - 4, request.day.year + 2)
    return sorted({*near, *([chosen] if chosen else [])}, reverse=True)


def _node(nodes: Mapping[str, Node], code: str) -> Node:
    """The measure of a number; a number no list knows stands for itself."""
    return nodes.get(code) or Node(code, code or _("没有对应措施的任务"), "", "")


def _in_order(nodes: Mapping[str, Node]) -> Any:
    """In the order of the plans; what no list knows behind."""
    return lambda code: (code not in nodes, place_of(_node(nodes, code)))


# --- comparison ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardLine:
    """An organ with its tasks of the year and of the year before."""

    organ: Organ
    now: Tally
    before: Tally
    goes_down: bool


@officers_only
def board(request: Any) -> HttpResponse:
    """The organs of one level side by side, this year beside the last, and how many tasks were closed each month."""
    root, below_it = root_asked(request)
    year = year_asked(request) or request.day.year
    rows = tasks_of(request.access, root)
    level = level_below(root, below_it)
    counts = by_year_and_organ(rows, request.day, level)
    of_year = {wanted: counts.get(wanted, {}) for wanted in (year, year - 1)}
    lines = [
        BoardLine(organ, of_year[year].get(organ.pk, Tally()), of_year[year - 1].get(organ.pk, Tally()), down)
        for organ, _name, down in _heads(level, level.organs, below_it)
        if organ.pk in of_year[year] or organ.pk in of_year[year - 1]
    ]
    closed = closed_by_month(rows)
    reached = request.day.month if year == request.day.year else 12 if year < request.day.year else 0
    # A month that has not begun has no number, and where nobody had a task last year its months have none.
    had_tasks = bool(of_year[year - 1])
    months = [
        (
            _("%(month)s月") % {"month": month},
            closed.get((year, month), 0) if month <= reached else None,
            closed.get((year - 1, month), 0) if had_tasks else None,
        )
        for month in range(1, 13)
    ]
    chart = {
        "months": [name for name, _now, _before in months], "values": [now for _n, now, _b in months[:reached]],
        "before": [before for _n, _now, before in months if had_tasks], "this_year": _("%(year)s年") % {"year": year},
        "last_year": _("%(year)s年") % {"year": year - 1},
    }  # fmt: skip
    context = {
        "here": "board", "root": root, "way": way_to(request, root), "year": year, "years": years_offered(request, year), "lines": lines,
        "whole": together(line.now for line in lines), "whole_before": together(line.before for line in lines),
        "months": months, "chart": chart if any(chart["values"]) or any(chart["before"]) else None,
    }  # fmt: skip
    return page(request, "desk/board.html", context, trail=[Crumb(BOARD)])
