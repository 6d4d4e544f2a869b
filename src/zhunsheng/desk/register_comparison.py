"""One's own list against another (清单比对): organ with organ, with a published version, with the list of the level above, or
with the list it must agree with (清单一致).

Item by item and element by element (三级四同), with 采纳 and 说明 as lines of a draft. ``registers.change_sets`` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import officers_only
from zhunsheng.desk.paging import PAGE_SIZE
from zhunsheng.desk.register_changes import address_of
from zhunsheng.desk.register_import import keep
from zhunsheng.desk.register_pages import OPEN_STATES, List, list_or_404, list_page, said
from zhunsheng.desk.wording import language, name_of, say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.register import ChangeKind, Comparison, Difference, compare
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import change_sets
from zhunsheng.registers.agreeing import agree, agreements, counterpart_of
from zhunsheng.registers.change_sets import ProposedLine, check_lines
from zhunsheng.registers.importing import read_list
from zhunsheng.registers.models import ChangeLine, ChangeSet, ChangeSetState, PublishedVersion
from zhunsheng.registers.publishing import entries_of, public_values
from zhunsheng.registers.reading import change_sets_of, count_by_organ, entries_on, values_by_key
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number
from zhunsheng.workbooks import LARGEST, WorkbookError

REASON = "difference_reason"
"""The field of an entry, where a list has it, that says why it differs from the list above."""
UPLOADED = "w"
COUNTERPART = "c"
LONGEST = 3_000
"""Longer texts are marked whole: comparing them letter by letter would keep the reader waiting."""
VERSIONS = 50
"""Published versions that are offered, the newest first."""

Piece = tuple[str, bool]


@dataclass(frozen=True)
class Side:
    """The other list: what it is called and what it says."""

    name: str
    values: Mapping[str, Mapping[str, Any]]
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class ComparedLine:
    """One item as the page shows it: each compared field in both lists, with what differs marked."""

    item: Comparison
    title: str
    words: str
    cells: list[tuple[str, list[Piece], list[Piece]]]
    draft: ChangeSet | None
    reason: str


@dataclass(frozen=True)
class Asked:
    """Which two lists are compared."""

    here: Organ
    there: str
    side: Side
    items: list[Comparison]


def words_of(difference: Difference) -> str:
    names = {
        Difference.SAME: _("相同"), Difference.DIFFERS: _("不同"), Difference.ONLY_HERE: _("仅本级"),
        Difference.ONLY_THERE: _("仅对方"),
    }  # fmt: skip
    return names[difference]


@officers_only
def comparison(request: Any, slug: str) -> HttpResponse:
    found = list_or_404(request, slug)
    if not found.declared.compare:
        raise Http404
    organs = _organs(request, found)
    asked = _asked(request, found, organs, request.GET)
    context: dict[str, Any] = {
        "organs": organs,
        "others": _others(request, found, organs, asked.here if asked else None),
        "asked": asked,
        "here_pk": asked.here.pk if asked else None,
        "there": asked.there if asked else "",
    }
    if asked is not None and asked.there:
        context |= _shown(request, found, asked)
    if asked is not None and asked.there == COUNTERPART:
        context |= _agreement(request, found)
    return list_page(request, "desk/register_comparison.html", found, "comparison", context)


def _organs(request: Any, found: List) -> list[tuple[Organ, int]]:
    """The organs with a list, and those that have entries only in the list it must agree with."""
    organs = count_by_organ(entries_on(found.slug, access=request.access, true_on=request.day))
    known = {organ for organ, _count in organs}
    others = counterpart_of(found.slug, found.declared, request.access, request.day)
    return organs + [(organ, 0) for organ in others if organ not in known]


def _agreement(request: Any, found: List) -> dict[str, Any]:
    """清单一致: how the two lists stand to each other in every organ, and in all."""
    rows = agreements(found.slug, found.declared, request.access, request.day)
    return {
        "agreement": [(row.organ, [row.counts[difference] for difference in Difference]) for row in rows],
        "agreement_heads": [words_of(difference) for difference in Difference],
        "agreement_total": [sum(row.counts[difference] for row in rows) for difference in Difference],
    }


def _asked(request: Any, found: List, organs: Sequence[tuple[Organ, int]], given: Any) -> Asked | None:
    """The lists asked for; None while the officer's organs have no list. A list out of reach is 404."""
    known = {organ.pk: organ for organ, _count in organs}
    if not known:
        return None
    own = next((pk for pk in request.access.organs() if pk in known), next(iter(known)))
    wanted = whole_number(given.get("here"))
    here = known.get(own if wanted is None else wanted)
    if here is None:
        raise Http404
    there = given.get("there", COUNTERPART if found.declared.counterpart else "")
    side = _side(request, found, known, there, here)
    if side is None:
        return Asked(here, "", Side("", {}), [])
    ours = values_by_key(entries_on(found.slug, access=request.access, true_on=request.day, organ=here))
    weigh = agree if there == COUNTERPART else compare
    return Asked(here, there, side, weigh(found.declared, ours, side.values))


