"""``zhunsheng report check``: reports checked from files or from pasted text, one or many."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.runtime import with_django

if TYPE_CHECKING:
    from zhunsheng.reports.checking.checking import Checked

PASTED = "-"
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_MARKS = {"error": "错误", "warning": "很可能有误", "question": "请核对"}


@click.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="上一年的或者别处的报告，找照搬的句子，可重复 · a report it must not repeat, e.g. last year's",
)
@click.option("--figures", "with_figures", is_flag=True, help="逐个列出读到的数字 · list every figure")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON；多个文件时是数组 · as JSON, an array for several files"
)
@with_django
def check(files: tuple[Path, ...], against: tuple[Path, ...], with_figures: bool, as_json: bool) -> None:
    """核对报告（txt、html、docx、pdf；不写文件名则读标准输入）：读出每个数字，查出不合之处 · read every figure of a report and find what is wrong"""
    from zhunsheng.reports.checking.checking import as_json as told
    from zhunsheng.reports.checking.checking import check as check_report

    others = {path.name: _text(path) for path in against}
    results: list[dict[str, Any]] = []
    for path in files or (Path(PASTED),):
        checked = check_report(_text(path), others)
        if as_json:
            results.append(told(checked) if len(files) < 2 else {"file": str(path), **told(checked)})
        else:
            _show(str(path) if len(files) > 1 else "", checked, with_figures)
    if as_json:
        click.echo(json.dumps(results if len(files) > 1 else results[0], ensure_ascii=False, indent=2))


def _text(path: Path) -> str:
    from zhunsheng.plans.sources import SourceError, text_in, text_of

    try:
        text = text_in(sys.stdin.buffer.read(), "标准输入") if str(path) == PASTED else text_of(path)
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    if not text.strip():
        raise click.ClickException("没有读到文字：请给出文件，或者把报告正文送到标准输入")
    return text


def _show(name: str, checked: Checked, with_figures: bool) -> None:
    from zhunsheng.reports.checking.findings import RULES
    from zhunsheng.reports.checking.numerals import told

    if name:
        click.echo(f"== {name}")
    matched = sum(bool(figure.account) for figure in checked.figures)
    click.echo(
        f"{checked.structure.title or '（没有找到标题）'}：读到 {len(checked.figures)} 个数字，{matched} 个对上指标"
    )
    for finding in checked.findings:
        click.echo(f"[{_MARKS[finding.severity]}] {RULES[finding.rule]}：{finding.message}")
        for quote, _ in (checked.cleaned.original(*place) for place in finding.places[:4]):
            click.echo(f"    “{quote.strip()}”")
    if not checked.findings:
        click.echo("没有发现问题")
    for relation in checked.relations:
        click.echo(f"[相符] {RULES[relation.rule]}：{relation.message}")
    for figure in checked.figures if with_figures else ():
        notes = "，".join(note for note in (figure.qualifier, figure.scope, figure.period, figure.account) if note)
        click.echo(f"  {told(figure.value)}{figure.unit}\t{figure.label}\t{notes}")
