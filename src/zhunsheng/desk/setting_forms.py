"""The forms in which a place decides (本地设定的表单): for whom, from when, what, by which document and why. They ask and keep what
was typed; ``local`` and the rooms that register a kind decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from zhunsheng.desk.organ_forms import OfficeForm, choice, day, organ_choices, text
from zhunsheng.desk.widgets import RadioList
from zhunsheng.desk.wording import say
from zhunsheng.intake.offering import CLOSED, EACH, OPEN
from zhunsheng.kernel.limits import UNIT_WORDS
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.limits import declared, units_for
from zhunsheng.local.retention import FOR_GOOD, LONGEST
from zhunsheng.local.site import ITEMS
from zhunsheng.orgs.models import Organ
from zhunsheng.papers.number_patterns import declared as declared_patterns
from zhunsheng.papers.number_patterns import pattern_words
from zhunsheng.reports.own_outlines import outlines_for

Fields = Mapping[str, forms.Field]


def _limit_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    limit, may_be_extended = declared()[key].limit, declared()[key].may_be_extended
    declared_extension = limit.extension.amount.value if limit.extension and limit.extension.amount else ""
    value = value or {"value": limit.value, "unit": limit.unit.value, "extension": declared_extension}
    units = [(unit.value, say(UNIT_WORDS[unit]).removeprefix("个")) for unit in units_for(key)]
    found: dict[str, forms.Field] = {
        "value": text(_("期限"), initial=str(value["value"]), longest=4, hint=_("填数字")),
        "unit": choice(_("按什么计算"), units, initial=value["unit"]),
    }
    if may_be_extended:
        hint = _("一次，与期限同一单位；不填为不能延长")
        found["extension"] = text(
            _("可以延长"), required=False, longest=4, hint=hint, initial=str(value.get("extension") or "")
        )
    return found


def _number_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    pattern = pattern_words((value or {}).get("pattern") or declared_patterns()[key])
    places = say(pattern_words("{mark}、{year}、{serial}"))
    return {
        "pattern": text(_("文号格式"), initial=say(pattern), longest=60,
                        hint=_("可用 %(places)s，年份和序号必须有，例如 %(example)s") % {
                            "places": places, "example": say(pattern_words("{mark}复〔{year}〕{serial}号"))}),
        "mark": text(_("机关代字"), required=False, longest=20, initial=(value or {}).get("mark", ""),
                     hint=_("不填的用各单位自己的代字")),
        "first": text(_("起始序号"), required=False, longest=6,
                      hint=_("年中启用本系统、前面的号已经在别处编过的，填下一个号；只对第一年和所选单位有效")),
    }  # fmt: skip


def _retention_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    value = value or {}
    terms = [(FOR_GOOD, _("永久")), ("years", _("定期"))]
    return {
        "term": forms.ChoiceField(label=_("保管期限"), choices=terms, widget=RadioList(), initial=value.get("term")),
        "years": text(
            _("年数"), required=False, longest=3, initial=str(value.get("years", "")),
            hint=_("定期的填写，1 至 %(most)s 年") % {"most": LONGEST},
        ),
    }  # fmt: skip


def _outline_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    options = [(name, say(words)) for name, words in outlines_for(organ.region).items()]
    widget = RadioList()
    return {
        "outline": forms.ChoiceField(
            label=_("提纲"), choices=options, widget=widget, initial=(value or {}).get("outline")
        )
    }


def _online_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    value = value or {}
    states = [(OPEN, _("开通，由所选单位受理")), (EACH, _("开通，所选单位和它的下级各自受理")), (CLOSED, _("不开通"))]
    return {
        "state": forms.ChoiceField(label=_("网上办理"), choices=states, widget=RadioList(), initial=value.get("state")),
        "where": text(
            _("办理地点"), required=False, longest=300, initial=value.get("where", ""),
            hint=_("窗口地址、电话和办公时间，公开在办事页面上"),
        ),
    }  # fmt: skip


def _template_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    widget = forms.ClearableFileInput({"class": "form-control", "accept": ".docx"})
    hint = _("在 WPS 或者 Word 中编辑好的 docx，最大 5 MB")
    return {
        "file": forms.FileField(label=_("模板文件"), required=False, widget=widget, help_text=hint),
        "template": forms.IntegerField(required=False, widget=forms.HiddenInput()),
    }


def _site_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    value = value or {}
    return {
        name: text(say(item.words), required=False, initial=value.get(name, ""), hint=say(item.hint))
        for name, item in ITEMS.items()
    }


def _release_fields(key: str, value: Mapping[str, Any] | None, organ: Organ) -> dict[str, forms.Field]:
    options = [("two", _("由另一人审查")), ("one", _("可以由同一人审查"))]
    initial = (value or {}).get("persons", "two")
    return {"persons": forms.ChoiceField(label=_("由谁审查"), choices=options, widget=RadioList(), initial=initial)}


VALUE_FIELDS: Mapping[str, Callable[[str, Mapping[str, Any] | None, Organ], dict[str, forms.Field]]] = {
    "limit": _limit_fields,
    "number": _number_fields,
    "retention": _retention_fields,
    "outline": _outline_fields,
    "online": _online_fields,
    "release": _release_fields,
    "template": _template_fields,
    "site": _site_fields,
}


class SettingForm(OfficeForm):
    """A decision on one thing. ``value``: what holds now; ``withdrawing``: what was set is to be withdrawn."""

    def __init__(
        self, kind: Kind, thing: Thing, data: Any = None, files: Any = None, *, organs: Sequence[Organ], organ: Organ,
        today: date, value: Mapping[str, Any] | None, withdrawing: bool,
    ) -> None:  # fmt: skip
        super().__init__(data, files)
        self.kind, self.organs = kind, {str(one.pk): one for one in organs}
        self.value_names: tuple[str, ...] = ()
        hint = _("对所选单位和它的下级都有效；下级自己设定了的，以下级的为准")
        self.fields["organ"] = choice(_("单位"), organ_choices(organs), initial=str(organ.pk), hint=hint)
        if kind.code == "number":
            years = [(f"{year}-01-01", _("%(year)s 年") % {"year": year}) for year in range(today.year, today.year + 4)]
            self.fields["since"] = forms.DateField(
                label=_("从哪一年起"), widget=forms.Select({"class": "form-select"}, choices=years),
                initial=f"{today.year}-01-01",
            )  # fmt: skip
        else:
            self.fields["since"] = day(_("起始日期"), today, hint=_("从这一天起有效；以前的不变"))
        if not withdrawing:
            extra = VALUE_FIELDS[kind.code](thing.key, value, organ)
            self.value_names = tuple(extra)
            self.fields.update(extra)
        needed = kind.needs_document and not withdrawing
        self.fields["document"] = text(
            _("依据文件"),
            required=needed,
            longest=200,
            hint=_("名称和文号，例如：示例县热线工作办法（示政办〔2026〕3号）"),
        )
        self.fields["article"] = text(_("条文"), required=False, longest=60, hint=_("例如：8，或者 8,12"))
        self.fields["reason"] = text(_("理由"), longest=300)

    @property
    def organ(self) -> Organ:
        """The organ chosen."""
        return self.organs[self.cleaned_data["organ"]]

    @property
    def raw(self) -> dict[str, Any] | None:
        """The value as it was typed; None when what was set is withdrawn."""
        return {name: self.cleaned_data.get(name) for name in self.value_names} if self.value_names else None

    def hidden(self) -> list[tuple[str, str]]:
        """Every field as it was typed, for the confirmation."""
        return [(name, value) for name in self.fields if name != "file" for value in self.data.getlist(name)]


class ImportForm(OfficeForm):
    """A file of settings to be taken in."""

    def __init__(self, data: Any = None, files: Any = None, *, organs: Sequence[Organ]) -> None:
        super().__init__(data, files)
        self.organs = {str(one.pk): one for one in organs}
        widget = forms.ClearableFileInput({"class": "form-control", "accept": ".yaml,.yml,.json"})
        self.fields["file"] = forms.FileField(label=_("设定文件"), widget=widget, help_text=_("从本系统导出的文件"))
        self.fields["organ"] = choice(_("单位"), organ_choices(organs), initial=str(organs[0].pk))
        how = [
            ("names", _("按文件中的单位名称，对应到所选单位和它的下级")),
            ("onto", _("不论文件中是哪个单位，全部设定给所选单位")),
        ]
        self.fields["how"] = forms.ChoiceField(label=_("对应单位"), choices=how, initial="names", widget=RadioList())
        self.fields["reason"] = text(_("理由"), longest=300)

    @property
    def organ(self) -> Organ:
        return self.organs[self.cleaned_data["organ"]]
