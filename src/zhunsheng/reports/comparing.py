"""``zhunsheng report compare``: a folder of published reports as one table."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.runtime import with_django

if TYPE_CHECKING:
    from zhunsheng.reports.comparison import Comparison


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--account", "wanted", multiple=True, help="只要这些指标，可重复 · only these accounts")
@click.option("--place", "places", multiple=True, help="只要这些地方的报告，可重复 · only the reports of these places")
@click.option(
    "--all", "everything", is_flag=True, help="只有一份报告说到的指标也列出 · also what one report alone tells"
)
@click.option(
    "--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="写成 Excel：对比、出处、图 · write a workbook"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · as JSON")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="读出的结果留在这里，下次只读新的 · keep what was read here, so that only new files are read again",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="进程数，默认等于核数 · processes")
@with_django
def compare(
    folder: Path,
    wanted: tuple[str, ...],
    places: tuple[str, ...],
    everything: bool,
    xlsx: Path | None,
    as_json: bool,
    out: Path | None,
    jobs: int | None,
) -> None:
    """对比一个文件夹里的报告：地区 × 年度 × 指标，每格注明原句；没有说到的留空 · region × year × account, each cell with its sentence"""
    from zhunsheng.reports.checking.folder import check_all, reports_in, results_of
    from zhunsheng.reports.comparison import compare as lay_out
    from zhunsheng.reports.comparison import place_of, workbook

    files = [path for path in reports_in(folder) if out is None or not path.is_relative_to(out)]
    if not files:
        raise click.ClickException(f"{folder} 里没有 txt、html、docx、pdf 文件 · no report is there to read")
    with tempfile.TemporaryDirectory() as fleeting:
        kept = out or Path(fleeting)
        with click.progressbar(
            check_all(files, kept, folder, jobs), length=len(files), label="读报告", file=sys.stderr
        ) as lines:
            unreadable = [line for line in lines if line["unreadable"]]
        read = [one for one in results_of(files, kept, folder) if not one["unreadable"]]
    for line in unreadable:
        click.echo(f"  读不出：{line['file']}：{line['unreadable']}", err=True)
    if places:
        known = dict.fromkeys(place_of(one) for one in read)
        if missing := [place for place in places if place not in known]:
            raise click.ClickException(
                f"没有这些地方的报告：{'、'.join(missing)}。读到的有 · no reports of these places; read were: {'、'.join(known)}"
            )
        read = [one for one in read if place_of(one) in places]
    found = lay_out(read, wanted, told_by=1 if everything else 2)
    if xlsx is not None:
        xlsx.write_bytes(workbook(found))
        click.echo(f"已写入 · written: {xlsx}", err=as_json)
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
    elif xlsx is None:
        _show(found)


def as_dict(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON holds it: for each account the cells in the order of the columns, null where nothing is told."""
    return {
        "columns": [asdict(column) for column in found.columns],
        "rows": [
            {
                "account": row.account, "name": row.name, "unit": row.unit, "notes": [note.zh for note in row.notes],
                "cells": [asdict(row.cells[i]) if i in row.cells else None for i in range(len(found.columns))],
            }
            for row in found.rows
        ],
    }  # fmt: skip


def _show(found: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("指标", no_wrap=True)
    for column in found.columns:
        table.add_column(f"{column.place} {column.year}", justify="right", no_wrap=True)
    table.add_column("口径提示")
    for row in found.rows:
        cells = [row.cells[i].shown if i in row.cells else "—" for i in range(len(found.columns))]
        table.add_row(row.name, *cells, "；".join(note.zh for note in row.notes))
    Console(width=260, markup=False, highlight=False).print(table, soft_wrap=True)
    click.echo(
        f"{len(found.columns)} 份报告，{len(found.rows)} 个指标；“—”是报告没有说到 · "
        f"{len(found.columns)} reports, {len(found.rows)} figures; “—”: the report does not tell it"
    )
