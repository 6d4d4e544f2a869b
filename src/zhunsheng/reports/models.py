"""Reports that are kept (报告稿): a draft with its sentences, confirmed one by one, and what was in it on that day.

A sentence that was confirmed keeps what it printed and the figures it printed, so that a record changed later is found, never
followed in silence. Rows are written by ``drafts`` alone.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access, regions_of
from zhunsheng.security.told import Told


class Stage(models.TextChoices):
    """How far a draft has come."""

    DRAFT = "draft", _("草稿")
    CONFIRMED = "confirmed", _("已定稿")
    PUBLISHED = "published", _("已公开")
    CORRECTED = "corrected", _("已更正")
    VOID = "void", _("已作废")


class VisibleDrafts(models.Manager["ReportDraft"]):
    """The only way to read drafts."""

    def to(self, access: Access) -> models.QuerySet[ReportDraft]:
        """The drafts of the regions whose figures an officer may see."""
        return self.get_queryset().filter(region__in=regions_of(access))


class ReportDraft(Told):
    """报告稿: a report of a region on a year. One for an outline that is not void, and one at a time that ``corrects`` it once it is
    published."""

    region = models.ForeignKey("orgs.Region", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    outline = models.CharField(_("提纲"), max_length=60)
    audience = models.CharField(_("报送对象"), max_length=20, blank=True)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    stage = models.CharField(_("状态"), max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    composed_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    composed_at = models.DateTimeField(_("起草时间"))
    confirmed_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(_("定稿时间"), null=True)
    checked_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(_("保密审查时间"), null=True)
    check_note = models.CharField(_("保密审查意见"), max_length=300, blank=True)
    published_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(_("公开时间"), null=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", db_index=False, verbose_name=_("所更正的报告")
    )
    reason = models.CharField(_("更正理由"), max_length=300, blank=True)

    objects = models.Manager()
    visible = VisibleDrafts()

    class Meta:
        verbose_name = verbose_name_plural = _("报告稿")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "year", "outline"),
                condition=~models.Q(stage="void") & models.Q(corrects=None),
                name="one_report_draft",
            ),
            models.UniqueConstraint(fields=("corrects",), condition=~models.Q(stage="void"), name="one_correction"),
        )

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.outline}"


class Sentence(Told):
    """报告稿的一句话（或者一张图）. ``template`` has places for figures; ``runs`` and ``figures`` are what it printed when it was
    confirmed; ``sources`` the records it was drafted from."""

    draft = models.ForeignKey(ReportDraft, models.PROTECT, related_name="sentences")
    position = models.PositiveIntegerField(_("顺序"))
    section = models.CharField(_("所在部分"), max_length=120)
    heading = models.CharField(_("标题"), max_length=120, blank=True)
    paragraph = models.PositiveSmallIntegerField(_("段落"))
    template = models.TextField(_("内容"))
    sources = models.JSONField(_("依据"), default=list)
    runs = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    confirmed_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    edited_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    left_out = models.BooleanField(_("不采用"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("报告稿的句子")
        constraints = (models.UniqueConstraint(fields=("draft", "position"), name="one_sentence"),)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.position}"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to say what becomes of it."""
        return not self.confirmed_at and not self.left_out
