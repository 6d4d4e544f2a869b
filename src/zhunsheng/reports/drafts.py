"""报告稿: a report from its draft to the public: composed, confirmed sentence by sentence, made final, checked, published, and
corrected where it proves wrong afterwards.

The only writer of drafts. What stands in a sentence is decided in ``composing``; what a change of records afterwards comes to
in ``discrepancies``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from zhunsheng.kernel.words import Words
from zhunsheng.ledger.figures import figure_names
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer, Organ, Region
from zhunsheng.orgs.refusals import refused
from zhunsheng.reports.composing import ADDRESSEES, compose, government_of, is_to_write
from zhunsheng.reports.corrections import changes
from zhunsheng.reports.discrepancies import undecided
from zhunsheng.reports.kept import as_kept, reads, secrecy_hits, work_of
from zhunsheng.reports.models import ReportDraft, Sentence, Stage
from zhunsheng.reports.outline import PLACEHOLDER, PLACES
from zhunsheng.reports.own_outlines import coded
from zhunsheng.reports.sentences import TABLE
from zhunsheng.security.audit import changed, record

SYSTEM = "annual_report"
"""The system whose roles write, confirm and make final: 撰写人员, 审核人员, 审定负责人."""
WRITERS, CONFIRMERS, FINAL = frozenset({"drafter"}), frozenset({"drafter", "reviewer", "head"}), frozenset({"head"})
CHECKERS = frozenset({"reviewer", "head"})
STEPS: Mapping[str, tuple[frozenset[str], Words]] = {
    "begin": (WRITERS, Words("只有本级政府年度报告的撰写人员可以起草报告", "only a drafter of the government's yearly report composes it")),
    "send_to": (WRITERS, Words("只有年度报告的撰写人员可以改报送对象", "only a drafter of the report says whom it goes to")),
    "confirm": (CONFIRMERS, Words("只有年度报告的撰写、审核、审定人员可以确认", "only those who write, review or approve the report confirm it")),
    "rewrite": (WRITERS, Words("只有年度报告的撰写人员可以改写", "only a drafter rewrites the report")),
    "keep_figures": (CONFIRMERS, Words("只有年度报告的撰写、审核、审定人员可以决定照用原数", "only those who write, review or approve the report decide that a figure stands")),
    "leave_out": (WRITERS, Words("只有年度报告的撰写人员可以删改", "only a drafter changes the report")),
    "make_final": (FINAL, Words("只有年度报告的审定负责人可以定稿", "only the approving head makes the report final")),
    "reopen": (FINAL, Words("只有年度报告的审定负责人可以退回", "only the approving head gives the report back")),
    "check_secrecy": (CHECKERS, Words("只有年度报告的审核、审定人员可以办理保密审查", "only a reviewer or the approving head checks for secrets")),
    "publish": (CONFIRMERS, Words("只有年度报告的撰写、审核、审定人员可以公开", "only those who write, review or approve the report publish it")),
    "correct": (FINAL, Words("只有年度报告的审定负责人可以决定更正", "only the approving head decides that a report is corrected")),
    "void": (FINAL, Words("只有年度报告的审定负责人可以作废报告稿", "only the approving head voids the draft")),
}  # fmt: skip
"""Who may take which step, and what everybody else is told."""
LONGEST = 2000
_WRITTEN = re.compile(r"[{｛]{2}([^{}｛｝]+)[}｝]{2}")


def may(access: Access, government: Organ | None, roles: frozenset[str]) -> bool:
    """Whether the officer holds one of the roles towards a region's government."""
    return government is not None and bool(access.roles(SYSTEM, government.path, roles))


def _must(step: str, access: Access, region: Region) -> None:
    roles, otherwise = STEPS[step]
    if not may(access, government_of(region, timezone.localdate()), roles):
        raise refused("role", otherwise.zh, otherwise.en)


# --- writing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(region: Region, year: int, outline: str, officer: Officer, access: Access, audience: str = "") -> ReportDraft:
    """Compose a report and keep it as a draft. Raises ``Refused``, ``ReportError``, ``OutlineError``."""
    _must("begin", access, region)
    if draft_of(region, year, outline) is not None:
        raise refused("exists", "这份报告已经起草，请在原稿上修改", "this report is drafted already; change the draft")
    composed = compose(region.code, year, outline=outline)
    draft = ReportDraft.objects.create(
        region=region, year=year, outline=outline, audience=audience, composed_by=officer, composed_at=timezone.now()
    )
    Sentence.objects.bulk_create(
        Sentence(draft=draft, position=index, section=one.section, heading=one.heading, paragraph=one.paragraph,
                 template=one.template, sources=[list(source) for source in one.sources])
        for index, one in enumerate(composed.sentences, 1)
    )  # fmt: skip
    _noted("begin", draft, officer, sentences=len(composed.sentences))
    return draft