def _side(request: Any, found: List, known: Mapping[int, Organ], there: str, here: Organ) -> Side | None:
    """The other list; None when none was chosen."""
    if there == COUNTERPART and found.declared.counterpart:
        entries = counterpart_of(found.slug, found.declared, request.access, request.day)
        return Side(say(found.declared.counterpart), entries.get(here, {}))
    kind, number = there[:1], whole_number(there[1:])
    if kind == "o" and number in known:
        organ = known[number]
        rows = entries_on(found.slug, access=request.access, true_on=request.day, organ=organ)
        return Side(name_of(organ), values_by_key(rows))
    if kind == "v":
        version = PublishedVersion.objects.filter(register=found.slug, pk=number).select_related("organ").first()
        if version is not None:
            values = {row.entry.key: public_values(row, version.fields) for row in entries_of(version)}
            return Side(version_name(version), values)
    if there == UPLOADED and default_storage.exists(_place(request, found)):
        with default_storage.open(_place(request, found)) as file:
            kept = json.load(file)
        return Side(kept["name"], kept["values"], kept["problems"])
    return None


def version_name(version: PublishedVersion) -> str:
    return _("%(organ)s 第 %(n)s 版") % {"organ": name_of(version.organ), "n": version.number}


def _others(
    request: Any, found: List, organs: Sequence[tuple[Organ, int]], here: Organ | None
) -> list[tuple[str, str]]:
    """What one's own list can be compared with."""
    others = []
    if found.declared.counterpart:
        others.append((COUNTERPART, say(found.declared.counterpart)))
    if default_storage.exists(_place(request, found)):
        others.append((UPLOADED, _("上传的上级清单")))
    versions = PublishedVersion.objects.filter(register=found.slug).select_related("organ").order_by("-pk")[:VERSIONS]
    others += [(f"v{version.pk}", version_name(version)) for version in versions]
    return others + [
        (f"o{organ.pk}", name_of(organ)) for organ, _count in organs if here is None or organ.pk != here.pk
    ]


def _shown(request: Any, found: List, asked: Asked) -> dict[str, Any]:
    counts = dict.fromkeys(Difference, 0)
    for item in asked.items:
        counts[item.difference] += 1
    show = request.GET.get("show", "")
    rows = [item for item in asked.items if _is_wanted(item, show)]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    drafts = change_sets_of(found.slug, request.access).filter(organ=asked.here, state__in=OPEN_STATES)
    listed = _listed(asked.here, found, [item.key for item in page])
    return {
        "counts": [(d.value, words_of(d), counts[d]) for d in Difference],
        "different": len(asked.items) - counts[Difference.SAME],
        "show": show,
        "page": page,
        "lines": [_line(found, item, listed.get(item.key)) for item in page],
        "drafts": list(drafts),
        "may_edit": _may_settle(found, asked),
        "problems": asked.side.problems,
    }


