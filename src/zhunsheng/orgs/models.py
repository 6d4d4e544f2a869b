"""The tables of regions (行政区划), organs (机关), their reforms, and officers (工作人员). Nothing of cases, lists or figures lives here.

An organ is a dated node of a tree; a reform closes nodes and names their successors, it never rewrites history.
Nobody writes here but ``orgs.actions``, ``orgs.delegating``, ``orgs.lines`` and ``orgs.reforming``.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.terms import in_being
from zhunsheng.security.told import Told

EVERY_SYSTEM = "*"
EVERY_ROLE = "*"
ADMINISTRATION = "orgs"
"""The room whose duties are held under this name: those of the three administrators."""


class Region(models.Model):
    """行政区划: the code of GB/T 2260 (six digits; towns nine)."""

    code = models.CharField(_("代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=100, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")

    def __str__(self) -> str:
        return self.name


class OrganKind(models.TextChoices):
    """What an organ is."""

    GOVERNMENT = "government", _("人民政府")
    OFFICE = "office", _("政府办公机构")
    DEPARTMENT = "department", _("政府工作部门")
    TOWN = "town", _("乡镇人民政府")
    STREET = "street", _("街道办事处")
    ENFORCEMENT_TEAM = "enforcement_team", _("执法队伍")
    MEDIATION_COMMITTEE = "mediation_committee", _("人民调解委员会")
    COURT = "court", _("人民法院")
    CONGRESS = "congress", _("人民代表大会常务委员会")
    COORDINATING_BODY = "coordinating_body", _("议事协调机构")
    INNER_BODY = "inner_body", _("内设机构")


class Organ(models.Model):
    """机关、单位. ``path`` lists the ids from the root, so that a subtree is one indexed prefix."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="organs")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    mark = models.CharField(_("机关代字"), max_length=20, blank=True)
    code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    kind = models.CharField(_("类别"), max_length=30, choices=OrganKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True, editable=False, default="")
    valid_from = models.DateField(_("设立日期"), default=date(2000, 1, 1))
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        verbose_name = verbose_name_plural = _("机关")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            type(self).objects.filter(pk=self.pk).update(path=path)
            self.path = path

    @property
    def words(self) -> Words:
        """Its name in both languages; the Chinese one where it has no English one."""
        return Words(self.name, self.name_en or self.name)


class ReformKind(models.TextChoices):
    """What a reform does."""

    MERGE = "merge", _("合并")
    SPLIT = "split", _("分设")
    RENAME = "rename", _("更名")
    MOVE = "move", _("调整隶属")
    ABOLISH = "abolish", _("撤销")


