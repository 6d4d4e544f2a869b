"""The forms about bodies, seats and meetings (表单). They ask and keep what was typed; the room bodies decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhunsheng.bodies.holding import Mark, Said
from zhunsheng.bodies.models import Attendance, Body, Item, Meeting
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.case_rows import shown_title
from zhunsheng.desk.organ_forms import (
    Choices,
    OfficeForm,
    choice,
    day,
    long_text,
    organ_choices,
    several,
    text,
    tick,
)
from zhunsheng.desk.widgets import RadioList
from zhunsheng.desk.wording import say
from zhunsheng.kernel import body as declared
from zhunsheng.kernel.meeting import RESULTS, ItemKind, Presence, Quorum, Stance, Standing
from zhunsheng.kernel.words import Spoken
from zhunsheng.orgs.models import Officer, Organ


def spoken(values: Iterable[Spoken]) -> Choices:
    """Values of the kernel as choices."""
    return [(value.value, say(value.words)) for value in values]


def moment(label: str, initial: Any = None) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, initial=initial, widget=widget, input_formats=formats)


def count(label: str, *, required: bool = False, hint: str = "", initial: int | None = None) -> forms.IntegerField:
    widget = forms.NumberInput({"class": "form-control short"})
    return forms.IntegerField(
        label=label, required=required, min_value=0, max_value=9999, help_text=hint, initial=initial, widget=widget
    )


# --- bodies and seats ------------------------------------------------------------------------------------------------


class BodyForm(OfficeForm):
    """修改 a body; with ``organs`` 设立 one."""

    def __init__(
        self, *args: Any, today: date, organs: Sequence[Organ] = (), kind: str = "", **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if organs:
            kinds = [(slug, say(owner.name)) for slug, owner in systems().items() if owner.bodies]
            self.fields["organ"] = choice(_("保管单位"), organ_choices(organs), hint=_("保管会议记录、入账的单位"))
            self.fields["kind"] = choice(_("种类"), kinds, initial=kind)
        self.fields["name"] = text(_("名称"))
        self.fields["document"] = text(_("设立文件"), longest=200, hint=_("名称和文号"))
        if organs:
            self.fields["on"] = day(_("设立日期"), today)
        self.fields["rules"] = text(_("议事规则"), required=False, longest=200)
        self.fields["quorum"] = choice(_("到会人数"), spoken(Quorum), initial=Quorum.HALF)
        self.fields["proxies_count"] = tick(_("委托出席计入到会"))
        self.fields["reviews_every_item"] = tick(_("决定事项一律先经合法性审查"), _("法律规定须经审查的，不选也要审查"))
        self.fields["name_en"] = text(_("英文名称"), required=False, longest=160)


class CloseForm(OfficeForm):
    """撤销 a body."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = day(_("撤销日期"), today, hint=_("不再存在的第一天"))
        self.fields["document"] = text(_("撤销文件"), longest=200, hint=_("名称和文号"))


