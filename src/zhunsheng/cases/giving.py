"""给佐证: a list given to a case as evidence, and taken back. Nothing is deleted: what was taken back stays with its day and
who did it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.choosing import filters_in
from zhunsheng.cases.evidence import PASSING, count_of, takes_lists, words_of
from zhunsheng.cases.materials import right_on, works_on
from zhunsheng.cases.models import Case, ListEvidence
from zhunsheng.cases.reading import procedure_of
from zhunsheng.catalogue.loading import system
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf, refused
from zhunsheng.security.audit import record as audit

MOST = 20
"""Lists one case may be given."""


def may_give(case: Case, access: Access) -> bool:
    """Whether the officer may give lists to a case now: he works on it, it takes them and is not closed."""
    return (
        case.closed_on is None
        and case.voided_on is None
        and takes_lists(procedure_of(case).procedure)
        and works_on(case, access)
    )


def _scope(access: Access, slug: str, organ: str) -> tuple[Organ, bool] | None:
    """Whose cases a list counts, and whether those below count too: of the organ filtered by, else of the topmost the officer has a
    duty in; none where he sees nothing of it."""
    own = [holding for holding in access.own if holding.system in ("*", slug)]
    found = None
    if organ:
        found = Organ.objects.filter(pk=int(organ)).first() if organ.isdecimal() and len(organ) < 18 else None
    elif own:
        top = min(own, key=lambda holding: (not holding.whole_tree, holding.path.count("/")))
        found = Organ.objects.filter(pk=top.organ).first()
    reasons: list[Holding] = [one for one in own if found is not None and one.reaches(slug, found.path)]
    return (found, any(one.whole_tree for one in reasons)) if found is not None and reasons else None


def drafted(slug: str, query: Mapping[str, str], access: Access) -> ListEvidence:
    """The list the words of an address say, with how many cases it holds, given to no case yet. Raises ``Refused``."""
    on = timezone.localdate()
    filters = filters_in(query, system(slug).procedure_on(on))
    if filters.wrong:
        raise refused("field", *filters.wrong[0])
    if filters.course in PASSING:
        raise refused(
            "evidence",
            "按逾期、将到期或者作废筛选的清单每天都在变，不能作为佐证；请改用日期、状态或者结果筛选",
            "a list of overdue, soon due or void cases changes every day and proves nothing; filter by days, state or result",
        )
    scope = _scope(access, slug, filters.organ)
    if scope is None:
        raise refused("evidence", "您看不到这个单位的清单，不能作为佐证", "you do not see this organ's list")
    row = ListEvidence(system=slug, query=words_of(query), organ=scope[0], whole_tree=scope[1], given_at=timezone.now())
    row.count = count_of(row, on)
    if not row.count:
        raise refused(
            "evidence",
            "清单里一件也没有，不能作为佐证；请改筛选条件",
            "the list is empty and proves nothing; change the filters",
        )
    return row


@transaction.atomic
def give(case_id: int, slug: str, query: Mapping[str, str], *, officer: Officer, access: Access) -> ListEvidence:
    """Give a list to a case: the cases of a system that the words of its address keep. Raises ``Refused``."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if not may_give(case, access):
        raise refused(
            "evidence",
            "这件现在不能附清单：已经办结、作废，或者您不承办",
            "no list can be given to this case now: it is closed, void, or not yours",
        )
    row = drafted(slug, query, access)
    there = case.lists.filter(voided_at=None)
    if there.filter(system=slug, query=row.query, organ=row.organ).exists():
        raise refused("evidence", "这个清单已经附过了", "this list was given already")
    if there.count() >= MOST:
        raise refused("evidence", f"一件最多附 {MOST} 个清单", f"a case takes {MOST} lists at most")
    right = right_on(case, access)
    row.case, row.given_by, row.on_behalf_of_id = case, officer, right.principal
    row.save()
    audit("case.give_list", f"case:{case.pk}", officer.pk, list=row.pk, system=slug, count=row.count, **behalf(right))
    return row


@transaction.atomic
def take_back(case_id: int, pk: int, *, officer: Officer, access: Access) -> None:
    """Take a list back; its row stays. Raises ``Refused``."""
    case = Case.objects.select_for_update().get(pk=case_id)
    row = case.lists.filter(pk=pk, voided_at=None).first()
    if row is None or not may_give(case, access):
        raise refused("evidence", "这个清单现在不能撤下", "this list cannot be taken back now")
    row.voided_by, row.voided_at = officer, timezone.now()
    row.save(update_fields=["voided_by", "voided_at"])
    audit("case.take_back_list", f"case:{case.pk}", officer.pk, list=row.pk, **behalf(right_on(case, access)))
