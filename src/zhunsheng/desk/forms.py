"""Forms made from the declaration (表单): each declared field of an action becomes a field of a Django form.

What is right and wrong is decided by the kernel (``FieldDeclaration.parse``, then ``cases.actions``); a form only asks,
keeps what was typed and puts each refusal where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhunsheng.desk.offered_entries import ListOffered
from zhunsheng.desk.widgets import PartiesWidget, RadioList, TickList
from zhunsheng.desk.wording import in_a_row, language, name_of, say, value_of
from zhunsheng.kernel.fields import FieldDeclaration, FieldError, FieldType, PartyKind, Sensitivity, parse_date
from zhunsheng.kernel.limits import UNIT_WORDS, Amount, Limit
from zhunsheng.kernel.masking import mask
from zhunsheng.kernel.office import VERBS, Verb
from zhunsheng.kernel.transition import CompiledProcedure, Refusal
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import Refused

MANY = 4
"""More optional fields than these are folded away."""

PREFIX = "value_"
"""Before the names of declared fields, so that a field called ``on`` or ``note`` is no other than itself."""


class DeclaredField(forms.Field):
    """A declared field: the kernel reads what was typed. ``held`` is what the case says already."""

    def __init__(self, declared: FieldDeclaration, *, required: bool, held: Any = None, **kwargs: Any) -> None:
        self.declared = declared
        secret = declared.sensitivity is Sensitivity.SENSITIVE or declared.type is FieldType.PARTY
        self.kept = value_of(declared, mask(declared, held)) if secret and held else ""
        self.offered: ListOffered | None = None
        self.starred = required and not self.kept  # it must not be left without a value, whether or not it has one now
        by_lines = declared.many and isinstance(kwargs.get("widget"), forms.Textarea)
        super().__init__(
            required=required and not held,
            label=say(declared),
            help_text=say(declared.hint) if declared.hint else _("一行写一个") if by_lines else "",
            initial=None if secret else initial_of(declared, held),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        if value in (None, "", [], {}):
            if self.required:
                raise forms.ValidationError(_("必须填写"))
            return None
        try:
            return self.declared.parse(value)
        except FieldError as error:
            raise forms.ValidationError(say(error.words)) from error


def initial_of(declared: FieldDeclaration, held: Any) -> Any:
    """A value the case holds, as its field shows it for change."""
    if held is None:
        return None
    if declared.type is FieldType.BOOLEAN:
        return "true" if held else "false"
    if isinstance(held, list) and declared.type not in (FieldType.CHOICES, FieldType.ORGAN):
        return "\n".join(str(item) for item in held)
    return held


def field_for(declared: FieldDeclaration, *, required: bool, held: Any, organs: Sequence[Organ]) -> DeclaredField:
    """The form field for a declared one."""
    return DeclaredField(
        declared, required=required, held=held, widget=widget_for(declared, organs, required or held is not None)
    )


def widget_for(declared: FieldDeclaration, organs: Sequence[Organ], required: bool) -> forms.Widget:
    plain = {"class": "form-control"}
    blank = [("", _("请选择"))]
    unanswered = [] if required else [("", _("不填"))]  # a radio once chosen could not be taken back
    match declared.type:
        case FieldType.LONG_TEXT:
            return forms.Textarea({**plain, "rows": 3})
        case FieldType.DATE:
            return forms.DateInput({**plain, "type": "date"})
        case FieldType.DATETIME:
            return forms.DateTimeInput({**plain, "type": "datetime-local"})
        case FieldType.INTEGER:
            limits = {"min": declared.minimum, "max": declared.maximum}
            return forms.NumberInput({**plain, **{k: v for k, v in limits.items() if v is not None}})
        case FieldType.DECIMAL | FieldType.MONEY:
            return forms.NumberInput({**plain, "step": "any"})
        case FieldType.BOOLEAN:
            return RadioList(choices=[("true", _("是")), ("false", _("否")), *unanswered])
        case FieldType.CHOICE | FieldType.CHOICES:
            options = [(code, say(words)) for code, words in declared.choices.items()]
            if declared.type is FieldType.CHOICES:
                return forms.CheckboxSelectMultiple(choices=options)
            if len(options) <= 5:
                return RadioList(choices=[*options, *unanswered])
            return forms.Select({"class": "form-select"}, choices=blank + options)
        case FieldType.ORGAN:
            named = [(organ.name, name_of(organ)) for organ in organs]
            if declared.many:
                return TickList(choices=named)
            return forms.Select({"class": "form-select"}, choices=blank + named)
        case FieldType.PARTY:
            return PartiesWidget(declared.kind or PartyKind.PERSON, declared.many, organs)
    if declared.many:
        return forms.Textarea({**plain, "rows": 3})
    kind = "tel" if declared.type is FieldType.PHONE else "text"
    return forms.TextInput(
        {**plain, "type": kind, "maxlength": declared.maximum} if declared.maximum else {**plain, "type": kind}
    )


class RefusableForm(forms.Form):
    """A form that shows refusals: each at the field it is about, or on top where it is about none."""

    def refuse(self, refusal: Refusal) -> None:
        name = refusal.field or ""
        field = next((known for known in (PREFIX + name, name) if known in self.fields), None)
        self.add_error(field, say_refusal(refusal))

    def refuse_all(self, refused: Refused) -> None:
        """Every reason, where there are several."""
        self.refuse(refused.refusal)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Do what was asked for; where it is refused the form is shown again and says why."""
        try:
            yield
        except Refused as refused:
            self.refuse_all(refused)