def _may_settle(found: List, asked: Asked) -> bool:
    """Whether items may be adopted or explained: not where they are matched by another key than their own."""
    wanted = found.declared.counterpart
    matched = asked.there == COUNTERPART and wanted is not None and wanted.by is not None
    return not matched and found.may_edit(asked.here.path)


def _listed(organ: Organ, found: List, keys: Sequence[str]) -> dict[str, ChangeSet]:
    """The items that an open change set has already."""
    states = (*OPEN_STATES, ChangeSetState.SUBMITTED)
    lines = ChangeLine.objects.filter(
        change_set__register=found.slug, change_set__organ=organ, change_set__state__in=states, key__in=keys
    )
    return {line.key: line.change_set for line in lines.select_related("change_set")}


def _line(found: List, item: Comparison, draft: ChangeSet | None) -> ComparedLine:
    declared = found.declared
    cells = []
    for name in declared.compare:
        here, there = said(declared, name, item.here), said(declared, name, item.there)
        one_sided = item.here is None or item.there is None  # then nothing differs inside the texts
        pieces = ([(here, False)], [(there, False)]) if one_sided else marked(here, there)
        cells.append((say(declared.fields[name]), *pieces))
    reason = said(declared, REASON, item.here) if REASON in declared.fields and item.here else "—"
    title = said(declared, declared.title, item.here or item.there)
    return ComparedLine(item, title, words_of(item.difference), cells, draft, "" if reason == "—" else reason)


