"""The tables of cases (案件): the case, its events, its clocks, what was asked of others, and what lies in its file.

Nobody writes the course of a case but ``cases.actions``; materials, urgings, opinions and drafts have each a module
of their own. Nobody reads but through ``Case.visible``. ``course`` and the due dates on rows are projections of the
events, kept for speed and checked by ``zhunsheng cases verify``.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from zhunsheng.kernel.clock import ClockEventKind, ClockState
from zhunsheng.kernel.limits import Unit
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.prepared import Kept, fetch_kept, keep
from zhunsheng.security.sealing import SealedJSONField, names_of

_BELOW = "varchar_pattern_ops"
_OVER = models.Q(state__in=("answered", "ended"))
ASKED = "asked"
"""Under what ``asked_by_when`` is noted."""


def _for_whom() -> models.ForeignKey:
    """代: the officer for whom it was done while he was away; none where it was done in one's own right."""
    return models.ForeignKey(
        "orgs.Officer", models.PROTECT, verbose_name=_("委托人"), null=True, related_name="+", db_index=False
    )


class VisibleCases(models.Manager["Case"]):
    """The only way to read cases."""

    def to(self, access: Access) -> models.QuerySet[Case]:
        """The cases an officer may see: of the organs of the officer's duties, or asked of them or of the officer."""
        rows, asked = access.rows(), asked_of(access)
        return self.get_queryset().filter(rows | models.Q(pk__in=asked) if asked else rows)

    def or_answered(self, access: Access) -> models.QuerySet[Case]:
        """The same, and 已办: what those have answered who were asked, or what ended before they did. They look it up, and read no
        more than who looks on. For one case or a page of them; lists hold what ``to`` gives."""
        over = models.Exists(answered(access).filter(case=models.OuterRef("pk")))
        return self.get_queryset().filter(access.rows() | models.Q(pk__in=asked_of(access)) | models.Q(over))


def answered(access: Access) -> models.QuerySet[Assignment]:
    """What was asked of an officer or of the organs of his duties and is over, but for what was given back or taken back."""
    return Assignment.objects.filter(_OVER, access.asked()).order_by()


def asked_of(access: Access) -> list[int]:
    """The cases on which something is asked of an officer or of the organs of his duties."""
    return sorted(asked_by_when(access))


def may_reveal(case: Case, access: Access) -> bool:
    """Whether an officer may have shown to him what is masked: who holds a duty over it or is asked something, not who looks on by
    line or has answered."""
    own = any(holding.line is None for holding in access.reasons(case.system, case.path))
    return own or case.pk in asked_of(access)


def asked_by_when(access: Access) -> dict[int, date | None]:
    """The same, each with the first day by which an answer is wanted. Asked by itself, once a page: an index finds the
    cases of a few keys, but not those of a query beside a condition."""
    if access.noted is not None and ASKED in access.noted:
        return access.noted[ASKED]
    found: dict[int, date | None] = {}
    for case, due in fetch_kept(_asked(connection.vendor, access.officer, access.holdings, access.principal)):
        found[case] = min((day for day in (found.get(case), due) if day), default=None)
    if access.noted is not None:
        access.noted[ASKED] = found
    return found


@lru_cache(1_000)
def _asked(vendor: str, officer: int, holdings: tuple[Holding, ...], principal: int | None) -> Kept | None:
    """What is asked for it, on the database of a vendor."""
    rows = Assignment.objects.filter(Access(officer, holdings, principal).asked(), state="open").order_by()
    columns = (Assignment._meta.get_field("case"), Assignment._meta.get_field("due_on"))
    return keep(rows.values_list("case_id", "due_on"), columns)


