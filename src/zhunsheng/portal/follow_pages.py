"""看办理: a matter as its party follows it, by number and code: where it stands, until when, what is needed now, papers and answers.

Whoever has opened it goes on for half an hour with a signed pass inside the forms of the page: no cookie, nothing in an address.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.cases.materials import ContentLost
from zhunsheng.desk.wording import name_of, say, value_of
from zhunsheng.intake import applying, guarding, offering, receipts, uploads
from zhunsheng.intake.applying import Followed
from zhunsheng.intake.guarding import Held
from zhunsheng.kernel.fields import FieldType
from zhunsheng.kernel.service import OwnStep
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.printing import printed
from zhunsheng.portal import service_forms
from zhunsheng.portal.limit_lines import shown_lines
from zhunsheng.portal.pages import Crumb, language, show
from zhunsheng.portal.passes import MINUTES, PASS, pass_of, passed
from zhunsheng.portal.public_forms import guarded, public_form, told, why
from zhunsheng.portal.ratings import may_be_rated
from zhunsheng.portal.service_forms import Problems
from zhunsheng.security.audit import record
from zhunsheng.typed import whole_number

FOLLOW = "follow"
STEP, NOTE, FILES, SURE = "step", "note", "files", "sure"
"""The names of what a step is sent with besides its fields."""


def _crumb(is_last: bool = False) -> Crumb:
    return Crumb(_("看办理"), "" if is_last else reverse("public:follow"))


@public_form()
def follow(request: HttpRequest) -> HttpResponse:
    """The way in: number and code. A wrong number and a wrong code are answered alike, and not too often."""
    guard, problems = guarding.guard(FOLLOW), []
    number, code = (request.POST.get(name, "")[:40] for name in ("number", "code"))
    if request.method == "POST":
        held = guarded(request, FOLLOW, quickest=0)
        if isinstance(held, Held):
            guard, problems = held.guard, [(held.field, why(held))]
        else:
            receipt = receipts.find(number, code)
            found = applying.followed(receipt) if receipt else None
            if found is not None:
                return _gone_on(request, found)
            problems = [("number", _not_found(number))]
    context = {**told(problems), "guard": guard, "number": number, "code": code, "kept": _kept(request)}
    return show(request, "follow", context, _crumb(is_last=True), status=422 if problems else 200)


def _not_found(number: str) -> str:
    if not receipts.is_number(number):
        return _("编号有误：应为 10 位数字，请对照回执核对")
    return _("编号或者查询码不对，请对照回执核对")


def _over(request: HttpRequest) -> HttpResponse:
    """Asked anew for number and code, because the half hour is over. What was filled in meanwhile is carried along."""
    problems = [("number", _("已经过了 %(n)s 分钟，请重新输入编号和查询码") % {"n": MINUTES})]
    context = {**told(problems), "guard": guarding.guard(FOLLOW), "number": "", "kept": _kept(request)}
    return show(request, "follow", context, _crumb(is_last=True), status=422)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was filled in for a step, as hidden fields of the page that asks for number and code."""
    if STEP not in request.POST:
        return []
    own = ("number", "code", PASS, "sequence", *guarding.FIELDS)
    return [(name, value) for name, values in request.POST.lists() if name not in own for value in values]


def _gone_on(request: HttpRequest, found: Followed) -> HttpResponse:
    """The page of the matter, with what was filled in before number and code had to be shown again."""
    name = request.POST.get(STEP, "")[:60]
    step = found.service.steps.get(name)
    if step is None:
        return _shown(request, found)
    typed = service_forms.typed_in(request.POST, step.asks, found.compiled) | {NOTE: request.POST.get(NOTE, "")}
    said = _("您填写的内容还在，请核对后再提交一次；文件要重新选择。")
    return _shown(request, found, said=said, wrong=(name, {}), typed=typed)


