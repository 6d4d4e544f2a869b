"""法规变动的影响: everything that rests on a statute, by article, each a link; noting a change with a look at it before.

What rests on a statute is found in ``law.usage`` and the rooms registered there; notes are written by ``law.changes``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from openpyxl import Workbook

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page, telling
from zhunsheng.desk.menu import address_of
from zhunsheng.desk.organ_forms import OfficeForm, choice, day, text
from zhunsheng.desk.wording import say
from zhunsheng.desk.workbook import mark_of
from zhunsheng.kernel.citing import article_words
from zhunsheng.kernel.words import Words
from zhunsheng.law.changes import KINDS, Change, as_change, checked, note_change, void_change
from zhunsheng.law.duties import administers
from zhunsheng.law.models import StatuteChange
from zhunsheng.law.naming import article_order, articles_of
from zhunsheng.law.statutes import Statute, limits, statutes
from zhunsheng.law.usage import Part, concerned, resting
from zhunsheng.orgs.access import Access
from zhunsheng.security.audit import record
from zhunsheng.spreadsheets import writable

STATUTES = Words("法规", "Statutes")
SHOWN = 200
"""How many lines of one sort a page lists; the workbook has all."""


@dataclass(frozen=True)
class RestingLine:
    """One thing that rests on a statute; ``address`` is empty when the officer has nothing to do with it."""

    what: Words
    name: str
    article: Words
    system: Words | str
    address: str


@dataclass(frozen=True)
class Group:
    """Lines of one sort: as many as are shown, and how many there are."""

    what: Words
    lines: list[RestingLine]
    count: int


def statute_or_404(key: str) -> Statute:
    found = statutes().get(key)
    if found is None:
        raise Http404
    return found


def lines_of(statute: Statute, articles: frozenset[str], access: Access) -> Iterator[RestingLine]:
    """Everything that rests on articles of a statute (none named: on any), by sort and article."""
    parts = list(Part)
    for use in sorted(concerned(statute.key, articles), key=lambda use: parts.index(use.part)):
        work = may_work_in(access, use.system.slug)
        address = address_of(use.system) if work else reverse("desk:guide", args=[use.system.slug])
        name = f"{say(use.name)}（{use.version}）"
        yield RestingLine(use.part.words, name, _cited(use.article), use.system.name, address)
    for limit in sorted(limits().values(), key=lambda limit: article_order(limit.basis.article)):
        of_it = limit.basis.statute == statute.key
        if of_it and (not articles or not articles.isdisjoint(articles_of(limit.basis.article))):
            address = reverse("desk:limit", args=[limit.id])
            procedure = limit.procedure or Words("", "")
            name = f"{say(limit.name)}（{say(limit.words())}）"
            yield RestingLine(Words("法定期限", "time limit"), name, _cited(limit.basis.article), procedure, address)
    for found in resting(statute, articles, access):
        names = {"case": ("desk:case", [found.pk]), "entry": ("desk:register-entry", [found.system, found.pk])}
        view, arguments = names[found.kind]
        cited = _cited(",".join(found.articles))
        yield RestingLine(found.what, found.name, cited, systems()[found.system].name, reverse(view, args=arguments))


def _cited(article: str) -> Words:
    return article_words(article) if article else Words("（未写条）", "(no article)")


def grouped(lines: Iterator[RestingLine], most: int) -> list[Group]:
    """The lines by sort, each with as many as are shown and how many there are."""
    groups: dict[Words, tuple[list[RestingLine], list[int]]] = {}
    for line in lines:
        shown, count = groups.setdefault(line.what, ([], [0]))
        count[0] += 1
        if len(shown) < most:
            shown.append(line)
    return [Group(what, shown, count[0]) for what, (shown, count) in groups.items()]


def _asked(request: Any) -> frozenset[str]:
    return articles_of(request.GET.get("articles", "")[:200])


@officers_only
def statute_resting(request: Any, key: str) -> HttpResponse:
    """影响范围: what rests on a statute, or on some of its articles."""
    statute, articles = statute_or_404(key), _asked(request)
    context = {
        "here": "statutes", "statute": statute, "articles": request.GET.get("articles", ""),
        "groups": grouped(lines_of(statute, articles, request.access), SHOWN), "query": request.GET.urlencode(),
        "may_change": administers(request.access),
    }  # fmt: skip
    trail = [*_trail(statute), Crumb(Words("影响范围", "What rests on it"))]
    return page(request, "desk/statute_resting.html", context, trail=trail)


def _trail(statute: Statute) -> list[Crumb]:
    return [
        Crumb(STATUTES, reverse("desk:statutes")),
        Crumb(statute.short, reverse("desk:statute", args=[statute.key])),
    ]


@officers_only
def statute_resting_workbook(request: Any, key: str) -> HttpResponse:
    """导出: the same as an .xlsx file, all of it."""
    statute, articles = statute_or_404(key), _asked(request)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("影响范围"))
    sheet.append([_("类别"), _("名称"), _("条文"), _("系统"), _("链接")])
    for line in lines_of(statute, articles, request.access):
        row = [say(line.what), line.name, say(line.article), say(line.system), request.build_absolute_uri(line.address)]
        sheet.append([writable(sheet, value) for value in row])
    mark = mark_of(request.user)
    sheet.oddFooter.center.text = mark.replace("&", "&&")
    sheet.append([mark])
    record("law.resting", f"statute:{key}", request.user.pk, articles=sorted(articles))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    name = f"{statute.short.zh}{_('影响范围')}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


# --- noting a change -----------------------------------------------------------------------------------------------


class ChangeForm(OfficeForm):
    """A change of a statute."""

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = choice(_("变动"), [(kind.value, say(words)) for kind, words in KINDS.items()])
        self.fields["on"] = day(_("施行日期"), today, hint=_("修改后的文本施行、废止或者失效的那一天"))
        self.fields["articles"] = text(
            _("涉及条文"), required=False, longest=200, hint=_("例如：30,88 或者第三十条、第八十八条；不填为整部法规")
        )
        self.fields["document"] = text(_("依据文件"), longest=200, hint=_("修改决定、公布令的名称和文号"))
        self.fields["version"] = text(_("新版本"), required=False, longest=40, hint=_("例如：2026年修正"))
        self.fields["reason"] = text(_("理由"), longest=300)


@officers_only
def note_statute_change(request: Any, key: str) -> HttpResponse:
    """标记变动: fill in, look at everything that rests on it, note it."""
    statute = statute_or_404(key)
    if not administers(request.access):
        raise Http404
    form = ChangeForm(request.POST or None, today=request.day, initial={"articles": request.GET.get("articles", "")})
    step = request.POST.get("step", "")
    if step != "change" and form.is_bound and form.is_valid():
        data = form.cleaned_data
        with form.refusals():
            row = checked(key, data["kind"], data["on"], data["articles"], data["document"], data["version"])
            if step == "confirm":
                note_change(request.user, key, **data)
                messages.success(request, _("已标记：%(name)s") % {"name": say(statute.short)})
                return HttpResponseRedirect(reverse("desk:statute", args=[key]))
            return _preview(request, statute, form, as_change(row))
    title = Words("标记变动", "Note a change")
    context = {
        "here": "statutes", "form": form, "title": say(title), "verb": _("预览"), "back": reverse("desk:statute", args=[key]),
        "intro": _("《%(name)s》有修改、废止，而系统还没有新版本的，先在这里标记。各处引用旁会提示核对；案件照旧办理，不受影响。")
        % {"name": say(statute.short)},
    }  # fmt: skip
    status = 422 if form.is_bound and step != "change" else 200
    return page(request, "desk/office_form.html", context, trail=[*_trail(statute), Crumb(title)], status=status)


def _preview(request: Any, statute: Statute, form: ChangeForm, change: Change) -> HttpResponse:
    context = {
        "here": "statutes", "statute": statute, "change": change, "kind": KINDS[StatuteChange.Kind(change.kind)],
        "reason": form.cleaned_data["reason"], "groups": grouped(lines_of(statute, change.articles, request.access), SHOWN),
        "hidden": [(name, request.POST.get(name, "")) for name in form.fields],
    }  # fmt: skip
    trail = [*_trail(statute), Crumb(Words("核对变动", "Check the change"))]
    return page(request, "desk/statute_change.html", context, trail=trail)


@officers_only
@require_POST
def void_statute_change(request: Any, key: str, pk: int) -> HttpResponse:
    """作废 a change that was noted by mistake."""
    statute_or_404(key)
    if not administers(request.access) or not StatuteChange.objects.filter(pk=pk, statute=key).exists():
        raise Http404
    with telling(request, _("已作废")):
        void_change(request.user, pk, request.POST.get("reason", ""))
    return HttpResponseRedirect(reverse("desk:statute", args=[key]))


def history_of(key: str) -> list[tuple[StatuteChange, Change, Words]]:
    """Every change noted of a statute, the void ones too; one query."""
    rows = StatuteChange.objects.filter(statute=key).select_related("entered_by", "voided_by").order_by("-on", "-pk")
    return [(row, as_change(row), KINDS[StatuteChange.Kind(row.kind)]) for row in rows]
