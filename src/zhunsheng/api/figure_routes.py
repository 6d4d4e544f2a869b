"""Figures, reports, the calendar and due days over HTTP (指标、报告、日历与期限): the same numbers as the pages, with their receipts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query

from zhunsheng.api import figure_shapes, shapes
from zhunsheng.api.calls import Routes
from zhunsheng.api.case_routes import Cursor, Day, Limit
from zhunsheng.api.paging import USUAL, piece, slice_of, whole
from zhunsheng.api.problems import Problem, not_there, pair
from zhunsheng.api.reading import organ_out, region_of
from zhunsheng.cases.models import Case
from zhunsheng.kernel.calendar import CalendarRangeError
from zhunsheng.kernel.limits import Amount, Kind, LimitError, Unit
from zhunsheng.kernel.reckoning import reckon
from zhunsheng.law.answers import answer
from zhunsheng.law.statutes import ad_hoc_limit, limits, statutes
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger.balances import watermark
from zhunsheng.ledger.figures import Figure, figure_names, figures, ingredients, records_of
from zhunsheng.ledger.months import days_of
from zhunsheng.ledger.readings import accounts, readings
from zhunsheng.papers.document import Paragraph
from zhunsheng.registers.models import Entry
from zhunsheng.reports.checking.checking import as_json, check
from zhunsheng.reports.checking.ledger_side import lay_beside_ledger
from zhunsheng.reports.composing import ReportError, compose
from zhunsheng.reports.outline import OutlineError

routes = Routes(tags=["指标 Figures"])
reports = Routes(tags=["报告 Reports"])
days = Routes(tags=["日历与期限 Calendar and limits"])

Month = Annotated[str, Query(pattern=r"^(19[9]\d|20\d\d)-(0[1-9]|1[0-2])$")]
RegionCode = Annotated[str, Query(max_length=12)]
Account = Annotated[str, Path(max_length=120, pattern=r"^[a-z0-9_.]+$")]


def _period(first: str, last: str) -> tuple[date, date]:
    """First and last day of a run of months. Raises ``Problem``."""
    begin, end = days_of((int(first.replace("-", "")), int(last.replace("-", ""))))
    if begin > end:
        raise Problem(422, "date_order", "起始月份晚于终止月份", "the first month lies after the last", field="last")
    return begin, end


def _told(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "account": figure.account, "name": pair(figure.name), "unit": pair(figure.unit), "value": _told(figure.value),
        "kind": figure.kind, "source": figure.source, "records": figure.records, "qualifier": figure.qualifier,
        "numerator": _told(figure.numerator), "denominator": _told(figure.denominator),
        "parts": {part: _told(value) for part, value in figure.breakdown.items()},
    }  # fmt: skip


@routes.reads(
    "/figures", "figures:read", shapes.Page[figure_shapes.FigureOut], "指标 · the figures of a region and months"
)
def list_figures(
    request: Any, first: Month, last: Month, region: RegionCode = "", cursor: Cursor = "", limit: Limit = USUAL
) -> Any:
    place, (begin, end) = region_of(request.caller.access, region), _period(first, last)
    found = [figure for figure in figures(place.pk, begin, end).values() if figure.value is not None]
    items, after = slice_of(found, cursor, limit)
    return {"items": [_figure(figure) for figure in items], "next": after}


@routes.reads(
    "/figures/{account}", "figures:read", figure_shapes.ReceiptOut, "一项指标及取数凭据 · one figure with its receipt"
)
def read_figure(request: Any, account: Account, first: Month, last: Month, region: RegionCode = "") -> Any:
    place, (begin, end) = region_of(request.caller.access, region), _period(first, last)
    if account not in figure_names():
        raise not_there()
    names = sorted(ingredients([account]))
    held = readings(place.pk, begin, end, names)
    figure = figures(place.pk, begin, end, [account])[account]
    sides = {
        name: {
            "opening": _told(one.opening) or "0",
            "flow": _told(one.flow) or "0",
            "closing": _told(one.closing) or "0",
        }
        for name, one in held.items()
    }
    return {
        **_figure(figure), "region": place.pk, "first": first, "last": last,
        "definition": pair(figure.definition) if figure.definition else None, "accounts": sides,
        "read_at": timezone.now(), "up_to_posting": watermark(),
    }  # fmt: skip


@routes.reads(
    "/figures/{account}/records",
    "figures:read",
    shapes.Page[figure_shapes.PostingOut],
    "记录 · the records behind a figure",
)
def list_records(
    request: Any, account: Account, first: Month, last: Month, region: RegionCode = "",
    part: Annotated[str, Query(max_length=200)] = "", cursor: Cursor = "", limit: Limit = USUAL,
) -> Any:  # fmt: skip
    place, (begin, end) = region_of(request.caller.access, region), _period(first, last)
    if account not in accounts():
        raise not_there()
    rows = records_of(account, place.pk, begin, end, part or None)
    found, after = piece(rows, ("on", "pk"), (date.fromisoformat, whole), cursor, limit, down=True)
    access = request.caller.access
    of_cases = [row.source_id for row in found if row.source == "case"]
    of_lists = [row.source_id for row in found if row.source == "register"]
    numbers = {
        ("case", key): number
        for key, number in Case.visible.to(access).filter(pk__in=of_cases).values_list("pk", "number")
    } | {
        ("register", key): code
        for key, code in Entry.visible.to(access).filter(pk__in=of_lists).values_list("pk", "key")
    }
    items = []
    for row in found:
        source = (row.source, row.source_id)
        items.append({
            "id": row.pk, "on": row.on, "month": row.month, "adjusts": row.adjusts, "value": _told(row.value),
            "breakdown": row.breakdown, "organ": organ_out(row.organ), "source": row.source,
            "source_id": row.source_id if source in numbers else None, "number": numbers.get(source, ""),
        })  # fmt: skip
    return {"items": items, "next": after}


# --- reports ---------------------------------------------------------------------------------------------------------


@reports.asks("/reports/compose", "reports:read", figure_shapes.ComposedOut, "撰写报告 · compose the yearly report")
def compose_report(request: Any, body: figure_shapes.ComposeIn) -> Any:
    place = region_of(request.caller.access, body.region)
    try:
        composed = compose(place.pk, body.year, outline=body.outline)
    except (ReportError, OutlineError) as error:
        raise Problem(422, "report", str(error), f"the report cannot be composed: {error}") from error
    return {
        "outline": body.outline or composed.form.name.words.zh, "title": composed.document.title,
        "blocks": [_block(block) for block in composed.document.blocks],
        "used": [
            {"account": u.figure.account, "year": u.year, "section": u.section, "printed": u.printed,
             "value": _told(u.figure.value)}
            for u in composed.used
        ],
        "missing": [{"account": account, "year": year} for account, year in composed.missing],
    }  # fmt: skip


def _block(block: Any) -> dict[str, str]:
    kind = type(block).__name__.lower()
    if isinstance(block, Paragraph):
        return {"kind": kind, "text": "".join(run.text for run in block.runs)}
    return {"kind": kind, "text": str(getattr(block, "text", None) or getattr(block, "title", "") or "")}


@reports.asks("/reports/check", "reports:read", figure_shapes.CheckedOut, "核对报告 · check the text of any report")
def check_report(request: Any, body: figure_shapes.CheckIn) -> Any:
    checked = check(body.text)
    if body.region and body.year:
        place = region_of(request.caller.access, body.region)
        try:
            lay_beside_ledger(checked, place.pk, body.year)
        except ReportError as error:
            raise Problem(422, "report", str(error), f"there is nothing to compare with: {error}") from error
    return as_json(checked)


# --- calendar and due days -------------------------------------------------------------------------------------------


@days.reads("/calendar/{year}", "", figure_shapes.CalendarOut, "工作日历 · holidays and make-up days of a year")
def read_year(request: HttpRequest, year: Annotated[int, Path(ge=1990, le=2100)]) -> Any:
    known = calendar()
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = [
        {
            "day": day,
            "kind": known.kind(day).value,
            "name": pair(words) if (words := known.holiday_words(day)) else None,
        }
        for day in known.exceptions_within(first, last)
    ]
    return {"year": year, "certain": known.is_certain(first, last), "version": known.version, "days": found}


@days.reads("/due", "", figure_shapes.DueOut, "期限届满日 · when a limit ends, and why")
def due(
    request: HttpRequest,
    start: Annotated[date, Query(alias="from", description="the day of the event")],
    rule: Annotated[str, Query(max_length=80, description="the id of a limit of the law")] = "",
    length: Annotated[int | None, Query(ge=1, le=9999, description="or a length of your own")] = None,
    unit: Annotated[Unit, Query()] = Unit.WORKING_DAY,
    law: Annotated[str, Query(max_length=80, description="the statute that counts it")] = "civil_code",
    stop_from: Day = None,
    stop_to: Day = None,
    language: Annotated[str, Query(pattern="^(zh|en)$")] = "zh",
) -> Any:
    if bool(rule) == (length is not None):
        raise Problem(422, "one_of", "请写明 rule 或者 length，二者选一", "give either rule or length", field="rule")
    if rule and rule not in limits():
        raise Problem(404, "unknown_rule", f"没有编号为「{rule}」的期限", f"there is no limit “{rule}”", field="rule")
    if law not in statutes():
        raise Problem(404, "unknown_statute", f"没有「{law}」这部法规", f"there is no statute “{law}”", field="law")
    limit = limits()[rule] if rule else ad_hoc_limit(Amount(length or 0, unit), law, Kind.DEADLINE, start)
    stops = [(stop_from, stop_to)] if stop_from else []
    if stop_from and stop_to and stop_to < stop_from:
        raise Problem(422, "date_order", "恢复日早于停止日", "the stop ends before it begins", field="stop_to")
    begins: date | datetime = datetime(start.year, start.month, start.day) if limit.unit is Unit.HOUR else start
    known = calendar()
    try:
        counted = reckon(limit, begins, known, stops, [], explain=True)
    except (LimitError, CalendarRangeError) as error:
        raise Problem(422, "limit", error.words.zh, error.words.en) from error
    return answer(limit, begins, counted, stops, [], known, language)
