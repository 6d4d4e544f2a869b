"""会签意见: what was answered to a request for an opinion, and what became of it (采纳情况)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.materials import right_on, works_on
from zhunsheng.cases.models import Adoption, Assignment, Case, Event, OpinionUse
from zhunsheng.kernel.office import Verb
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import behalf, refused
from zhunsheng.security.audit import record as audit

_NO = (False, "", "0", "false", "no", "否")


def agreements(case: Case) -> dict[int, bool]:
    """Number of the request -> whether what was asked about was agreed to. One query."""
    signed = Event.objects.filter(case=case, action=Verb.SIGN).values_list("request", "values")
    return {number: values.get("agrees") not in _NO for number, values in signed if "agrees" in values}


@transaction.atomic
def record_use(case: Case, number: int, adoption: str, reason: str, *, officer: Officer, access: Access) -> OpinionUse:
    """Record what became of an opinion; may be recorded again, the newest counts. Raises ``Refused``."""
    if not works_on(case, access):
        raise refused("role", "您不承办本案", "the case is not yours to handle")
    asked = Assignment.objects.filter(case=case, number=number, state="answered").exclude(kind="assignment").first()
    if asked is None or adoption not in Adoption.values:
        raise refused("no_request", "没有这一已经答复的会签、加签", "there is no such answered request")
    if adoption != Adoption.ADOPTED and not reason.strip():
        raise refused(
            "missing", "不采纳或者部分采纳的，请填写理由", "say why it was not adopted, or only in part", "reason"
        )
    right = right_on(case, access)
    made = OpinionUse.objects.create(
        assignment=asked, adoption=adoption, reason=reason.strip(), by=officer, on_behalf_of_id=right.principal,
        at=timezone.now(),
    )  # fmt: skip
    audit("case.opinion", f"case:{case.pk}", officer.pk, request=number, adoption=adoption, **behalf(right))
    return made
