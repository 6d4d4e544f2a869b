"""Importing an officer's own workbook in the browser (导入): upload, columns, check, confirmation, what became of it.

Everything an upload is shows on its own page, by how far it has come. Reading and writing is in ``import_running``.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.cases.columns import Columns
from zhunsheng.cases.models import Case
from zhunsheng.cases.workbook import write_template
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.desk import background
from zhunsheng.desk.case_rows import page_of, rows_for
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.import_columns import ColumnShown, Option, Preview, options_for, preview, words_for
from zhunsheng.desk.import_owners import organs_to_import, own_upload
from zhunsheng.desk.import_running import AT_ONCE, LISTED, AlreadyImported, check, import_upload, mend
from zhunsheng.desk.import_undo import DAYS, undo_context
from zhunsheng.desk.models import Job, Upload
from zhunsheng.desk.paging import PAGE_SIZE, Part
from zhunsheng.desk.reach import system_or_404
from zhunsheng.desk.wording import language, say
from zhunsheng.kernel.words import Words
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.models import Organ
from zhunsheng.security.audit import record
from zhunsheng.workbooks import LARGEST, WorkbookError

CONTEXT = 3
"""Cells of a wrong row that are shown beside it, so that one knows which case it is."""
LONGEST = 4000
"""Characters that can be written over a cell."""
TITLE = Words("导入", "Import")


def _refused(request: Any, error: WorkbookError) -> None:
    messages.error(request, say(error.words))


def _to(upload: Upload) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:import", args=[upload.pk]))


# --- the beginning -------------------------------------------------------------------------------------------------


@officers_only
def start(request: Any, slug: str) -> HttpResponse:
    """Choose a file; what was imported before."""
    system = system_or_404(slug)
    organs = organs_to_import(request, system)
    if not organs:
        raise Http404
    wrong = ""
    if request.method == "POST":
        organ = next((o for o in organs if str(o.pk) == request.POST.get("organ")), organs[0])
        upload, wrong = _uploaded(request, system, organ)
        if upload is not None:
            return _to(upload)
    earlier = Upload.objects.filter(system=slug, officer=request.user).defer("content", "annotated")
    context = {
        "system": system,
        "organs": organs,
        "wrong": wrong,
        "earlier": [(upload, len(upload.cases)) for upload in earlier.select_related("organ").order_by("-pk")[:10]],
        "megabytes": LARGEST // 2**20,
    }
    return page(
        request, "desk/import_start.html", context, trail=[Crumb(TITLE)], system=system, status=422 if wrong else 200
    )


def _uploaded(request: Any, system: System, organ: Organ) -> tuple[Upload | None, str]:
    """The file that was sent, kept; or what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        return None, _("没有选择文件，请先选择要导入的表格。")
    if file.size > LARGEST:
        return None, _("文件有 %(size)s 兆，最多 %(most)s 兆；请拆分成几个文件。") % {
            "size": file.size // 2**20 + 1, "most": LARGEST // 2**20,
        }  # fmt: skip
    content = file.read()
    try:
        found = preview(system.slug, io.BytesIO(content), organ)
    except WorkbookError as error:
        return None, say(error.words)
    if not found.rows:
        return None, _("工作表“%(sheet)s”只有表头，没有数据行；请填写后再上传。") % {"sheet": found.sheet}
    upload = Upload.objects.create(
        officer=request.user, organ=organ, system=system.slug, name=file.name[:200], content=content, rows=found.rows,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    record("cases.upload", f"system:{system.slug}", request.user.pk, upload=upload.pk, rows=found.rows)
    return upload, ""


@officers_only
def template(request: Any, slug: str) -> HttpResponse:
    """空白表: every column the import reads, with what to fill in."""
    system = system_or_404(slug)
    if not organs_to_import(request, system):
        raise Http404
    content = io.BytesIO()
    write_template(slug, content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=f"{say(system.name)}-{_('空白表')}.xlsx")


# --- an upload -----------------------------------------------------------------------------------------------------


@officers_only
def upload(request: Any, pk: int) -> HttpResponse:
    """An upload as far as it has come: its columns, what the check found, or the cases made of it."""
    found = own_upload(request, pk)
    system = systems()[found.system]
    trail = [Crumb(TITLE, reverse("desk:import-start", args=[system.slug])), Crumb(found.name)]
    context: dict[str, Any] = {"upload": found, "system": system, "problems": _problem_lines(found), "listed": LISTED}
    if found.imported_at is not None:
        name = "desk/import_result.html"
        context |= _result(request, found)
    elif not found.content:
        messages.error(request, _("这次上传的文件已经清除，请重新上传。"))
        return HttpResponseRedirect(reverse("desk:import-start", args=[system.slug]))
    elif found.checked is None or "columns" in request.GET:
        name = "desk/import_columns.html"
        seen = preview(system.slug, io.BytesIO(bytes(found.content)), found.organ)
        context |= {"sheet": seen.sheet, "lines": _column_lines(seen, found), "options": options_for(seen)}
    else:
        name = "desk/import_checked.html"
        context |= {
            "checked": found.checked,
            "wrong_rows": _wrong_rows(found),
            "mended": _mended_lines(found),
            "undo_days": DAYS,
            "choices": found.checked.get("choices", {}),
            "warnings": [Words(line["zh"], line["en"]) for line in found.checked["warnings"]],
            "before": _imported_before(found),
        }
    return page(request, name, context, trail=trail, system=system)


@dataclass(frozen=True)
class ColumnLine:
    """A column on the page; ``chosen`` is what an unknown one was made to stand for."""

    column: ColumnShown
    words: str
    is_open: bool
    chosen: str


def _column_lines(found: Preview, upload: Upload) -> list[ColumnLine]:
    lines = []
    options = [option for _name, choices in options_for(found) for option in choices]
    is_new = upload.checked is None and not upload.mapping
    for column in found.columns:
        if column.target is not None:
            lines.append(ColumnLine(column, words_for(found.names, column.target), False, ""))
        elif not column.text:
            lines.append(ColumnLine(column, _("没有列名，不读取"), False, ""))
        elif column.repeats:
            words = _("不读取：与第 %(place)s 列重名") % {"place": column.repeats}
            lines.append(ColumnLine(column, words, False, ""))
        else:
            likely = _likely(column.text, options, found.names) if is_new else ""
            lines.append(ColumnLine(column, "", True, upload.mapping.get(column.text, likely)))
    return lines


def _likely(text: str, options: Sequence[Option], names: Columns) -> str:
    """What an unknown column is likely to be: the only thing with its heading in its name, as 人次 is for 服务人次, or the day of
    the only step that begins so, as 收到日期 is for 收到申请; of several that with which a case begins."""
    fitting = [option.key for option in options if len(text) > 1 and text in option.words]
    begun = text.removesuffix("日期").removesuffix("时间")
    if not fitting and begun != text and len(begun) > 1:
        keys = {option.key for option in options}
        steps = {f"action:{name}": action for name, action in names.actions.items() if action.zh.startswith(begun)}
        days = [key for key in steps if key in keys]
        fitting = [key for key in days if steps[key].start] or days
    return fitting[0] if len(fitting) == 1 else ""


@dataclass(frozen=True)
class ProblemLine:
    """A problem by its cell."""

    row: int
    column: int
    name: str
    words: str


def _problem_lines(upload: Upload) -> list[ProblemLine]:
    key = "en" if language().startswith("en") else "zh"
    listed = (upload.checked or {}).get("problems", ())
    return [ProblemLine(line["row"], line["column"], line["name"], line[key]) for line in listed]


@dataclass(frozen=True)
class CellShown:
    """A cell of a wrong row, to be written over."""

    column: int
    heading: str
    text: str
    choices: bool


@dataclass(frozen=True)
class WrongRow:
    """A row with what is wrong in it: its cells that are named in a problem, then its other cells, folded away."""

    number: int
    context: str
    problems: list[ProblemLine]
    wrong: list[CellShown]
    others: list[CellShown]


def _wrong_rows(upload: Upload) -> list[WrongRow]:
    """The rows to be mended, in their order, as far as their problems are listed."""
    checked = upload.checked or {}
    cells, headings, choices = checked.get("cells", {}), checked.get("headings", {}), checked.get("choices", {})
    problems: dict[int, list[ProblemLine]] = {}
    for line in _problem_lines(upload):
        problems.setdefault(line.row, []).append(line)
    rows = []
    for number, lines in problems.items():
        shown = [
            CellShown(int(column), headings.get(column, ""), text, column in choices)
            for column, text in cells.get(str(number), {}).items()
        ]
        named = {line.column for line in lines}
        context = "、".join([cell.text for cell in shown if cell.text][:CONTEXT])[:60]
        wrong, others = [c for c in shown if c.column in named], [c for c in shown if c.column not in named]
        rows.append(WrongRow(number, context, lines, wrong, others))
    return rows


def _mended_lines(upload: Upload) -> list[tuple[int, int, str, str]]:
    """(row, column, was, is) of every cell that was mended on the page."""
    return sorted(
        (int(row), int(column), change["was"], change["now"])
        for row, columns in upload.corrections.items()
        for column, change in columns.items()
    )


def _imported_before(upload: Upload) -> Upload | None:
    """The same file, imported earlier into the same system and organ, whoever did it."""
    same = Upload.objects.filter(system=upload.system, organ=upload.organ, digest=upload.digest, undone_at=None)
    return (
        same.exclude(imported_at=None).defer("content", "annotated").select_related("officer").order_by("-pk").first()
    )


def _result(request: Any, upload: Upload) -> dict[str, Any]:
    ids = upload.cases
    shown = Paginator(ids, PAGE_SIZE).get_page(request.GET.get("page"))
    visible = Case.visible.to(request.access).filter(pk__in=list(shown)).order_by("pk")
    rows = rows_for(page_of([Part(visible, len(shown))], None).object_list, request.day, calendar())
    undoing = undo_context(upload, request.access)
    return {"count": len(ids), "page": shown, "rows": rows, "checked": upload.checked, **undoing}


@officers_only
@require_POST
def choose_columns(request: Any, pk: int) -> HttpResponse:
    """Keep what the unknown columns stand for, and check the file: at once, or in the background when it is long."""
    found = own_upload(request, pk)
    if found.imported_at is not None or not found.content:
        return _to(found)
    seen = preview(found.system, io.BytesIO(bytes(found.content)), found.organ)
    allowed = {option.key: option.words for _name, options in options_for(seen) for option in options}
    mapping: dict[str, str] = {}
    for column in seen.unknown:
        key = request.POST.get(f"column_{column.place}", "")
        if key not in allowed:
            continue
        if key in mapping.values():
            messages.error(request, _("有两列都对应“%(name)s”，请只留一列。") % {"name": allowed[key]})
            return HttpResponseRedirect(f"{reverse('desk:import', args=[pk])}?columns=")
        mapping[column.text] = key
    found.mapping, found.checked = mapping, None
    found.save(update_fields=["mapping", "checked"])
    return _check(request, found)


def _check(request: Any, found: Upload) -> HttpResponse:
    """Check the file: at once, or in the background when it is long."""
    if found.rows > AT_ONCE:
        job = background.hand_in("check", request.user, found.system, found.rows, upload=found.pk)
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))
    try:
        check(found)
    except WorkbookError as error:
        _refused(request, error)
    return _to(found)


