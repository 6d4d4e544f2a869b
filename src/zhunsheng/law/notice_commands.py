"""``zhunsheng law notice``: holiday notices, and the dates that move with them.

Only reading of arguments and printing lives here; notices are entered in ``notices``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from zhunsheng.kernel.words import Words
from zhunsheng.law import projection
from zhunsheng.law.projection import EVERYTHING, Move, Tally
from zhunsheng.runtime import language_option

SHOWN = 50
"""How many moves are listed one by one; the others are counted."""


class Mistake(click.ClickException):
    """What was asked cannot be answered: said in one language, exit code 2."""

    exit_code = 2

    def __init__(self, words: Words, language: str) -> None:
        super().__init__(words.within(language))


@click.group()
def notice() -> None:
    """放假安排 · notices of public holidays."""


_applied = (
    click.option("--yes", is_flag=True, help="写入；不加只预览 · write; without it only a preview"),
    click.option("--reason", default="", help="理由，写入时必填 · the reason, needed to write"),
    click.option(
        "--earlier", is_flag=True,
        help="已由人决定：会提前的也改 · a person has decided: move those that become earlier too",
    ),
    language_option,
)  # fmt: skip


def _applying(command):  # type: ignore[no-untyped-def]
    for option in reversed(_applied):
        command = option(command)
    return command


@notice.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="代替已有的 · replace what is known of the year")
@_applying
def add_notice(file: Path, replace: bool, yes: bool, reason: str, earlier: bool, language: str) -> None:
    """预览或者录入一年的放假安排（YAML：year、document、days_off、make_up_days）· preview or enter the notice of a year."""
    from django.db import DatabaseError

    from zhunsheng.law.notices import (
        NoticeError,
        already_known,
        calendar_with,
        check_reason,
        enter_notice,
        known_source,
        read_notice,
    )
    from zhunsheng.runtime import start_django

    try:
        read = read_notice(file)
        start_django()
        source = known_source(read.year)
        if source is not None and not replace:
            raise already_known(read.year, source)
        if yes:
            check_reason(reason)
        _print_moves(projection.preview(calendar_with(read), read.year), language)
        if not yes:
            _say(language, "以上是预览，尚未写入；写入请加 --yes --reason 理由",
                 "this was a preview, nothing is written; to write add --yes --reason REASON")  # fmt: skip
            return
        tally = enter_notice(read, None, reason=reason, replace=replace, confirmed=[EVERYTHING] if earlier else [])
    except NoticeError as error:
        raise Mistake(error.words, language) from None
    except DatabaseError as error:
        raise _cannot_write(error, language) from error
    off, made_up = len(read.days_off), len(read.make_up_days)
    _say(language, f"{'已代替' if source else '已录入'} {read.year} 年放假安排：放假 {off} 日，调休上班 {made_up} 日",
         f"{'replaced' if source else 'entered'} the holidays of {read.year}: {off} days off, {made_up} make-up days")  # fmt: skip
    _print_tally(tally, language)


@notice.command("project")
@click.argument("year", type=int)
@_applying
def project(year: int, yes: bool, reason: str, earlier: bool, language: str) -> None:
    """按现行日历重新推算一年的期限 · project the dates of a year anew under the calendar in force."""
    from django.db import DatabaseError

    from zhunsheng.kernel.calendar import FIRST_DAY, LAST_DAY
    from zhunsheng.law.notices import NoticeError, project_year
    from zhunsheng.runtime import start_django

    if not FIRST_DAY.year < year < LAST_DAY.year:
        raise Mistake(Words(f"「{year}」不是可以推算的年份", f"“{year}” is not a year that can be counted"), language)
    start_django()
    from zhunsheng.law.working_days import calendar

    try:
        if not yes:
            _print_moves(projection.preview(calendar(), year), language)
            _say(language, "以上是预览，尚未写入；写入请加 --yes --reason 理由",
                 "this was a preview, nothing is written; to write add --yes --reason REASON")  # fmt: skip
            return
        tally = project_year(year, None, reason=reason, confirmed=[EVERYTHING] if earlier else [])
    except NoticeError as error:
        raise Mistake(error.words, language) from None
    except DatabaseError as error:
        raise _cannot_write(error, language) from error
    _print_tally(tally, language)


def _print_moves(moves: Iterable[Move], language: str) -> None:
    tally, listed = Tally(), 0
    for move in moves:
        tally.add(move, ())
        if move.moves and listed < SHOWN:
            listed += 1
            mark = (
                Words("（提前，须由人决定）", " (earlier; for a person to decide)")
                if move.is_earlier
                else Words("", "")
            )
            name = move.name.within(language)
            click.echo(f"{move.number}\t{name}\t{move.old} → {move.new}{mark.within(language)}")
    _say(language, f"顺延 {tally.moved} 项，会提前 {tally.kept} 项，日期不变而不再暂定的 {tally.settled} 项",
         f"{tally.moved} move later, {tally.kept} would become earlier, {tally.settled} only become certain")  # fmt: skip


def _print_tally(tally: Tally, language: str) -> None:
    _say(language, f"已改 {tally.moved} 项；会提前而保留原日期的 {tally.kept} 项；不再暂定的 {tally.settled} 项",
         f"{tally.moved} dates moved; {tally.kept} kept because they would become earlier; {tally.settled} became certain")  # fmt: skip
    if tally.kept:
        _say(language, "保留的，决定后用 zhunsheng law notice project --earlier 或者在工作日历页上逐项确认",
             "once decided, use zhunsheng law notice project --earlier or confirm each on the calendar page")  # fmt: skip


def _cannot_write(error: Exception, language: str) -> click.ClickException:
    words = Words(
        f"数据库不能写入，请先运行 zhunsheng migrate：{error}",
        f"the database cannot be written; run zhunsheng migrate first: {error}",
    )
    return click.ClickException(words.within(language))


def _say(language: str, zh: str, en: str) -> None:
    click.echo(Words(zh, en).within(language))
