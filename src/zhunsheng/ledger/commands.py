"""``zhunsheng ledger``: fold, verify, complete, check and close the ledger."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from zhunsheng.progress import bar, prove
from zhunsheng.runtime import stopped, with_django

if TYPE_CHECKING:
    from zhunsheng.orgs.models import Region


@click.group()
def ledger() -> None:
    """台账：折算、核账、补记、勾稽、结账 · fold, verify, complete, check and close the ledger."""


@ledger.command()
@with_django
def fold() -> None:
    """把新的入账折算进余额 · fold new postings into balances."""
    from zhunsheng.ledger.balances import fold as fold_postings

    folded = fold_postings()
    click.echo(f"已折算 {folded:,} 笔 · {folded:,} postings folded")


@ledger.command()
@with_django
def verify() -> None:
    """由办理记录重新算出全部入账和余额；不符之处逐条列出，退出码为 1，/healthz 也会提示 · recompute everything from the records."""
    from zhunsheng.ledger.verification import verify as verify_ledger
    from zhunsheng.security import proofs

    with proofs.one_moment():
        prove("核账", verify_ledger, ended=lambda passed: proofs.note("postings", passed=passed))
    click.echo("余额、入账与办理记录全部相符 · balances, postings and records all agree")


@ledger.command()
@click.option("--dry-run", is_flag=True, help="只列出要补记什么，不写入 · say what would be done and write nothing")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="规则没有变的也核对 · look at every record, whether rules have changed or not",
)
@with_django
def complete(dry_run: bool, everything: bool) -> None:
    """升级后按现行规则补记：原有记录少入的补上，不该入的冲回；期间网站照常使用，中断了再运行就接着做 · after an upgrade post what earlier records owe by the rules of today."""
    from zhunsheng.ledger.completing import begin, is_current, stretches

    if is_current() and not everything:
        click.echo("全部记录已按现行规则入账，没有要补记的 · every record is posted by the rules of today")
    elif dry_run:
        _preview(everything)
    else:
        plan = begin(everything=everything)
        with bar("补记") as shown:
            task = shown.add_task("", total=plan.total, completed=plan.done)
            for plan in stretches():
                shown.update(task, completed=plan.done)
        click.echo(
            f"已核对 {plan.done:,} 件：补记 {plan.posted:,} 笔，冲回 {plan.taken_back:,} 笔，其中结账后补的 {plan.after_closing:,} 笔 · "
            f"{plan.done:,} looked at: {plan.posted:,} posted, {plan.taken_back:,} taken back, {plan.after_closing:,} of them after a closing"
        )
        if plan.not_walked:
            click.echo(
                f"{plan.not_walked:,} 件按办理记录走不通，没有核对；请运行 zhunsheng cases verify · "
                f"{plan.not_walked:,} cannot be walked by their events and were left; run zhunsheng cases verify",
                err=True,
            )
            sys.exit(1)


def _preview(everything: bool) -> None:
    """What would be done, by account."""
    from collections import Counter

    from zhunsheng.ledger.completing import preview

    sums: dict[str, Counter[str]] = {}
    done = 0
    with bar("试算") as shown:
        task = shown.add_task("", total=None)
        for plan, found in preview(everything=everything):
            done = plan.done
            shown.update(task, completed=done, total=plan.total)
            for account, told in found.items():
                sums.setdefault(account, Counter()).update(told)
    for account, told in sorted(sums.items()):
        click.echo(
            f"{account}：补记 {told['posted']:,} 笔，冲回 {told['taken_back']:,} 笔，其中结账后补的 {told['after_closing']:,} 笔"
        )
    click.echo(
        f"已核对 {done:,} 件，没有写入；一年只计一次的指标，所列是最多的笔数 · "
        f"{done:,} looked at, nothing written; for figures that count once a year this is the most there can be"
    )


def _region(code: str) -> Region:
    from zhunsheng.orgs.models import Region

    found = Region.objects.filter(code=code).first()
    if found is None:
        raise click.ClickException(f"没有代码为 {code} 的行政区划 · there is no region {code}")
    return found


@ledger.command()
@click.option("--region", required=True, help="行政区划代码 · code of the region")
@click.option("--year", required=True, type=click.IntRange(1990, 2100), help="年度 · year")
@with_django
def check(region: str, year: int) -> None:
    """核对勾稽关系；有不成立的退出码为 1 · check the relations figures must keep."""
    from zhunsheng.ledger.checks import run_checks

    _region(region)
    outcomes = run_checks(region, date(year, 1, 1), date(year, 12, 31))
    failed = [outcome for outcome in outcomes if not outcome.holds]
    for outcome in failed:
        click.echo(
            f"{outcome.system}：{outcome.declaration.zh}（{outcome.declaration.that}）左边 {outcome.left}，右边 {outcome.right}",
            err=True,
        )
    with_figures = sum(bool(outcome.left or outcome.right) for outcome in outcomes)
    click.echo(
        f"共 {len(outcomes)} 条勾稽关系，{with_figures} 条有数，{len(failed)} 条不成立 · "
        f"{len(outcomes)} relations, {with_figures} with figures, {len(failed)} do not hold"
    )
    sys.exit(1 if failed else 0)


@ledger.command()
@click.option("--region", required=True, help="行政区划代码 · code of the region")
@click.option("--month", required=True, type=int, help="月份，如 202012 · month")
@with_django
def close(region: str, month: int) -> None:
    """结账一个月 · close a month."""
    from zhunsheng.ledger.periods import PeriodError
    from zhunsheng.ledger.periods import close as close_period

    found = _region(region)
    try:
        close_period(found, month, None)
    except PeriodError as error:
        raise stopped(error) from error
    click.echo(f"{found.name} {month // 100} 年 {month % 100} 月已结账 · {month} is closed")