_CELL = re.compile(r"cell_(\d{1,7})_(\d{1,5})")


@officers_only
@require_POST
def mend_cells(request: Any, pk: int) -> HttpResponse:
    """改正: read what was written over the wrong cells instead of the file's, and check again. The file stays as it is."""
    found = own_upload(request, pk)
    if found.imported_at is not None or not found.content or found.checked is None:
        return _to(found)
    if "reset" in request.POST:
        found.corrections = {}
        found.save(update_fields=["corrections"])
        return _check(request, found)
    cells = {
        (int(cell[1]), int(cell[2])): text
        for name, text in request.POST.items()
        if (cell := _CELL.fullmatch(name)) and len(text) <= LONGEST
    }
    if not mend(found, cells, alike=request.POST.get("alike") == "1"):
        messages.error(request, _("没有改动。请在有问题的格子里改好，再点“改正”。"))
        return _to(found)
    return _check(request, found)


@officers_only
@require_POST
def run(request: Any, pk: int) -> HttpResponse:
    """Write the cases, all or (asked for) those that are right."""
    found = own_upload(request, pk)
    checked = found.checked
    if found.imported_at is not None or checked is None:
        return _to(found)
    take_good = request.POST.get("take_good") == "1"
    if checked["problem_count"] and not take_good:
        messages.error(request, _("还有问题没有改正。请改好后重新上传，或者选择只导入正确的行。"))
        return _to(found)
    if _imported_before(found) is not None and request.POST.get("again") != "1":
        messages.error(request, _("这个文件已经导入过。确实要再导入一次的，请先选中“再次导入”。"))
        return _to(found)
    waiting = Job.objects.filter(kind="import", asked__upload=found.pk, state__in=("waiting", "running")).first()
    if waiting is not None:
        return HttpResponseRedirect(reverse("desk:job", args=[waiting.pk]))
    if found.rows > AT_ONCE:
        job = background.hand_in("import", request.user, found.system, found.rows, upload=found.pk, take_good=take_good)
        return HttpResponseRedirect(reverse("desk:job", args=[job.pk]))
    try:
        done = import_upload(found.pk, take_good=take_good)
    except AlreadyImported:
        return _to(found)
    except WorkbookError as error:
        _refused(request, error)
    else:
        if done.imported_at is None:
            messages.error(request, _("没有写入：检查之后情况有变，请看下面的问题。"))
    return _to(found)


@officers_only
def annotated(request: Any, pk: int) -> HttpResponse:
    """标注表: the sheet with its wrong cells red and commented; after an import of the right rows, the wrong rows."""
    found = own_upload(request, pk)
    if not found.annotated:
        raise Http404
    record("cases.annotated", f"system:{found.system}", request.user.pk, upload=found.pk)
    stem = found.name.rsplit(".", 1)[0]
    return FileResponse(io.BytesIO(bytes(found.annotated)), as_attachment=True, filename=f"{stem}-{_('问题标注')}.xlsx")