class StepForm(RefusableForm):
    """What every step asks for: its legal day, and the number of records the officer saw when the page was made."""

    on = forms.CharField(
        label=gettext_lazy("办理日期"),
        help_text=gettext_lazy("事实发生的日期，可以是过去的日期。"),
        widget=forms.DateInput({"class": "form-control", "type": "date"}),
    )
    expected_sequence = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_on(self) -> date:
        try:
            return parse_date(self.cleaned_data["on"])
        except FieldError as error:
            raise forms.ValidationError(say(error.words)) from error

    @property
    def values(self) -> dict[str, Any]:
        """The declared values that were filled in, and are right as far as a field can tell."""
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value is not None
        }

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What everybody fills in; all of it where little is optional."""
        return [field for field in self.visible_fields() if field not in self.further_fields]

    @cached_property
    def further_fields(self) -> list[forms.BoundField]:
        """The optional fields, folded away when there are many beside others."""
        fields = self.visible_fields()
        optional = [field for field in fields if not getattr(field.field, "starred", field.field.required)]
        return optional if MANY < len(optional) < len(fields) else []

    @property
    def further_open(self) -> bool:
        """Whether something in the folded fields is wrong or was filled in already."""
        return any(field.errors or field.value() for field in self.further_fields)


def say_refusal(refusal: Refusal) -> str:
    """A refusal with its article, in the reader's language."""
    return refusal.sentence(language())


NO_LIMITS: Mapping[str, Limit] = {}
NO_ENTRIES: Mapping[str, ListOffered] = {}


