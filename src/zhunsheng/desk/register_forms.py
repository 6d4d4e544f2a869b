"""Forms of the lists (清单的表单): the head of a change set, one line made from the declaration, a workbook, a publication.

What is right and wrong is decided by the kernel and ``registers.change_sets`` and ``registers.actions``; a form only asks
and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from zhunsheng.desk.forms import PREFIX, DeclaredField, StepForm, field_for, say_refusal
from zhunsheng.desk.frame import Crumb
from zhunsheng.desk.register_pages import List, list_page
from zhunsheng.desk.widgets import RadioList
from zhunsheng.desk.wording import name_of, say
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.register import ChangeKind, Register
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.refusing import ListRefused

TEXT = {"class": "form-control"}


class DayField(forms.CharField):
    """A legal day, in any of the ways the kernel reads one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput({**TEXT, "type": "date"}), **kwargs)

    def clean(self, value: Any) -> date:
        try:
            return parse_date(super().clean(value))
        except FieldError as error:
            raise forms.ValidationError(say(error.words)) from error


class ListForm(StepForm):
    """A form of a list: one that has neither the day of a step nor the count of records."""

    on = None  # type: ignore[assignment]
    expected_sequence = None  # type: ignore[assignment]

    def refuse_all(self, refused: Refused) -> None:
        """Every reason, with the line it is about where there are several."""
        if not isinstance(refused, ListRefused):
            super().refuse_all(refused)
            return
        for item in refused.refusals:
            if len(refused.refusals) == 1 or not item.line:
                self.refuse(item.refusal)
            else:
                line = _("第 %(n)s 行：") % {"n": item.line}
                self.add_error(None, line + say_refusal(item.refusal))


def choose_organ(organs: Sequence[Organ], **kwargs: Any) -> forms.TypedChoiceField:
    options = [(organ.pk, name_of(organ)) for organ in organs]
    return forms.TypedChoiceField(coerce=int, choices=options, widget=forms.Select({"class": "form-select"}), **kwargs)


class ChangeSetForm(ListForm):
    """事由、单位、生效日期."""

    def __init__(self, *args: Any, organs: Sequence[Organ] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(organs) > 1:
            self.fields["organ"] = choose_organ(organs, label=_("清单单位"))
        self.fields["title"] = forms.CharField(
            label=_("事由"), max_length=200, widget=forms.TextInput(TEXT),
            help_text=_("为什么变更，例如所依据的文件。"),
        )  # fmt: skip
        self.fields["effective_on"] = DayField(label=_("生效日期"), help_text=_("审定以后，清单和指标从这一天起变化。"))


class LineForm(ListForm):
    """One line: the declared fields of an entry, as they are to be. Only the reason for a removal or 无变更."""

    def __init__(
        self, declared: Register, kind: ChangeKind, *args: Any, held: Mapping[str, Any], organs: Sequence[Organ],
        shown: Mapping[str, Any], reason: str = "", only: Collection[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.held = held
        asked = declared.fields if kind in (ChangeKind.ADD, ChangeKind.CHANGE) else {}
        for name, field in asked.items():
            if (kind is ChangeKind.CHANGE and name == declared.key) or (only and name not in only):
                continue
            required = name == declared.key or name in declared.required
            self.fields[PREFIX + name] = field_for(field, required=required, held=shown.get(name), organs=organs)
        self.fields["reason"] = forms.CharField(
            label=_("理由"), required=kind is ChangeKind.NONE, initial=reason,
            widget=forms.Textarea({**TEXT, "rows": 2}),
        )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What is new: a field that was emptied as None, one left as it is not at all."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            if not isinstance(field, DeclaredField):
                continue
            value, declared = self.cleaned_data.get(name), name.removeprefix(PREFIX)
            if (value is None and field.kept) or value == self.held.get(declared):
                continue
            found[declared] = value
        return found


class WorkbookForm(ListForm):
    """The officer's own workbook."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("表格"), help_text=_("xlsx 或者 csv；可以先从清单导出，改好再导入。"),
            widget=forms.FileInput({**TEXT, "accept": ".xlsx,.csv"}),
        )  # fmt: skip
        self.fields["whole_list"] = forms.ChoiceField(
            label=_("表格是不是完整清单"), initial="", required=False, widget=RadioList(),
            choices=[("", _("只列有变化的条目")), ("1", _("完整清单，没有列的移出"))],
        )  # fmt: skip


class PublishForm(ListForm):
    """截至哪一天、范围、说明."""

    def __init__(self, *args: Any, organs: Sequence[Organ], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(organs) > 1:
            self.fields["organ"] = choose_organ(organs, label=_("公布单位"))
        if any(organ.kind == "government" for organ in organs):
            self.fields["scope"] = forms.ChoiceField(
                label=_("范围"), initial="", required=False, widget=RadioList(),
                choices=[("", _("本单位的清单")), ("region", _("本地区各单位的清单"))],
            )  # fmt: skip
        self.fields["day"] = DayField(label=_("截至日期"), help_text=_("公布这一天有效的条目。"))
        self.fields["note"] = forms.CharField(
            label=_("说明"), required=False, max_length=200, widget=forms.TextInput(TEXT)
        )


class WithdrawForm(ListForm):
    """撤下的原因."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("公众在这一版的地址上看到这句话。撤下以后不能再恢复，更正的内容公布为新的一版。")
        self.fields["reason"] = forms.CharField(
            label=_("撤下的原因"), max_length=200, widget=forms.TextInput(TEXT), help_text=hint
        )


def form_page(
    request: Any, shown: List, here: str, form: ListForm, title: str, back: str, *crumbs: Crumb, **context: Any
) -> HttpResponse:
    """A form in its frame; 422 when something in it was refused."""
    data = {"form": form, "title": title, "back": back, **context}
    status = 422 if form.is_bound else 200
    return list_page(request, "desk/register_form.html", shown, here, data, *crumbs, Crumb(title), status=status)
