"""The table of publications of single records (公开件).

Nobody writes here but ``releases.actions``; officers read through ``visible``, the public's pages through ``public``. Only what
is hidden and where is kept of what was taken out, never the words: those are in the case.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.orgs.access import Access
from zhunsheng.security.told import Told


class State(models.TextChoices):
    """How far a publication has come."""

    CONCEPT = "concept", _("拟公开")
    CHECKED = "checked", _("已审查")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤回")
    WITHHELD = "withheld", _("不予公开")
    VOID = "void", _("已作废")


class VisibleReleases(models.Manager["Release"]):
    """The only way of officers to publications."""

    def to(self, access: Access) -> models.QuerySet[Release]:
        """Those of the organs and systems an officer has duties in; nothing by line: they say what is hidden of people."""
        return self.get_queryset().filter(replace(access, holdings=access.own).rows())


class PublicReleases(models.Manager["Release"]):
    """The only way of the public's pages to publications: what stands, and that something was withdrawn."""

    def get_queryset(self) -> models.QuerySet[Release]:
        return super().get_queryset().filter(state=State.PUBLISHED).defer("changes", "title", "check_note")

    def withdrawn(self) -> models.QuerySet[Release]:
        """What was withdrawn, without anything of what it said."""
        told = ("kind", "index_number", "organ", "published_at", "withdrawn_at", "withdrawal", "state")
        return super().get_queryset().filter(state=State.WITHDRAWN).only(*told)


class Release(Told):
    """公开件: a paper or a material of a case on its way to the public.

    ``title`` is its name as the officer gave it, ``shown_title`` and ``blocks`` (of a Word file: ``docx``) what is published.
    ``changes``: every place that was proposed or marked, whether it is hidden (``on``), and what stands there instead;
    ``source`` is the SHA-256 of the passages they are places of.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    paper = models.ForeignKey("papers.Paper", models.PROTECT, null=True, related_name="+")
    material = models.ForeignKey("cases.Material", models.PROTECT, null=True, related_name="+", db_index=False)
    system = models.CharField(_("系统"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    kind = models.CharField(_("种类"), max_length=20)
    title = models.CharField(_("名称"), max_length=300)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    formed_on = models.DateField(_("成文日期"))
    due_on = models.DateField(_("公开期限"), null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CONCEPT)
    source = models.CharField("SHA-256", max_length=64)
    changes = models.JSONField(_("改动清单"), default=list)
    shown_title = models.CharField(_("公开名称"), max_length=300, blank=True)
    blocks = models.JSONField(_("公开内容"), null=True)
    docx = models.BinaryField(_("公开文件"), null=True)
    begun_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    begun_at = models.DateTimeField(_("提出时间"))
    masked_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    masked_at = models.DateTimeField(_("遮盖确认时间"), null=True)
    checked_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(_("审查时间"), null=True)
    check_note = models.CharField(_("审查意见"), max_length=300, blank=True)
    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    published_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(_("公开时间"), null=True)
    withdrawn_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawal = models.CharField(_("撤回理由"), max_length=300, blank=True)
    ground = models.CharField(_("不予公开的理由"), max_length=20, blank=True)
    ground_note = models.CharField(_("理由说明"), max_length=300, blank=True)
    review_on = models.DateField(_("评估日期"), null=True)

    objects = models.Manager()
    visible = VisibleReleases()
    public = PublicReleases()

    class Meta:
        verbose_name = verbose_name_plural = _("公开件")
        indexes = (
            models.Index(fields=("path", "state", "-id"), name="release_of_organ"),
            models.Index(
                fields=("-published_at", "-id"), name="release_published", condition=models.Q(state="published")
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("paper",), condition=~models.Q(state="void"), name="one_release_of_paper"),
            models.UniqueConstraint(
                fields=("material",), condition=~models.Q(state="void"), name="one_release_of_material"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
