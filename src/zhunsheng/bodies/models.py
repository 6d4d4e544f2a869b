"""The tables of bodies (议事机构), their seats, their meetings, what was on the agenda, who came and who said what.

Nobody writes them but ``actions`` (bodies and seats), ``calling`` and ``holding`` (meetings) and ``reforming``; nobody reads
bodies and meetings but through ``visible``. A reform ends rows and begins others, so that a body and its meetings stay with
the organ that kept them.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhunsheng.kernel.meeting import (
    Holder,
    ItemKind,
    MeetingState,
    Office,
    PaperKind,
    Presence,
    Quorum,
    Result,
    Stance,
    Standing,
)
from zhunsheng.kernel.words import Spoken
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.terms import in_being
from zhunsheng.security.told import Told


def one_of(kind: type[Spoken]) -> list[tuple[str, str]]:
    """The codes a column may hold; people see the words."""
    return [(value.value, value.value) for value in kind]


class VisibleBodies(models.Manager["Body"]):
    """The only way to read bodies."""

    def to(self, access: Access) -> models.QuerySet[Body]:
        """The bodies of the organs of the officer's duties, and those he or one of these organs sits in."""
        own = access.rows(system_field=None, path_field="organ__path")
        if not access.holdings:
            return self.get_queryset().filter(own)
        holds = Q(organ__in=access.organs()) | Q(officer__in=access.people)
        sits = Seat.objects.on(timezone.localdate()).filter(holds)
        return self.get_queryset().filter(own | Q(pk__in=sits.values("body")))


class Body(Told):
    """议事机构. ``kind`` is the system that declares it. The rules of the body itself (议事规则) are its columns."""

    kind = models.CharField(_("种类"), max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="bodies")
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    document = models.CharField(_("设立文件"), max_length=200)
    rules = models.CharField(_("议事规则"), max_length=200, blank=True)
    quorum = models.CharField(_("到会人数"), max_length=12, choices=one_of(Quorum), default=Quorum.HALF)
    proxies_count = models.BooleanField(_("委托出席计入到会"), default=True)
    reviews_every_item = models.BooleanField(_("决定事项一律先经合法性审查"), default=False)
    valid_from = models.DateField(_("设立日期"))
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)
    end_document = models.CharField(_("撤销文件"), max_length=200, blank=True)
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")

    objects = models.Manager()
    visible = VisibleBodies()

    class Meta:
        verbose_name = verbose_name_plural = _("议事机构")

    def __str__(self) -> str:
        return self.name

    def is_over(self, day: date) -> bool:
        """Whether it is no more on a day."""
        return self.valid_to is not None and self.valid_to <= day


class SeatQuerySet(models.QuerySet["Seat"]):
    """Seats by day."""

    def on(self, day: date) -> SeatQuerySet:
        """The seats held on a day (``valid_to`` is the first day no longer held)."""
        return self.filter(in_being(day))


class Seat(Told):
    """席位: held by an officer, by an organ (whoever holds the post there, where one is named), or by an outside person
    (专家、律师) who is no officer here. Exactly one of the three."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    office = models.CharField(_("身份"), max_length=12, choices=one_of(Office))
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, blank=True, related_name="seats")
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, null=True, blank=True, related_name="seats")
    person = models.CharField(_("姓名"), max_length=60, blank=True)
    post = models.CharField(_("单位、职务"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    valid_from = models.DateField(_("任职日期"))
    valid_to = models.DateField(_("离任日期"), null=True, blank=True)
    document = models.CharField(_("文件"), max_length=200, blank=True)
    end_reason = models.CharField(_("离任原因"), max_length=200, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("席位")
        constraints = (
            models.CheckConstraint(
                name="one_holder",
                condition=Q(officer__isnull=False, organ=None, person="")
                | Q(officer=None, organ__isnull=False, person="")
                | (Q(officer=None, organ=None) & ~Q(person="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.body_id} {self.office}"

    @property
    def holder(self) -> Holder:
        """Who holds it, as accounts may ask."""
        return Holder.OFFICER if self.officer_id else Holder.ORGAN if self.organ_id else Holder.PERSON


class VisibleMeetings(models.Manager["Meeting"]):
    """The only way to read meetings."""

    def to(self, access: Access) -> models.QuerySet[Meeting]:
        """The meetings of the bodies of the officer's organs, and those he or one of his organs is called to."""
        own = access.rows(system_field=None, path_field="body__organ__path")
        if not access.holdings:
            return self.get_queryset().filter(own)
        called = Attendance.objects.filter(Q(organ__in=access.organs()) | Q(officer__in=access.people), voided=False)
        return self.get_queryset().filter(own | Q(pk__in=called.values("meeting")))


