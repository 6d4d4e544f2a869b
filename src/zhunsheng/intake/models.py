"""The tables of what the public hands in (来件): receipts, forms begun, and counts that hold machines off.

Only the modules of this room write them. Codes are kept as hashes and network addresses not at all.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.security.sealing import SealedJSONField


class Receipt(models.Model):
    """回执: what somebody has in hand who handed something in. ``form`` is the mark of the form it came with, so that a form
    sent twice is one. ``subject`` says what it is about where it is no case: ``comment:12``."""

    number = models.CharField(_("受理编号"), max_length=10, unique=True)
    code_hash = models.CharField(max_length=64)
    form = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("事项"), max_length=60)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    subject = models.CharField(_("对象"), max_length=60, blank=True)
    by_site = models.BooleanField(_("同意网上送达"), default=False)
    issued_at = models.DateTimeField(_("提交时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("回执")

    def __str__(self) -> str:
        return self.number


class Begun(models.Model):
    """未提交的表单: what was filled in so far, found by its own number and code; gone after a while. ``kept``: somebody asked
    that it be kept. ``typed`` holds fields as they were typed."""

    number = models.CharField(_("草稿编号"), max_length=10, unique=True)
    code_hash = models.CharField(max_length=64)
    form = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("事项"), max_length=60)
    typed = SealedJSONField(_("填写内容"), default=dict, whole=True)
    kept = models.BooleanField(_("保存"), default=False)
    saved_at = models.DateTimeField(_("保存时间"), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("未提交的表单")

    def __str__(self) -> str:
        return self.number


class BegunFile(models.Model):
    """未提交的材料: a file of a form begun. Its content lies beside the materials of cases under ``name``, until the form is
    handed in or forgotten."""

    begun = models.ForeignKey(Begun, models.CASCADE, related_name="files")
    part = models.CharField(_("材料"), max_length=60)
    file_name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveBigIntegerField(_("大小"))
    name = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("未提交的材料")

    def __str__(self) -> str:
        return self.file_name


class Tried(models.Model):
    """次数: how often something was done by one or by all in a while. ``key`` is a keyed hash of what, by whom and when."""

    key = models.CharField(max_length=64, primary_key=True)
    times = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("次数")

    def __str__(self) -> str:
        return str(self.times)