@transaction.atomic
def send_to(pk: int, audience: str, officer: Officer, access: Access) -> ReportDraft:
    """报送对象: whom the report goes to, by the outline where empty; at any time until it is final. Raises ``Refused``."""
    draft = _locked(pk, Stage.DRAFT)
    _must("send_to", access, draft.region)
    if audience and audience not in ADDRESSEES:
        raise refused("audience", "请选择报送对象", "choose whom the report goes to", "audience")
    draft.audience = audience
    draft.save(update_fields=["audience"])
    _noted("send_to", draft, officer, audience=audience)
    return draft


def draft_of(region: Region, year: int, outline: str = "") -> ReportDraft | None:
    """The draft of a region's report on a year that is not void, by the named outline, else the one begun last."""
    found = ReportDraft.objects.filter(region=region, year=year).exclude(stage=Stage.VOID)
    return (found.filter(outline=outline) if outline else found).order_by("pk").last()


def _open(pk: int) -> Sentence:
    sentence = Sentence.objects.select_for_update().select_related("draft__region").get(pk=pk)
    if sentence.draft.stage != Stage.DRAFT:
        raise refused("stage", "报告已经定稿，不能再改", "the report is final and cannot be changed")
    return sentence


@transaction.atomic
def confirm(pk: int, officer: Officer, access: Access) -> Sentence:
    """Confirm a sentence: what it prints now is kept, with its figures. Raises ``Refused``."""
    sentence = _open(pk)
    _must("confirm", access, sentence.draft.region)
    written = reads(sentence, work_of(sentence.draft))
    if not (written.runs or written.block):
        raise refused(
            "empty",
            "这句话要用的指标还没有入账，请先补数、改写或者不采用",
            "the figures of this sentence are not posted; supply them, rewrite it or leave it out",
        )
    if written.is_lacking:
        raise refused(
            "missing",
            "这句话还有缺数，请补数或者改写后再确认",
            "a figure is missing in this sentence; supply it or rewrite the sentence",
        )
    if is_to_write(sentence.template):
        raise refused(
            "to_write",
            "这一部分是法定内容，还没有写，请先改写再确认",
            "this part is required by law and not written yet; rewrite it first",
        )
    sentence.runs, sentence.figures = as_kept(written)
    sentence.confirmed_by, sentence.confirmed_at, sentence.left_out = officer, timezone.now(), False
    sentence.save()
    _noted("confirm", sentence.draft, officer, sentence)
    return sentence


@transaction.atomic
def rewrite(pk: int, text: str, officer: Officer, access: Access) -> Sentence:
    """Change the words of a sentence; it has to be confirmed again. Figures stay places: {{系统：指标}}. Raises
    ``Refused``."""
    sentence = _open(pk)
    _must("rewrite", access, sentence.draft.region)
    text = coded(_in_form(text))
    if not text:
        raise refused(
            "empty",
            "请写内容；不要这句话的，点“不用”",
            "write something; to do without the sentence choose Leave out",
            "text",
        )
    if len(text) > LONGEST:
        raise refused("long", f"最多 {LONGEST} 字", f"at most {LONGEST} characters", "text")
    for zh, en in problems_of(text):
        raise refused("figure", zh, en, "text")
    sentence.template, sentence.edited_by, sentence.left_out = text, officer, False
    _unconfirm(sentence)
    sentence.save()
    _noted("rewrite", sentence.draft, officer, sentence)
    return sentence


def _in_form(text: str) -> str:
    """A text as it is kept: in one line without its full stop, of a table a line for each row."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return "\n".join(lines) if text.lstrip().startswith(TABLE) else " ".join(lines).rstrip("。")


def problems_of(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the places for figures in a sentence."""
    for _change, name, _previous in PLACEHOLDER.findall(text):
        if name not in PLACES and name not in figure_names():
            yield f"没有「{name}」这个指标", f"there is no figure “{name}”"
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        found = _WRITTEN.search(text)
        if found:
            yield f"没有「{found[1]}」这个指标，指标写成 {{{{系统：指标}}}}", f"there is no figure “{found[1]}”"
        else:
            yield "花括号不成对：指标写成 {{系统：指标}}", "braces are not in pairs: a figure is written {{系统：指标}}"