class Case(models.Model):
    """案件（办件）. ``version`` is the day its procedure came into force; ``sequence`` grows by one with every event.

    ``choices`` repeats what of ``fields`` can be filtered by, for the indexes of lists. ``is_tallied``: counted in ``Tally``.
    """

    system = models.CharField(_("系统"), max_length=60)
    version = models.DateField(_("程序版本"))
    number = models.CharField(_("案号"), max_length=80, blank=True)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=120)
    state = models.CharField(_("状态"), max_length=60)
    outcome = models.CharField(_("结果"), max_length=60, blank=True)
    opened_on = models.DateField(_("开始日期"))
    last_on = models.DateField(_("最近办理日期"))
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    voided_on = models.DateField(_("作废日期"), null=True, blank=True)
    fields = SealedJSONField(_("内容"), default=dict)
    course = models.JSONField(_("经过"), default=dict)
    sequence = models.PositiveIntegerField(_("办理记录数"), default=0)
    handler = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    next_due = models.DateField(_("最近到期"), null=True, blank=True)
    choices = models.TextField(default="", editable=False)
    is_tallied = models.BooleanField(default=False, editable=False)

    objects = models.Manager()
    visible = VisibleCases()
    is_linked = True
    """No column: False where the case was read with the answer that no other is linked to it."""

    class Meta:
        verbose_name = verbose_name_plural = _("案件")
        # Lists are read from these alone as long as no text is asked for: what is filtered by stands behind what is sorted
        # by, and a partial index holds the column of its condition too, or SQLite reads the rows. ``_BELOW`` lets PostgreSQL
        # find a subtree by the beginning of its path whatever the language of the database.
        indexes = (
            models.Index(
                fields=("system", "path", "-opened_on", "-id", "state", "outcome", "choices"),
                opclasses=("", _BELOW, *[""] * 5), name="case_list",
            ),
            models.Index(
                fields=("system", "-opened_on", "-id", "path", "state", "outcome", "choices"),
                opclasses=("", "", "", _BELOW, *[""] * 3), name="case_list_whole",
            ),
            models.Index(fields=("system", "number", "id", "path"), opclasses=("", "", "", _BELOW), name="case_number"),
            models.Index(
                fields=("system", "closed_on", "id", "path"), opclasses=("", "", "", _BELOW), name="case_closed",
                condition=models.Q(closed_on__isnull=False),
            ),
            models.Index(
                fields=("path", "system", "state", "next_due", "opened_on", "handler", "organ", "id", "closed_on"),
                opclasses=(_BELOW, *[""] * 8), name="case_open", condition=models.Q(closed_on=None),
            ),
            models.Index(
                fields=("next_due",), name="case_due_after",
                condition=models.Q(closed_on__isnull=False, next_due__isnull=False),
            ),
            models.Index(fields=("system",), name="case_voided", condition=models.Q(voided_on__isnull=False)),
            models.Index(
                fields=("system", "path", "state", "outcome", "choices", "closed_on", "next_due", "is_tallied"),
                opclasses=("", _BELOW, *[""] * 6), name="case_untallied", condition=models.Q(is_tallied=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"{self.system} {self.pk}"

    def sealed_names(self) -> frozenset[str]:
        return names_of(self.system)


class VisibleTallies(models.Manager["Tally"]):
    """The only way to read tallies."""

    def to(self, access: Access) -> models.QuerySet[Tally]:
        """What is tallied of the organs of an officer's duties."""
        return self.get_queryset().filter(access.rows(path_field="organ__path"))


class Tally(models.Model):
    """计数: how many closed cases of a system and an organ are alike in all that lists are filtered by. Which cases are in
    it stands on their rows; the others are counted as they are (see ``tallying``)."""

    system = models.CharField(max_length=60)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=60)
    outcome = models.CharField(max_length=60)
    choices = models.TextField()
    cases = models.IntegerField()

    objects = models.Manager()
    visible = VisibleTallies()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("system", "organ", "state", "outcome", "choices"), name="one_tally"),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.organ_id}: {self.cases}"