def _shown(
    request: HttpRequest, found: Followed, *, said: str = "", wrong: tuple[str, Problems] = ("", {}),
    typed: dict[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of the matter. ``wrong``: the step that was refused and why."""
    case, compiled, service = found.case, found.compiled, found.service
    steps = [_offered(found, name, step, wrong, typed or {}) for name, step in applying.own_steps(found)]
    answers = [
        (say(compiled.all_fields[name]), value_of(compiled.all_fields[name], case.fields[name]))
        for name in service.answers
        if case.fields.get(name) not in (None, "", [])
    ]
    outcome = compiled.procedure.outcomes.get(case.outcome)
    context = {
        "found": found, "case": case, "service": service, "state": service.states.get(case.state), "pass": pass_of(found.receipt),
        "outcome": say(outcome) if outcome else "", "organ": name_of(case.organ), "lines": shown_lines(found), "steps": steps,
        "papers": applying.delivered(found), "answers": answers, "said": said, "wrong_step": wrong[0],
        "problems": [(_place(name, wrong[0]), words) for name, words in wrong[1].items()], "minutes": MINUTES,
        "number": receipts.parted(found.receipt.number), "where": offering.where_of(case.system, case.path), "taken": pgettext("之间", "、").join(uploads.TAKEN),
        "accepted": ",".join(f".{ending}" for ending in uploads.TAKEN), "is_closed": case.closed_on is not None,
        "may_rate": may_be_rated(found) is None,
    }  # fmt: skip
    return show(request, "followed", context, _crumb(), Crumb(say(service)), status=status, organ=case.organ)


def _place(name: str, step: str) -> str:
    """Where on the page a reason stands."""
    return f"box-{name}-{step}" if name in (NOTE, FILES, SURE) else name and f"box-{name}"


def _known(found: Followed, step: OwnStep) -> dict[str, Any]:
    """What the case says already in the texts a step asks for, so that it is put right and not written anew."""
    texts = (FieldType.TEXT, FieldType.LONG_TEXT)
    names = (one.field for one in step.asks if not one.slots and found.compiled.all_fields[one.field].type in texts)
    return {name: found.case.fields.get(name, "") for name in names}


class _Offered(NamedTuple):
    """A step as the page offers it. ``note`` and ``wrong``: what was typed and what is wrong with it where it was just refused."""

    name: str
    step: OwnStep
    groups: list[service_forms.Group]
    cited: str
    note: str
    wrong: Problems


def _offered(found: Followed, name: str, step: OwnStep, wrong: tuple[str, Problems], typed: dict[str, Any]) -> _Offered:
    typed, problems = (typed, wrong[1]) if name == wrong[0] else (_known(found, step), {})
    groups = service_forms.groups_of(step.asks, found.compiled, typed, problems, ())
    return _Offered(name, step, groups, say(found.compiled.cited[name]), typed.get(NOTE, ""), problems)


@public_form(files=True)
def act(request: HttpRequest) -> HttpResponse:
    """A step of the party's own."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("public:follow"))
    found = passed(request)
    if found is None:
        return _over(request)
    name = request.POST.get(STEP, "")[:60]
    step = found.service.steps.get(name)
    if step is None:
        raise Http404
    typed = service_forms.typed_in(request.POST, step.asks, found.compiled)
    given = service_forms.read(step.asks, found.compiled, typed)
    note = request.POST.get(NOTE, "").strip()
    files = request.FILES.getlist(FILES)
    known = _known(found, step)
    news = {field: value for field, value in given.values.items() if value != known.get(field)}
    problems = given.problems | _problems_of(step, news, note, len(files), request.POST.get(SURE) == "1")
    if not problems:
        try:
            applying.take_step(found, name, given.values, note, files, expected_sequence=_sequence(request))
        except Refused as error:
            problems[FILES if error.refusal.field == "file" else ""] = error.sentence(language())
    if problems:
        if applying.is_taken(found, name, given.values, note, _sequence(request)):
            return _taken(request, found, step)
        found.case.refresh_from_db()
        return _shown(request, found, wrong=(name, problems), typed=typed | {NOTE: note}, status=422)
    return _taken(request, found, step)


def _taken(request: HttpRequest, found: Followed, step: OwnStep) -> HttpResponse:
    now = applying.followed(found.receipt)
    if now is None:
        raise Http404
    return _shown(request, now, said=_("已经提交“%(step)s”") % {"step": say(step)})


def _problems_of(step: OwnStep, values: dict[str, Any], note: str, files: int, is_sure: bool) -> Problems:
    """What is wrong with what a step is sent with besides its fields."""
    problems: Problems = {}
    if not step.asks and not step.files and not is_sure:
        problems[SURE] = _("请先勾选“确认”")
    if len(note) > service_forms.LONGEST_TEXT:
        problems[NOTE] = _("这一栏最多 %(most)s 字") % {"most": service_forms.LONGEST_TEXT}
    if files > settings.PUBLIC_FILES:
        problems[FILES] = _("一次最多上传 %(most)s 个文件") % {"most": settings.PUBLIC_FILES}
    elif step.files and not files and not note and not values:
        problems[FILES] = _("请填写或者上传补充的内容")
    return problems


def _sequence(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("sequence"))


def _number_of(request: HttpRequest, name: str) -> int:
    return whole_number(request.POST.get(name)) or 0


@public_form()
def paper(request: HttpRequest) -> HttpResponseBase:
    """A paper, opened; the first time is written down on the case. With ``as=docx`` it is given as a file."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("public:follow"))
    found = passed(request)
    if found is None:
        return _over(request)
    opened = applying.open_paper(found, _number_of(request, "paper"))
    if opened is None:
        raise Http404
    made = printed(opened.paper)
    if request.POST.get("as") == "docx":
        record("paper.download", f"paper:{opened.paper.pk}", None, case=found.case.pk, online=True)
        return FileResponse(io.BytesIO(made.docx()), as_attachment=True, filename=f"{opened.name.zh}.docx")
    context = {"opened": opened, "shown": made.html(), "pass": pass_of(found.receipt), "name": say(opened.name)}
    return show(request, "followed-paper", context, _crumb(), Crumb(say(opened.name)), organ=found.case.organ)


@public_form()
def file(request: HttpRequest) -> HttpResponseBase:
    """A file of a paper that was opened, for instance the sealed scan."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("public:follow"))
    found = passed(request)
    if found is None:
        return _over(request)
    try:
        opened = applying.open_file(found, _number_of(request, "file"))
    except ContentLost as error:
        raise Http404 from error
    if opened is None:
        raise Http404
    row, content = opened
    return FileResponse(content, as_attachment=True, filename=row.file_name, content_type=row.content_type)


@public_form()
def back(request: HttpRequest) -> HttpResponse:
    """Back from a paper to its matter."""
    found = passed(request) if request.method == "POST" else None
    if found is None:
        return _over(request) if request.method == "POST" else HttpResponseRedirect(reverse("public:follow"))
    return _shown(request, found)