class ActionForm(StepForm):
    """The form of one action of a procedure."""

    def __init__(
        self, compiled: CompiledProcedure, action: str, *args: Any, organs: Sequence[Organ],
        held: Mapping[str, Any] | None = None, choose_organ: Sequence[Organ] = (), limits: Mapping[str, Limit] = NO_LIMITS,
        offered: Mapping[str, ListOffered] = NO_ENTRIES, **kwargs: Any,
    ) -> None:  # fmt: skip
        """``limits``: those that run on the case, as the place has set them; the others are taken as declared. ``offered``: field →
        the list it names an entry of."""
        super().__init__(*args, **kwargs)
        held = held or {}
        declared = compiled.procedure.actions[action]
        options = [(organ.pk, name_of(organ)) for organ in choose_organ]
        if len(choose_organ) > 1 and declared.below:
            self.fields["organ"] = forms.TypedMultipleChoiceField(
                label=_("办理单位"), coerce=int, choices=options, help_text=_("可以同时选几个单位，每个单位一件"),
                widget=TickList(),
            )  # fmt: skip
        elif len(choose_organ) > 1:
            self.fields["organ"] = forms.TypedChoiceField(
                label=_("办理单位"), coerce=int, choices=options, widget=forms.Select({"class": "form-select"})
            )
        if len(declared.outcome) > 1:
            outcomes = [(name, say(compiled.procedure.outcomes[name])) for name in declared.outcome]
            self.fields["outcome"] = forms.ChoiceField(label=_("结果"), choices=outcomes, widget=RadioList())
        worked_out = [name for name in declared.field_names if name in declared.worked_out]
        filled_in = (compiled.all_fields[name] for name in (*worked_out, *compiled.given[action]))
        self.worked_out = in_a_row(say(field) for field in filled_in)
        for name, required in compiled.required[action]:
            if name in declared.worked_out:
                continue
            field = field_for(compiled.all_fields[name], required=required, held=held.get(name), organs=organs)
            if leader := {"day": "on", "organ": "organ"}.get(declared.begins.get(name, "")):
                field.widget.attrs["data-follows"] = leader
            if name in offered and isinstance(field.widget, forms.TextInput):
                field.offered = offered[name]
                field.widget.attrs["list"] = f"id_{PREFIX}{name}_offered"
            self.fields[PREFIX + name] = field
        self.unit = None
        for key, deadline in compiled.deadlines.items():
            limit = limits.get(key, deadline.limit)
            extension = limit.extension
            if deadline.declaration.extended_by == action and extension is not None:
                self.unit = extension.amount.unit if extension.amount else limit.unit
                self.fields["amount"] = forms.IntegerField(
                    label=_("延长多久（%(unit)s）") % {"unit": say(UNIT_WORDS[self.unit]).removeprefix("个")},
                    min_value=1,
                    initial=extension.amount.value if extension.amount else None,
                    widget=forms.NumberInput({"class": "form-control"}),
                )
        self.fields["note"] = forms.CharField(
            label=_("说明"), required=False, widget=forms.Textarea({"class": "form-control", "rows": 2})
        )

    def chosen_organs(self, among: Sequence[Organ]) -> list[Organ]:
        """The organs the step is taken for; the first where there was nothing to choose."""
        wanted = self.cleaned_data.get("organ")
        chosen = wanted if isinstance(wanted, list) else [wanted]
        return [organ for organ in among if organ.pk in chosen] or [*among[:1]]

    def kept_values(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """What another case hands on in fields that are not shown: it counts unless something was typed."""
        return {name: held[name] for name in held if getattr(self.fields.get(PREFIX + name), "kept", "")}

    @property
    def amount(self) -> Amount | None:
        """The length of an extension."""
        value = self.cleaned_data.get("amount")
        return Amount(value, self.unit) if value and self.unit else None


class VerbForm(StepForm):
    """The form of a verb of office work."""

    def __init__(
        self, verb: Verb, *args: Any, organs: Sequence[Organ], officers: Sequence[Officer],
        requests: Sequence[tuple[int, str]], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = ""
        taken = {name.rstrip("?"): not name.endswith("?") for name in VERBS[verb].values}
        if verb in (Verb.REPLY, Verb.SEND_BACK, Verb.TAKE_BACK, Verb.SIGN):
            self.fields["request"] = forms.TypedChoiceField(
                label=_("哪一项"), coerce=int, choices=requests, widget=RadioList(),
                initial=requests[0][0] if requests else None,
            )  # fmt: skip
        if "to" in taken:
            people = verb is Verb.ADD_SIGNER
            options = [(str(o.pk), o.name) for o in officers] if people else [(str(o.pk), name_of(o)) for o in organs]
            self.fields[PREFIX + "to"] = forms.ChoiceField(
                label=_("人员") if people else _("单位"), choices=[("", _("请选择")), *options],
                widget=forms.Select({"class": "form-select"}),
            )  # fmt: skip
        if "agrees" in taken:
            self.fields[PREFIX + "agrees"] = forms.ChoiceField(
                label=_("是否同意"), choices=[("是", _("同意")), ("否", _("不同意"))], widget=RadioList()
            )
        if "lead" in taken:
            self.fields[PREFIX + "lead"] = forms.TypedChoiceField(
                label=_("主办或者会办"), choices=[("1", _("主办")), ("", _("会办"))], coerce=bool, initial="1",
                required=False, empty_value=False, widget=RadioList(),
            )  # fmt: skip
        if "due" in taken:
            self.fields[PREFIX + "due"] = forms.CharField(
                label=_("办理期限"), required=False, widget=forms.DateInput({"class": "form-control", "type": "date"})
            )
        if "text" in taken:
            self.fields[PREFIX + "text"] = forms.CharField(
                label=_("理由或者内容"), required=taken["text"],
                widget=forms.Textarea({"class": "form-control", "rows": 3}),
            )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values.items() if value != ""}
