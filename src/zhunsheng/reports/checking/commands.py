"""``zhunsheng report check``: reports checked from files or from pasted text, one or many."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.runtime import start_django, stopped

if TYPE_CHECKING:
    from zhunsheng.reports.checking.checking import Checked

PASTED = "-"
FILE = click.Path(exists=True, allow_dash=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE|FOLDER]...")
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="上一年的或者别处的报告，找照搬的句子，可重复 · a report it must not repeat, e.g. last year's",
)
@click.option("--region", help="与这个地方的台账对照，同 --year 用 · lay beside the ledger of this region")
@click.option("--year", type=click.IntRange(1990, 2100), help="台账的年度 · year of the ledger")
@click.option("--figures", "with_figures", is_flag=True, help="逐个列出读到的数字 · list every figure")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON；多个文件时是数组 · as JSON, an array for several files"
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="成批核对文件夹时，每份的结果写到这里，中断后可接着做 · for a folder: where the results go, taken up again",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="成批时的进程数，默认等于核数 · processes for a folder")
def check(
    files: tuple[Path, ...],
    against: tuple[Path, ...],
    region: str | None,
    year: int | None,
    with_figures: bool,
    as_json: bool,
    out: Path | None,
    jobs: int | None,
) -> None:
    """核对报告（txt、html、docx、pdf；不写文件名则读标准输入）：读出每个数字，查出不合之处 · read every figure of a report and find what is wrong"""
    if any(path.is_dir() for path in files):
        _check_folder(files, out, jobs)
        return
    if bool(region) != bool(year):
        raise click.UsageError("--region 和 --year 要一起写 · give --region and --year together")
    if out or jobs:
        raise click.UsageError("--out 和 --jobs 用于成批核对一个文件夹 · --out and --jobs are for a folder of reports")
    from zhunsheng.reports.checking.checking import as_json as told
    from zhunsheng.reports.checking.checking import check as check_report

    others = {path.name: _text(path) for path in against}
    results: list[dict[str, Any]] = []
    for path in files or (Path(PASTED),):
        checked = check_report(_text(path), others)
        if region and year:
            _beside_ledger(checked, region, year)
        if as_json:
            results.append(told(checked) if len(files) < 2 else {"file": str(path), **told(checked)})
        else:
            _show(str(path) if len(files) > 1 else "", checked, with_figures)
    if as_json:
        click.echo(json.dumps(results if len(files) > 1 else results[0], ensure_ascii=False, indent=2))


def _check_folder(files: tuple[Path, ...], out: Path | None, jobs: int | None) -> None:
    from zhunsheng.reports.checking.folder import check_all, reports_in, write_summary

    if len(files) > 1 or out is None:
        raise click.UsageError(
            "成批核对时写一个文件夹，并用 --out 写明结果放在哪个文件夹 · name one folder, and with --out where the results go"
        )
    base = files[0]
    reports = [path for path in reports_in(base) if not path.is_relative_to(out)]
    if not reports:
        raise click.ClickException(f"{base} 里没有 txt、html、docx、pdf 文件 · no report is there to read")
    done: list[dict[str, Any]] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # ends the other processes too
    try:
        with click.progressbar(
            check_all(reports, out, base, jobs), length=len(reports), label="核对", file=sys.stderr
        ) as lines:
            done.extend(lines)
    except KeyboardInterrupt:
        click.echo(f"\n已中断：{len(done)} 份的结果留在 {out}；再运行同一条命令就接着做", err=True)
        sys.exit(128 + signal.SIGINT)
    unreadable = [line for line in done if line["unreadable"]]
    click.echo(
        f"核对 {len(done)} 份，读到 {sum(line['figures'] for line in done)} 个数字；汇总 · checked; summary: {write_summary(done, out)}"
    )
    for line in unreadable:
        click.echo(f"  读不出：{line['file']}：{line['unreadable']}", err=True)


def _beside_ledger(checked: Checked, region: str, year: int) -> None:
    start_django()  # the only part that needs the database
    from zhunsheng.reports.checking.ledger_side import lay_beside_ledger
    from zhunsheng.reports.composing import ReportError

    try:
        lay_beside_ledger(checked, region, year)
    except ReportError as error:
        raise stopped(error) from error


def _text(path: Path) -> str:
    from zhunsheng.plans.sources import SourceError, text_in, text_of

    try:
        text = text_in(sys.stdin.buffer.read(), "标准输入") if str(path) == PASTED else text_of(path)
    except SourceError as error:
        raise stopped(error) from error
    if not text.strip():
        raise click.ClickException(
            "没有读到文字：请给出文件，或者把报告正文送到标准输入 · no text was read: name a file, or send one to standard input"
        )
    return text


def _show(name: str, checked: Checked, with_figures: bool) -> None:
    from zhunsheng.kernel.words import written_number
    from zhunsheng.reports.checking.findings import RULES, SEVERITIES

    if name:
        click.echo(f"== {name}")
    matched = sum(bool(figure.account) for figure in checked.figures)
    click.echo(
        f"{checked.structure.title or '（没有找到标题）'}：读到 {len(checked.figures)} 个数字，{matched} 个对上指标"
    )
    for finding in checked.findings:
        click.echo(f"[{SEVERITIES[finding.severity].zh}] {RULES[finding.rule].zh}：{finding.message.zh}")
        for quote, _ in (checked.cleaned.original(*place) for place in finding.places[:4]):
            click.echo(f"    “{quote.strip()}”")
    if not checked.findings:
        click.echo("没有发现问题 · nothing found")
    for relation in checked.relations:
        click.echo(f"[相符] {RULES[relation.rule].zh}：{relation.message.zh}")
    for figure in checked.figures if with_figures else ():
        notes = "，".join(note for note in (figure.qualifier, figure.scope, figure.period, figure.account) if note)
        click.echo(f"  {written_number(figure.value)}{figure.unit}\t{figure.label}\t{notes}")
