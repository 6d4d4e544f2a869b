"""The forms about organs, people and reforms (表单). They ask and keep what was typed; ``orgs`` decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.forms import RefusableForm
from zhunsheng.desk.widgets import TickList
from zhunsheng.desk.wording import name_of, say
from zhunsheng.orgs.actions import roles_of
from zhunsheng.orgs.explaining import role_words, system_words
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Officer, Organ, OrganKind, ReformKind
from zhunsheng.orgs.reforming import NewOrgan, Plan
from zhunsheng.orgs.refusals import rooms
from zhunsheng.security.operating import LONGEST
from zhunsheng.security.passwords import rules

Choices = list[tuple[str, Any]]


class OfficeForm(RefusableForm):
    """A form about the platform itself: organs, people, lists, settings."""

    use_required_attribute = False


def text(
    label: str, *, required: bool = True, hint: str = "", longest: int = 120, initial: str = ""
) -> forms.CharField:
    widget = forms.TextInput({"class": "form-control"})
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=longest, initial=initial, widget=widget
    )


def long_text(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea({"class": "form-control", "rows": 3}))


def day(label: str, initial: date | None, *, required: bool = True, hint: str = "") -> forms.DateField:
    widget = forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, initial=initial, widget=widget)


def choice(
    label: str, options: Choices, *, required: bool = True, hint: str = "", initial: str = ""
) -> forms.ChoiceField:
    blank = [("", _("请选择"))] if required else [("", "—")]
    widget = forms.Select({"class": "form-select"})
    return forms.ChoiceField(
        label=label, choices=[*blank, *options], required=required, help_text=hint, initial=initial, widget=widget
    )


def several(label: str, options: Choices, *, required: bool = False, hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=options, required=required, help_text=hint, widget=TickList())


def tick(label: str, hint: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=hint)


def password(label: str, hint: str = "") -> forms.CharField:
    widget = forms.PasswordInput({"class": "form-control", "autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=hint, widget=widget, strip=False)


def known_password() -> forms.CharField:
    """The password in use, asked of its officer."""
    field = password(_("现在的口令"))
    field.widget.attrs["autocomplete"] = "current-password"
    return field


def organ_choices(organs: Iterable[Organ]) -> Choices:
    return [(str(organ.pk), name_of(organ)) for organ in organs]


def post_choices() -> Choices:
    """Every role of every system, grouped; the value is ``system:role``. Each tells its system too: of a chosen one the group
    is not shown, and letters typed look for how it begins."""
    every_role = say(role_words(EVERY_SYSTEM, EVERY_ROLE))
    groups: Choices = [
        (say(system_words(EVERY_SYSTEM)), [(f"{EVERY_SYSTEM}:{EVERY_ROLE}", every_role)]),
        *(
            (
                say(room.name),
                [(f"{key}:{role}", f"{say(room.name)} · {say(words)}") for role, words in room.roles.items()],
            )
            for key, room in rooms().items()
        ),
    ]
    for slug, owner in systems().items():
        roles = [(EVERY_ROLE, every_role), *((role, say(words)) for role, words in roles_of(slug).items())]
        name = say(owner.name)
        groups.append((name, [(f"{slug}:{role}", f"{name} · {words}") for role, words in roles]))
    return groups


def system_choices(held: Collection[str]) -> Choices:
    """The systems in which duties are held, to choose from; all of them where the duty is for all."""
    known = [*systems(), *rooms()]
    return [(slug, say(system_words(slug))) for slug in known if EVERY_SYSTEM in held or slug in held]


class DelegationForm(OfficeForm):
    """委托代办."""

    def __init__(self, *args: Any, people: Sequence[Officer], systems: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = choice(_("代办人"), [(str(p.pk), f"{p.name}（{p.username}）") for p in people])
        self.fields["first_day"] = day(_("起始日期"), today)
        self.fields["last_day"] = day(_("终止日期"), None, hint=_("含这一天；第二天自动收回"))
        self.fields["systems"] = several(_("系统"), systems, hint=_("都不选的，所任的系统全部委托"))
        self.fields["reason"] = text(_("事由"), longest=200, hint=_("如：公出、休假、学习"))


class OrganForm(OfficeForm):
    """设立单位."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("名称"))
        self.fields["kind"] = choice(_("类别"), list(OrganKind.choices))
        self.fields["on"] = day(_("设立日期"), today)
        self.fields["mark"] = text(_("机关代字"), required=False, longest=20, hint=_("用于文号，如“示司”"))
        self.fields["short_name"] = text(_("简称"), required=False, longest=40)
        self.fields["code"] = text(_("统一社会信用代码"), required=False, longest=18)
        self.fields["name_en"] = text(_("英文名称"), required=False, longest=160)


