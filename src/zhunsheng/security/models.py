"""The audit trail (审计): who wrote what and when, one row for every write, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """审计记录. ``subject`` names the thing written (``case:12``), ``detail`` says what without personal data."""

    at = models.DateTimeField(_("时间"))
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(_("动作"), max_length=80)
    subject = models.CharField(_("对象"), max_length=80)
    detail = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        indexes = (models.Index(fields=("subject",), name="audit_subject"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
