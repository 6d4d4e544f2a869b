"""公开的办理: from a paper to the public's pages and back: begun, hidden place by place, checked, published, withdrawn, withheld.

The only writer of publications; each call is one transaction with its entry in the audit trail. The words that were hidden are
never written down here or there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhunsheng.cases.materials import ContentLost, open_material, right_on, works_on
from zhunsheng.cases.models import Case, Material, Volume
from zhunsheng.cases.reading import procedure_of
from zhunsheng.kernel.masking import (
    KINDS,
    Change,
    Hidden,
    Known,
    known_of,
    masked,
    places_of,
    propose,
    without_overlaps,
)
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused, behalf, refused, text_of
from zhunsheng.papers.docx_public import NotPublicError
from zhunsheng.papers.models import Paper
from zhunsheng.papers.numbering import take_number
from zhunsheng.papers.printing import printed
from zhunsheng.releases import finding
from zhunsheng.releases.copies import Copy, copy_of_file, copy_of_paper, digest_of
from zhunsheng.releases.kinds import GROUNDS, due_of, release_kinds
from zhunsheng.releases.models import Release, State
from zhunsheng.releases.reading import copy_of
from zhunsheng.releases.second_person import wants_another
from zhunsheng.reports.confidentiality import Hit, hits_of
from zhunsheng.security.audit import changed, record

INDEX = "{mark}公开/{year}-{serial}"
"""The index number (索引号) of what is published; each organ counts its own, year by year."""
CHECKS = ("secrecy", "personal", "trade")
"""The three questions a check answers: state secrets, personal data, trade secrets."""


# --- reading the source ----------------------------------------------------------------------------------------------


def source_of(paper: Paper | None, material: Material | None, officer: Officer) -> Copy:
    """The text that is to be published. Raises ``Refused`` where no copy can be made."""
    try:
        if paper is not None:
            return copy_of_paper(printed(paper))
        assert material is not None  # noqa: S101 - one of the two is the source
        with open_material(material, officer) as file:
            return copy_of_file(file.read(), material.file_name)
    except NotPublicError as error:
        raise refused("source", error.words.zh, error.words.en) from error


def source_again(row: Release, officer: Officer) -> tuple[Copy, list[str]]:
    """The source of a publication as it was proposed from, and its passages with the title first. Raises ``Refused``."""
    copy = source_of(row.paper, row.material, officer)
    passages = [row.title, *copy.passages()]
    if digest_of(passages) != row.source:
        raise refused(
            "changed", "原文与提出时不同，请作废后重新提出", "the source is no longer what it was; make this void and begin again"
        )  # fmt: skip
    return copy, passages


def changes_of(row: Release) -> list[tuple[Change, bool]]:
    """The list of changes: each place, and whether it is hidden."""
    return [
        (Change(one["passage"], one["start"], one["end"], Hidden(one["kind"]), one["into"]), one["on"])
        for one in row.changes
    ]


def _kept(changes: Sequence[tuple[Change, bool]]) -> list[dict[str, Any]]:
    return [
        {"passage": c.passage, "start": c.start, "end": c.end, "kind": c.kind.value, "into": c.into, "on": on}
        for c, on in changes
    ]


def hits_left(row: Release) -> list[Hit]:
    """What still looks secret or personal in what is to be published; a masked name is none."""
    passages = [row.shown_title, *copy_of(row).passages()]
    return [hit for text in passages for hit in hits_of(text) if "某" not in hit.text and "*" not in hit.text]


# --- writing ---------------------------------------------------------------------------------------------------------


def may(row: Release | Case, access: Access) -> bool:
    """Whether the officer works on the case it is of."""
    return works_on(row if isinstance(row, Case) else row.case, access)


def _must(case: Case, access: Access) -> None:
    if not works_on(case, access):
        raise refused("role", "由承办这个案件的人员办理", "this is for those who work on the case")


@transaction.atomic
def begin(
    case: Case, kind: str, title: str, *, paper: Paper | None = None, material: Material | None = None, officer: Officer,
    access: Access,
) -> Release:  # fmt: skip
    """拟公开: take up a paper or a material of a case, with everything that should be hidden proposed. Raises ``Refused``."""
    _must(case, access)
    if kind not in release_kinds():
        raise refused("kind", "请选择公开的种类", "choose what kind it is", "kind")
    if case.voided_on is not None or (material is not None and material.voided_at is not None):
        raise refused("voided", "已经作废的，不能公开", "it is void and cannot be published")
    if material is not None and material.volume != Volume.MAIN:
        raise refused("inner", "副卷的材料不公开", "what is in the inner volume is not published")
    title = text_of(title, 300, "title", "名称", "title")
    formed_on = paper.issued_on if paper else timezone.localdate(material.added_at) if material else None
    if formed_on is None:
        raise refused("source", "请选择要公开的文书或者材料", "choose the paper or the material")
    passages = [title, *source_of(paper, material, officer).passages()]
    known = known_of(procedure_of(case).all_fields, case.fields)
    proposed = [(change, True) for change in propose(passages, known, timezone.localdate())]
    due = due_of(kind, formed_on)
    try:
        with transaction.atomic():
            row = Release.objects.create(
                case=case, paper=paper, material=material, system=case.system, organ=case.organ, path=case.path, kind=kind,
                title=title, number=paper.number if paper else "", formed_on=formed_on, due_on=due.due if due else None,
                source=digest_of(passages), changes=_kept(proposed), begun_by=officer, begun_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise refused("exists", "这件文书已经提出公开", "its publication was begun already") from error
    _noted("begin", row, officer, access, proposed=len(proposed))
    return row


def _locked(pk: int, access: Access, *states: State) -> Release:
    # The texts are read again once the row is locked.
    row = Release.objects.select_for_update(of=("self",)).select_related("case", "organ", "paper__organ", "paper__template", "material").get(pk=pk)  # fmt: skip
    _must(row.case, access)
    if row.state not in states:
        raise refused(
            "state", f"现在是「{row.get_state_display()}」，不能办理这一步", "it is in another state; this step cannot be taken"
        )  # fmt: skip
    return row


@transaction.atomic
def mark(pk: int, words: str, kind: str, *, officer: Officer, access: Access) -> Release:
    """Mark words wherever they stand, such as a trade secret; they take the place of what was proposed there. Raises
    ``Refused``."""
    row = _locked(pk, access, State.CONCEPT)
    if kind not in set(map(str, Hidden)):
        raise refused("kind", "请选择遮盖的是什么", "choose what it is", "hidden")
    _copy, passages = source_again(row, officer)
    own = places_of(passages, text_of(words, 200, "words", "要遮盖的文字", "words to be hidden"), Hidden(kind))
    if not own:
        raise refused(
            "words", "原文和名称里都没有这些文字，请照原文填写", "these words do not stand in the text", "words"
        )
    before = changes_of(row)
    kept = without_overlaps([*own, *(change for change, _on in before)])
    row.changes = _kept([(change, dict(before).get(change, True)) for change in kept])
    row.masked_by, row.masked_at = None, None
    row.save()
    _noted("mark", row, officer, access, places=len(own), kind=kind)
    return row


@transaction.atomic
def confirm(pk: int, hidden: Collection[int], *, officer: Officer, access: Access) -> Release:
    """确认遮盖: of the places in the list those in ``hidden`` are hidden; what is published is made of it. Raises ``Refused``."""
    row = _locked(pk, access, State.CONCEPT)
    copy, passages = source_again(row, officer)
    decided = [(change, number in hidden) for number, (change, _on) in enumerate(changes_of(row))]
    its = [change for change, on in decided if on]
    made = copy.hiding(
        [Change(c.passage - 1, c.start, c.end, c.kind, c.into) for c in its if c.passage]
    )  # the title is passage 0
    row.changes = _kept(decided)
    row.shown_title = masked(passages[0], [change for change in its if not change.passage])
    row.blocks, row.docx = made.blocks, made.docx
    row.masked_by, row.masked_at = officer, timezone.now()
    row.save()
    _noted("mask", row, officer, access, hidden=len(its), left=len(decided) - len(its))
    return row


@transaction.atomic
def check(pk: int, answered: Collection[str], note: str, *, officer: Officer, access: Access) -> Release:
    """审查: neither secrets nor personal data nor trade secrets are left. Raises ``Refused``."""
    row = _locked(pk, access, State.CONCEPT)
    if row.masked_by_id is None:
        raise refused("masked", "请先逐处确认遮盖", "confirm what is hidden first")
    if wants_another(row.path, timezone.localdate()) and row.masked_by_id in access.people:
        raise refused("same", "确认遮盖的人不能自己审查", "whoever confirmed what is hidden does not check it")
    if not set(CHECKS) <= set(answered):
        raise refused(
            "checks", "国家秘密、个人信息、商业秘密三项都要审查", "all three questions have to be answered", "checks"
        )
    if (hits := hits_left(row)) and not note.strip():
        raise refused(
            "note", f"还有 {len(hits)} 处像是密级标志或者个人信息，请退回遮盖，或者写明可以公开的理由",
            f"{len(hits)} places still look secret or personal: hide them, or say why they may be public", "note",
        )  # fmt: skip
    row.state, row.check_note = State.CHECKED, note.strip()[:300]
    row.checked_by, row.checked_at = officer, timezone.now()
    row.save()
    _noted("check", row, officer, access, hits=len(hits))
    return row


@transaction.atomic
def send_back(pk: int, *, officer: Officer, access: Access) -> Release:
    """退回: what was checked, or is withheld and may be published after all, is prepared anew. Raises ``Refused``."""
    row = _locked(pk, access, State.CHECKED, State.WITHHELD)
    row.state = State.CONCEPT
    row.masked_by = row.masked_at = row.checked_by = row.checked_at = row.blocks = row.docx = None
    row.shown_title = row.check_note = row.ground = row.ground_note = ""
    row.review_on = None
    row.save()
    _noted("return", row, officer, access)
    return row


@transaction.atomic
def publish(pk: int, *, officer: Officer, access: Access) -> Release:
    """公开: it stands on the public's pages from now on, under its index number. Raises ``Refused``."""
    row = _locked(pk, access, State.CHECKED)
    now = timezone.now()
    row.state, row.published_by, row.published_at = State.PUBLISHED, officer, now
    row.index_number = take_number(row.organ, INDEX, timezone.localdate(now).year)
    row.save()
    finding.keep(row)
    late = row.due_on is not None and timezone.localdate(now) > row.due_on
    _noted("publish", row, officer, access, late=late)
    return row


