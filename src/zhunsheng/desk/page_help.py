"""本页说明: the short help of any page. A text of ``help_texts``, and beneath it what the declarations say about just this page:
the system of a list, the place of a case and what each step leads to, the accounts of a figure.

The page asks for it when it is opened, so that no page costs more for having help. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.cases.reading import choices_for, local_limits, procedure_of, receipts, state_of
from zhunsheng.catalogue.explaining import limit_of, step_of
from zhunsheng.catalogue.explaining_figures import figure_of, relations_of
from zhunsheng.catalogue.explaining_lists import explain_list
from zhunsheng.catalogue.loading import System, systems
from zhunsheng.catalogue.wording import listed
from zhunsheng.desk.deadline_lines import deadline_lines
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.handbook_pages import HELP
from zhunsheng.desk.help_texts import HelpText, help_texts, short_language
from zhunsheng.desk.reach import looked_up_case, system_or_404
from zhunsheng.desk.wording import say
from zhunsheng.handbook.reading import chapters
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import statutes
from zhunsheng.law.working_days import calendar

MANY = 6
"""More steps than these are folded."""
OF_PAGE = Words("本页说明", "Help on a page")


@dataclass(frozen=True)
class Section:
    """A few lines under a heading; ``is_folded`` where there may be many of them."""

    title: str
    lines: list[str]
    is_folded: bool = False


@dataclass(frozen=True)
class PageHelp:
    """The help of one page."""

    text: HelpText
    sections: list[Section]
    system: System | None

    @property
    def more(self) -> list[tuple[str, str]]:
        """(title, address) of the pages of the handbook that go on from here."""
        titles = chapters(short_language())
        return [(titles[path], reverse("desk:handbook", args=[path])) for path in self.text.more]


def help_for(request: Any, address: str) -> PageHelp:
    """The help of the page at an address. Raises ``Http404`` where there is no page, or none the officer may see."""
    try:
        found = resolve(address)
    except Resolver404:
        raise Http404 from None
    name = found.url_name or ""
    if name not in help_texts():
        raise Http404
    slug = found.kwargs.get("slug")
    system = systems().get(slug) if slug else None
    told = TOLD.get(name)
    sections = list(told(request, found.kwargs)) if told else []
    return PageHelp(
        help_texts()[name], sections, system or _system_of(request, found.kwargs if name in OF_A_CASE else {})
    )


@officers_only
def page_help(request: Any) -> HttpResponse:
    """The help of the page named in ``of``: a part of that page for htmx, a page of its own without."""
    of = request.GET.get("of", "")
    context = {"help": help_for(request, of)}
    if request.htmx:
        return render(request, "desk/_page_help.html", context)
    return page(
        request, "desk/page_help.html", {**context, "of": of}, trail=[Crumb(HELP, reverse("desk:help")), Crumb(OF_PAGE)]
    )


def _system_of(request: Any, kwargs: Mapping[str, Any]) -> System | None:
    return systems().get(looked_up_case(request, kwargs["pk"]).system) if kwargs else None


# --- what the declarations say about one page --------------------------------------------------------------------


def _of_list(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """A list of cases: what the system is, who acts, its steps with their articles, its limits, papers and figures."""
    system = system_or_404(kwargs["slug"])
    compiled = system.procedure_on(request.day)
    procedure = compiled.procedure
    about = [say(procedure.description)] if procedure.description else []
    about.append(_("主要依据：%(statute)s") % {"statute": say(statutes()[procedure.basis].name)})
    yield Section(_("这是什么"), about)
    yield Section(_("谁来办"), [_roles(compiled)])
    steps = [step_of(compiled, name) for name in procedure.actions]
    yield Section(_("环节和依据"), [f"{say(step.name)}〔{say(step.cited.words)}〕" for step in steps], is_folded=True)
    limits = [limit_of(compiled, key) for key in procedure.deadlines]
    if limits:
        lines = [
            _labelled(say(limit.name), f"{say(limit.length)}〔{say(limit.cited.words)}〕{say(limit.sentences[0])}")
            for limit in limits
        ]
        yield Section(_("期限"), lines, is_folded=True)
    if procedure.papers:
        yield Section(_("文书"), [say(listed(paper.words for paper in procedure.papers.values()))], is_folded=True)
    if system.figures.accounts:
        accounts = (account.words for account in system.figures.accounts.values())
        yield Section(_("指标"), [say(listed(accounts))], is_folded=True)


def _roles(compiled: CompiledProcedure) -> str:
    return say(listed(role.words for role in compiled.procedure.roles.values()))


def _of_case(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """A case: where it stands, the limits that run, what each step possible now does and leads to."""
    row = looked_up_case(request, kwargs["pk"])
    compiled = procedure_of(row)
    procedure = compiled.procedure
    state = procedure.states[row.state]
    where = _("状态是「%(state)s」，%(day)s 开始，适用 %(version)s 起施行的程序。") % {
        "state": say(state), "day": row.opened_on, "version": compiled.version,
    }  # fmt: skip
    yield Section(_("办到哪里了"), [where, *([_("案件已经办结。")] if state.final else [])])
    lines = deadline_lines(
        compiled, state_of(row, compiled), receipts(row), request.day, calendar(), local_limits(compiled, row.path)
    )
    running = [line for line in lines if line.is_running]
    told = [_labelled(say(line.name), f"{line.due or ''} {line.light.words}〔{say(line.cited)}〕") for line in running]
    yield Section(_("正在计算的期限"), told or [_("没有正在计算的期限。")])
    possible = [name for name, refusal in choices_for(row, request.access, request.day) if refusal is None]
    keys = {line.key for line in running}
    steps = [_step_line(compiled, name, keys) for name in possible] or [_("现在没有您能办的环节。")]
    yield Section(_("现在可以办的环节"), steps, is_folded=len(steps) > MANY)


def _of_step(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """The form of a step of a case."""
    compiled = procedure_of(looked_up_case(request, kwargs["pk"]))
    yield from _one_step(compiled, kwargs["action"])


def _of_opening(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """The form that opens a case."""
    yield from _one_step(system_or_404(kwargs["slug"]).procedure_on(request.day), kwargs["action"])


def _one_step(compiled: CompiledProcedure, name: str) -> Iterable[Section]:
    if name not in compiled.procedure.actions:
        return
    step = step_of(compiled, name)
    lines = [_step_line(compiled, name)]
    lines += [
        _labelled(_("不予办理的理由"), f"{say(demand.words)}〔{say(demand.cited.words)}〕") for demand in step.demands
    ]
    lines += [_labelled(_("只适用于"), say(step.condition))] if step.condition else []
    yield Section(say(step.name), lines)


def _labelled(label: str, text: str) -> str:
    return f"{label}{pgettext('标签', '：')}{text}"


def _step_line(compiled: CompiledProcedure, name: str, running: Collection[str] | None = None) -> str:
    """A step in one line: its article, where it leads, what it issues and what it does to limits (that run)."""
    step = step_of(compiled, name, running)
    parts = [say(step.hint)] if step.hint else []
    parts.append(_("办理后：%(state)s") % {"state": say(step.after)} if step.after else _("状态不变"))
    if step.papers:
        parts.append(_("出具：%(papers)s") % {"papers": say(listed(step.papers))})
    parts += [say(effect) for effect in step.effects]
    return f"{say(step.name)}〔{say(step.cited.words)}〕{_('；').join(parts)}"


def _of_register(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """A list: what it is, its key fields, who prepares and who approves, what is compared."""
    system = system_or_404(kwargs["slug"])
    if not system.registers:
        return
    told = explain_list(system, system.register_on(request.day))
    about = [say(told.declared.description)] if told.declared.description else []
    yield Section(_("这是什么"), [*about, _("依据：%(cited)s") % {"cited": say(told.cited.words)}])
    fields = told.declared.fields
    needed = [fields[name].words for name in dict.fromkeys([told.declared.key, *told.declared.required])]
    lines = [
        _("必填：%(fields)s") % {"fields": say(listed(needed))},
        _("由%(editors)s拟订变更，%(approvers)s审定。") % {
            "editors": say(listed(told.editors)), "approvers": say(listed(told.approvers)),
        },
    ]  # fmt: skip
    if told.compared:
        lines.append(_("与上级清单比对：%(fields)s") % {"fields": say(listed(told.compared))})
    if told.written_by:
        steps = (Words(f"{owner.zh}「{step.zh}」", f"{owner.en} “{step.en}”") for owner, step in told.written_by)
        lines.append(_("由办理自动写入：%(steps)s") % {"steps": say(listed(steps))})
    yield Section(_("怎么用"), lines)


def _of_figure(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """A figure: its definition, which steps post to it, its relations."""
    slug, _dot, key = kwargs["account"].partition(".")
    system = systems().get(slug)
    known = system and {*system.figures.accounts, *system.figures.ratios, *system.figures.organs}
    if system is None or key not in (known or ()):
        yield Section(_("怎么来的"), [_("平台内没有记录，由单位按来源文件申报。")])
        return
    told = figure_of(system, key)
    lines = [say(told.definition)] if told.definition else []
    yield Section(_("怎么来的"), [*lines, *(say(sentence) for sentence in told.sentences)])
    if told.relations:
        yield Section(_("参加的勾稽关系"), [say(relation) for relation in told.relations])


def _of_checks(request: Any, kwargs: Mapping[str, Any]) -> Iterable[Section]:
    """All relations, by system."""
    for system in systems().values():
        if relations := relations_of(system):
            yield Section(say(system.name), [say(relation) for relation in relations], is_folded=True)


TOLD: Mapping[str, Callable[[Any, Mapping[str, Any]], Iterable[Section]]] = {
    "cases": _of_list, "case": _of_case, "reveal": _of_case, "act": _of_step, "open": _of_opening,
    "register": _of_register, "register-changes": _of_register, "register-comparison": _of_register,
    "figure": _of_figure, "records": _of_figure, "hand-out": _of_figure, "checks": _of_checks,
}  # fmt: skip
OF_A_CASE = frozenset({"case", "reveal", "act"})