class Event(models.Model):
    """办理记录: what was done to a case. Never edited. ``on`` is the legal day, ``recorded_at`` when it was entered. ``online``: by
    the party himself over the public pages; then there is no officer."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    sequence = models.PositiveIntegerField(_("序号"))
    action = models.CharField(_("环节"), max_length=60)
    on = models.DateField(_("日期"))
    recorded_at = models.DateTimeField(_("记录时间"))
    officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    on_behalf_of = _for_whom()
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, null=True, related_name="+", db_index=False)
    values = SealedJSONField(_("填写内容"), default=dict)
    outcome = models.CharField(_("结果"), max_length=60, blank=True)
    note = models.TextField(_("说明"), blank=True)
    extension = models.CharField(_("延长"), max_length=40, blank=True)
    request = models.PositiveSmallIntegerField(_("交办序号"), null=True, blank=True)
    by_law = models.BooleanField(_("依法自动发生"), default=False)
    online = models.BooleanField(_("当事人网上办理"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("办理记录")
        constraints = (models.UniqueConstraint(fields=("case", "sequence"), name="one_event"),)
        ordering = ("case", "sequence")

    def __str__(self) -> str:
        return f"{self.on} {self.action}"

    def sealed_names(self) -> frozenset[str]:
        return names_of(self.case.system)


class ClockEntry(models.Model):
    """时限记录: one event of one clock of a case. Never edited. ``setting``: the decision of the place it counts under."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clock_entries")
    sequence = models.PositiveIntegerField(_("办理记录序号"))
    deadline = models.CharField(_("期限"), max_length=60)
    kind = models.CharField(_("事项"), max_length=12, choices=[(k.value, k.value) for k in ClockEventKind])
    on = models.CharField(_("日期"), max_length=25)
    cause = models.CharField(_("原因"), max_length=60, blank=True)
    amount = models.PositiveIntegerField(_("长度"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True, choices=[(u.value, u.value) for u in Unit])
    setting = models.ForeignKey("local.Setting", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("时限记录")

    def __str__(self) -> str:
        return f"{self.deadline} {self.kind} {self.on}"


class Deadline(models.Model):
    """时限: where a clock stands, kept as an index over its entries. Whether it is overdue is a question, not a column.

    ``unit`` is filled where a place counts the limit in another unit than is declared.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines", db_index=False)
    key = models.CharField(_("期限"), max_length=60)
    state = models.CharField(_("状态"), max_length=10, choices=[(s.value, s.value) for s in ClockState])
    due_on = models.DateField(_("届满日"), null=True, blank=True)
    ended_on = models.DateField(_("完成日"), null=True, blank=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    unit = models.CharField(_("单位"), max_length=30, blank=True, choices=[(u.value, u.value) for u in Unit])

    class Meta:
        verbose_name = verbose_name_plural = _("时限")
        constraints = (models.UniqueConstraint(fields=("case", "key"), name="one_deadline"),)
        indexes = (models.Index(fields=("due_on",), name="deadline_open", condition=models.Q(state="running")),)

    def __str__(self) -> str:
        return f"{self.key} {self.due_on}"


class CaseParty(models.Model):
    """当事人, taken from the case's fields for search; the field of the case is what counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    role = models.CharField(_("身份"), max_length=60)
    name = models.CharField(_("姓名或者名称"), max_length=120, db_index=True)
    kind = models.CharField(_("类型"), max_length=15)

    class Meta:
        verbose_name = verbose_name_plural = _("当事人")

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """交办、会签、加签: what was asked of another organ or officer on a case, an index over the events."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    number = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("类别"), max_length=20)
    to_organ = models.ForeignKey("orgs.Organ", models.PROTECT, null=True, related_name="+")
    to_officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=12)
    on = models.DateField(_("日期"))
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    lead = models.BooleanField(_("主办"), default=True)
    text = models.TextField(_("内容"), blank=True)
    answer = models.TextField(_("答复"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("交办")
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_assignment"),)
        indexes = (
            models.Index(fields=("to_organ", "case"), name="asked_of_organ", condition=models.Q(state="open")),
            models.Index(fields=("to_officer", "case"), name="asked_of_officer", condition=models.Q(state="open")),
            models.Index(fields=("to_organ", "case"), name="answered_by_organ", condition=_OVER),
            models.Index(fields=("to_officer", "case"), name="answered_by_officer", condition=_OVER),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.number}"


class CaseLink(models.Model):
    """关联: a case of another system that belongs to the same matter."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")

    class Meta:
        verbose_name = verbose_name_plural = _("关联案件")
        constraints = (models.UniqueConstraint(fields=("case", "other"), name="one_link"),)

    def __str__(self) -> str:
        return f"{self.case_id} – {self.other_id}"


class Volume(models.TextChoices):
    """卷: the volume a material is filed in. The inner volume is not shown to those who are only asked for something."""

    MAIN = "main", _("正卷")
    INNER = "inner", _("副卷")


class Material(models.Model):
    """材料: a file that belongs to a case. Its content is kept once under its SHA-256; a row is voided, never deleted.

    ``sequence`` is the event it came with; ``paper`` is set for the signed and sealed scan of a paper. What a party handed in
    over the public pages was added by no officer.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    volume = models.CharField(_("卷别"), max_length=8, choices=Volume.choices, default=Volume.MAIN)
    title = models.CharField(_("名称"), max_length=200)
    sequence = models.PositiveIntegerField(_("办理记录序号"), null=True, blank=True)
    paper = models.ForeignKey("papers.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("大小"))
    digest = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    on_behalf_of = _for_whom()
    added_at = models.DateTimeField(_("上传时间"))
    voided_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("材料")

    def __str__(self) -> str:
        return self.title


class Urging(models.Model):
    """催办: a reminder to those who have a case or a part of it. It is no step: it moves no state and stops no limit.

    ``count`` says which time the same organ or officer is urged on the case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="urgings")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="urgings")
    to_organ = models.ForeignKey("orgs.Organ", models.PROTECT, null=True, related_name="+")
    to_officer = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("内容"))
    by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = _for_whom()
    by_organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("时间"))
    count = models.PositiveSmallIntegerField(_("第几次"))

    class Meta:
        verbose_name = verbose_name_plural = _("催办")

    def __str__(self) -> str:
        return f"{self.case_id} {self.count}"


