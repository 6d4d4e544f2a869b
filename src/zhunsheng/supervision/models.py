"""The table of plans that are being confirmed (规划文本). What becomes of them are cases and entries of lists.

Nobody writes here but ``supervision.planning`` and ``supervision.confirming``; nobody reads but through ``visible``.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access
from zhunsheng.security.told import Told

TASKS, MEASURES, POINTS = "task_ledger", "implementation_plan", "annual_work_plan"
"""The systems tasks, measures and the points of a year are cases of."""


class VisiblePlans(models.Manager["PlanText"]):
    """The only way to read plans."""

    def to(self, access: Access) -> models.QuerySet[PlanText]:
        """The plans of the organs an officer has duties in."""
        return self.get_queryset().filter(access.rows())


class PlanLevel(models.TextChoices):
    """Whose plan it is; the points of a year stand below the plan of the place."""

    NATIONAL = "national", _("国家")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    POINTS = "points", _("年度工作要点")


class PlanText(Told):
    """规划文本: a plan as it was read, and what an officer made of it measure by measure (``proposal``, see ``planning``).

    ``is_own``: tasks follow from it; a plan of a level above is only there for own measures to point to. ``mark`` begins the
    numbers of its measures. ``system`` is the one its measures become cases of. ``version`` grows with every change.
    """

    system = models.CharField(_("系统"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120, db_index=True)
    title = models.CharField(_("名称"), max_length=200)
    mark = models.CharField(_("编号前缀"), max_length=20)
    level = models.CharField(_("层级"), max_length=10, choices=PlanLevel.choices)
    is_own = models.BooleanField(_("本级规划"), default=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    issued_on = models.DateField(_("印发日期"))
    source = models.TextField(_("原文"))
    source_name = models.CharField(_("文件名"), max_length=200, blank=True)
    proposal = models.JSONField(_("读出的内容"), default=dict)
    version = models.PositiveIntegerField(_("修改次数"), default=0)
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(_("读入时间"), auto_now_add=True)
    confirmed_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    result = models.JSONField(_("结果"), default=dict)

    objects = models.Manager()
    visible = VisiblePlans()

    class Meta:
        verbose_name = verbose_name_plural = _("规划文本")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title
