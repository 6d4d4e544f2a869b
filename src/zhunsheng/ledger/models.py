"""The tables of the ledger (台账): accounts, postings, folded balances, closed periods, figures told to others, and by which
rules all of it was posted.

Postings are only added. A figure is the folded balances plus the postings not folded yet (see ``balances``).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """指标: a declared account, ``system.account``; what it means is in the declaration."""

    key = models.CharField(_("编码"), max_length=120, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("指标")

    def __str__(self) -> str:
        return self.key


class Source(models.TextChoices):
    """Where a posting comes from."""

    CASE = "case", _("办件")
    REGISTER = "register", _("清单")
    BODY = "body", _("议事机构")
    MEETING = "meeting", _("会议")
    DECLARED = "declared", _("申报")


class Statement(models.Model):
    """申报数: a figure with no records in the platform, taken from a paper; ``qualifier`` is 余, 多, 以上 and the like."""

    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=2)
    qualifier = models.CharField(_("约数"), max_length=10, blank=True)
    source_paper = models.CharField(_("来源文件"), max_length=200)
    stated_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField(_("申报时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("申报数")

    def __str__(self) -> str:
        return f"{self.account} {self.year}: {self.value}{self.qualifier}"


class Posting(models.Model):
    """入账. ``month`` is the month it is booked in (yyyymm); ``adjusts`` the closed month it corrects, if any.

    ``breakdown`` is ``dimension=value`` pairs joined by ``;``. A posting of a case names the event by its sequence. One of an
    account that did not exist yet when its month was closed is booked in that month (``completing``).
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(_("日期"))
    month = models.PositiveIntegerField(_("入账月份"))
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=2)
    breakdown = models.CharField(_("分项"), max_length=200, blank=True, default="")
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    source_id = models.BigIntegerField(_("来源编号"))
    sequence = models.PositiveIntegerField(_("办理记录序号"), default=0)
    adjusts = models.PositiveIntegerField(_("更正的月份"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("入账")
        indexes = (
            models.Index(fields=("account", "-on", "-id", "month", "organ"), name="posting_newest"),
            models.Index(
                fields=("adjusts", "account", "organ"), name="posting_late", condition=models.Q(adjusts__isnull=False)
            ),
            models.Index(fields=("source", "source_id"), name="posting_source"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.on} {self.value}"


class Balance(models.Model):
    """余额: postings of one account, organ, month and breakdown, folded up to the watermark."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    month = models.PositiveIntegerField(_("月份"))
    breakdown = models.CharField(_("分项"), max_length=200, blank=True, default="")
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=2)
    entries = models.PositiveIntegerField(_("笔数"))

    class Meta:
        verbose_name = verbose_name_plural = _("余额")
        constraints = (models.UniqueConstraint(fields=("account", "organ", "month", "breakdown"), name="one_balance"),)
        indexes = (models.Index(fields=("month",), name="balance_month"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.month} {self.value}"


class Watermark(models.Model):
    """折算水位: up to which posting the balances are folded. One row."""

    last_posting = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("折算水位")

    def __str__(self) -> str:
        return str(self.last_posting)


class Counted(models.Model):
    """已计人次: a value counted once a year in one account (人次); ``key`` is a digest, not the value."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("年度"))
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = _("已计人次")
        constraints = (models.UniqueConstraint(fields=("account", "year", "organ", "key"), name="counted_once"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.year}"


class Period(models.Model):
    """期间: a month of a region that has been closed, for good: what comes late is booked later. Without a row it is open.
    ``last_posting``: the newest when it was closed."""

    region = models.ForeignKey("orgs.Region", models.PROTECT, related_name="+")
    month = models.PositiveIntegerField(_("月份"))
    closed_at = models.DateTimeField(_("结账时间"))
    closed_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    last_posting = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("期间")
        constraints = (models.UniqueConstraint(fields=("region", "month"), name="one_period"),)

    def __str__(self) -> str:
        return f"{self.region_id} {self.month}"


class HandedOut(models.Model):
    """报出数: a figure as it was told to somebody, so that nobody is told another one unawares. Rows are only added.

    ``account`` names any figure, also a ratio or a count of organs; ``first`` and ``last`` are months (yyyymm).
    """

    account = models.CharField(_("指标"), max_length=120)
    region = models.ForeignKey("orgs.Region", models.PROTECT, related_name="+")
    first = models.PositiveIntegerField(_("起始月份"))
    last = models.PositiveIntegerField(_("终止月份"))
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=2)
    told = models.CharField(_("报出写法"), max_length=60)
    to_whom = models.CharField(_("报给谁"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=120)
    paper = models.CharField(_("文件"), max_length=200, blank=True)
    by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("报出时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("报出数")
        indexes = (models.Index(fields=("region", "account", "last"), name="handed_out_figure"),)

    def __str__(self) -> str:
        return f"{self.account} {self.first}-{self.last}: {self.told}"


class Edition(models.Model):
    """入账版本: by which declared rules every record has been posted; one row. ``rules``: account → its rule; ``plan``: how far
    the ledger is brought to newer ones (``completing.Plan``)."""

    digest = models.CharField(_("摘要"), max_length=64)
    rules = models.JSONField(_("入账规则"), default=dict)
    plan = models.JSONField(_("补记进度"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("入账版本")

    def __str__(self) -> str:
        return self.digest
