"""The tables of the search (全局搜索): the texts of records by which they are found, and when they were last proved.

The index itself is made by the migration in the way of each database and asked in ``indexing``. Nobody writes here but
``keeping``, ``indexing`` and ``proving``.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access


class VisibleTexts(models.Manager["Text"]):
    """The only way to search."""

    def to(self, access: Access) -> models.QuerySet[Text]:
        """The texts of records of the organs and systems an officer has duties in."""
        return self.get_queryset().filter(access.rows())


class Text(models.Model):
    """可查内容: what one record says to everybody who may see it, folded (``wording.folded``); what is masked is not in it.

    ``kind`` and ``record`` name the record, ``part`` one of several things of it. A text is never changed: when its record
    says something else or belongs elsewhere, another takes its place. Until it is ``indexed`` it is read through.
    """

    kind = models.CharField(_("类别"), max_length=20)
    record = models.BigIntegerField(_("记录"))
    part = models.PositiveIntegerField(_("序号"), default=0)
    system = models.CharField(_("系统"), max_length=60)
    path = models.CharField(max_length=120)
    on = models.DateField(_("日期"))
    text = models.TextField(_("内容"))
    indexed = models.BooleanField(_("已编入索引"), default=False)

    objects = models.Manager()
    visible = VisibleTexts()

    class Meta:
        verbose_name = verbose_name_plural = _("可查内容")
        indexes = (
            models.Index(fields=("kind", "-on", "-id"), name="text_newest"),
            models.Index(fields=("kind", "system", "-on", "-record"), name="text_newest_of_system"),
            models.Index(fields=("record", "kind"), name="text_of_record"),
            models.Index(fields=("id",), name="text_waiting", condition=models.Q(indexed=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class Edition(models.Model):
    """索引版本: by which declarations and rules every text was last made; one row."""

    digest = models.CharField(_("摘要"), max_length=64)
    made_at = models.DateTimeField(_("编制时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("索引版本")

    def __str__(self) -> str:
        return self.digest
