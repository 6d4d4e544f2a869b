"""销毁: what a case file consists of is taken away, row by row released from the chain, within the caller's transaction.

What stays: the postings of the case, so that every figure is as it was; entries the case wrote into lists, which have a
retention of their own; who did what when in the audit trail, without what was told of it. Contents of materials leave the
disk when the transaction is through. Backups made before still hold everything.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from zhunsheng.bodies.models import Item
from zhunsheng.bulk import stretches
from zhunsheng.cases import finding, tallying
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import (
    Assignment,
    Case,
    CaseLink,
    CaseParty,
    ClockEntry,
    Deadline,
    Event,
    ListEvidence,
    Material,
    OpinionUse,
    Urging,
)
from zhunsheng.papers.models import Paper
from zhunsheng.retention.parts import parts
from zhunsheng.search.keeping import keep_instead
from zhunsheng.security import chain
from zhunsheng.security.models import AuditEntry, AuditKind, NumberDigest

AT_ONCE = 500


def destroy(case: Case, ground: str) -> tuple[str, dict[str, int]]:
    """Destroy the file of one case; gives the hash over the hashes of its rows, and how many of what there were."""
    overwrite_what_goes()
    gone: Counter[str] = Counter()
    for part in parts():
        gone[part.name] += part.clear(case.pk)
    digests = set(Material.objects.filter(case=case).values_list("digest", flat=True))
    of_case = Q(case=case)
    Item.objects.filter(review=case).update(review=None)
    for rows in (
        OpinionUse.objects.filter(assignment__case=case), Urging.objects.filter(of_case), Material.objects.filter(of_case),
        ListEvidence.objects.filter(of_case), Paper.objects.filter(case_id=case.pk), ClockEntry.objects.filter(of_case), Event.objects.filter(of_case),
    ):  # fmt: skip
        gone[rows.model._meta.model_name or ""] += _released(rows, ground)
    for loose in (Assignment, CaseParty, Deadline):
        gone[loose._meta.model_name or ""] += loose.objects.filter(of_case).delete()[0]
    CaseLink.objects.filter(of_case | Q(other=case)).delete()
    NumberDigest.objects.filter(kind=finding.CASE, record=case.pk).delete()
    keep_instead(finding.KINDS, [case.pk], [])
    _empty_audit(case.pk, ground)
    if case.is_tallied:
        tallying.take_out(case)
    gone["case"] += _released(Case.objects.filter(pk=case.pk), ground)
    transaction.on_commit(partial(_remove_contents, digests))
    return chain.digest_of_ground(ground), {name: number for name, number in gone.items() if number}


def overwrite_what_goes() -> None:
    """SQLite writes zeros over what is deleted; PostgreSQL gives the place back with its next VACUUM."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _released(rows: QuerySet[Model], ground: str) -> int:
    """Release rows from the chain and delete them."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in stretches(keys, AT_ONCE):
        chain.release(rows.model, some, ground)
        rows.model._base_manager.filter(pk__in=some).delete()
    return len(keys)


def _empty_audit(case: int, ground: str) -> None:
    """The trail keeps who did what when; what it told of the file goes. Views and exports are told as they were."""
    rows = AuditEntry.objects.filter(subject=f"case:{case}").exclude(kind=AuditKind.SECURITY)
    told = {
        row.pk: {k: v for k, v in row.detail.items() if k == "system"} for row in rows if set(row.detail) - {"system"}
    }
    if told:
        chain.release(AuditEntry, list(told), ground)
        for key, detail in told.items():
            AuditEntry.objects.filter(pk=key).update(detail=detail)


def _remove_contents(digests: set[str]) -> None:
    """Take the contents of materials off the disk that no other material has."""
    for digest in digests - set(Material.objects.filter(digest__in=digests).values_list("digest", flat=True)):
        path_of(digest).unlink(missing_ok=True)