@transaction.atomic
def withdraw(pk: int, reason: str, *, officer: Officer, access: Access) -> Release:
    """撤回: it is gone from every page; its address says that and why. Raises ``Refused``."""
    row = _locked(pk, access, State.PUBLISHED)
    reason = text_of(reason, 300, "reason", "撤回理由", "reason")
    known = known_of(procedure_of(row.case).all_fields, row.case.fields)
    if found := propose([reason], [*known, *_hidden_in(row, officer)]):
        words, _basis = KINDS[found[0].kind]
        raise refused(
            "reason", f"撤回理由会公开，请不要写{words.zh}", f"the reason is public; leave out the {words.en}", "reason"
        )  # fmt: skip
    row.state, row.withdrawal = State.WITHDRAWN, reason
    row.withdrawn_by, row.withdrawn_at = officer, timezone.now()
    row.save()
    finding.keep(row)
    _noted("withdraw", row, officer, access)
    return row


def _hidden_in(row: Release, officer: Officer) -> list[Known]:
    """The words that were hidden, read in the source once more; none where it cannot be read, for a decision has to go all the same."""
    try:
        _copy, passages = source_again(row, officer)
    except (Refused, ContentLost):
        return []
    hidden = (change for change, on in changes_of(row) if on)
    return [Known(passages[one.passage][one.start : one.end], one.kind, one.into) for one in hidden]


