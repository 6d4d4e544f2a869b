"""Figures (指标): all of a region and period as a chart of accounts, one of them from every side, and the workbook.

Numbers come from ``ledger``, tables from ``figure_tables``; the records behind a number are in ``figure_records``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import systems
from zhunsheng.desk.asked import Asked, asked_of
from zhunsheng.desk.figure_tables import (
    Side,
    change_words,
    course_of,
    organs_of,
    parts_of,
    sides_of,
    system_of,
    words_of,
)
from zhunsheng.desk.frame import Crumb, officers_only, page
from zhunsheng.desk.wording import name_of, say
from zhunsheng.desk.workbook import workbook_file
from zhunsheng.kernel.figures import Ratio, parse_check, summand
from zhunsheng.kernel.words import Words
from zhunsheng.ledger.checks import CheckOutcome, accounts_about, run_checks
from zhunsheng.ledger.figures import (
    Figure,
    declared_as,
    derived,
    figure_names,
    figures,
    ingredients,
    is_level,
    parts,
    ratios,
)
from zhunsheng.ledger.handing_out import compare, handed_out
from zhunsheng.ledger.months import first_day
from zhunsheng.ledger.readings import Reading, readings
from zhunsheng.ledger.series import is_declared
from zhunsheng.security.audit import record

TITLE = Words("指标", "Figures")
COURSES = ("month", "quarter", "year")
ANSWERS_SHOWN = 5


SIGNS = {"==": "＝", "<=": "≤", ">=": "≥"}
BROKEN = {"==": "≠", "<=": "＞", ">=": "＜"}
"""How the sides of a relation stand where it holds, and where it does not."""


@dataclass(frozen=True)
class AccountLine:
    """One figure in the chart of accounts: now, a year earlier, the change; of a ratio both sides."""

    figure: Figure
    before: Figure | None
    change: str
    above: list[Side]
    below: list[Side]


@dataclass(frozen=True)
class Group:
    """A field of work with its systems and their lines."""

    name: str
    systems: list[tuple[str, list[AccountLine]]]


@dataclass(frozen=True)
class Chart:
    """The chart of accounts as asked for; ``hidden`` counts figures without a number that are left out."""

    groups: list[Group]
    hidden: int
    shown: int


def chart_of(asked: Asked, text: str, everything: bool, found: Mapping[str, Reading] | None = None) -> Chart:
    """Every figure by field of work and system; those with no number only when everything or a text is asked for."""
    now = figures(asked.region.pk, asked.first, asked.last, found=found)
    before = _before(asked)
    by_system: dict[str, list[AccountLine]] = {}
    hidden = 0
    for name, figure in now.items():
        if text and not _is_named(figure, text):
            continue
        if not (text or everything) and figure.value is None and before[name].value is None:
            hidden += 1
            continue
        above, below = sides_of(name, now, asked) if figure.kind == "ratio" else ([], [])
        line = AccountLine(figure, before[name], change_words(figure, before[name]), above, below)
        by_system.setdefault(name.partition(".")[0], []).append(line)
    groups = [
        Group(say(words), [(say(s.name), by_system[s.slug]) for s in systems().values()
                           if s.field_of_work == field and s.slug in by_system])
        for field, words in FIELDS_OF_WORK.items()
    ]  # fmt: skip
    rest = [line for slug, lines in by_system.items() if slug not in systems() for line in lines]
    if rest:
        groups.append(Group(_("其他"), [(_("由来源文件申报"), rest)]))
    return Chart([group for group in groups if group.systems], hidden, sum(map(len, by_system.values())))


def _before(asked: Asked, only: Iterable[str] | None = None) -> dict[str, Figure]:
    """The figures of the same months a year earlier."""
    first, last = asked.before
    return figures(asked.region.pk, first_day(first), first_day(last), only=only)


def _is_named(figure: Figure, text: str) -> bool:
    account = declared_as(figure.account)
    system = system_of(figure.account)
    words = [figure.name.zh, figure.name.en, figure.account, *account.aliases]
    words += [system.name.zh, system.name.en] if system else []
    words += [figure.definition.zh, figure.definition.en] if figure.definition else []
    return any(text.casefold() in word.casefold() for word in words)


@officers_only
def all_figures(request: Any) -> HttpResponse:
    """The figures of a region and period by fields of work."""
    asked = asked_of(request)
    text = request.GET.get("q", "").strip()
    everything = request.GET.get("all") == "1"
    found = readings(asked.region.pk, asked.first, asked.last)
    chart = chart_of(asked, text, everything, found)
    failing = sum(not check.holds for check in run_checks(asked.region.pk, asked.first, asked.last, found=found))
    context = {
        "here": "figures", "tab": "figures", "asked": asked, "groups": chart.groups, "hidden": chart.hidden,
        "shown": chart.shown, "everything": everything, "text": text, "failing": failing,
    }  # fmt: skip
    return page(request, "desk/figures.html", context, trail=[Crumb(TITLE)])


@officers_only
def figures_workbook(request: Any) -> FileResponse:
    """The same table as a workbook, with the fixed head and the notes of statistics below."""
    asked = asked_of(request)
    chart = chart_of(asked, request.GET.get("q", "").strip(), request.GET.get("all") == "1")
    title = _("%(region)s指标表") % {"region": name_of(asked.region)}
    heads = [_("体系"), _("系统"), _("指标"), asked.words, asked.words_before, _("增减"), _("计量单位"), _("约数"),
             _("分子"), _("分母"), _("来源"), _("记录数"), _("统计说明")]  # fmt: skip
    rows: list[list[Any]] = []
    for group in chart.groups:
        for system, lines in group.systems:
            for line in lines:
                f, before = line.figure, line.before
                rows.append([
                    group.name, system, say(f.name), f.value, before.value if before else None, line.change, say(f.unit),
                    f.qualifier, f.numerator, f.denominator, _("申报") if f.source == "declared" else _("办理记录"),
                    f.records, note_of(f),
                ])  # fmt: skip
    notes = [[], [_("统计说明")], *([note] for note in notes_of(asked))]
    file, _count = workbook_file(title, heads, [*rows, *notes], head_line(request, asked), request.user)
    record("figures.export", f"region:{asked.region.pk}", request.user.pk, rows=len(rows))
    return FileResponse(file, as_attachment=True, filename=f"{title}-{asked.words}.xlsx".replace(" ", ""))


def head_line(request: Any, asked: Asked, unit: str = "") -> str:
    """The fixed head of every table of figures: period, when and by whom it was made, the unit."""
    return _("统计期间：%(period)s　生成时间：%(at)s　操作人：%(who)s　计量单位：%(unit)s") % {
        "period": asked.words, "at": timezone.localtime().strftime("%Y-%m-%d %H:%M"), "who": request.user.name,
        "unit": unit or _("见各行"),
    }  # fmt: skip


def note_of(figure: Figure) -> str:
    """How a figure comes about, in one line: a ratio as a formula, else its definition and whether it is a level."""
    words = [say(figure.definition)] if figure.definition else []
    if figure.account in ratios() or figure.account in parts():
        words.insert(0, formula_of(figure.account))
    elif is_level(figure.account):
        words.append(_("期末数"))
    return pgettext("之间", "；").join(words)


def formula_of(name: str) -> str:
    """A ratio as tables write it below: 纠错率＝（撤销＋变更）÷审结×100%; a part likewise, without what it is divided by."""
    made, slug = parts().get(name) or ratios()[name], name.partition(".")[0]
    sides = []
    for items in (made.of, made.over) if isinstance(made, Ratio) else (made.of,):
        joined = ""
        for sign, key, part in map(summand, items):
            joined += ("－" if sign < 0 else "＋" if joined else "") + words_of(f"{slug}.{key}", part)
        sides.append(f"（{joined}）" if len(items) > 1 else joined)
    if not isinstance(made, Ratio):
        return f"{say(made)}＝{sides[0]}"
    return f"{say(made)}＝{sides[0]}÷{sides[1]}" + ("" if made.unit else "×100%")


def notes_of(asked: Asked) -> list[str]:
    """What holds of the whole table."""
    return [
        _("1. 数据由办理记录和清单逐笔入账汇总得出；申报数平台内没有记录，由单位按来源文件申报。"),
        _("2. 流量指标为统计期间内发生数，期末数为期间最后一日的存量；比率由分子、分母当时计算，不另存。"),
        _("3. 已结账月份迟到的入账作为更正记入其后第一个未结账的月份。"),
        _("4. 比较期间：%(period)s；比率比较用百分点，申报数不作比较。") % {"period": asked.words_before},
    ]


@officers_only
def figure(request: Any, account: str) -> HttpResponse:
    """One figure: the number, what it counts, its course, its organs, its parts, its checks, and who was told."""
    asked = asked_of(request)
    if account not in figure_names():
        raise Http404
    wanted = {account, *ingredients([account])}
    read = readings(asked.region.pk, asked.first, asked.last, ingredients(wanted) | accounts_about(account))
    found = figures(asked.region.pk, asked.first, asked.last, only=wanted, found=read)
    shown = found[account]
    system = system_of(account)
    stated = is_declared(account)
    by = request.GET.get("by", "")
    by = by if by in COURSES else "year" if stated else "month"
    lines, chart = [], {}
    if account not in derived():
        lines, chart, before = course_of(account, asked, by, request.day.year * 100 + request.day.month)
    if account in derived() or stated:
        before = _before(asked, [account])[account]
    above, below = sides_of(account, found, asked) if shown.kind in ("ratio", "part") else ([], [])
    checks = run_checks(asked.region.pk, asked.first, asked.last, about=account, found=read)
    answers = compare(handed_out(asked.region, account)[:ANSWERS_SHOWN])
    context = {
        "here": "figures", "asked": asked, "figure": shown, "change": change_words(shown, before), "before": before,
        "parts": parts_of(system, shown), "course": lines, "chart": chart, "by": by, "courses": course_choices(),
        "drawn": bool(lines) and (by != "year" or sum(line.value is not None for line in lines) > 1),
        "organs": organs_of(account, asked, request.GET.get("organ", "")), "above": above, "below": below,
        "checks": check_lines(checks), "level": is_level(account), "declared": stated, "answers": answers,
        "formula": formula_of(account) if shown.kind in ("ratio", "part") else "",
    }  # fmt: skip
    trail = [Crumb(TITLE, reverse("desk:figures") + asked.query), Crumb(shown.name)]
    return page(request, "desk/figure.html", context, trail=trail, system=system)


def course_choices() -> Mapping[str, str]:
    """How the course over time may be divided."""
    return {"month": _("按月"), "quarter": _("按季"), "year": _("按年")}


def check_lines(checks: list[CheckOutcome]) -> list[tuple[CheckOutcome, str, Words]]:
    """Each check with the sign between its sides as they are and the system it belongs to."""
    return [(check, sign_found(check), systems()[check.system].name) for check in checks]


def sign_found(check: CheckOutcome) -> str:
    """The sign between the sides of a relation as they are: that of the relation where it holds."""
    relation = parse_check(check.declaration.that).relation
    return SIGNS[relation] if check.holds else BROKEN[relation]
