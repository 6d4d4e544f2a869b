"""The table of what places have decided (本地设定). One table for every kind of setting; what a kind means is in ``kinds``
and in the rooms that register one.

Nobody writes here but ``local.actions``. A row is never edited: a new one takes its place from its day on, and one
without a value withdraws it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access


class VisibleSettings(models.Manager["Setting"]):
    """The only way to read settings for an officer."""

    def to(self, access: Access) -> models.QuerySet[Setting]:
        """Those made for the organs of the officer's duties, below them, or above them: they hold there as well."""
        above = models.Q(pk__in=())
        for holding in access.own:
            parts = holding.path.strip("/").split("/")
            above |= models.Q(organ__path__in=["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)])
        return self.get_queryset().filter(above | access.rows(system_field=None, path_field="organ__path"))


class Setting(models.Model):
    """本地设定: one decision. It holds for the organ and everything below it, from ``valid_from`` until the next.

    ``value`` None: withdrawn; what holds for the organ above, or what is declared, holds again.
    """

    kind = models.CharField(_("类别"), max_length=20)
    key = models.CharField(_("事项"), max_length=120)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    valid_from = models.DateField(_("起始日期"))
    value: models.JSONField[Any, Any] = models.JSONField(_("内容"), null=True)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)
    article = models.CharField(_("条文"), max_length=60, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    entered_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField(_("录入时间"))

    objects = models.Manager()
    visible = VisibleSettings()

    class Meta:
        verbose_name = verbose_name_plural = _("本地设定")
        indexes = (models.Index(fields=("kind", "key"), name="setting_thing"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.valid_from}"