@transaction.atomic
def read_anew(pk: int, officer: Officer, access: Access) -> Sentence:
    """取新数: a confirmed sentence prints what the ledger has now, and has to be confirmed again. Raises ``Refused``."""
    sentence = _open(pk)
    _must("confirm", access, sentence.draft.region)
    _unconfirm(sentence)
    sentence.save()
    _noted("read_anew", sentence.draft, officer, sentence)
    return sentence


@transaction.atomic
def keep_figures(pk: int, reason: str, officer: Officer, access: Access) -> Sentence:
    """照用原数: the changed figures of a confirmed sentence stand as they were confirmed, for a reason; what changes them once more is
    listed again. Raises ``Refused``."""
    sentence = Sentence.objects.select_for_update().select_related("draft__region").get(pk=pk)
    _must("keep_figures", access, sentence.draft.region)
    if sentence.draft.stage in (Stage.CORRECTED, Stage.VOID):
        raise refused(
            "stage", "报告已经更正或者作废，不再决定", "the report is corrected or void; nothing is decided on it"
        )
    why = " ".join(reason.split()).rstrip("。")[:200]
    if not why:
        raise refused("reason", "请写明照用原数的理由", "say why the figure stands", "reason")
    said = f"{why}（{officer.name} {timezone.localdate():%Y-%m-%d}）"
    now = {(one.account, one.year): one for one in undecided(sentence.draft) if one.sentence.pk == pk}
    sentence.figures = [
        {**kept, "stands": {"value": now[kept["account"], kept["year"]].value, "why": said}}
        if (kept["account"], kept["year"]) in now
        else kept
        for kept in sentence.figures
    ]
    sentence.save()
    _noted("keep_figures", sentence.draft, officer, sentence)
    return sentence


@transaction.atomic
def leave_out(pk: int, officer: Officer, access: Access) -> Sentence:
    """Do without a sentence; it stays in the draft, struck out, and can be taken up again by rewriting or confirming."""
    sentence = _open(pk)
    _must("leave_out", access, sentence.draft.region)
    sentence.left_out = True
    _unconfirm(sentence)
    sentence.save()
    _noted("leave_out", sentence.draft, officer, sentence)
    return sentence


def _unconfirm(sentence: Sentence) -> None:
    sentence.confirmed_by = sentence.confirmed_at = None
    sentence.runs, sentence.figures = [], []


@transaction.atomic
def make_final(pk: int, number: str, officer: Officer, access: Access) -> ReportDraft:
    """定稿: when every sentence is confirmed or left out. Raises ``Refused``."""
    draft = _locked(pk, Stage.DRAFT)
    _must("make_final", access, draft.region)
    waiting = draft.sentences.filter(confirmed_at=None, left_out=False).count()
    if waiting:
        raise refused(
            "unconfirmed",
            f"还有 {waiting} 句没有确认，逐句确认后才能定稿",
            f"{waiting} sentences are not confirmed yet",
        )
    if open_ones := len(undecided(draft)):
        raise refused(
            "differences",
            f"有 {open_ones} 处数据确认以后变动了：请取新数再确认，或者写明照用原数的理由",
            f"{open_ones} figures changed after they were confirmed: read them anew, or say why they stand",
        )
    if draft.corrects and not changes(draft):
        raise refused(
            "unchanged",
            "更正稿与已经公开的报告没有不同；不需要更正的，请作废更正稿",
            "the correction says what the published report says; void it if there is nothing to correct",
        )
    draft.number, draft.stage = number.strip()[:80], Stage.CONFIRMED
    draft.confirmed_by, draft.confirmed_at = officer, timezone.now()
    draft.save()
    _noted("make_final", draft, officer)
    return draft


@transaction.atomic
def reopen(pk: int, officer: Officer, access: Access) -> ReportDraft:
    """退回: a final report that is not published goes back to be changed. What the ledger says otherwise by now has to be confirmed
    again, the rest stands as it was confirmed. Raises ``Refused``."""
    draft = _locked(pk, Stage.CONFIRMED)
    _must("reopen", access, draft.region)
    differing = {one.sentence.pk: one.sentence for one in undecided(draft)}.values()
    for sentence in differing:
        _unconfirm(sentence)
        sentence.save()
    draft.stage, draft.confirmed_by, draft.confirmed_at = Stage.DRAFT, None, None
    draft.checked_by, draft.checked_at, draft.check_note = None, None, ""
    draft.save()
    _noted("reopen", draft, officer, *differing)
    return draft


