"""The tables of the audit trail (审计), of those who are signed in (登录), of passwords no longer used (旧口令), and of digests
by which encrypted numbers are found.

The audit trail is written through ``security.audit``, sessions by ``security.sessions``, passwords by
``security.passwords``, digests by ``security.sealing``. Second factors and failed attempts are in tables of django-otp and django-axes.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
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


class Session(AbstractBaseSession):
    """登录: Django's session with whose it is, so that an officer can see and end his own. The key is a secret."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("登录")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from zhunsheng.security.sessions import SessionStore

        return SessionStore


class NumberDigest(models.Model):
    """证件号码摘要: a keyed digest of an identity number that stands, encrypted, in a record; the number is found by it."""

    kind = models.CharField(max_length=10)
    record = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("证件号码摘要")
        indexes = (
            models.Index(fields=("digest", "kind", "record"), name="number_found"),
            models.Index(fields=("kind", "record"), name="number_of_record"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class Password(models.Model):
    """口令: the hash of a password an officer has or had, and since when; the newest row is the one in use."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    hash = models.CharField(max_length=128)
    since = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("口令")

    def __str__(self) -> str:
        return f"{self.officer_id} {self.since:%Y-%m-%d}"