def marked(here: str, there: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts in pieces, each with whether it differs from the other text."""
    if here == there:
        return [(here, False)], [(there, False)]
    if max(len(here), len(there)) > LONGEST or "—" in (here, there):
        return [(here, True)], [(there, True)]
    ours: list[Piece] = []
    theirs: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if b > a:
            ours.append((here[a:b], what != "equal"))
        if d > c:
            theirs.append((there[c:d], what != "equal"))
    return ours, theirs


# --- the list of the level above -------------------------------------------------------------------------------------


def _place(request: Any, found: List) -> str:
    return f"registers/comparison-{found.slug}-{request.user.pk}"


@officers_only
@require_POST
def upload(request: Any, slug: str) -> HttpResponse:
    """上传上级清单: read it once and keep what it says until another one is uploaded."""
    found = list_or_404(request, slug)
    here = request.POST.get("here", "")
    address = f"{reverse('desk:register-comparison', args=[slug])}?here={here}"
    file = request.FILES.get("file")
    if file is None or file.size > LARGEST:
        messages.error(request, _("文件超过 20 兆，请拆分成几个文件") if file else _("请选择上级清单的表格。"))
        return HttpResponseRedirect(address)
    try:
        values, problems = read_list(file, found.declared)
    except WorkbookError as error:
        messages.error(request, say(error.words))
        return HttpResponseRedirect(address)
    sentences = [problem.sentence(language()) for problem in problems]
    kept = json.dumps({"name": file.name, "values": values, "problems": sentences}, ensure_ascii=False)
    keep(_place(request, found), ContentFile(kept.encode()))
    messages.success(request, _("已读取「%(name)s」，共 %(n)s 条") % {"name": file.name, "n": len(values)})
    return HttpResponseRedirect(f"{address}&there={UPLOADED}")


# --- adopt, explain, export ------------------------------------------------------------------------------------------


@officers_only
@require_POST
def settle(request: Any, slug: str) -> HttpResponse:
    """采纳、说明: make lines of the chosen items, in a draft or in a new one; what cannot be is said item by item."""
    found = list_or_404(request, slug)
    asked = _asked(request, found, _organs(request, found), request.POST)
    if asked is None or not asked.there or not _may_settle(found, asked):
        raise Http404
    address = f"{reverse('desk:register-comparison', args=[slug])}?here={asked.here.pk}&there={asked.there}"
    chosen = set(request.POST.getlist("key"))
    items = [item for item in asked.items if item.key in chosen and item.difference is not Difference.SAME]
    reason = request.POST.get("reason", "").strip()
    explain = request.POST.get("what") == "explain"
    if not items or (explain and not reason):
        messages.error(request, _("请写明不一致的原因。") if items else _("请先勾选要处理的事项。"))
        return HttpResponseRedirect(address)
    drafts = change_sets_of(slug, request.access).filter(organ=asked.here, state__in=OPEN_STATES)
    draft = drafts.filter(pk=whole_number(request.POST.get("into"))).first()
    lines = [
        _explained(found, item, reason) if explain else _adopted(found, item, asked.side, reason) for item in items
    ]
    wrong = check_lines(slug, asked.here, draft.effective_on if draft else request.day, lines)
    for problem in wrong:
        messages.error(request, problem.refusal.sentence(language()))
    bad = {problem.line for problem in wrong}
    good = [line for number, line in enumerate(lines, 1) if number not in bad]
    if good:
        title = _("与%(name)s比对") % {"name": asked.side.name}
        try:
            if draft is None:
                draft = change_sets.prepare_change_set(slug, asked.here, title[:200], request.day, good, request.user)
            else:
                change_sets.put_lines(draft.pk, good, request.user)
        except Refused as refused:
            messages.error(request, refused.sentence(language()))
            return HttpResponseRedirect(address)
        messages.success(request, _("已列入 %(n)s 项变更") % {"n": len(good)})
        if not wrong:
            return HttpResponseRedirect(address_of(draft))
    return HttpResponseRedirect(address)


def _adopted(found: List, item: Comparison, side: Side, reason: str) -> ProposedLine:
    why = reason or _("采纳「%(name)s」的内容") % {"name": side.name}
    if item.there is None:
        return ProposedLine(ChangeKind.REMOVE, item.key, {}, why)
    if item.here is None:
        kept = {name: value for name, value in item.there.items() if name in found.declared.fields and name != REASON}
        return ProposedLine(ChangeKind.ADD, item.key, kept, why)
    return ProposedLine(ChangeKind.CHANGE, item.key, {name: item.there.get(name) for name in item.fields}, why)


def _explained(found: List, item: Comparison, reason: str) -> ProposedLine:
    if item.here is not None and REASON in found.declared.fields:
        return ProposedLine(ChangeKind.CHANGE, item.key, {REASON: reason}, reason)
    return ProposedLine(ChangeKind.NONE, item.key, {}, reason)


@officers_only
def comparison_workbook(request: Any, slug: str) -> HttpResponse:
    """导出: every item of the comparison, with each compared field in both lists."""
    found = list_or_404(request, slug)
    asked = _asked(request, found, _organs(request, found), request.GET)
    if asked is None or not asked.there:
        raise Http404
    declared, show = found.declared, request.GET.get("show", "all")
    names = [say(declared.fields[name]) for name in declared.compare]
    heads = [say(declared.fields[declared.key]), _("结果"), *(head for name in names for head in (
        _("%(name)s（本级）") % {"name": name}, _("%(name)s（对方）") % {"name": name}
    )), _("说明")]  # fmt: skip
    wanted = (item for item in asked.items if _is_wanted(item, show))
    rows = (
        [item.key, words_of(item.difference),
         *(said(declared, name, side) for name in declared.compare for side in (item.here, item.there)),
         said(declared, REASON, item.here) if REASON in declared.fields else ""]
        for item in wanted
    )  # fmt: skip
    title = _("%(list)s比对") % {"list": say(declared.name)}
    moment = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    file, count = workbook_file(
        title, heads, rows, f"{name_of(asked.here)} / {asked.side.name}    {moment}", request.user
    )
    record("register.export", f"register:{slug}", request.user.pk, entries=count)
    return FileResponse(file, as_attachment=True, filename=f"{title}{request.day}.xlsx")


def _is_wanted(item: Comparison, show: str) -> bool:
    if show == "":
        return item.difference is not Difference.SAME
    return show not in Difference.__members__.values() or item.difference == show
