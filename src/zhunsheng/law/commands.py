"""``zhunsheng due`` and ``zhunsheng law``: when a limit ends and why, the limits and statutes known.

Only reading of arguments and printing lives here; dates are counted in the kernel, what is said about them stands in
``answers``. The commands of holiday notices are in ``notice_commands``.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY, Calendar, CalendarRangeError
from zhunsheng.kernel.fields import FieldError, parse_date
from zhunsheng.kernel.limits import Amount, Kind, Limit, LimitError, Unit, longest_extension
from zhunsheng.kernel.reckoning import Stop, reckon
from zhunsheng.kernel.words import Words
from zhunsheng.law.answers import answer, facts_of, granted
from zhunsheng.law.notice_commands import Mistake, notice
from zhunsheng.law.statutes import ad_hoc_limit, limits, statutes
from zhunsheng.runtime import language_option

_LENGTH = re.compile(r"^\s*(\d{1,6})\s*(\S.*?)\s*$")
_UNITS = {
    Unit.WORKING_DAY: ("working day", "working days", "个工作日", "工作日"),
    Unit.CALENDAR_DAY: ("day", "days", "calendar day", "calendar days", "日", "天", "个自然日", "自然日"),
    Unit.MONTH: ("month", "months", "个月", "月"),
    Unit.YEAR: ("year", "years", "年"),
    Unit.HOUR: ("hour", "hours", "小时", "个小时"),
}
_ASKED_KINDS = (Kind.DEADLINE, Kind.ADVANCE_NOTICE, Kind.MIN_PERIOD, Kind.MAX_PERIOD)
_LAW_S_OWN = "law"
"""The value of --extend without a number: the extension the law gives."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """What was asked on the command line, in the language of the answer."""

    language: str

    def refuse(self, zh: str, en: str) -> Mistake:
        return Mistake(Words(zh, en), self.language)

    def day(self, option: str, text: str) -> date:
        try:
            day = parse_date(text)
        except FieldError as error:
            raise self.refuse(f"{option}：{error.words.zh}", f"{option}: {error.words.en}") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.refuse(
                f"{option}：{day} 不在可以计算的年份内（{FIRST_DAY.year}—{LAST_DAY.year} 年）",
                f"{option}: {day} lies outside the years that can be counted ({FIRST_DAY.year} to {LAST_DAY.year})",
            )
        return day

    def moment(self, text: str) -> date | datetime:
        """The start: a day, or a day with a time."""
        if not re.search(r"\d[T ]\d", text.strip()):
            return self.day("--from", text)
        try:
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is not None:  # a day is a day in China, whatever zone the time was told in
                moment = moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
        except ValueError:
            raise self.refuse(
                f"--from：「{text}」不是时间，请写成 2024-09-26T10:00",
                f"--from: “{text}” is not a time; write 2024-09-26T10:00",
            ) from None
        self.day("--from", moment.date().isoformat())
        return moment

    def length(self, option: str, text: str, plain: Unit | None = None) -> Amount:
        """A length of time such as ``5 working days`` or ``60日``; a bare number is of the unit ``plain``."""
        if plain is not None and text.strip().isdecimal() and len(text.strip()) <= 6:
            return Amount(int(text), plain)
        found = _LENGTH.match(text)
        for unit, names in _UNITS.items():
            if found and found[2].lower() in names and int(found[1]) > 0:
                return Amount(int(found[1]), unit)
        raise self.refuse(
            f"{option}：「{text}」看不懂，请写成 5个工作日、60日、3个月、2年、24小时",
            f"{option}: “{text}” is not a length of time; write 5 working days, 60 days, 3 months, 2 years, 24 hours",
        )

    def stop(self, text: str) -> Stop:
        first, dots, until = text.partition("..")
        if not dots or not first.strip():
            raise self.refuse(
                f"--stop：「{text}」应写成 起日..恢复日（尚未恢复的写 起日..）",
                f"--stop: “{text}” should be FROM..TO (FROM.. while it lasts)",
            )
        begins = self.day("--stop", first)
        ends = self.day("--stop", until) if until.strip() else None
        if ends is not None and ends < begins:
            raise self.refuse(
                f"--stop：恢复日 {ends} 早于停止日 {begins}", f"--stop: {ends} lies before {begins}, its first day"
            )
        return begins, ends

    def rule(self, key: str) -> Limit:
        known = limits()
        if key in known:
            return known[key]
        raise self.unknown(f"没有编号为「{key}」的期限", f"there is no limit “{key}”", key, list(known))

    def unknown(self, zh: str, en: str, key: str, known: Sequence[str]) -> Mistake:
        near = difflib.get_close_matches(key, known, n=5, cutoff=0.5)
        if near:
            zh, en = f"{zh}；相近的有：{'、'.join(near)}", f"{en}; near ones: {', '.join(near)}"
        return self.refuse(zh, en)

    def statute(self, text: str) -> str:
        """The key of a statute, given by its key or one of its names."""
        for key, found in statutes().items():
            if text in (key, *found.name, *found.short):
                return key
        raise self.unknown(f"没有「{text}」这部法规", f"there is no statute “{text}”", text, list(statutes()))

    def extensions(self, limit: Limit, asked: Sequence[str]) -> list[Amount]:
        """The extensions asked for, each within what the law allows."""
        amounts = [self._extension(limit, text) for text in asked]
        try:
            return granted(limit, amounts)
        except LimitError as error:
            raise self.refuse(f"--extend：{error.words.zh}", f"--extend: {error.words.en}") from None

    def _extension(self, limit: Limit, text: str) -> Amount | None:
        most = longest_extension(limit)
        return None if text == _LAW_S_OWN else self.length("--extend", text, most.unit if most else limit.unit)


def _database_may_exist() -> bool:
    """Whether there is a database to ask; without one Django need not start. The places are those of settings.py."""
    if os.environ.get("ZHUNSHENG_DATABASE_URL", "").strip():
        return True
    project = Path(__file__).resolve().parents[3]
    root = project if (project / "pyproject.toml").is_file() else Path.cwd()
    home = Path(os.environ.get("ZHUNSHENG_HOME") or root / "var").expanduser()
    return (home / "zhunsheng.sqlite3").is_file()


def _calendar_in_force(language: str) -> Calendar:
    """The calendar with the notices entered; that of the package where there is no database or none in order."""
    from zhunsheng.law.working_days import calendar, packaged_calendar

    if not _database_may_exist():
        return packaged_calendar()
    from django.db import DatabaseError, OperationalError, connection

    from zhunsheng.runtime import start_django

    start_django()
    try:
        if "law_holidaynotice" not in connection.introspection.table_names():
            return packaged_calendar()
        return calendar()
    except (DatabaseError, OperationalError) as error:
        warning = Words(
            f"数据库读不出来，只按内置日历计算：{error}",
            f"the database cannot be read; counted by the calendar of the package alone: {error}",
        )
        click.echo(warning.within(language), err=True)
        return packaged_calendar()


@click.command()
@click.option("--limit", "length", help="期限长度 · a length: 5个工作日, 60日, 3 months, 24 hours")
@click.option(
    "--law", "statute", default="civil_code", show_default=True, help="按哪部法规计算 · the statute that counts it"
)
@click.option(
    "--kind", type=click.Choice([kind.value for kind in _ASKED_KINDS]),
    default=Kind.DEADLINE.value, show_default=True, help="期限的性质（与 --limit 同用）· what it demands (with --limit)",
)  # fmt: skip
@click.option("--rule", help="期限编号，见 zhunsheng law list · the id of a limit")
@click.option(
    "--from", "start", required=True, help="起算事由发生之日 · the day of the event: 2024-09-26, or with a time"
)
@click.option(
    "--stop", "stops", multiple=True, help="停止计算：起日..恢复日，可多次 · a pause FROM..TO (FROM.. while it lasts)"
)
@click.option(
    "--extend", "extend", multiple=True, is_flag=False, flag_value=_LAW_S_OWN,
    help="延长；不写长度的按法律规定 · an extension; without a length the law's own",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON")
@language_option
def due(
    length: str | None,
    statute: str,
    kind: str,
    rule: str | None,
    start: str,
    stops: tuple[str, ...],
    extend: tuple[str, ...],
    as_json: bool,
    language: str,
) -> None:
    """计算期限届满日及其依据 · when a time limit ends, and why."""
    asking = _Asking(language)
    if (length is None) == (rule is None):
        raise asking.refuse("请写明 --limit 或者 --rule，二者选一", "give either --limit or --rule")
    begins = asking.moment(start)
    pauses = [asking.stop(text) for text in stops]
    if rule is not None:
        limit = asking.rule(rule)
    else:
        day = begins.date() if isinstance(begins, datetime) else begins
        amount = asking.length("--limit", length or "")
        limit = ad_hoc_limit(amount, asking.statute(statute), Kind(kind), day)
    calendar = _calendar_in_force(language)
    try:
        extensions = asking.extensions(limit, extend) if limit.has_time else []
        counted = reckon(limit, begins, calendar, pauses, extensions, explain=True)
    except (LimitError, CalendarRangeError) as error:
        raise Mistake(error.words, language) from None
    found = answer(limit, begins, counted, pauses, extensions, calendar, language)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print_answer(found, language)


def _print_answer(answer: Mapping[str, Any], language: str) -> None:
    def say(zh: str, en: str) -> str:
        return Words(zh, en).within(language)

    if answer["due"] is None:
        click.echo(say("尚不能确定", "not known yet"))
    else:
        when = answer["due"].replace("T", " ")
        click.echo(f"{when} {say('暂定', 'provisional')}" if answer["provisional"] else when)
    click.echo(f"{answer['name']} · {answer['length']}" if answer["rule"] else answer["name"])
    version = answer["version"]
    shown = (
        say(f"（{version} 年版本）", f" (version of {version})") if version and version not in answer["basis"] else ""
    )
    click.echo(say("依据：", "Basis: ") + answer["basis"] + shown)
    for number, step in enumerate(answer["steps"], 1):
        click.echo(f"  {number}. {step}")
    for note in answer["notes"]:
        click.echo(say("注：", "Note: ") + note)
    click.echo(say("日历：", "Calendar: ") + answer["calendar"])


@click.group()
def law() -> None:
    """法规、期限与放假安排 · statutes, limits and holiday notices."""


@law.command("list")
@click.option("--statute", help="只列这部法规的 · of one statute only")
@click.option("--unverified", is_flag=True, help="只列未核对原文的 · only those not checked against the text")
@click.option("--local", "local", is_flag=True, help="只列地方的 · only local ones")
@language_option
def list_limits(statute: str | None, unverified: bool, local: bool, language: str) -> None:
    """列出期限 · the limits, one a line: id, length, name, basis."""
    key = _Asking(language).statute(statute) if statute else None
    chosen = [
        limit
        for limit in limits().values()
        if (key is None or limit.basis.statute == key)
        and (not unverified or not limit.verified)
        and (not local or limit.scope.startswith("local"))
    ]
    for limit in chosen:
        columns = (limit.id, limit.words(), limit.name, limit.basis.cited)
        click.echo("\t".join(c if isinstance(c, str) else c.within(language) for c in columns))
    click.echo(Words(f"共 {len(chosen)} 条", f"{len(chosen)} limits").within(language), err=True)


@law.command("show")
@click.argument("rule")
@language_option
def show_limit(rule: str, language: str) -> None:
    """查看一条期限的全部内容 · everything about one limit."""
    for label, content in facts_of(_Asking(language).rule(rule)):
        click.echo(f"{label.within(language)}{Words('：', ': ').within(language)}{content.within(language)}")


@law.command("statutes")
@language_option
def list_statutes(language: str) -> None:
    """列出法规及其版本 · the statutes with their versions."""
    for key, statute in statutes().items():
        click.echo(f"{key}\t{statute.name.within(language)}")
        for version in statute.versions:
            from_zh, from_en = "施行日期不详", "in force from an unknown day"
            if version.in_force:
                from_zh, from_en = f"{version.in_force} 起施行", f"in force from {version.in_force}"
            elif version.adopted:
                from_zh, from_en = f"{version.adopted} 通过或者公布", f"adopted {version.adopted}"
            until = Words(f"，至 {version.until}", f", until {version.until}") if version.until else Words("", "")
            click.echo(f"  {version.version}\t{Words(from_zh + until.zh, from_en + until.en).within(language)}")


law.add_command(notice)