@transaction.atomic
def withhold(pk: int, ground: str, note: str, review_on: date | None, *, officer: Officer, access: Access) -> Release:
    """不予公开: with its ground, and the day on which it is looked at again (Disclosure Regulation, articles 14 to 18). Raises
    ``Refused``."""
    row = _locked(pk, access, State.CONCEPT, State.CHECKED, State.WITHHELD)
    if ground not in GROUNDS:
        raise refused("ground", "请选择不予公开的理由", "choose the ground", "ground")
    if review_on is None or review_on <= timezone.localdate():
        raise refused("review_on", "请填写今天以后的评估日期", "give a day after today for the review", "review_on")
    row.state, row.ground, row.review_on = State.WITHHELD, ground, review_on
    row.ground_note = text_of(note, 300, "ground_note", "理由说明", "reasons")
    row.blocks = row.docx = None
    row.shown_title = ""
    row.save()
    _noted("withhold", row, officer, access, ground=ground)
    return row


@transaction.atomic
def make_void(pk: int, *, officer: Officer, access: Access) -> Release:
    """作废: begun by mistake; the paper can be taken up again. Raises ``Refused``."""
    row = _locked(pk, access, State.CONCEPT, State.CHECKED)
    row.state, row.blocks, row.docx, row.shown_title = State.VOID, None, None, ""
    row.save()
    _noted("void", row, officer, access)
    return row


def _noted(what: str, row: Release, officer: Officer, access: Access, **detail: Any) -> None:
    record(
        f"release.{what}",
        f"release:{row.pk}",
        officer.pk,
        case=row.case_id,
        **detail,
        **changed(row),
        **behalf(right_on(row.case, access)),
    )


HIDDEN_KINDS = [(kind.value, words) for kind, (words, _basis) in KINDS.items()]
"""What an officer can say his own mark is of."""
