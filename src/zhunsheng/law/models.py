"""What is added to the law data on pages: notices of public holidays, and that statutes have changed."""

from __future__ import annotations

import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.security.told import Told

_STAMP_LIFETIME = 15.0
_stamp: tuple[float, str] | None = None


class HolidayNotice(models.Model):
    """放假安排: the days off and make-up days of one year, from the State Council's notice (cited in ``document``).

    ``days_off`` maps a date to the name of the holiday; ``make_up_days`` is a list of dates.
    """

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    document = models.CharField(_("通知文号或者名称"), max_length=120)
    days_off = models.JSONField(_("放假日"), default=dict)
    make_up_days = models.JSONField(_("调休上班日"), default=list)
    entered_at = models.DateTimeField(_("录入时间"), auto_now=True)
    entered_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("放假安排")

    def __str__(self) -> str:
        return f"{self.year} {self.document}"

    @classmethod
    def stamp(cls) -> str:
        """Changes whenever a notice is entered; looked up at most every fifteen seconds in one process."""
        global _stamp  # noqa: PLW0603 - one value a process, refreshed by time
        now = time.monotonic()
        if _stamp is None or now - _stamp[0] > _STAMP_LIFETIME:
            newest = cls.objects.aggregate(newest=models.Max("entered_at"), count=models.Count("pk"))
            _stamp = (now, f"{newest['count']}:{newest['newest']}" if newest["count"] else "")
        return _stamp[1]

    @classmethod
    def forget_stamp(cls) -> None:
        """Look the stamp up again at the next question (after a notice was entered in this process)."""
        global _stamp  # noqa: PLW0603
        _stamp = None


class StatuteChange(Told):
    """法规变动: that a statute or some of its articles changes from a day on, as an administrator has noted it until the
    declarations carry it. Never edited: a mistake is made void and noted anew."""

    class Kind(models.TextChoices):
        AMENDED = "amended", _("修改")
        REPEALED = "repealed", _("废止")
        EXPIRED = "expired", _("失效")

    statute = models.CharField(_("法规"), max_length=80, db_index=True)
    kind = models.CharField(_("变动"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("施行日期"))
    articles = models.JSONField(_("涉及条文"), default=list)
    document = models.CharField(_("依据文件"), max_length=200)
    version = models.CharField(_("新版本"), max_length=40, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    entered_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField(_("录入时间"))
    voided_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("法规变动")

    def __str__(self) -> str:
        return f"{self.statute} {self.kind} {self.on}"