class DutyForm(OfficeForm):
    """任职; ``organs``: those the officer who fills it in administers."""

    def __init__(self, *args: Any, organs: Sequence[Organ], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organ"] = choice(_("单位"), organ_choices(organs))
        self.fields["post"] = choice(_("岗位"), post_choices())
        self.fields["title"] = text(_("职务"), required=False, longest=60)
        self.fields["on"] = day(_("任职日期"), today)
        self.fields["until"] = day(_("离任日期"), None, required=False, hint=_("不再任职的第一天；长期任职的留空"))
        self.fields["whole_tree"] = tick(_("含下级单位"), _("同时管到下级单位"))

    @property
    def post(self) -> tuple[str, str]:
        system, _colon, role = self.cleaned_data["post"].partition(":")
        return system, role


class OfficerForm(DutyForm):
    """新增人员, with a first duty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["until"]
        first = {
            "username": text(_("账号"), longest=60),
            "name": text(_("姓名"), longest=60),
            "password": password(_("初始口令"), rules() + _("。本人首次登录时必须修改。")),
        }
        self.fields = {**first, **self.fields}


class PasswordForm(OfficeForm):
    """重设口令 of somebody else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password(_("新口令"), rules() + _("。本人登录时必须修改。"))


class OwnPasswordForm(PasswordForm):
    """修改口令 of oneself: who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"old": known_password(), **self.fields, "again": password(_("再输一遍新口令"))}
        self.fields["password"].help_text = rules()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两遍新口令不一样，请重新填写"))
        return data


class PasswordProofForm(OfficeForm):
    """Something that only the officer himself may do, not whoever finds his screen unlocked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"] = known_password()


class PasskeyForm(PasswordProofForm):
    """添加通行密钥."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("名称"), longest=60, hint=_("便于自己辨认，如“办公室电脑”“手机”"))


class CodeForm(OfficeForm):
    """动态口令 as the app shows it, with the password: whoever sits down at an open session must not shut its officer out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(_("六位动态口令"), longest=20)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
        self.fields["old"] = known_password()


class ReasonForm(OfficeForm):
    """Why something is done to somebody else's account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = text(_("理由"), longest=200, hint=_("如“手机丢失”，不要写个人信息"))


class OperatorForm(OfficeForm):
    """申请运维会话."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = text(_("事由"), longest=200, hint=_("做什么、为什么，不要写个人信息"))
        self.fields["minutes"] = forms.IntegerField(
            label=_("时长（分钟）"), min_value=1, max_value=LONGEST, initial=60,
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )  # fmt: skip


class EndForm(OfficeForm):
    """离任."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = day(_("离任日期"), today, hint=_("不再任职的第一天"))


class ReformForm(OfficeForm):
    """机构改革 of one kind, beginning with one organ."""

    def __init__(
        self, kind: str, source: Organ, *args: Any, organs: Sequence[Organ], people: Sequence[Officer], today: date,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.kind, self.source = kind, source
        self.organs = {str(organ.pk): organ for organ in organs}
        others = organ_choices(organ for organ in organs if organ != source)
        self.fields["on"] = day(_("施行日期"), today, hint=_("新机构从这一天起履行职责，不晚于今天"))
        if kind == ReformKind.MERGE:
            self.fields["others"] = several(
                _("一并合并的其他单位"), others, hint=_("并入现有单位的不用选，在承接单位里选那个单位")
            )
        if kind == ReformKind.SPLIT:
            slugs = [(slug, say(owner.name)) for slug, owner in systems().items()]
            self.fields["systems"] = several(_("划出的业务"), slugs, required=True, hint=_("在办案件和清单随业务划出"))
            self.fields["people"] = several(_("随同划转的人员"), [(str(p.pk), p.name) for p in people])
        if kind in (ReformKind.MERGE, ReformKind.SPLIT, ReformKind.ABOLISH):
            only = kind == ReformKind.ABOLISH
            hint = "" if only else _("由现有单位承接的在这里选择；新设单位承接的留空，填写下面各项")
            self.fields["target"] = choice(_("承接单位"), others, required=only, hint=hint)
        if kind == ReformKind.RENAME:
            self._name_fields(True, source)
        elif kind in (ReformKind.MERGE, ReformKind.SPLIT):
            self._name_fields(False, None)
            self.fields["kind"] = choice(
                _("新设单位的类别"), list(OrganKind.choices), required=False, initial=source.kind
            )
            self.fields["parent"] = choice(
                _("新设单位的上级"), others, required=False, initial=str(source.parent_id or "")
            )
        elif kind == ReformKind.MOVE:
            self.fields["parent"] = choice(_("新的上级单位"), others)
        self.fields["document"] = text(_("文号"), hint=_("批准改革的文件"))
        self.fields["reason"] = long_text(_("事由"))

    def _name_fields(self, required: bool, organ: Organ | None) -> None:
        label = _("新名称") if required else _("新设单位的名称")
        self.fields["name"] = text(label, required=required, initial=organ.name if organ else "")
        self.fields["short_name"] = text(
            _("简称"), required=False, longest=40, initial=organ.short_name if organ else ""
        )
        self.fields["mark"] = text(_("机关代字"), required=False, longest=20, initial=organ.mark if organ else "")
        self.fields["name_en"] = text(
            _("英文名称"), required=False, longest=160, initial=organ.name_en if organ else ""
        )

    @property
    def plan(self) -> Plan:
        """The reform that is meant."""
        data = self.cleaned_data
        new = None
        if data.get("name"):
            new = NewOrgan(data["name"], data.get("kind", ""), data["mark"], data["short_name"], data["name_en"])
        target = self.organs.get(data.get("target", ""))
        needs_parent = self.kind == ReformKind.MOVE or new is not None
        return Plan(
            self.kind, data["on"], (self.source, *(self.organs[pk] for pk in data.get("others", ()))), target, new,
            self.organs.get(data.get("parent", "")) if needs_parent else None, tuple(data.get("systems", ())),
            tuple(int(pk) for pk in data.get("people", ())),
        )  # fmt: skip
