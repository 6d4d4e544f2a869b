"""Proposing, reviewing and destroying (鉴定与销毁), and holds: the only writer of this room. One call is one transaction.

Whoever proposes and the two who review are three persons; who stands in for somebody counts as him. When the second reviewer
agrees the files are destroyed, all of the list or none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhunsheng.cases.models import Case
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import refused, text_of
from zhunsheng.papers.numbering import take_number
from zhunsheng.retention.destroying import destroy
from zhunsheng.retention.ended import MOST, ended, hindrances
from zhunsheng.retention.models import ROOM, Hold, ListedFile, Proposal, Review, State, Tombstone, ground_of, of_office
from zhunsheng.security.audit import changed, changed_of, record

ARCHIVIST, REVIEWER = "archivist", "reviewer"
ROLES = {
    ARCHIVIST: Words("档案管理员", "Archivist"),
    REVIEWER: Words("销毁鉴定人", "Reviewer of destruction"),
}
NAME = Words("保管与销毁", "Retention and destruction")
NUMBER = "{mark}档销〔{year}〕{serial}号"
"""How certificates are numbered. Of the platform's making; no source prescribes one."""
REVIEWERS = 2


def holds_office(access: Access, role: str = "") -> bool:
    """Whether an officer has a duty of this room, or the one named."""
    return any(one.system == ROOM and role in ("", one.role) for one in access.holdings)


def _check(officer: Officer, role: str, path: str) -> Access:
    """The access of an officer who holds the role over a path himself; nobody destroys for somebody who is away."""
    access = access_of(officer, timezone.localdate())
    own = access.capacities[0]
    if own.principal is not None or role not in own.offices(ROOM, path):
        raise refused(
            "role",
            f"由{ROLES[role].zh}本人办理，您在这里没有这一岗位",
            f"this is for the {ROLES[role].en.lower()} in person; you do not hold that role here",
        )
    return own


@transaction.atomic
def propose(officer: Officer, cases: Sequence[int], reason: str) -> Proposal:
    """提出销毁. Raises ``Refused``: all files have to be at their end, and nothing may stand against any."""
    access = access_of(officer, timezone.localdate()).capacities[0]
    if not cases:
        raise refused("none", "请至少勾选一件", "tick at least one file", "cases")
    if len(cases) > MOST:
        raise refused("many", f"一份清册最多 {MOST} 件", f"at most {MOST} files on one list", "cases")
    reason = text_of(reason, 300, "reason", "鉴定意见", "appraisal")
    list(Case.objects.select_for_update(of=("self",)).filter(pk__in=cases).order_by("pk").values_list("pk"))
    found = ended(of_office(access) & Q(pk__in=cases), timezone.localdate())
    if len(found) != len(set(cases)):
        raise refused("not_ended", "有的案卷不在到期清单中，请刷新后重选",
                      "some of the files are not at their end; reload and choose again", "cases")  # fmt: skip
    for one in found:
        _check(officer, ARCHIVIST, one.path)
        if one.hindrance is not None:
            raise refused("hindered", f"{one.number}：{one.hindrance.zh}", f"{one.number}: {one.hindrance.en}", "cases")
    offices = [h for h in access.holdings if (h.system, h.role) == (ROOM, ARCHIVIST)]
    path = next((h for h in offices if all(h.reaches(ROOM, one.path) for one in found)), None)
    if path is None:
        raise refused("organs", "请按单位分开提出", "propose the files of different organs apart", "cases")
    organ = Organ.objects.get(pk=path.organ)
    row = Proposal.objects.create(
        organ=organ, path=organ.path, reason=reason, proposed_by=officer, proposed_at=timezone.now()
    )
    ListedFile.objects.bulk_create(
        ListedFile(proposal=row, record=one.record, system=one.system, number=one.number, organ=one.organ, path=one.path,
             opened_on=one.opened_on, closed_on=one.closed_on, kept_until=one.until, basis=one.basis)
        for one in found
    )  # fmt: skip
    record("retention.propose", f"proposal:{row.pk}", officer.pk, organ=organ.pk, cases=len(found))
    return row


def _waiting(proposal: int) -> Proposal:
    row = Proposal.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=proposal).first()
    if row is None or row.state != State.PROPOSED:
        raise refused("ended", "这份清册已经办完，请刷新", "this list is done with; reload the page")
    return row


