"""报告稿 on the desk: a report sentence by sentence, each with its figures, its sources and who confirmed it; what changed
afterwards; the check for secrets; and files. Writing is done by ``reports.drafts``."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhunsheng.desk.asked import asked_of
from zhunsheng.desk.figure_records import RecordLine, cell_row, lines_of
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import language, name_of, say
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.document import Document
from zhunsheng.papers.docx import to_docx
from zhunsheng.papers.html import to_html
from zhunsheng.papers.pdf import NoFaceError, substituted, to_pdf
from zhunsheng.reports import drafts, kept
from zhunsheng.reports.composing import Composed, ReportError, government_of, is_to_write
from zhunsheng.reports.corrections import changes, notice_of
from zhunsheng.reports.discrepancies import Discrepancy, discrepancies, document_of, key_of, posted_since
from zhunsheng.reports.handing_out import hand_out_report
from zhunsheng.reports.models import ReportDraft, Sentence, Stage
from zhunsheng.reports.outline import OutlineError, read_outline
from zhunsheng.reports.own_outlines import outlines_for
from zhunsheng.reports.sentences import Written
from zhunsheng.reports.working_paper import working_document, working_paper
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

TITLE = Words("报告稿", "Draft of the report")
AUDIENCES: Mapping[str, Words] = {
    "congress": Words("人大常委会", "standing committee of the congress"),
    "committee": Words("同级党委", "Party committee"),
    "superior": Words("上级人民政府", "government above"),
    "public": Words("社会", "the public"),
}


@dataclass(frozen=True)
class SentenceLine:
    """A sentence on the page: its row, what it prints as (text, address of the figure), whether it can be confirmed."""

    row: Sentence
    parts: list[tuple[str, str]]
    chart: str
    sources: tuple[tuple[str, str], ...]
    typed: list[str]
    """Figures somebody wrote into it that no record stands behind."""

    @property
    def words(self) -> str:
        """What is rewritten: the words with fields by their names."""
        return kept.words_of(self.row)

    @property
    def has_words(self) -> bool:
        return bool(self.parts or self.chart)

    @property
    def to_write(self) -> bool:
        """Whether the law asks for it and nobody has written it yet."""
        return is_to_write(self.row.template)


def _draft(request: Any, pk: int) -> ReportDraft:
    found = ReportDraft.visible.to(request.access).select_related(
        "region__parent", "composed_by", "confirmed_by", "checked_by", "published_by", "corrects"
    )
    return get_object_or_404(found, pk=pk)


@officers_only
@require_POST
def begin(request: Any, region: str, year: int) -> HttpResponse:
    """起草: compose and keep as a draft to be confirmed."""
    request.GET = request.GET.copy()
    request.GET["region"] = region
    asked = asked_of(request)
    outline, audience = request.POST.get("outline", ""), request.POST.get("audience", "")
    if outline not in outlines_for(asked.region) or (audience and audience not in AUDIENCES):
        raise Http404
    try:
        draft = drafts.begin(asked.region, year, outline, request.user, request.access, audience)
    except Refused as error:
        messages.error(request, error.sentence(language()))
        return HttpResponseRedirect(reverse("desk:report", args=[region, year]))
    except (ReportError, OutlineError) as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("desk:report-draft", args=[draft.pk]))


@officers_only
def report_draft(request: Any, pk: int) -> HttpResponse:
    return _shown(request, _draft(request, pk))


def _shown(request: Any, draft: ReportDraft, wrong: str = "", status: int = 200) -> HttpResponse:
    lines = [_line(row, written, draft) for row, written in kept.sentences_of(draft)]
    sections = [(name, list(inside)) for name, inside in groupby(lines, lambda line: line.row.section)]
    waiting = sum(line.row.is_waiting for line in lines)
    region = draft.region
    government = government_of(region, request.day)
    differences = _with_records(request, draft)
    may_confirm = drafts.may(request.access, government, drafts.CONFIRMERS)
    context = {
        "here": "reports", "draft": draft, "form": read_outline(draft.outline), "sections": sections, "lines": len(lines),
        "waiting": waiting, "confirmed": sum(bool(line.row.confirmed_at) for line in lines), "wrong": wrong,
        "audience": say(AUDIENCES[draft.audience]) if draft.audience else "", "audiences": AUDIENCES,
        "may_write": drafts.may(request.access, government, drafts.WRITERS),
        "may_confirm": may_confirm, "may_read_anew": may_confirm and draft.stage == Stage.DRAFT,
        "may_keep": may_confirm and draft.stage not in (Stage.CORRECTED, Stage.VOID),
        "may_check": drafts.may(request.access, government, drafts.CHECKERS),
        "may_finish": drafts.may(request.access, government, drafts.FINAL),
        "differences": differences, "undecided": sum(not one.stands for one, _records in differences), "stages": Stage, "next": next(
            (line.row.pk for line in lines if line.row.is_waiting and line.has_words and not line.to_write), None
        ),
        "hits": kept.secrecy_hits(draft) if draft.stage == Stage.CONFIRMED else [],
        "faces": _faces(), "changes": changes(draft) if draft.corrects else [],
        "correction": draft.corrections.exclude(stage=Stage.VOID).first(),
    }  # fmt: skip
    trail = [
        Crumb(Words("报告", "Report"), reverse("desk:report", args=[region.pk, draft.year])),
        Crumb(f"{name_of(region)} {draft.year}"),
        Crumb(TITLE),
    ]
    return page(request, "desk/report_draft.html", context, trail=trail, status=status)


def _with_records(request: Any, draft: ReportDraft) -> list[tuple[Discrepancy, list[RecordLine]]]:
    """What changed after it was confirmed, each with the records that came since, as far as the officer may see them."""
    found = discrepancies(draft)
    since = posted_since(draft, found)
    postings = {row.pk: row for rows in since for row in rows}
    lines = {line.posting.pk: line for line in lines_of(request.access, None, postings.values())} if postings else {}
    return [(one, [lines[row.pk] for row in rows]) for one, rows in zip(found, since, strict=True)]


def _faces() -> list[str]:
    """What the PDF is set in where the machine lacks the official faces; one line where there is no Chinese face at all."""
    try:
        lacking = [face for face, _other in substituted()]
    except NoFaceError as error:
        return [say(error.words)]
    text = _("本机没有%(faces)s，PDF 用其他字体代替；docx 里写的是规定的字体") % {"faces": "、".join(lacking)}
    return [text] if lacking else []


def _line(row: Sentence, written: Written, draft: ReportDraft) -> SentenceLine:
    parts = [
        (
            run.text,
            f"{reverse('desk:figure', args=[run.figure.account])}?region={draft.region_id}&year={run.figure.year}"
            if run.figure
            else "",
        )
        for run in written.runs
    ]
    chart = to_html(Document((written.block,))) if written.block else ""
    return SentenceLine(row, parts, chart, written.sources, kept.typed_in(row, written))


_STEPS: Mapping[str, Callable[[Any, ReportDraft], Any]] = {
    "confirm": lambda r, d: drafts.confirm(_sentence(r, d), r.user, r.access),
    "rewrite": lambda r, d: drafts.rewrite(_sentence(r, d), r.POST.get("text", ""), r.user, r.access),
    "read_anew": lambda r, d: drafts.read_anew(_sentence(r, d), r.user, r.access),
    "keep_figures": lambda r, d: drafts.keep_figures(_sentence(r, d), r.POST.get("reason", ""), r.user, r.access),
    "leave_out": lambda r, d: drafts.leave_out(_sentence(r, d), r.user, r.access),
    "send_to": lambda r, d: drafts.send_to(d.pk, r.POST.get("audience", ""), r.user, r.access),
    "make_final": lambda r, d: drafts.make_final(d.pk, r.POST.get("number", ""), r.user, r.access),
    "reopen": lambda r, d: drafts.reopen(d.pk, r.user, r.access),
    "check_secrecy": lambda r, d: drafts.check_secrecy(d.pk, r.POST.get("note", ""), r.user, r.access),
    "publish": lambda r, d: drafts.publish(d.pk, r.user, r.access),
    "correct": lambda r, d: drafts.correct(d.pk, r.POST.get("reason", ""), r.user, r.access),
    "void": lambda r, d: drafts.make_void(d.pk, r.user, r.access),
}


def _sentence(request: Any, draft: ReportDraft) -> int:
    """The sentence the form is about, which must be one of this draft."""
    return get_object_or_404(draft.sentences, pk=whole_number(request.POST.get("sentence"))).pk


@officers_only
@require_POST
def report_draft_act(request: Any, pk: int) -> HttpResponse:
    """One step on a draft or a sentence of it; a refusal is said on the page."""
    draft = _draft(request, pk)
    step = _STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        done = step(request, draft)
    except Refused as error:
        return _shown(request, draft, wrong=error.sentence(language()), status=422)
    after = done if isinstance(done, ReportDraft) else draft  # a correction is a draft of its own
    return HttpResponseRedirect(reverse("desk:report-draft", args=[after.pk]) + _place_after(request, draft))


def _place_after(request: Any, draft: ReportDraft) -> str:
    """Where the page opens after a step: at the sentence that waits next, at the one that was rewritten."""
    if not request.POST.get("sentence"):
        return ""
    done = draft.sentences.get(pk=_sentence(request, draft))
    later = draft.sentences.filter(position__gt=done.position, confirmed_at=None, left_out=False).order_by("position")
    following = done if request.POST["step"] in ("rewrite", "read_anew") else later.first() or done
    return f"#s{following.pk}"


@officers_only
def report_draft_file(request: Any, pk: int) -> HttpResponse:
    """下载: the draft as docx or PDF, or its working paper, or what changed since it was confirmed, or the notice of its correction."""
    draft = _draft(request, pk)
    composed, kind = kept.composed_of(draft), request.GET.get("form")
    if kind == "differences" or (kind == "notice" and draft.corrects):
        document = (
            _list_of_differences(request, draft) if kind == "differences" else notice_of(draft, composed.document)
        )
        record("report.download", f"region:{draft.region_id}", request.user.pk, year=draft.year, kind=kind)
        return FileResponse(io.BytesIO(to_docx(document)), as_attachment=True, filename=f"{document.title}.docx")
    return files_of(request, composed, draft.region_id, draft.year)


def _list_of_differences(request: Any, draft: ReportDraft) -> Document:
    named = {
        key_of(one): "、".join(dict.fromkeys(str(cell_row(line)[0]) for line in lines))
        for one, lines in _with_records(request, draft)
    }
    return document_of(draft, named)


def files_of(request: Any, composed: Composed, region: str, year: int) -> HttpResponse:
    """A report or its working paper in the form asked for; that it was taken out is noted, as are its figures told."""
    kind = request.GET.get("form", "docx")
    name = composed.document.title
    if kind in ("xlsx", "paper"):
        name = f"{name}-{_('取数底稿')}"
    try:
        content, ending = {
            "docx": lambda: (to_docx(composed.document), "docx"),
            "pdf": lambda: (to_pdf(composed.document), "pdf"),
            "xlsx": lambda: (working_paper(composed, region, year), "xlsx"),
            "paper": lambda: (to_docx(working_document(composed, region, year)), "docx"),
        }[kind]()
    except KeyError:
        raise Http404 from None
    except NoFaceError as error:
        messages.error(request, say(error.words))
        return HttpResponseRedirect(reverse("desk:report", args=[region, year]))
    record("report.download", f"region:{region}", request.user.pk, year=year, kind=kind)
    if kind in ("docx", "pdf"):
        hand_out_report(composed, region, request.user)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{name}.{ending}")
