"""``zhunsheng plan``: an official plan read and shown, or written into a workbook for an officer to correct and import."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.runtime import stopped

if TYPE_CHECKING:
    from zhunsheng.plans.outline import Piece, Plan


@click.group()
def plan() -> None:
    """规划 · official plans"""


@plan.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--part", default="", help="只读编号或者标题含此字样的部分，例如 2024年 · only these parts")
@click.option("--dry-run", is_flag=True, help="只读出并显示，不写任何东西 · only show what is read")
@click.option(
    "--workbook",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写成工作簿，核对后在“实施方案措施清单”页导入 · a workbook to correct and import into the list of measures",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · as JSON")
def import_plan(file: Path, part: str, dry_run: bool, workbook: Path | None, as_json: bool) -> None:
    """读官方规划的部分、标题、措施、任务、期限和单位；存疑的列出由人核对 · parts, headings, measures, tasks and doubts"""
    from zhunsheng.plans.reading import read_plan
    from zhunsheng.plans.sources import SourceError, text_of

    if not dry_run and workbook is None:
        raise click.UsageError(
            "读出的内容须由人核对后导入：用 --dry-run 查看，或者用 --workbook FILE.xlsx 写成工作簿 · "
            "a person looks at what was read before it comes in: --dry-run shows it, --workbook FILE.xlsx writes it down"
        )
    try:
        read = read_plan(text_of(file), part)
    except SourceError as error:
        raise stopped(error) from error
    if part and not read.parts:
        raise click.ClickException(
            f"没有编号或者标题含「{part}」的部分；去掉 --part 可以看到全部部分 · no part has “{part}” in its number or heading; "
            "without --part all are shown"
        )
    if workbook is not None:
        from zhunsheng.plans.workbook import write_workbook

        write_workbook(read, workbook)
    if as_json:
        click.echo(json.dumps(as_dict(read), ensure_ascii=False, indent=2))
    else:
        _show(read)


def as_dict(read: Plan) -> dict[str, Any]:
    """A plan as JSON holds it."""
    return {
        "title": read.title,
        **{name: [_told(piece) for piece in getattr(read, name)] for name in ("parts", "headings", "measures")},
        "doubts": [doubt._asdict() for doubt in read.doubts],
    }


def _told(piece: Piece) -> dict[str, Any]:
    """What others need to know of a piece: what its remark says stands in its tasks."""
    return {name: value for name, value in asdict(piece).items() if name not in ("stated", "is_sentence", "shown")}


def _show(read: Plan) -> None:
    click.echo(read.title)
    parts = [(part.number, f"{part.number}、{part.title}") for part in read.parts]
    for part, title in (*parts, ("", "")):
        if title:
            click.echo(title)
        for measure in (m for m in read.measures if m.part == part):
            number = f"{measure.number}." if measure.number.isdecimal() else measure.number
            click.echo(f"  {number}{measure.title}")
            for task in measure.tasks:
                notes = "；".join(note for note in (task.due, "、".join(task.organs)) if note)
                click.echo(f"    · {task.text}" + (f"〔{notes}〕" if notes else ""))
    tasks = sum(len(measure.tasks) for measure in read.measures)
    click.echo(
        f"共 {len(read.parts)} 个部分、{len(read.headings)} 个标题、{len(read.measures)} 项措施、{tasks} 项任务 · "
        f"{len(read.parts)} parts, {len(read.headings)} headings, {len(read.measures)} measures, {tasks} tasks"
    )
    for doubt in read.doubts:
        click.echo(f"存疑：{doubt.where}：{doubt.text}")
