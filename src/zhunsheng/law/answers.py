"""What is said about a limit (期限说明): its facts, what may be granted on it, and the answer to a count of it.

Used by the command line and by the pages alike. Dates are counted in the kernel; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhunsheng.kernel.calendar import Calendar
from zhunsheng.kernel.citing import cited_article
from zhunsheng.kernel.clock import uncertain_years
from zhunsheng.kernel.limits import (
    TIME_UNITS,
    Amount,
    Limit,
    LimitError,
    Unit,
    extension_problem,
    longest_extension,
)
from zhunsheng.kernel.reckoning import Reckoning, Stop
from zhunsheng.kernel.words import Words
from zhunsheng.law.statutes import statutes

_SCOPES = {
    "national": Words("全国", "the whole country"),
    "sector:police": Words("公安机关", "the police"),
    "sector:samr": Words("市场监督管理部门", "market regulation"),
    "local:typical": Words("各地一般做法", "usual in many places"),
    "setting": Words("本地设定", "a setting of the place"),
}


def scope_words(scope: str) -> Words:
    """Where a limit applies, in words; places stay as they are named."""
    if scope in _SCOPES:
        return _SCOPES[scope]
    place = scope.partition(":")[2] or scope
    return Words(place, place)


def granted(limit: Limit, asked: Sequence[Amount | None]) -> list[Amount]:
    """The extensions asked for, each within what the law allows; None asks for the law's own length, or up to its ceiling.

    Raises ``LimitError`` with the article when the law does not give it.
    """
    extension, cited = limit.extension, limit.basis.cited
    found: list[Amount] = []
    for wanted in asked:
        if extension is None:
            raise LimitError(
                f"法律没有规定「{limit.name.zh}」可以延长（{cited.zh}）",
                f"the law knows no extension of “{limit.name.en}” ({cited.en})",
            )
        if len(found) >= extension.times:
            raise LimitError(
                f"「{limit.name.zh}」最多延长 {extension.times} 次（{cited.zh}）",
                f"“{limit.name.en}” may be extended {extension.times} time(s) at most ({cited.en})",
            )
        amount = wanted or longest_extension(limit, found)
        if amount is None:
            raise _length_is_open(limit)
        problem = extension_problem(limit, amount, found)
        if problem is not None:
            raise LimitError(f"{problem.zh}（{cited.zh}）", f"{problem.en} ({cited.en})")
        found.append(amount)
    return found


def _length_is_open(limit: Limit) -> LimitError:
    extension = limit.extension
    approver = (extension and extension.approver) or Words("法律没有写明", "not named by the law")
    zh, en = f"批准人：{approver.zh}", f"approved by: {approver.en}"
    if extension and extension.condition:
        zh, en = f"{zh}；条件：{extension.condition.zh}", f"{en}; condition: {extension.condition.en}"
    return LimitError(
        f"法律没有规定延长多久，请写明长度，如 15（{zh}）",
        f"the law leaves the length open; give it, such as 15 ({en})",
    )


def answer(
    limit: Limit,
    begins: date | datetime,
    counted: Reckoning,
    stops: Sequence[Stop],
    extensions: Sequence[Amount],
    calendar: Calendar,
    language: str,
) -> dict[str, Any]:
    """What a count comes to, as plain data in one language: the day, every step, the article, what is to be noted."""
    uncertain = uncertain_years(limit, counted, calendar)
    return {
        "due": _iso(counted.due),
        "provisional": bool(uncertain),
        "uncertain_years": uncertain,
        "rule": limit.id or None,
        "name": limit.name.within(language),
        "kind": limit.kind.value,
        "length": limit.words().within(language),
        "start": _iso(begins),
        "stops": [{"from": _iso(first), "to": _iso(until)} for first, until in stops],
        "extensions": [amount.words().within(language) for amount in extensions],
        "steps": [step.within(language) for step in counted.steps],
        "basis": limit.basis.cited.within(language),
        "statute": limit.basis.statute,
        "version": limit.basis.version or None,
        "article": limit.basis.article or None,
        "scope": limit.scope,
        "verified": limit.verified,
        "notes": [note.within(language) for note in _notes(limit, counted.start, uncertain)],
        "calendar": calendar.version,
    }


def _iso(moment: date | datetime | None) -> str | None:
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if moment else None


def _notes(limit: Limit, start: date, uncertain: Sequence[int]) -> list[Words]:
    notes = [
        Words(
            f"{year} 年的放假安排尚未录入，只按周末推算，届满日是暂定的",
            f"the holidays of {year} are not known yet; only weekends are left out, so the date is provisional",
        )
        for year in uncertain
    ]
    if not limit.verified:
        notes.append(Words("本条未经核对原文，只作本地设定", "not checked against the text: a local setting only"))
    if limit.scope != "national":
        notes.append(Words(f"只适用于 {limit.scope}", f"applies to {limit.scope} only"))
    if limit.note:
        notes.append(limit.note)
    statute = statutes()[limit.basis.statute]
    version = statute.version(limit.basis.version or None)
    if version and version.in_force and start < version.in_force:
        notes.append(
            Words(
                f"{limit.basis.cited.zh}自 {version.in_force} 起施行，起算日 {start} 时还不适用",
                f"{limit.basis.cited.en}, is in force from {version.in_force}; it did not apply on {start}",
            )
        )
    if version and version.until and start > version.until:
        notes.append(
            Words(
                f"{limit.basis.cited.zh}的这一版本只到 {version.until}，起算日 {start} 时已经不适用",
                f"this version of {limit.basis.cited.en}, ended on {version.until}; it did not apply on {start}",
            )
        )
    if not limit.id and limit.unit is Unit.CALENDAR_DAY and version and version.working_day_article:
        ruling = cited_article(statute.short, version.working_day_article)
        notes.append(
            Words(
                f"{ruling.zh}把某些日数规定为工作日；这里按自然日计算，工作日请写“个工作日”",
                f"{ruling.en} makes certain numbers of days working days; "
                "here calendar days are counted, write “working days” for the others",
            )
        )
    return notes


def facts_of(limit: Limit) -> list[tuple[Words, Words]]:
    """Everything known about a limit, each fact with its label."""
    yes, no = Words("是", "yes"), Words("否", "no")
    is_time = limit.unit in TIME_UNITS
    rows: list[tuple[Words, Words | str | None]] = [
        (Words("编号", "Id"), limit.id),
        (Words("名称", "Name"), limit.name),
        (Words("程序", "Procedure"), limit.procedure),
        (Words("性质", "Kind"), limit.kind.words),
        (Words("内容", "Content"), limit.words()),
        (Words("起算", "From"), limit.start if limit.start.zh else None),
        (Words("由谁", "Who"), limit.who),
        (Words("延长", "Extension"), extension_words(limit)),
        *((Words("不计入", "Not counted"), pause) for pause in limit.pauses),
        (Words("遇休假日顺延", "Moves off days off"), (limit.roll_basis if limit.rolls else no) if is_time else None),
        (Words("依据", "Basis"), limit.basis.cited),
        (Words("版本", "Version"), limit.basis.version or None),
        (Words("后果", "Consequence"), limit.consequence),
        (Words("适用范围", "Scope"), scope_words(limit.scope)),
        (Words("已核对原文", "Checked against the text"), yes if limit.verified else no),
        (Words("说明", "Note"), limit.note),
    ]
    return [(label, Words(text, text) if isinstance(text, str) else text) for label, text in rows if text]


def extension_words(limit: Limit) -> Words | None:
    extension = limit.extension
    if extension is None:
        return None
    zh, en = extension.amount.words() if extension.amount else Words("长度由批准人定", "length for the approver to set")
    if extension.times > 1:
        zh, en = f"{zh}，可 {extension.times} 次", f"{en}, {extension.times} times"
    if extension.total:
        total = extension.total.words()
        zh, en = f"{zh}，合计不超过{total.zh}", f"{en}, {total.en} in all at most"
    if extension.approver:
        zh, en = f"{zh}，{extension.approver.zh}批准", f"{en}, approved by: {extension.approver.en}"
    if extension.condition:
        zh, en = f"{zh}（{extension.condition.zh}）", f"{en} ({extension.condition.en})"
    return Words(zh, en)