class HolderForm(OfficeForm):
    """Somebody, chosen or named: one of officer, organ and outside person."""

    def __init__(self, *args: Any, organs: Sequence[Organ], officers: Sequence[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organs = {str(organ.pk): organ for organ in organs}
        self.officers = {str(officer.pk): officer for officer in officers}
        people = [(key, officer.name) for key, officer in self.officers.items()]
        self.fields["person"] = choice(_("工作人员"), people, required=False)
        self.fields["organ"] = choice(_("单位"), organ_choices(organs), required=False)
        self.fields["name"] = text(_("外聘、外单位人员"), required=False, longest=60)
        self.fields["post"] = text(
            _("单位、职务"), required=False, hint=_("选单位的，写由其何职务担任，如“局长”；不写即由该单位派员")
        )

    @property
    def holder(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "person": self.officers.get(data["person"]), "organ": self.organs.get(data["organ"]), "name": data["name"],
            "post": data["post"],
        }  # fmt: skip


class SeatForm(HolderForm):
    """增补."""

    def __init__(self, offices: Mapping[Any, Any], *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(str(key), say(words)) for key, words in offices.items()]
        self.fields = {
            "office": choice(_("身份"), options), **self.fields, "on": day(_("任职日期"), today),
            "until": day(_("离任日期"), None, required=False, hint=_("聘期届满的次日；没有期限的留空")),
            "document": text(_("文件"), required=False, longest=200),
        }  # fmt: skip


class ReasonForm(OfficeForm):
    """A reason, and a day where one is asked for."""

    def __init__(self, label: str, *args: Any, day_label: str = "", today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if day_label:
            self.fields["on"] = day(day_label, today)
        self.fields["reason"] = text(label, longest=200)


class DayForm(OfficeForm):
    """The date of a paper."""

    def __init__(self, label: str, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = day(label, today)


# --- meetings --------------------------------------------------------------------------------------------------------


class CallForm(OfficeForm):
    """召集."""

    def __init__(self, body: declared.Body, ordinals: Mapping[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(key, say(words)) for key, words in body.forms.items()]
        first = options[0][0]
        self.fields["form"] = choice(_("会议形式"), options, initial=first)
        last = [
            _("%(form)s上一次是第 %(n)s 次") % {"form": say(body.forms[key]), "n": n}
            for key, n in ordinals.items()
            if n and key in body.forms
        ]
        initial = ordinals[first] + 1 if ordinals.get(first) else None
        self.fields["ordinal"] = count(_("次数"), hint="；".join(last) or _("不编次数的留空"), initial=initial)
        self.fields["starts_at"] = moment(_("时间"))
        self.fields["place"] = text(_("地点"))
        self.fields["title"] = text(_("会议名称"), required=False, longest=200, hint=_("留空则由机构、次数和形式组成"))


class ChangeForm(OfficeForm):
    """改期."""

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"] = moment(_("时间"), meeting.starts_at)
        self.fields["place"] = text(_("地点"), initial=meeting.place)
        self.fields["title"] = text(_("会议名称"), longest=200, initial=meeting.title)


class ItemForm(OfficeForm):
    """列入议题; ``waiting``: the cases that wait for such a meeting."""

    def __init__(
        self, body: declared.Body, *args: Any, waiting: Sequence[Any], chosen: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = choice(_("类别"), spoken(body.items), initial=body.items[0])
        if waiting:
            cases = [(str(case.pk), f"{case.number} {shown_title(case)}") for case in waiting]
            self.fields["cases"] = several(_("等待上会的办件"), cases)
            self.initial["cases"] = list(chosen)
        self.fields["number"] = text(_("其他办件的案号"), required=False, hint=_("审议决定、咨询的办件；括号用〔〕"))
        self.fields["title"] = text(_("议题"), required=False, longest=200, hint=_("有办件的，留空则用办件的标题"))
        if body.matters:
            matters = [(key, say(words)) for key, words in body.matters.items()]
            self.fields["matter"] = choice(
                _("决定事项"), matters, required=False, hint=_("审议决定的议题填写；由办件就能知道的，不用填")
            )
        self.fields["review"] = text(
            _("合法性审查的案号"), required=False, hint=_("没有办件、或者办件没有关联合法性审查的，在这里写明")
        )
        self.fields["reporter"] = text(_("汇报单位或者讲授人"), required=False)
        self.fields["law"] = text(_("学习的法律法规"), required=False, longest=200, hint=_("学法的议题填写"))
        self.fields["rule_of_law"] = tick(_("法治建设议题"), _("如听取法治政府建设情况汇报"))


class AttendanceForm(OfficeForm):
    """登记到会: for each person whether he came, and who came for him or why he did not."""

    def __init__(self, meeting: Meeting, people: Sequence[Attendance], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            self.fields[f"presence-{person.pk}"] = forms.ChoiceField(
                label=person.label, choices=spoken(Presence), initial=person.presence or Presence.PRESENT,
                widget=RadioList(),
            )  # fmt: skip
            self.fields[f"note-{person.pk}"] = text(
                _("受托人或者原因"), required=False, initial=person.substitute or person.reason
            )
        members = [(str(person.pk), person.label) for person in people if person.standing == Standing.MEMBER]
        chair = meeting.presiding_id or next((key for key, _label in members), "")
        self.fields["presiding"] = choice(_("主持人"), members, initial=str(chair))

    @property
    def rows(self) -> list[tuple[Attendance, forms.BoundField, forms.BoundField]]:
        return [(person, self[f"presence-{person.pk}"], self[f"note-{person.pk}"]) for person in self.people]

    @property
    def marks(self) -> dict[int, Mark]:
        data = self.cleaned_data
        return {
            person.pk: Mark(data[f"presence-{person.pk}"], *[data[f"note-{person.pk}"]] * 2) for person in self.people
        }

    def refuse(self, refusal: Any) -> None:
        """What is wrong with who came for somebody, or why not, belongs to one field here."""
        name, _dash, key = (refusal.field or "").partition("-")
        if name in ("substitute", "reason"):
            self.add_error(f"note-{key}", say(refusal.reason))
        else:
            super().refuse(refusal)


class SettleForm(OfficeForm):
    """作出结论: the result, what was settled, who spoke in which order, votes where they were counted."""

    def __init__(self, item: Item, people: Sequence[Attendance], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        kind = ItemKind(item.kind)
        results = spoken(RESULTS[kind])
        self.fields["result"] = forms.ChoiceField(
            label=_("结果"), choices=results, initial=item.result or results[0][0], widget=RadioList()
        )
        label = _("咨询意见") if kind is ItemKind.CONSULTATION else _("议定事项")
        self.fields["settled"] = long_text(label)
        self.fields["settled"].max_length = 4000
        self.fields["settled"].required = False
        self.fields["settled"].initial = item.settled
        self.counts_votes = kind in (ItemKind.DECISION, ItemKind.CONSULTATION)
        if self.counts_votes:
            self.fields["votes_for"] = count(_("同意票"), initial=item.votes_for)
            self.fields["votes_against"] = count(_("不同意票"), initial=item.votes_against)
            self.fields["votes_abstaining"] = count(_("弃权票"), initial=item.votes_abstaining)
            self.fields["reasons"] = text(
                _("与多数意见不一致的理由"), required=False, longest=1000, initial=item.reasons
            )
        said = {speech.attendance_id: speech for speech in item.speeches.all()}
        for person in people:
            speech = said.get(person.pk)
            self.fields[f"turn-{person.pk}"] = count(_("发言顺序"), initial=speech.position if speech else None)
            self.fields[f"stance-{person.pk}"] = forms.ChoiceField(
                label=_("态度"), choices=spoken(Stance), initial=speech.stance if speech else Stance.AGREE,
                widget=forms.Select({"class": "form-select"}),
            )  # fmt: skip
            self.fields[f"words-{person.pk}"] = text(
                _("意见"), required=False, longest=1000, initial=speech.words if speech else ""
            )

    @property
    def rows(self) -> list[tuple[Attendance, forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (p, self[f"turn-{p.pk}"], self[f"stance-{p.pk}"], self[f"words-{p.pk}"]) for p in self.people
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen: dict[int, int] = {}
        for person in self.people:
            turn = data.get(f"turn-{person.pk}")
            if turn in seen:
                self.add_error(f"turn-{person.pk}", _("顺序 %(n)s 填了两次") % {"n": turn})
            elif turn:
                seen[turn] = person.pk
        return data

    @property
    def said(self) -> list[Said]:
        data = self.cleaned_data
        spoke = [(data[f"turn-{p.pk}"], p.pk) for p in self.people if data.get(f"turn-{p.pk}")]
        return [Said(pk, data[f"stance-{pk}"], data[f"words-{pk}"]) for _turn, pk in sorted(spoke)]

    @property
    def votes(self) -> tuple[int, int, int] | None:
        given = [self.cleaned_data.get(f"votes_{name}") for name in ("for", "against", "abstaining")]
        if all(vote is None for vote in given):
            return None
        first, second, third = (vote or 0 for vote in given)
        return first, second, third


def rule_initial(body: Body) -> dict[str, Any]:
    """What a body says of itself, to be changed."""
    names = ("name", "name_en", "document", "rules", "quorum", "proxies_count", "reviews_every_item")
    return {name: getattr(body, name) for name in names}