class Adoption(models.TextChoices):
    """采纳情况: what became of an opinion."""

    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT = "not", _("不采纳")


class OpinionUse(models.Model):
    """会签意见采纳情况: what the organ of a case made of an opinion it had asked for; the newest row counts."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="uses")
    adoption = models.CharField(_("采纳情况"), max_length=8, choices=Adoption.choices)
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = _for_whom()
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("会签意见采纳情况")

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.adoption}"


class Draft(models.Model):
    """草稿: what an officer has typed into the form of a step that is not taken yet. His alone, and no record."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    action = models.CharField(_("环节"), max_length=60)
    officer = models.ForeignKey("orgs.Officer", models.CASCADE, related_name="+")
    typed = SealedJSONField(_("填写内容"), default=dict, whole=True)
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("草稿")
        constraints = (models.UniqueConstraint(fields=("case", "action", "officer"), name="one_draft"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class ListEvidence(models.Model):
    """清单佐证: a list that proves something on a case: the cases of a system that the words of its address keep (``query``), those
    of an organ, with or without those below. ``count``: how many when it was given. Taken back it stays."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="lists")
    system = models.CharField(_("系统"), max_length=60)
    query = models.CharField(_("筛选条件"), max_length=2000, blank=True)
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    whole_tree = models.BooleanField(_("含下级"), default=False)
    count = models.PositiveIntegerField(_("给出时件数"))
    given_by = models.ForeignKey("orgs.Officer", models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = _for_whom()
    given_at = models.DateTimeField(_("给出时间"))
    voided_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    voided_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("清单佐证")

    def __str__(self) -> str:
        return f"{self.case_id} {self.system}"
