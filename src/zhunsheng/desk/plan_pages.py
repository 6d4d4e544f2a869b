"""Plans (规划): the tree of measures from the plans above down to the points of the year, and a new plan read in.

Confirming what was read is in ``plan_confirming``; ``supervision`` reads, counts and writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.cases.models import Case
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.organ_forms import OfficeForm, choice, day, text
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.history import in_tree_order
from zhunsheng.orgs.models import Organ
from zhunsheng.plans.numbering import value_of
from zhunsheng.plans.sources import LARGEST, SourceError, text_in
from zhunsheng.registers.reading import entries_on
from zhunsheng.supervision.counting import Tally, by_measure, tasks_of
from zhunsheng.supervision.models import MEASURES, POINTS, TASKS, PlanLevel, PlanText
from zhunsheng.supervision.planning import PlanRefused, may_plan, read_in

TITLE = Words("规划与要点", "Plans and points")
ROOTS_SHOWN = 40
"""Topmost measures on a page, each with everything below it."""


@dataclass
class Node:
    """A measure in the tree, with its tasks and all below it counted together. ``case``: the case it was listed by."""

    code: str
    title: str
    plan: str
    level: str
    lead: str = ""
    due_on: str = ""
    upper: str = ""
    case: int | None = None
    depth: int = 0
    tally: Tally = field(default_factory=Tally)
    children: list[Node] = field(default_factory=list)


def nodes_of(request: Any) -> dict[str, Node]:
    """Every measure in force and every point of a year the officer may see, by its number. Two queries."""
    levels = dict(PlanLevel.choices)
    found: dict[str, Node] = {}
    for row in entries_on(MEASURES, access=request.access, true_on=request.day):
        told = row.values
        found[row.entry.key] = Node(
            row.entry.key, told.get("measure", ""), told.get("plan_name", ""), levels.get(told.get("plan_level"), ""),
            told.get("lead_unit", ""), told.get("due_on", ""), told.get("upper_code", ""),
            row.case_id,
        )  # fmt: skip
    points = (
        Case.visible.to(request.access).filter(system=POINTS, voided_on=None).exclude(state="dropped").order_by("pk")
    )
    for pk, told in points.values_list("pk", "fields"):
        code = str(told.get("task_no") or pk)
        found.setdefault(code, Node(
            code, told.get("task", ""), _("%(year)s年度工作要点") % {"year": told.get("year", "")}, levels[PlanLevel.POINTS],
            str(told.get("lead_unit", "")), told.get("due_on", ""), told.get("source_clause", ""), pk,
        ))  # fmt: skip
    return found


def roots_of(nodes: Mapping[str, Node], tallies: Mapping[str, Tally]) -> list[Node]:
    """The topmost measures, those below them hung on, their tasks counted up to the top. A circle is cut where it closes."""
    roots = []
    for node in nodes.values():
        node.tally.add(tallies.get(node.code, Tally()))
        upper = nodes.get(node.upper)
        if upper is not None and not _is_below(upper, node, nodes):
            upper.children.append(node)
        else:
            roots.append(node)
    for root in roots:
        _sum_up(root, 0)
    return sorted(roots, key=place_of)


def place_of(node: Node) -> tuple[str, list[int]]:
    """Where a measure stands in its plan: by its numbers, not by how they are written."""
    mark, *numbers = node.code.split("-")
    return mark, [value_of(number) for number in numbers]


def _is_below(node: Node, other: Node, nodes: Mapping[str, Node]) -> bool:
    """Whether a node is, or hangs below, the other; the numbers above are typed by people."""
    seen: set[str] = set()
    here: Node | None = node
    while here is not None and here.code not in seen:
        if here is other:
            return True
        seen.add(here.code)
        here = nodes.get(here.upper)
    return False


def _sum_up(node: Node, depth: int) -> None:
    node.depth = depth
    for child in node.children:
        _sum_up(child, depth + 1)
        node.tally.add(child.tally)
    node.children.sort(key=place_of)


def _flat(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _flat(node.children)


def codes_below(nodes: Mapping[str, Node], code: str) -> list[str]:
    """The number of a measure and those of all that answer to it, however many levels down."""
    top = nodes.get(code)
    return [code] if top is None else [node.code for node in nodes.values() if _is_below(node, top, nodes)]


@officers_only
def tree(request: Any) -> HttpResponse:
    """The measures of all plans, each below the one it answers to, with how their tasks stand."""
    if not may_work_in(request.access, TASKS):
        raise Http404
    nodes = nodes_of(request)
    roots = roots_of(nodes, by_measure(tasks_of(request.access), request.day))
    plans = list(dict.fromkeys(node.plan for node in roots))
    chosen = request.GET.get("plan", "")
    asked = request.GET.get("q", "").strip()
    shown = [root for root in roots if not chosen or root.plan == chosen]
    if asked:
        shown = [root for root in shown if any(asked in node.title or asked in node.code for node in _flat([root]))]
    found = Paginator(shown, ROOTS_SHOWN).get_page(request.GET.get("page"))
    open_plans = (
        PlanText.visible.to(request.access).filter(confirmed_at=None, voided_at=None).select_related("organ", "officer")
    )
    context = {
        "here": "plans", "rows": list(_flat(list(found.object_list))), "page": found, "plans": plans, "chosen": chosen,
        "text": asked, "count": len(nodes), "open_plans": open_plans, "may_read": bool(organs_to_plan_for(request)),
    }  # fmt: skip
    return page(request, "desk/plans.html", context, trail=[Crumb(TITLE)])


def organs_to_plan_for(request: Any) -> list[Organ]:
    """The organs of the officer's duties for which he makes plans."""
    rows = Organ.objects.filter(pk__in=request.access.organs())
    return [organ for organ in in_tree_order(rows) if may_plan(request.access, organ.path)]


