"""An officer's workbook into a draft (导入表格): checked first, then taken, with what is wrong marked in the same file.

The file is kept between the steps, one for each draft and officer, and thrown away when it has been taken. Reading it is
``registers.importing``; ``registers.change_sets`` writes.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.desk.frame import Crumb, officers_only
from zhunsheng.desk.register_changes import address_of, draft_or_404
from zhunsheng.desk.register_forms import WorkbookForm, form_page
from zhunsheng.desk.register_pages import list_page
from zhunsheng.desk.wording import language, say
from zhunsheng.kernel.register import ChangeKind
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import change_sets
from zhunsheng.registers.importing import ImportPlan, annotated, plan_import
from zhunsheng.registers.models import ChangeSet
from zhunsheng.workbooks import LARGEST, WorkbookError

SHOWN = 100
"""Problems the page lists; the marked workbook lists all of them."""


@officers_only
def choose(request: Any, slug: str, pk: int) -> HttpResponse:
    """Choose the file. It is kept only when it can be read as a table of this list."""
    found, row = draft_or_404(request, slug, pk)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        whole = form.cleaned_data["whole_list"] == "1"
        if file.size > LARGEST:
            form.add_error("file", _("文件超过 20 兆，请拆分成几个文件"))
        else:
            try:
                _plan(request, row, file, whole)
            except WorkbookError as error:
                form.add_error("file", say(error.words))
            else:
                keep(_place(request, row), file)
                return HttpResponseRedirect(_checked_at(row, whole))
    crumb = Crumb(row.title, address_of(row))
    return form_page(request, found, "changes", form, _("导入表格"), address_of(row), crumb, submit=_("检查"))


@officers_only
def check(request: Any, slug: str, pk: int) -> HttpResponse:
    """What the file comes to, and what is wrong with it, cell by cell."""
    found, row = draft_or_404(request, slug, pk)
    whole = request.GET.get("whole") == "1"
    plan = _kept_plan(request, row, whole)
    if plan is None:
        return _choose_again(request, row)
    context = {
        "row": row,
        "plan": plan,
        "whole": whole,
        "adds": plan.count(ChangeKind.ADD),
        "changes": plan.count(ChangeKind.CHANGE),
        "removes": plan.count(ChangeKind.REMOVE),
        "problems": [problem.sentence(language()) for problem in plan.problems[:SHOWN]],
        "further": max(0, len(plan.problems) - SHOWN),
        "ignored": "、".join(plan.ignored),
    }
    crumbs = (Crumb(row.title, address_of(row)), Crumb(_("导入表格")))
    return list_page(request, "desk/register_import.html", found, "changes", context, *crumbs)


@officers_only
def marked(request: Any, slug: str, pk: int) -> HttpResponse:
    """下载标注: the officer's own workbook with the wrong cells red and commented."""
    _found, row = draft_or_404(request, slug, pk)
    plan = _kept_plan(request, row, request.GET.get("whole") == "1")
    if plan is None:
        return _choose_again(request, row)
    with default_storage.open(_place(request, row)) as file:
        content = annotated(file, plan, language())
    name = _("%(title)s（问题标注）.xlsx") % {"title": row.title}
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)


@officers_only
@require_POST
def take(request: Any, slug: str, pk: int) -> HttpResponse:
    """采用: put the lines that are right into the draft."""
    _found, row = draft_or_404(request, slug, pk)
    whole = request.GET.get("whole") == "1"
    plan = _kept_plan(request, row, whole)
    if plan is None:
        return _choose_again(request, row)
    try:
        change_sets.put_lines(row.pk, plan.lines, request.user)
    except Refused as refused:
        for sentence in refused.sentence(language()).splitlines():
            messages.error(request, sentence)
        return HttpResponseRedirect(_checked_at(row, whole))
    default_storage.delete(_place(request, row))
    messages.success(request, _("已列入 %(n)s 项变更") % {"n": len(plan.lines)})
    return HttpResponseRedirect(address_of(row))


def _place(request: Any, row: ChangeSet) -> str:
    return f"registers/change-set-{row.pk}-{request.user.pk}"


def keep(place: str, file: Any) -> None:
    """Keep a file in place of the one before it."""
    file.seek(0)
    default_storage.delete(place)
    default_storage.save(place, file)


def _plan(request: Any, row: ChangeSet, file: BinaryIO, whole: bool) -> ImportPlan:
    return plan_import(row.register, row.organ, row.effective_on, file, officer=request.user, whole_list=whole)


def _kept_plan(request: Any, row: ChangeSet, whole: bool) -> ImportPlan | None:
    place = _place(request, row)
    if not default_storage.exists(place):
        return None
    with default_storage.open(place) as file:
        return _plan(request, row, file, whole)


def _choose_again(request: Any, row: ChangeSet) -> HttpResponse:
    messages.error(request, _("没有找到要导入的表格，请重新选择文件。"))
    return HttpResponseRedirect(reverse("desk:register-import", args=[row.register, row.pk]))


def _checked_at(row: ChangeSet, whole: bool) -> str:
    return reverse("desk:register-import-check", args=[row.register, row.pk]) + ("?whole=1" if whole else "")
