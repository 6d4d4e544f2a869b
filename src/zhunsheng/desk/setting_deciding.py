"""Deciding a local setting (设定、撤销、重新推算): the form, then everything that follows from it, then it is decided.

What a kind means and whether a value holds is decided in ``local`` and the rooms that register kinds.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.calendar_pages import confirmed_moves, moves_for
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.setting_forms import SettingForm
from zhunsheng.desk.setting_pages import administered, kind_and_thing, names_of, organ_asked, row_of
from zhunsheng.desk.setting_templates import sample_values
from zhunsheng.desk.wording import say
from zhunsheng.kernel.words import Words
from zhunsheng.law.projection import Tally
from zhunsheng.local.actions import NAME, checked, decide
from zhunsheng.local.kinds import Kind, Thing
from zhunsheng.local.limits import Apply, Asked, decide_limit, preview, recount
from zhunsheng.local.values import LIMIT, Decision, decisions
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.orgs.terms import in_being
from zhunsheng.papers.docx_template import FileRefused, Problem
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.papers.number_patterns import next_numbers
from zhunsheng.papers.numbering import NUMBER
from zhunsheng.papers.place_templates import TEMPLATE, keep_template
from zhunsheng.papers.printing import FromTemplate

SHOWN = 12


def _address(kind: Kind, thing: Thing, organ: Organ) -> str:
    return f"{reverse('desk:setting', args=[kind.code, thing.key])}?organ={organ.pk}"


def _trail(kind: Kind, thing: Thing, organ: Organ, last: Words) -> list[Crumb]:
    return [Crumb(NAME, reverse("desk:settings")), Crumb(thing.name, _address(kind, thing, organ)), Crumb(last)]


@officers_only
def decide_setting(request: Any, kind: str, key: str) -> HttpResponse:
    """设定."""
    return _decide(request, kind, key, withdrawing=False)


@officers_only
def withdraw_setting(request: Any, kind: str, key: str) -> HttpResponse:
    """撤销: what was set holds no more from a day on."""
    return _decide(request, kind, key, withdrawing=True)


def _decide(request: Any, code: str, key: str, *, withdrawing: bool) -> HttpResponse:
    kind, thing = kind_and_thing(code, key)
    organs = administered(request.access, request.day)
    organ = organ_asked(request, organs)
    known = decisions()
    row = row_of(kind, thing, organ, request.day, known, names_of(known))
    value = row.decision.value if row.decision else None
    form = SettingForm(
        kind, thing, request.POST or None, request.FILES or None, organs=organs, organ=organ, today=request.day,
        value=value, withdrawing=withdrawing,
    )  # fmt: skip
    problems: list[Problem] = []
    step = request.POST.get("step", "")
    if step != "change" and form.is_bound and form.is_valid():
        try:
            raw = _raw(request, form, key)
            data = form.cleaned_data
            decision = checked(kind, key, form.organ, data["since"], raw, data["document"], data["article"])
            if step == "confirm":
                return _decided(request, form, thing, raw)
            return _preview(request, form, thing, decision)
        except FileRefused as error:
            problems = error.problems
        except Refused as error:
            form.refuse(error.refusal)
    verb = Words("撤销设定", "Withdraw the setting") if withdrawing else Words("设定", "Set")
    context = {
        "here": "settings", "form": form, "kind": kind, "thing": thing, "row": row, "title": verb, "problems": problems,
        "back": _address(kind, thing, organ), "withdrawing": withdrawing,
    }  # fmt: skip
    bad = form.is_bound and step != "change"
    trail = _trail(kind, thing, organ, verb)
    return page(request, "desk/setting_form.html", context, trail=trail, status=422 if bad else 200)


def _raw(request: Any, form: SettingForm, key: str) -> dict[str, Any] | None:
    """The value as the kind reads it; a file of a template is checked and kept first. Raises ``FileRefused``."""
    raw = form.raw
    if raw is None or form.kind.code != TEMPLATE:
        return raw
    file = form.cleaned_data.get("file")
    if file:
        kept = keep_template(key, file.name, file.read(), request.user)
        return {"template": kept.pk}
    mine = PaperTemplate.objects.filter(pk=form.cleaned_data.get("template"), added_by=request.user)
    return {"template": mine.values_list("pk", flat=True).first()}


def _decided(request: Any, form: SettingForm, thing: Thing, raw: dict[str, Any] | None) -> HttpResponse:
    data, kind, organ = form.cleaned_data, form.kind, form.organ
    given = {"reason": data["reason"], "document": data["document"], "article": data["article"]}
    tally = Tally()
    if kind.code == LIMIT:
        asked = request.POST.get("apply", Apply.NONE)
        apply = Apply(asked) if asked in list(Apply) else Apply.NONE
        tally = decide_limit(
            request.user, thing.key, organ, data["since"], raw, apply=apply, confirmed=confirmed_moves(request), **given
        )
    else:
        decide(request.user, kind.code, thing.key, organ, data["since"], raw, **given)
    said = _("已设定：%(name)s") if raw is not None else _("已撤销设定：%(name)s")
    messages.success(request, said % {"name": say(thing.name)} + _in_words(tally))
    return HttpResponseRedirect(_address(kind, thing, organ))


def _in_words(tally: Tally) -> str:
    if not (tally.moved or tally.kept):
        return ""
    return _("。重新推算在办期限 %(moved)s 项，保留原日期 %(kept)s 项") % {"moved": tally.moved, "kept": tally.kept}


def _preview(request: Any, form: SettingForm, thing: Thing, decision: Decision) -> HttpResponse:
    """What holds before and after, and everything that follows, before anything is decided."""
    kind, organ = form.kind, form.organ
    known = decisions()
    then = known.with_(decision._replace(pk=2**62))
    names = {**names_of(known), organ.path: organ.name}
    day = decision.valid_from
    context = {
        "here": "settings", "form": form, "kind": kind, "thing": thing, "organ": organ, "decision": decision,
        "before": row_of(kind, thing, organ, day, known, names), "after": row_of(kind, thing, organ, day, then, names),
        "hidden": _hidden(form, decision), "reason": form.cleaned_data["reason"], "withdrawing": decision.value is None,
        "own_below": _own_below(kind, thing, organ, known, names),
    }  # fmt: skip
    if kind.code == LIMIT:
        asked = Asked(thing.key, organ.path, then, older=True)
        context["moves"] = moves_for(request.access, preview(asked)) if day <= request.day else None
        context["is_later"] = day > request.day
    if kind.code == NUMBER:
        below = list(Organ.objects.filter(in_being(day), path__startswith=organ.path).order_by("path"))
        context["next"] = [(day.year, next_numbers(thing.key, below[:SHOWN], day.year, then))]
        context["further"] = max(len(below) - SHOWN, 0)
    if kind.code == TEMPLATE and decision.value is not None:
        row = PaperTemplate.objects.get(pk=decision.value["template"])
        values = sample_values(thing.key, organ, request.day)
        context |= {"template": row, "shown": FromTemplate(row, values).html()}
    verb = (
        Words("核对撤销", "Check the withdrawal") if decision.value is None else Words("核对设定", "Check the setting")
    )
    return page(request, "desk/setting_preview.html", context, trail=_trail(kind, thing, organ, verb))


def _hidden(form: SettingForm, decision: Decision) -> list[tuple[str, Any]]:
    kept = [(name, value) for name, value in form.hidden() if name != "template"]
    if form.kind.code == TEMPLATE and decision.value is not None:
        kept.append(("template", decision.value["template"]))
    return kept


def _own_below(kind: Kind, thing: Thing, organ: Organ, known: Any, names: Any) -> list[str]:
    """The organs below that have decided for themselves and are not touched."""
    paths = {d.path for d in known.of(kind.code, thing.key) if d.path != organ.path and d.path.startswith(organ.path)}
    return [names[path] for path in sorted(paths) if path in names]


# --- running limits ------------------------------------------------------------------------------------------------


@officers_only
def count_anew(request: Any, key: str) -> HttpResponse:
    """重新推算: the running limits that would end on another day under what holds now; decide on them."""
    kind, thing = kind_and_thing(LIMIT, key)
    organ = organ_asked(request, administered(request.access, request.day))
    older = (request.POST.get("older") or request.GET.get("older")) == "1"
    reason, problem = request.POST.get("reason", "").strip(), ""
    if request.method == "POST" and request.POST.get("step") == "confirm":
        try:
            tally = recount(request.user, key, organ, reason=reason, older=older, confirmed=confirmed_moves(request))
        except Refused as error:
            problem = say(error.refusal.reason)
        else:
            messages.success(request, _("已重新推算：%(name)s") % {"name": say(thing.name)} + _in_words(tally))
            return HttpResponseRedirect(_address(kind, thing, organ))
    asked = Asked(key, organ.path, decisions(), older)
    context = {
        "here": "settings", "kind": kind, "thing": thing, "organ": organ, "older": older, "reason": reason,
        "problem": problem, "moves": moves_for(request.access, preview(asked)), "back": _address(kind, thing, organ),
    }  # fmt: skip
    trail = _trail(kind, thing, organ, Words("重新推算", "Count anew"))
    return page(request, "desk/setting_count.html", context, trail=trail, status=422 if problem else 200)