class Meeting(Told):
    """会议. ``presiding`` is who presides; ``ordinal`` the 第…次 of its form, where it has one."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    form = models.CharField(_("会议形式"), max_length=40)
    ordinal = models.PositiveSmallIntegerField(_("次数"), null=True, blank=True)
    title = models.CharField(_("会议名称"), max_length=200)
    starts_at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=one_of(MeetingState), default=MeetingState.CALLED)
    presiding = models.ForeignKey("Attendance", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("说明"), blank=True)

    objects = models.Manager()
    visible = VisibleMeetings()

    class Meta:
        verbose_name = verbose_name_plural = _("会议")
        indexes = (models.Index(fields=("starts_at",), name="meeting_time"),)

    def __str__(self) -> str:
        return self.title


class Attendance(Told):
    """出席: somebody called to a meeting, by the name he had then, and whether he came. Voided, never deleted."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    standing = models.CharField(_("出席或者列席"), max_length=10, choices=one_of(Standing))
    office = models.CharField(_("身份"), max_length=12, choices=one_of(Office), blank=True)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, blank=True, related_name="+")
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("姓名"), max_length=120, blank=True)
    post = models.CharField(_("单位、职务"), max_length=200, blank=True)
    presence = models.CharField(_("到会情况"), max_length=12, choices=one_of(Presence), blank=True)
    substitute = models.CharField(_("受托人"), max_length=120, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    voided = models.BooleanField(_("作废"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("出席")

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.label}"

    @property
    def label(self) -> str:
        """Who it is: the person, else the organ or post."""
        return self.name or self.post


class Item(Told):
    """议题. ``cases``: what it decides; ``carried_out_by``: what was opened to carry it out; ``review``: the legality review
    it rests on beside those linked to its cases.

    ``reviewed``: whether there was such a review when the minutes were issued. ``reasons``: why the result goes against
    most of the members. ``withdrawn``: why it was taken off the agenda.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("议题"), max_length=200)
    kind = models.CharField(_("类别"), max_length=12, choices=one_of(ItemKind))
    matter = models.CharField(_("事项"), max_length=40, blank=True)
    rule_of_law = models.BooleanField(_("法治建设议题"), default=False)
    reporter = models.CharField(_("汇报单位或者讲授人"), max_length=120, blank=True)
    law = models.CharField(_("学习的法律法规"), max_length=200, blank=True)
    cases = models.ManyToManyField("cases.Case", related_name="items", blank=True)
    carried_out_by = models.ManyToManyField("cases.Case", related_name="carries_out", blank=True)
    review = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed = models.BooleanField(_("经合法性审查"), default=False)
    result = models.CharField(_("结果"), max_length=20, choices=one_of(Result), blank=True)
    votes_for = models.PositiveSmallIntegerField(_("同意"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("不同意"), null=True, blank=True)
    votes_abstaining = models.PositiveSmallIntegerField(_("弃权"), null=True, blank=True)
    settled = models.TextField(_("议定事项"), blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    withdrawn = models.CharField(_("撤下原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("议题")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class Speech(models.Model):
    """发言: who spoke on an item, in which order, for what, and the words where they are recorded."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="speeches")
    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="speeches")
    position = models.PositiveSmallIntegerField(_("发言顺序"))
    stance = models.CharField(_("态度"), max_length=10, choices=one_of(Stance), default=Stance.AGREE)
    words = models.TextField(_("意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发言")
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("item", "position"), name="one_turn"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.position}"


class MeetingPaper(models.Model):
    """会议文书: a notice or minutes as they were issued; never changed, a correction is another one."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    kind = models.CharField(_("种类"), max_length=10, choices=one_of(PaperKind))
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("成文日期"))
    content = models.JSONField(_("内容"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("会议文书")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.number or self.kind