@transaction.atomic
def review(officer: Officer, proposal: int, agreed: bool, opinion: str = "") -> Proposal:
    """鉴定: one of two reviewers agrees, and with the second the files are destroyed; or one does not, and the list is over.
    Raises ``Refused``."""
    row = _waiting(proposal)
    own = _check(officer, REVIEWER, row.path)
    reviews = list(row.reviews.all())
    if officer.pk in {row.proposed_by_id, *(one.officer_id for one in reviews)} or own.people & {row.proposed_by_id}:
        raise refused(
            "same_person", "提出人和两位鉴定人必须是三个人，请由其他鉴定人办理",
            "who proposes and the two reviewers have to be three persons; another reviewer has to do this",
        )  # fmt: skip
    opinion = opinion.strip()[:300] if agreed else text_of(opinion, 300, "opinion", "不同意的理由", "reason")
    Review.objects.create(proposal=row, officer=officer, agreed=agreed, opinion=opinion, at=timezone.now())
    if not agreed:
        row.state, row.ended_at = State.REFUSED, timezone.now()
        row.save(update_fields=("state", "ended_at"))
    record("retention.agree" if agreed else "retention.refuse", f"proposal:{row.pk}", officer.pk, **changed(row))
    if agreed and len(reviews) + 1 >= REVIEWERS:
        _destroy(row, officer)
    return row


def _destroy(row: Proposal, officer: Officer) -> None:
    """All files of a list, unless something has come up against one of them."""
    lines = list(row.lines.select_related("organ").order_by("pk"))
    keys = [line.record for line in lines]
    cases = {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    still = {one.record for one in ended(Q(pk__in=keys), timezone.localdate())}
    why = hindrances(keys, timezone.localdate(), row.pk)
    for line in lines:
        if line.record in why:
            words = why[line.record]
            raise refused("hindered", f"{line.number}：{words.zh}；没有销毁任何案卷",
                          f"{line.number}: {words.en}; nothing was destroyed")  # fmt: skip
        if line.record not in cases or line.record not in still:
            raise refused("not_ended", f"{line.number} 的保管期限已改，不再到期；没有销毁任何案卷",
                          f"the retention of {line.number} is not over any more; nothing was destroyed")  # fmt: skip
    now = timezone.now()
    row.number = take_number(row.organ, NUMBER, timezone.localdate().year)
    for line in lines:
        digest, rows = destroy(cases[line.record], ground_of(row.number, line.record))
        Tombstone.objects.create(
            record=line.record, proposal=row, system=line.system, number=line.number, organ=line.organ, path=line.path,
            opened_on=line.opened_on, closed_on=line.closed_on, basis=line.basis, digest=digest, rows=rows,
            destroyed_at=now,
        )  # fmt: skip
    row.state, row.ended_at = State.DESTROYED, now
    row.save(update_fields=("state", "number", "ended_at"))
    record("retention.destroy", f"proposal:{row.pk}", officer.pk, number=row.number, cases=len(lines), **changed(row))


@transaction.atomic
def withdraw(officer: Officer, proposal: int) -> None:
    """撤回, by whoever proposed. Raises ``Refused``."""
    row = _waiting(proposal)
    if row.proposed_by_id != officer.pk:
        raise refused("role", "由提出人撤回", "this is for whoever proposed it")
    row.state, row.ended_at = State.WITHDRAWN, timezone.now()
    row.save(update_fields=("state", "ended_at"))
    record("retention.withdraw", f"proposal:{row.pk}", officer.pk, **changed(row))


@transaction.atomic
def hold(officer: Officer, number: str, reason: str) -> Hold:
    """暂停销毁 of a file by its number. Raises ``Refused``."""
    reason = text_of(reason, 300, "reason", "事由", "reason")
    access = access_of(officer, timezone.localdate()).capacities[0]
    found = list(Case.objects.filter(of_office(access), number=number.strip()).exclude(number="")[:2])
    if len(found) != 1:
        raise refused(
            "unknown",
            f"没有案号为“{number.strip()}”的办件，请核对",
            f"no case has the number “{number.strip()}”",
            "number",
        )
    case = found[0]
    _check(officer, ARCHIVIST, case.path)
    list(Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).values_list("pk"))
    if Hold.objects.filter(record=case.pk, lifted_at=None).exists():
        raise refused("held", f"{case.number} 已经暂停销毁", f"{case.number} is on hold already", "number")
    row = Hold.objects.create(
        record=case.pk, system=case.system, number=case.number, path=case.path, reason=reason, placed_by=officer,
        placed_at=timezone.now(),
    )  # fmt: skip
    record("retention.hold", f"case:{case.pk}", officer.pk, hold=row.pk)
    return row


@transaction.atomic
def lift(officer: Officer, key: int, reason: str) -> None:
    """解除. Raises ``Refused``."""
    row = Hold.objects.select_for_update().filter(pk=key, lifted_at=None).first()
    if row is None:
        raise refused("lifted", "已经解除，请刷新", "it was lifted already; reload the page")
    _check(officer, ARCHIVIST, row.path)
    row.lifting = text_of(reason, 300, "reason", "解除理由", "reason")
    row.lifted_by, row.lifted_at = officer, timezone.now()
    row.save(update_fields=("lifting", "lifted_by", "lifted_at"))
    record("retention.lift", f"case:{row.record}", officer.pk, hold=row.pk, **changed_of(row))
