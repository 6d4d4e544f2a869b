"""The tables of the audit trail (审计) and its chain, of those who are signed in (登录), of passwords no longer used (旧口令), and
of digests by which encrypted numbers are found.

The audit trail is written through ``security.audit``, its chain by ``security.chain``, sessions by ``security.sessions``,
passwords by ``security.passwords``, digests by ``security.sealing``. Second factors and failed attempts are in tables of
django-otp and django-axes.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditKind(models.TextChoices):
    """The kinds of entries, kept apart. The fourth kind, the operation log, is files (see ``logs``)."""

    COURSE = "course", _("办理经过")
    CHANGE = "change", _("数据变更")
    SECURITY = "security", _("安全事件")


class AuditEntry(models.Model):
    """审计记录. ``subject`` names the thing written (``case:12``), ``detail`` says what without personal data; of a
    change of a row also what was and what is (``audit.changed``). Steps of cases are the kind the database fills in by itself."""

    kind = models.CharField(_("类别"), max_length=8, choices=AuditKind.choices, db_default=AuditKind.COURSE.value)
    at = models.DateTimeField(_("时间"))
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(_("动作"), max_length=80)
    subject = models.CharField(_("对象"), max_length=80)
    detail = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        indexes = (
            models.Index(fields=("subject",), name="audit_subject"),
            models.Index(fields=("kind", "-id"), name="audit_kind", condition=~models.Q(kind="course")),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class Link(models.Model):
    """链节: vouches for rows of several tables and for the link before it. ``parts``: table, kind, how many, first and last
    key, hash; ``columns``: the columns hashed, where they are others than before. Written by ``chain`` alone."""

    number = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    algorithm = models.CharField(_("算法"), max_length=10)
    previous = models.CharField(_("上一节"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)
    columns = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    keys = models.BinaryField()
    marks = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = _("防篡改链")

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


class Head(models.Model):
    """链头: the newest link, and how far each table is sealed. One row, a working note: what counts is in the links."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    tables = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("链头")

    def __str__(self) -> str:
        return str(self.number)


class Release(models.Model):
    """依法销毁: a row that may be destroyed or emptied, with the hashes of what it said. Never taken back."""

    table_name = models.CharField(_("表"), max_length=63)
    row = models.BigIntegerField(_("记录"))
    digests = models.JSONField(_("摘要"), default=list)
    ground = models.CharField(_("依据"), max_length=120)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("依法销毁")
        indexes = (models.Index(fields=("table_name", "row"), name="released_row"),)

    def __str__(self) -> str:
        return f"{self.table_name} {self.row}"


class Passage(models.Model):
    """通行: that a table is being encrypted anew, seen by the transaction that does it and by nobody else."""

    table_name = models.CharField(max_length=63)

    class Meta:
        verbose_name = verbose_name_plural = _("通行")

    def __str__(self) -> str:
        return self.table_name


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


class Passkey(models.Model):
    """通行密钥: the public half of a key that never leaves its device. ``uses``: how often the device says it was used."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=60)
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    uses = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField(_("添加时间"))
    used_at = models.DateTimeField(_("最近使用"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通行密钥")

    def __str__(self) -> str:
        return f"{self.officer_id} {self.name}"


class OperatorSession(models.Model):
    """运维会话: work past the pages, asked for with a reason, admitted by somebody else, for so many minutes."""

    officer = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+")
    reason = models.CharField(_("事由"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("时长"))
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(_("批准时间"), null=True)
    admitted = models.BooleanField(_("批准"), default=False)
    ends_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("运维会话")

    def __str__(self) -> str:
        return f"{self.officer_id} {self.asked_at:%Y-%m-%d %H:%M}"


class Password(models.Model):
    """口令: the hash of a password an officer has or had, and since when; the newest row is the one in use."""

    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    hash = models.CharField(max_length=128)
    since = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("口令")

    def __str__(self) -> str:
        return f"{self.officer_id} {self.since:%Y-%m-%d}"