class PlanForm(OfficeForm):
    """A plan as a file or as pasted text, and what it is."""

    file = forms.FileField(required=False)

    def __init__(self, organs: list[Organ], today: date, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["file"] = forms.FileField(
            label=_("规划文件"), required=False, help_text=_("docx、文字版 PDF、网页（html）或者纯文本；也可以粘贴在下面"),
            widget=forms.FileInput({"class": "form-control", "accept": ".docx,.pdf,.html,.htm,.txt"}),
        )  # fmt: skip
        self.fields["pasted"] = forms.CharField(
            label=_("粘贴正文"), required=False, max_length=400_000,
            widget=forms.Textarea({"class": "form-control", "rows": 8}),
        )  # fmt: skip
        self.fields["part"] = text(
            _("只读这一部分"), required=False, longest=40,
            hint=_("报告里的下年安排填标题里的字样，例如 2024年；整份规划留空"),
        )  # fmt: skip
        self.fields["level"] = choice(_("层级"), list(PlanLevel.choices))
        self.fields["is_own"] = choice(
            _("用途"),
            [("1", _("本级规划，分解任务")), ("", _("上级规划，只供本级措施对应"))],
            required=False,
            initial="1",
        )
        self.fields["issued_on"] = day(_("印发日期"), today, hint=_("任务从这天起算；补录往年规划填当年的印发日期"))
        self.fields["mark"] = text(
            _("编号前缀"), longest=20, hint=_("措施编号以它开头，例如 县22、市22、要点26；同一前缀不能用两次")
        )
        own = [(str(organ.pk), name_of(organ)) for organ in organs]
        self.fields["organ"] = choice(_("单位"), own, initial=own[0][0])


@officers_only
def new(request: Any) -> HttpResponse:
    """Read a plan in: a file or pasted text."""
    organs = organs_to_plan_for(request)
    if not organs:
        raise Http404
    form = PlanForm(organs, request.day, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (row := _read(request, form, organs)):
        messages.success(
            request, _("已读出 %(number)s 项措施，请逐项核对。") % {"number": len(row.proposal["measures"])}
        )
        return HttpResponseRedirect(reverse("desk:plan", args=[row.pk]))
    context = {
        "here": "plans", "form": form, "title": _("读入规划"), "verb": _("读入"), "back": reverse("desk:plans"),
        "intro": _("先读出来给您核对，确认以前不产生任何任务。"),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    trail = [Crumb(TITLE, reverse("desk:plans")), Crumb(_("读入规划"))]
    return page(request, "desk/office_form.html", context, trail=trail, status=status)


def _read(request: Any, form: PlanForm, organs: list[Organ]) -> PlanText | None:
    told, file = form.cleaned_data, form.cleaned_data["file"]
    if PlanText.visible.to(request.access).filter(mark=told["mark"], voided_at=None).exists():
        form.add_error("mark", _("这个前缀用过了，请换一个"))
        return None
    if told["issued_on"] > request.day:
        form.add_error("issued_on", _("印发日期不能晚于今天"))
        return None
    if bool(file) == bool(told["pasted"].strip()):
        form.add_error("file", _("请选择文件，或者粘贴正文，两样选一样"))
        return None
    if file and file.size > LARGEST:
        form.add_error("file", _("文件超过 20 兆，请只保留规划正文"))
        return None
    try:
        source = text_in(file.read(), file.name) if file else told["pasted"]
        return read_in(
            source, organ=next(o for o in organs if str(o.pk) == told["organ"]), officer=request.user, level=told["level"],
            is_own=told["is_own"] == "1", mark=told["mark"], part=told["part"], name=file.name if file else "", issued_on=told["issued_on"],
        )  # fmt: skip
    except SourceError as error:
        form.add_error("file", say(error.words))
    except PlanRefused as error:
        form.add_error("file" if file else "pasted", say(error.words))
    return None
