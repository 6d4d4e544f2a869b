"""The tables of the desk (工作台): what runs in the background, workbooks being imported, how officers like their lists,
and whether they were asked about the tour.

Nothing of the law and no records of work are kept here; those are written by ``cases`` and ``registers``.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.security.sealing import SealedJSONField


class Job(models.Model):
    """后台任务: work too long for one request, done by ``zhunsheng work``. Whether a running one is still being worked
    on is not a column: ``background.is_worked_on`` asks the worker itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("未完成")

    kind = models.CharField(_("类别"), max_length=20)
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+")
    system = models.CharField(_("系统"), max_length=60)
    asked = models.JSONField(_("要求"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    problem = models.JSONField(_("问题"), default=dict)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    file = models.BinaryField(_("文件"), default=bytes)
    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务")
        indexes = (models.Index(fields=("state", "id"), name="job_next"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Upload(models.Model):
    """导入的表格: an officer's workbook from its upload to the cases made of it. The file itself and what was mended of it
    (``corrections``: row → column → was and is) are kept until it is imported, ``digest`` (SHA-256) for good, so that
    the same file is known again."""

    officer = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+")
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    system = models.CharField(_("系统"), max_length=60)
    name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField(_("文件"), default=bytes)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    mapping = models.JSONField(_("列的对应"), default=dict)
    checked = SealedJSONField(_("检查结果"), null=True, whole=True)
    annotated = models.BinaryField(_("标注文件"), default=bytes)
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    corrections = SealedJSONField(_("改正"), default=dict, whole=True)
    imported_at = models.DateTimeField(_("导入时间"), null=True)
    cases = models.JSONField(_("案件"), default=list)
    undone_at = models.DateTimeField(_("撤回时间"), null=True)
    undo_reason = models.CharField(_("撤回理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入的表格")

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """在场: an officer has a case open in his browser, with the form of an action (``action``) or without."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+", db_index=False)
    action = models.CharField(_("环节"), max_length=60, blank=True)
    seen_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("在场")
        constraints = (models.UniqueConstraint(fields=("case", "officer"), name="one_presence"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.officer_id}"


class ListPreference(models.Model):
    """列的选择: the columns an officer wants in the list of one system, in order."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    system = models.CharField(_("系统"), max_length=60)
    columns = models.JSONField(_("列"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("列的选择")
        constraints = (models.UniqueConstraint(fields=("officer", "system"), name="one_preference"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.system}"


class SavedView(models.Model):
    """常用筛选: filters under a name, an officer's own or (with ``organ``) for everybody who has a duty in that organ."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    organ = models.ForeignKey("orgs.Organ", models.CASCADE, null=True, related_name="+")
    system = models.CharField(_("系统"), max_length=60)
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("筛选"), max_length=2000)

    class Meta:
        verbose_name = verbose_name_plural = _("常用筛选")
        constraints = (models.UniqueConstraint(fields=("officer", "system", "name"), name="one_view"),)
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TourAnswer(models.Model):
    """第一天导览: that an officer has answered whether he wants it; nobody is asked twice."""

    officer = models.OneToOneField("orgs.Officer", models.CASCADE, related_name="+")
    taken = models.BooleanField(_("看过导览"), default=False)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导览")

    def __str__(self) -> str:
        return str(self.officer_id)
