"""The tables of programs that call (服务账号): accounts and tokens, what they have written, to whom news are sent; and of data
packages from other installations (数据包).

Nobody writes accounts and tokens but ``accounts``, answers but ``once``, subscriptions and deliveries but ``webhooks``,
installations and packages but ``package_taking``, packages to be sent but ``package_making``.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.ledger.readings import region_prefix
from zhunsheng.orgs.access import Access, regions_of
from zhunsheng.security.told import Told


class ServiceAccount(models.Model):
    """服务账号: an officer's row nobody signs in with, for a program that acts for one organ. What it sees and does follows
    from its duties, as far as they lie within the organ."""

    officer = models.OneToOneField("orgs.Officer", models.PROTECT, related_name="+", verbose_name=_("账号"))
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", verbose_name=_("所属单位"))
    purpose = models.CharField(_("用途"), max_length=200)
    made_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("开立时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("服务账号")

    def __str__(self) -> str:
        return str(self.officer)


class Token(Told):
    """令牌: what a program shows to be let in. Only its SHA-256 is kept, with its first letters to tell it by.

    ``minute`` and ``calls``: how often it was used in the last minute it was used in, for the limit of calls.
    """

    account = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="tokens")
    name = models.CharField(_("名称"), max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    begins = models.CharField(_("开头"), max_length=12)
    scopes = models.JSONField(_("权限"), default=list)
    made_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("生成时间"))
    expires_at = models.DateTimeField(_("到期时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    minute = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("令牌")

    def __str__(self) -> str:
        return f"{self.name} {self.begins}…"


class Answer(models.Model):
    """答复: what was answered to a write, kept under the caller's key, so that the same write sent twice is done once."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    tag = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("答复")
        constraints = (models.UniqueConstraint(fields=("account", "key"), name="one_answer"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"


class Subscription(Told):
    """消息订阅: where a program is told what was done. The events themselves are the outbox; the marks say up to which of
    them it has been looked at."""

    account = models.ForeignKey(ServiceAccount, models.PROTECT, related_name="subscriptions")
    address = models.CharField(_("接收地址"), max_length=300)
    kinds = models.JSONField(_("消息"), default=list)
    system = models.CharField(_("系统"), max_length=60, blank=True)
    secret = models.CharField(max_length=300)
    marks = models.JSONField(default=dict)
    made_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("登记时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息订阅")

    def __str__(self) -> str:
        return self.address


class Delivery(models.Model):
    """投递: one message to one subscription, until it is taken or given up. What it says is read again from its record."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    kind = models.CharField(_("消息"), max_length=20)
    record = models.BigIntegerField(_("记录"))
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("下次投递"), null=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    dead_at = models.DateTimeField(_("放弃时间"), null=True)
    problem = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投递")
        constraints = (models.UniqueConstraint(fields=("subscription", "kind", "record"), name="one_delivery"),)
        indexes = (
            models.Index(fields=("next_at",), name="delivery_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=("subscription",), name="delivery_dead", condition=models.Q(dead_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"


class Installation(Told):
    """对方平台: another installation of the platform, its region, and the public key by which its packages are known."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    region = models.ForeignKey("orgs.Region", models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    public_key = models.CharField(_("公钥"), max_length=64)
    added_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(_("登记时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("对方平台")

    def __str__(self) -> str:
        return self.name


class VisiblePackages(models.Manager["Package"]):
    """The only way to read packages for an officer."""

    def to(self, access: Access) -> models.QuerySet[Package]:
        """Lists for everybody with a duty, as they hold what is public; figures and claims of the regions an officer may see and
        of those below them, whose organs may be in the other installation alone."""
        if not access.holdings:
            return self.get_queryset().none()
        seen = models.Q(kind="list")
        for region in regions_of(access):
            seen |= models.Q(region__code__startswith=region_prefix(region.code))
        return self.get_queryset().filter(seen)


class Package(models.Model):
    """数据包: what another installation has reported or handed down, as it came, and what was made here to be sent
    (``installation`` is none). Its contents stay in the file, kept under its hash, and are never mixed with records of our
    own; ``digest`` is the SHA-256 of the manifest, which holds that of the contents."""

    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="packages")
    kind = models.CharField(
        _("类别"), max_length=10,
        choices=[("figures", _("指标上报")), ("list", _("清单下发")), ("claims", _("认领情况"))],
    )  # fmt: skip
    stream = models.CharField(_("编号范围"), max_length=600)
    number = models.PositiveIntegerField(_("序号"))
    region = models.ForeignKey("orgs.Region", models.PROTECT, related_name="+", verbose_name=_("行政区划"))
    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    file_digest = models.CharField(_("文件的校验值"), max_length=64, db_index=True)
    manifest = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("生成时间"))
    taken_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)

    objects = models.Manager()
    visible = VisiblePackages()

    class Meta:
        verbose_name = verbose_name_plural = _("数据包")
        constraints = (
            models.UniqueConstraint(fields=("installation", "stream", "number"), name="one_package_taken"),
            models.UniqueConstraint(
                fields=("stream", "number"), name="one_package_made", condition=models.Q(installation=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.digest[:12]}"