@transaction.atomic
def check_secrecy(pk: int, note: str, officer: Officer, access: Access) -> ReportDraft:
    """保密审查: note who looked whether anything in the final report is secret or personal. Where something was found the note
    says why it may stand. Raises ``Refused``."""
    draft = _locked(pk, Stage.CONFIRMED)
    _must("check_secrecy", access, draft.region)
    if draft.confirmed_by_id == officer.pk and draft.composed_by_id == officer.pk:
        raise refused(
            "same",
            "起草并定稿的人不能自己作保密审查",
            "whoever wrote the report and made it final does not check it for secrets",
        )
    found = secrecy_hits(draft)
    if found and not note.strip():
        raise refused(
            "note",
            f"有 {len(found)} 处疑似涉密或者个人信息，请写明处理意见",
            f"{len(found)} passages may be secret or personal; say what was decided",
            "note",
        )
    draft.checked_by, draft.checked_at, draft.check_note = officer, timezone.now(), note.strip()[:300]
    draft.save()
    _noted("check_secrecy", draft, officer, hits=len(found))
    return draft


@transaction.atomic
def publish(pk: int, officer: Officer, access: Access) -> ReportDraft:
    """公开: only after the check for secrets; the report it corrects stays readable as corrected. Raises ``Refused``."""
    draft = _locked(pk, Stage.CONFIRMED)
    _must("publish", access, draft.region)
    if draft.checked_at is None:
        raise refused("unchecked", "还没有作保密审查，不能公开", "it has not been checked for secrets yet")
    draft.stage, draft.published_by, draft.published_at = Stage.PUBLISHED, officer, timezone.now()
    draft.save()
    if draft.corrects:
        draft.corrects.stage = Stage.CORRECTED
        draft.corrects.save(update_fields=["stage"])
    _noted("publish", draft, officer)
    return draft


@transaction.atomic
def correct(pk: int, reason: str, officer: Officer, access: Access) -> ReportDraft:
    """更正: a published report that proves wrong is written anew beside it, for a reason that is published too. What the ledger says
    otherwise by now has to be confirmed again, the rest stands as it was confirmed; then it goes the way of every report. Until it
    is published the report stands as it is. Raises ``Refused``."""
    wrong = _locked(pk, Stage.PUBLISHED)
    _must("correct", access, wrong.region)
    reason = " ".join(reason.split()).rstrip("。")[:300]
    if not reason:
        raise refused(
            "reason", "请写明更正理由，更正理由一并公开", "say why it is corrected; the reason is published", "reason"
        )
    if wrong.corrections.exclude(stage=Stage.VOID).exists():
        raise refused(
            "exists", "这份报告已经在更正，请办理更正稿", "the report is being corrected already; go on with that draft"
        )
    differing = {one.sentence.pk for one in undecided(wrong)}
    draft = ReportDraft.objects.create(
        region=wrong.region, year=wrong.year, outline=wrong.outline, audience=wrong.audience, number=wrong.number, corrects=wrong,
        reason=reason, composed_by=officer, composed_at=timezone.now(),
    )  # fmt: skip
    rows = list(wrong.sentences.order_by("position"))
    for row in rows:
        if row.pk in differing:
            _unconfirm(row)
        row.pk, row.draft = None, draft
    Sentence.objects.bulk_create(rows)
    _noted("correct", draft, officer, corrects=wrong.pk, sentences=len(rows))
    return draft


@transaction.atomic
def make_void(pk: int, officer: Officer, access: Access) -> ReportDraft:
    """作废: a report that is not published; another can be drafted. Raises ``Refused``."""
    draft = ReportDraft.objects.select_for_update().select_related("region").get(pk=pk)
    _must("void", access, draft.region)
    if draft.stage in (Stage.PUBLISHED, Stage.CORRECTED, Stage.VOID):
        raise refused("stage", "已经公开或者作废的报告不能作废", "a published or void report cannot be voided")
    draft.stage = Stage.VOID
    draft.save()
    _noted("void", draft, officer)
    return draft


def _locked(pk: int, stage: Stage) -> ReportDraft:
    draft = ReportDraft.objects.select_for_update().select_related("region").get(pk=pk)
    if draft.stage != stage:
        with override("zh-hans"):  # the Chinese half of the sentence, whoever reads it
            now = str(draft.get_stage_display())
        raise refused("stage", f"报告现在是“{now}”，不能这样办", "the report is not at the stage for this")
    return draft


def _noted(action: str, draft: ReportDraft, officer: Officer, *sentences: Sentence, **detail: Any) -> None:
    place = {"sentence": sentences[0].position} if len(sentences) == 1 else {}
    record(
        f"report.{action}", f"draft:{draft.pk}", officer.pk, region=draft.region_id, year=draft.year, **place, **detail,
        **changed(draft, *sentences),
    )  # fmt: skip
