"""The tables of lists (清单): entries, their revisions on two axes of time, change sets, published versions.

Nobody writes here but ``registers.actions`` and ``registers.change_sets``; a revision is never edited, only superseded.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access
from zhunsheng.security.sealing import SealedJSONField, names_of
from zhunsheng.security.told import Told


class VisibleEntries(models.Manager["Entry"]):
    """The only way to read entries for an officer."""

    def to(self, access: Access) -> models.QuerySet[Entry]:
        """The entries of the organs an officer has duties in."""
        return self.get_queryset().filter(access.rows(system_field="register"))


class Entry(models.Model):
    """条目: one thing in a list, for good. What it says and when is in its revisions."""

    register = models.CharField(_("清单"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    key = models.CharField(_("编码"), max_length=200)

    objects = models.Manager()
    visible = VisibleEntries()

    class Meta:
        verbose_name = verbose_name_plural = _("条目")
        constraints = (models.UniqueConstraint(fields=("register", "organ", "key"), name="one_entry"),)
        indexes = (models.Index(fields=("register", "path"), name="entry_list"),)

    def __str__(self) -> str:
        return f"{self.register} {self.key}"


class Revision(models.Model):
    """版次: what an entry says, true from ``valid_from`` until before ``valid_to``, known from ``known_from`` until
    before ``known_to``. A correction closes the known axis of one row and adds another. ``moved_in``: it began by a reform of
    organs, ``moved_out``: it ended by one, without a decision on the matter itself."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="revisions")
    values = SealedJSONField(_("内容"), default=dict)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    known_from = models.DateTimeField(_("记载时间"))
    known_to = models.DateTimeField(_("更正时间"), null=True, blank=True)
    change_set = models.ForeignKey("ChangeSet", models.PROTECT, null=True, related_name="revisions", db_index=False)
    correction = models.BooleanField(_("更正"), default=False)
    moved_in = models.BooleanField(_("机构改革划入"), default=False)
    moved_out = models.BooleanField(_("机构改革划出"), default=False)
    reason = models.TextField(_("理由"), blank=True)
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    case_id = models.BigIntegerField(_("来源案件"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("版次")
        indexes = (models.Index(fields=("entry", "valid_from"), name="revision_of_entry"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.valid_from}"

    def sealed_names(self) -> frozenset[str]:
        return names_of(self.entry.register)


class ChangeSetState(models.TextChoices):
    """How a change set stands."""

    DRAFT = "draft", _("拟订")
    SUBMITTED = "submitted", _("待审定")
    RETURNED = "returned", _("退回修改")
    APPLIED = "applied", _("已生效")
    REJECTED = "rejected", _("不予采纳")
    DISCARDED = "discarded", _("已作废")


class ChangeSet(Told):
    """变更: lines proposed together by one organ for one list, checked and approved together."""

    register = models.CharField(_("清单"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    path = models.CharField(max_length=120, db_index=True)
    title = models.CharField(_("事由"), max_length=200)
    effective_on = models.DateField(_("生效日期"))
    state = models.CharField(_("状态"), max_length=10, choices=ChangeSetState.choices, default=ChangeSetState.DRAFT)
    prepared_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    prepared_for = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    prepared_at = models.DateTimeField(_("拟订时间"))
    decided_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    decided_for = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    note = models.TextField(_("意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更")

    def __str__(self) -> str:
        return self.title

    @property
    def preparers(self) -> frozenset[int | None]:
        """Who prepared it, and for whom if he was away: none of them decides it."""
        return frozenset((self.prepared_by_id, self.prepared_for_id))


class ChangeLine(models.Model):
    """变更事项: add, change or remove one entry, or the statement that nothing had to change (``none``)."""

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="lines")
    kind = models.CharField(_("类型"), max_length=10)
    key = models.CharField(_("编码"), max_length=200, blank=True)
    values = SealedJSONField(_("内容"), default=dict)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更事项")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def sealed_names(self) -> frozenset[str]:
        return names_of(self.change_set.register)


class PublishedVersion(Told):
    """公布版本: a list as it was made public on a day. What it said is not copied: both axes of time give it again, and
    the digest proves that it is the same. One that should not have been published is withdrawn: it keeps its number and
    address, which then say why it is gone."""

    register = models.CharField(_("清单"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    whole_region = models.BooleanField(_("含本地区各单位"), default=False)
    number = models.PositiveIntegerField(_("版本号"))
    day = models.DateField(_("截至日期"))
    fields = models.JSONField(_("公布的内容"), default=list)
    entries = models.PositiveIntegerField(_("条目数"))
    digest = models.CharField(_("摘要"), max_length=64)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    published_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("公布时间"))
    withdrawn_by = models.ForeignKey(
        "orgs.Officer", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawal = models.CharField(_("撤下的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("公布版本")
        constraints = (
            models.UniqueConstraint(
                fields=("register", "organ", "whole_region", "number"), name="one_published_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.register} {self.number}"

    @property
    def list_name(self) -> Words:
        """What the list is called."""
        return system(self.register).name
