"""The tables of destruction (销毁): holds, lists of files to be destroyed with their reviews, and what remains of each file.

Nothing here holds personal data. A file is named by its number; who wrote it, of whom and about what went with it.
Nobody writes here but ``actions``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access
from zhunsheng.security.told import Told

ROOM = "retention"
"""The system under which duties of this room are held."""


def of_office(access: Access) -> Q:
    """The filter for what is in the care of an officer's duties of this room."""
    found = Q(pk__in=())
    for holding in access.holdings:
        if holding.system == ROOM:
            found |= holding.condition(None, "path")
    return found


class VisibleToOffice(models.Manager[models.Model]):
    """The only way to read holds and lists."""

    def to(self, access: Access) -> models.QuerySet[models.Model]:
        """Those in the care of the officer's duties of this room."""
        return self.get_queryset().filter(of_office(access))


class VisibleTombstones(models.Manager["Tombstone"]):
    """The only way to read what remains."""

    def to(self, access: Access) -> models.QuerySet[Tombstone]:
        """Of the files an officer could have seen, and of those in the care of his duties of this room."""
        return self.get_queryset().filter(access.rows() | of_office(access))


class Hold(Told):
    """暂停销毁: a file that must not be destroyed until the hold is lifted, whatever its period says."""

    record = models.BigIntegerField(_("办件"), db_index=True)
    system = models.CharField(_("系统"), max_length=60)
    number = models.CharField(_("案号"), max_length=80)
    path = models.CharField(max_length=120)
    reason = models.CharField(_("事由"), max_length=300)
    placed_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    placed_at = models.DateTimeField(_("开始时间"))
    lifted_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(_("解除时间"), null=True)
    lifting = models.CharField(_("解除理由"), max_length=300, blank=True)

    objects = models.Manager()
    visible = VisibleToOffice()

    class Meta:
        verbose_name = verbose_name_plural = _("暂停销毁")

    def __str__(self) -> str:
        return self.number


class State(models.TextChoices):
    """What became of a list."""

    PROPOSED = "proposed", _("鉴定中")
    DESTROYED = "destroyed", _("已销毁")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class Proposal(Told):
    """销毁清册: files proposed for destruction. Its number is given when they are destroyed."""

    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    reason = models.CharField(_("鉴定意见"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    number = models.CharField(_("证明文号"), max_length=80, blank=True)
    proposed_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(_("提出时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    objects = models.Manager()
    visible = VisibleToOffice()

    class Meta:
        verbose_name = verbose_name_plural = _("销毁清册")

    def __str__(self) -> str:
        return self.number or f"{self.pk}"


class ListedFile(models.Model):
    """清册条目: a file on a list; what stands here remains when the file is gone."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="lines")
    record = models.BigIntegerField(_("办件"), db_index=True)
    system = models.CharField(_("系统"), max_length=60)
    number = models.CharField(_("案号"), max_length=80)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    opened_on = models.DateField(_("开始日期"))
    closed_on = models.DateField(_("办结日期"))
    kept_until = models.DateField(_("保管至"))
    basis = models.CharField(_("保管期限依据"), max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = _("清册条目")
        constraints = (models.UniqueConstraint(fields=("proposal", "record"), name="one_line"),)

    def __str__(self) -> str:
        return self.number


class Review(models.Model):
    """鉴定: what one reviewer said of a list. Never edited."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="reviews")
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    agreed = models.BooleanField(_("同意销毁"))
    opinion = models.CharField(_("意见"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("销毁鉴定")
        constraints = (models.UniqueConstraint(fields=("proposal", "officer"), name="one_review"),)

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.officer_id}"


class Tombstone(models.Model):
    """销毁记录: what remains of a destroyed file. Never edited. ``record`` is the key the file had, to which its postings still
    point; ``digest`` the hash over the hashes of its rows, ``rows`` how many of what there were."""

    record = models.BigIntegerField(_("办件"), unique=True)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="tombstones")
    system = models.CharField(_("系统"), max_length=60)
    number = models.CharField(_("案号"), max_length=80)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    opened_on = models.DateField(_("开始日期"))
    closed_on = models.DateField(_("办结日期"))
    basis = models.CharField(_("保管期限依据"), max_length=400)
    digest = models.CharField(_("摘要"), max_length=64)
    rows: models.JSONField = models.JSONField(_("销毁的内容"), default=dict)
    destroyed_at = models.DateTimeField(_("销毁时间"))

    objects = models.Manager()
    visible = VisibleTombstones()

    class Meta:
        verbose_name = verbose_name_plural = _("销毁记录")

    def __str__(self) -> str:
        return self.number


def decided() -> Iterator[tuple[str, str]]:
    """Each destroyed file as the ground its rows were released on, with the hash over theirs."""
    for number, record, digest in Tombstone.objects.values_list("proposal__number", "record", "digest").iterator():
        yield ground_of(number, record), digest


def ground_of(number: str, record: int) -> str:
    """The ground on which the rows of a file are released: the decision, a space, and the file."""
    return f"{number} case:{record}"


def destroyed_among(cases: Collection[int]) -> set[int]:
    """Of some cases those of which a record remains."""
    rows = Tombstone.objects.values_list("record", flat=True)
    return {record for record in rows.iterator() if record in cases}
