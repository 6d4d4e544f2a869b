"""The pages 法规 and 期限: the statutes with where they are used, the limits they set, and a count of one from a day.

Facts only, for every officer alike; they are data of the law room, counted in the kernel. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhunsheng.desk.frame import Crumb, may_work_in, officers_only, page
from zhunsheng.desk.law_marks import changes_for, mark
from zhunsheng.desk.menu import address_of
from zhunsheng.desk.statute_changes import history_of
from zhunsheng.desk.wording import language, say
from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, CalendarRangeError
from zhunsheng.kernel.citing import article_words
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.limits import Amount, Limit, LimitError, Unit, longest_extension
from zhunsheng.kernel.reckoning import Stop, reckon
from zhunsheng.kernel.words import Words
from zhunsheng.law.answers import answer, facts_of, granted, scope_words
from zhunsheng.law.duties import administers
from zhunsheng.law.naming import article_order
from zhunsheng.law.statutes import Statute, StatuteVersion, limits, statutes
from zhunsheng.law.usage import Use, uses, uses_of_limit, uses_of_statute
from zhunsheng.law.working_days import calendar
from zhunsheng.orgs.access import Access
from zhunsheng.typed import whole_number

STATUTES, LIMITS = Words("法规", "Statutes"), Words("法定期限", "Time limits")
KINDS = {
    "law": Words("法律", "law"), "regulation": Words("行政法规", "regulation"), "rule": Words("部门规章", "ministry rule"),
    "judicial_interpretation": Words("司法解释", "judicial interpretation"),
    "local_regulation": Words("地方性法规", "local regulation"), "local_rule": Words("地方政府规章", "local government rule"),
    "policy": Words("政策文件", "policy document"), "party_regulation": Words("党内法规", "Party regulation"),
    "standard": Words("标准", "standard"),
}  # fmt: skip
SCOPES = {
    "national": Words("全国", "the whole country"), "sector": Words("部门", "one sector"), "local": Words("地方", "one place"),
}  # fmt: skip
STOPS = 3
"""How many pauses and how many extensions the calculator takes."""


# --- statutes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatuteRow:
    """One statute of the list."""

    statute: Statute
    kind: Words
    version: StatuteVersion | None
    limits: int
    uses: int
    mark: str


@officers_only
def all_statutes(request: Any) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    of_limits = Counter(limit.basis.statute for limit in limits().values())
    of_uses = Counter(use.statute for use in {_alike(use): use for use in uses()}.values())
    rows = [
        StatuteRow(
            s,
            KINDS[s.kind],
            s.version_on(request.day) or s.version(None),
            of_limits[key],
            of_uses[key],
            mark(request, changes_for(request).of(key)),
        )
        for key, s in statutes().items()
        if (not kind or s.kind == kind) and _holds(text, *s.name, *s.short)
    ]
    context = {
        "here": "statutes", "text": text, "kind": kind, "kinds": list(KINDS.items()),
        "rows": rows, "total": len(statutes()),
    }  # fmt: skip
    return page(request, "desk/statutes.html", context, trail=[Crumb(STATUTES)])


def _holds(text: str, *within: str) -> bool:
    return not text or any(text.lower() in words.lower() for words in within)


@officers_only
def one_statute(request: Any, key: str) -> HttpResponse:
    found = statutes().get(key)
    if found is None:
        raise Http404
    rows = use_rows(request.access, uses_of_statute(key))
    context = {
        "here": "statutes", "statute": found, "kind": KINDS[found.kind], "current": found.version_on(request.day),
        "limits": sorted((limit for limit in limits().values() if limit.basis.statute == key),
                         key=lambda limit: article_order(limit.basis.article)),
        "uses": len(rows), "using": using_systems(rows), "history": history_of(key),
        "may_change": administers(request.access)
    }  # fmt: skip
    trail = [Crumb(STATUTES, reverse("desk:statutes")), Crumb(found.short)]
    return page(request, "desk/statute.html", context, trail=trail)


@dataclass(frozen=True)
class UseRow:
    """One use of an article in the versions of a system that share it; ``address`` is empty when the officer has nothing to do
    with the system."""

    article: Words
    part: Words
    use: Use
    versions: list[date]
    address: str


def _alike(use: Use) -> tuple[object, ...]:
    """What the uses have in common that several versions of a system say alike."""
    return use.statute, use.article, use.system.slug, use.part, use.name


def use_rows(access: Access, found: Sequence[Use]) -> list[UseRow]:
    """The uses in the order in which they were found; what several versions say alike is one."""
    alike: dict[tuple[object, ...], list[Use]] = {}
    for use in found:
        alike.setdefault(_alike(use), []).append(use)
    return [
        UseRow(
            article_words(use.article), use.part.words, use,
            sorted({one.version for one in (use, *others)}),
            address_of(use.system) if may_work_in(access, use.system.slug) else "",
        )
        for use, *others in alike.values()
    ]  # fmt: skip


@dataclass(frozen=True)
class UsingSystem:
    """A system that rests on a statute: how many of its parts do, and which."""

    name: Words
    address: str
    parts: list[tuple[Words, int]]
    rows: list[UseRow]


def using_systems(found: Sequence[UseRow]) -> list[UsingSystem]:
    """The uses by system, the systems that rest on the statute most first."""
    of_system: dict[str, list[UseRow]] = {}
    for row in found:
        of_system.setdefault(row.use.system.slug, []).append(row)
    return [
        UsingSystem(rows[0].use.system.name, rows[0].address, Counter(row.part for row in rows).most_common(), rows)
        for rows in sorted(of_system.values(), key=len, reverse=True)
    ]


# --- limits ------------------------------------------------------------------------------------------------------


@officers_only
def all_limits(request: Any) -> HttpResponse:
    text, scope, state = request.GET.get("q", "").strip(), request.GET.get("scope", ""), request.GET.get("checked", "")
    changes = changes_for(request)
    rows = [
        (limit, scope_words(limit.scope), mark(request, changes.of(limit.basis.statute, limit.basis.article)))
        for limit in limits().values()
        if (not scope or limit.scope.partition(":")[0] == scope)
        and (not state or limit.verified == (state == "yes"))
        and _holds(text, *limit.name, *limit.basis.cited, *(limit.procedure or ()))
    ]
    context = {
        "here": "limits", "text": text, "scope": scope, "state": state, "scopes": list(SCOPES.items()), "rows": rows,
        "total": len(limits()),
    }  # fmt: skip
    return page(request, "desk/limits.html", context, trail=[Crumb(LIMITS)])


@officers_only
def one_limit(request: Any, key: str) -> HttpResponse:
    found = limits().get(key)
    if found is None:
        raise Http404
    asked = Asked.of(request.GET, found) if found.has_time else None
    counted = asked.count(found) if asked and asked.start else None
    context = {
        "here": "limits", "limit": found, "asked": asked, "answer": counted,
        "facts": [(label, words) for label, words in facts_of(found) if words not in (found.name, (found.id, found.id))],
        "mark": mark(request, changes_for(request).of(found.basis.statute, found.basis.article)),
        "uses": use_rows(request.access, uses_of_limit(key)), "in_hours": found.unit is Unit.HOUR,
    }  # fmt: skip
    trail = [Crumb(LIMITS, reverse("desk:limits")), Crumb(found.name)]
    return page(request, "desk/limit.html", context, trail=trail, status=422 if asked and asked.problem else 200)


@dataclass
class Asked:
    """What is asked of the calculator: a start, pauses and extensions, as they were typed."""

    start: str = ""
    stops: list[tuple[str, str]] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)
    times: int = 0
    problem: str = ""

    @classmethod
    def of(cls, query: Any, limit: Limit) -> Asked:
        pairs = list(zip(query.getlist("stop"), query.getlist("resume"), strict=False))
        times = min(limit.extension.times, STOPS) if limit.extension else 0
        extensions = query.getlist("extend")[:times]
        return cls(
            query.get("start", "").strip(), [*pairs, *[("", "")] * STOPS][: max(STOPS, len(pairs))],
            [*extensions, *[""] * (times - len(extensions))], times,
        )  # fmt: skip

    def count(self, limit: Limit) -> dict[str, Any] | None:
        """The answer in the reader's language; None with ``problem`` set when it cannot be counted."""
        try:
            begins = self._moment(limit)
            stops = [self._stop(first, until) for first, until in self.stops if first or until]
            extensions = granted(limit, [self._extension(limit, text) for text in self.extensions if text.strip()])
            days = calendar()
            found = reckon(limit, begins, days, stops, extensions, explain=True)
        except (FieldError, LimitError, CalendarRangeError) as error:
            self.problem = say(error.words)
            return None
        told = answer(limit, begins, found, stops, extensions, days, language())
        told["due_words"] = (told["due"] or "").replace("T", " ")
        return told

    def _moment(self, limit: Limit) -> date | datetime:
        if limit.unit is not Unit.HOUR or "T" not in self.start:
            return _day(_("起算日"), self.start)
        try:
            moment = datetime.fromisoformat(self.start).replace(tzinfo=None)
        except ValueError:
            raise LimitError(
                f"起算时间：「{self.start}」不是时间，请写成 2026-03-02T10:00",
                f"start: “{self.start}” is not a time; write 2026-03-02T10:00",
            ) from None
        _day(_("起算日"), moment.date().isoformat())
        return moment

    def _stop(self, first: str, until: str) -> Stop:
        begins = _day(_("停止日"), first)
        ends = _day(_("恢复日"), until) if until else None
        if ends is not None and ends < begins:
            raise LimitError(f"恢复日 {ends} 早于停止日 {begins}", f"the day of resumption {ends} lies before {begins}")
        return begins, ends

    def _extension(self, limit: Limit, text: str) -> Amount:
        most = longest_extension(limit)
        unit = most.unit if most else limit.unit
        number = whole_number(text, most=99_999)
        if number is None:
            raise LimitError(f"延长：「{text}」不是数，请写明延长多少", f"extension: “{text}” is not a number")
        return Amount(number, unit)


def _day(where: str, text: str) -> date:
    try:
        day = parse_date(text)
    except FieldError as error:
        raise LimitError(f"{where}：{error.words.zh}", f"{where}: {error.words.en}") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CalendarRangeError(day)
    return day