class Reform(models.Model):
    """机构改革: one reform as it was carried out. What it moved is in ``moved`` (what → how many)."""

    kind = models.CharField(_("方式"), max_length=10, choices=ReformKind.choices)
    on = models.DateField(_("施行日期"))
    document = models.CharField(_("文号"), max_length=120)
    reason = models.TextField(_("事由"))
    officer = models.ForeignKey("Officer", models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(_("办理时间"), auto_now_add=True)
    moved = models.JSONField(_("变动"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("机构改革")

    def __str__(self) -> str:
        return f"{self.on} {self.document}"


class Succession(models.Model):
    """职责承接: from whom to whom a reform passed work on. ``systems`` names the kinds of work; none named: all of it."""

    reform = models.ForeignKey(Reform, models.PROTECT, related_name="successions")
    source = models.ForeignKey(Organ, models.PROTECT, related_name="passed_on")
    target = models.ForeignKey(Organ, models.PROTECT, related_name="taken_over")
    systems = models.JSONField(_("系统"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("职责承接")

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class FormerForm(models.Model):
    """沿革: what an organ was called and to whom it belonged before ``until``, its first day in another form."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="former_forms")
    reform = models.ForeignKey(Reform, models.PROTECT, related_name="former_forms")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    mark = models.CharField(_("机关代字"), max_length=20, blank=True)
    parent = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    until = models.DateField(_("止于"))

    class Meta:
        verbose_name = verbose_name_plural = _("机构沿革")
        ordering = ("until", "pk")

    def __str__(self) -> str:
        return f"{self.name} (–{self.until})"


class OfficerManager(BaseUserManager["Officer"]):
    """Creates officers; there is no such thing as a superuser."""

    def create_officer(self, username: str, password: str | None, **fields: object) -> Officer:
        officer = self.model(username=username, **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(Told, AbstractBaseUser):
    """工作人员: a person who may sign in. What the person may see and do follows from duties, not from this row.

    ``is_service``: no person but a program, which shows tokens and never signs in.
    """

    username = models.CharField(_("账号"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改口令"), default=False)
    is_service = models.BooleanField(_("服务账号"), default=False)

    objects = OfficerManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        verbose_name = verbose_name_plural = _("工作人员")

    def __str__(self) -> str:
        return self.name


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties by day."""

    def on(self, day: date) -> DutyQuerySet:
        """The duties held on a day (``valid_to`` is the first day no longer held)."""
        return self.filter(in_being(day))


class Duty(Told):
    """任职: a role held in an organ over a term, for one system or for all.

    ``role`` is a role declared by the system's procedures (``*``: every role). With ``whole_tree`` the officer sees
    the organs below as well.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="duties")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="duties")
    system = models.CharField(_("系统"), max_length=60, default=EVERY_SYSTEM)
    role = models.CharField(_("岗位"), max_length=60, default=EVERY_ROLE)
    title = models.CharField(_("职务"), max_length=60, blank=True)
    whole_tree = models.BooleanField(_("含下级单位"), default=False)
    valid_from = models.DateField(_("任职日期"), default=date(2000, 1, 1))
    valid_to = models.DateField(_("离任日期"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")

    def __str__(self) -> str:
        return f"{self.officer} · {self.organ} · {self.title or self.role}"


class NamedQuerySet(models.QuerySet[models.Model]):
    """What was named for some days, by day."""

    def on(self, day: date) -> Self:
        """Those in force on a day, as far as is known now."""
        return self.filter(first_day__lte=day, ended_at=None).filter(Q(last_day=None) | Q(last_day__gte=day))


class Named(Told):
    """What somebody named from a first to a last day, both included. A row is ended, not deleted."""

    first_day = models.DateField(_("起始日期"))
    named_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    named_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    ended_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True


class Delegation(Named):
    """委托代办: who acts for an officer while he is away, from the first day to the last, both included.

    ``systems`` names the kinds of work; none named: all the officer has duties in. What is passed on are the duties the
    officer holds himself on the day, never what was delegated to him.
    """

    delegator = models.ForeignKey(Officer, models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(Officer, models.PROTECT, related_name="delegated_to")
    systems = models.JSONField(_("系统"), default=list)
    last_day = models.DateField(_("终止日期"))
    reason = models.CharField(_("事由"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("委托代办")

    def __str__(self) -> str:
        return f"{self.delegator} → {self.delegate} {self.first_day}–{self.last_day}"


class Line(Named):
    """条线关系 (业务指导): an organ whose work in some systems is looked at by a superior organ that is not above it in the tree, from
    the first day to the last, both included. Whoever holds a duty in such a system in the superior organ sees those records
    of the organ; he takes no step in them.
    """

    superior = models.ForeignKey(Organ, models.PROTECT, related_name="lines_down", verbose_name=_("上级主管单位"))
    organ = models.ForeignKey(
        Organ, models.PROTECT, related_name="lines_up", verbose_name=_("下级单位"), db_index=False
    )
    whole_tree = models.BooleanField(_("含所属单位"), default=False)
    systems = models.JSONField(_("系统"), default=list)
    basis = models.CharField(_("依据"), max_length=200)
    last_day = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("条线关系")

    def __str__(self) -> str:
        return f"{self.superior} → {self.organ} {self.first_day}–{self.last_day or ''}"
