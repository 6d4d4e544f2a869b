"""``zhunsheng registers``: list the lists, show one on any day, export it, import a workbook into a change set."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunsheng.runtime import stopped, with_django

if TYPE_CHECKING:
    from zhunsheng.kernel.register import Register
    from zhunsheng.orgs.models import Organ

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def registers() -> None:
    """清单：列出、查看、导出、导入 · lists."""


def _declared(slug: str, day: date) -> Register:
    from zhunsheng.catalogue.loading import UnknownSystem
    from zhunsheng.registers.reading import declared_for

    try:
        return declared_for(slug, day)
    except UnknownSystem as error:
        zh, en = error.words
        raise click.ClickException(
            f"{zh}；可用 zhunsheng registers list 查看 · {en}; see zhunsheng registers list"
        ) from error


def _organ(number: int | None) -> Organ | None:
    from zhunsheng.orgs.models import Organ

    if number is None:
        return None
    found = Organ.objects.filter(pk=number).first()
    if found is None:
        raise click.ClickException(f"没有编号为 {number} 的单位 · there is no organ {number}")
    return found


def _day(value: datetime | None) -> date:
    from django.utils import timezone

    return value.date() if value else timezone.localdate()


def _known(value: datetime | None) -> datetime | None:
    """The end of a day, in local time."""
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(value.date(), time.max)) if value else None


@registers.command("list")
@with_django
def list_registers() -> None:
    """列出全部清单及今天的条目数 · every list and how many entries it has today."""
    from django.utils import timezone

    from zhunsheng.catalogue.loading import systems
    from zhunsheng.registers.reading import entries_on

    today = timezone.localdate()
    for slug, system in systems().items():
        if system.registers:
            count = entries_on(slug, access=None, true_on=today).count()
            click.echo(f"{slug}\t{system.registers[-1].name.zh}\t{count}")


@registers.command("show")
@click.argument("slug")
@click.option("--on", "on", type=DAY, help="哪一天的清单，默认今天 · as in force on this day; today")
@click.option("--known", type=DAY, help="按这一天终了时的记载，默认现在 · as known at the end of this day; now")
@click.option("--organ", "organ_number", type=int, help="单位编号 · id of an organ")
@with_django
def show(slug: str, on: datetime | None, known: datetime | None, organ_number: int | None) -> None:
    """查看清单在任一天的内容 · a list as it was on any day."""
    from zhunsheng.registers.reading import display, entries_on

    day = _day(on)
    declared = _declared(slug, day)
    columns = [name for name in declared.list_columns or declared.fields if name in declared.fields]
    click.echo("\t".join(["单位", *(declared.fields[name].zh for name in columns)]))
    rows = entries_on(slug, access=None, true_on=day, known_at=_known(known), organ=_organ(organ_number))
    count = 0
    for row in rows.iterator(chunk_size=2000):
        count += 1
        cells = (display(declared.fields[name], row.values.get(name), unmasked=False) for name in columns)
        click.echo("\t".join([row.entry.organ.name, *(" ".join(cell.split()) for cell in cells)]))
    click.echo(f"共 {count} 条 · {count} entries")


@registers.command("export")
@click.argument("slug")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--on", "on", type=DAY, help="哪一天的清单，默认今天 · as in force on this day; today")
@click.option("--known", type=DAY, help="按这一天终了时的记载，默认现在 · as known at the end of this day; now")
@click.option("--organ", "organ_number", type=int, help="单位编号 · id of an organ")
@click.option("--english", is_flag=True, help="英文表头 · headings in English")
@with_django
def export(
    slug: str, path: Path, on: datetime | None, known: datetime | None, organ_number: int | None, english: bool
) -> None:
    """把清单导出为 xlsx，敏感内容打码 · a list as xlsx, sensitive fields masked."""
    from zhunsheng.registers.exporting import export_list

    day = _day(on)
    _declared(slug, day)
    organ = _organ(organ_number)
    try:
        with path.open("wb") as file:
            count = export_list(
                slug, file, access=None, true_on=day, known_at=_known(known), organ=organ,
                language="en" if english else "zh",
            )  # fmt: skip
    except OSError as error:
        raise click.ClickException(f"无法写入 {path}：{error.strerror} · cannot write this file") from error
    click.echo(f"已导出 {count} 条 · {count} entries written: {path}")


@registers.command("import")
@click.argument("slug")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organ", "organ_number", type=int, required=True, help="单位编号 · id of the organ")
@click.option("--officer", "username", required=True, help="拟订人账号 · account of the officer who prepares it")
@click.option("--on", "on", type=DAY, required=True, help="生效日期 · day it comes into force")
@click.option("--title", default="批量导入", show_default=True, help="事由 · what it is about")
@click.option("--whole-list", is_flag=True, help="表格是完整清单，未列的移出 · what is not in it is removed")
@click.option("--take-good-rows", is_flag=True, help="有问题时仍采用其余各行 · take the rows without problems")
@click.option(
    "--annotated", "back", type=click.Path(dir_okay=False, path_type=Path), help="标注问题的表格 · marked copy"
)
@with_django
def import_(
    slug: str,
    path: Path,
    organ_number: int,
    username: str,
    on: datetime,
    title: str,
    whole_list: bool,
    take_good_rows: bool,
    back: Path | None,
) -> None:
    """从 xlsx 或 csv 拟订一项变更 · draft a change set from a workbook; it is approved like any other."""
    from zhunsheng.kernel.register import ChangeKind
    from zhunsheng.orgs.models import Officer
    from zhunsheng.orgs.refusals import Refused
    from zhunsheng.registers.importing import annotated, import_workbook
    from zhunsheng.workbooks import WorkbookError

    _declared(slug, on.date())
    organ = _organ(organ_number)
    officer = Officer.objects.filter(username=username).first()
    if officer is None or organ is None:
        raise click.ClickException(f"没有账号 {username} · there is no account {username}")
    try:
        with path.open("rb") as file:
            plan, change_set = import_workbook(
                slug, organ, on.date(), file, officer=officer, title=title, whole_list=whole_list,
                take_good_rows=take_good_rows,
            )  # fmt: skip
            if back is not None and plan.problems:
                back.write_bytes(annotated(file, plan))
    except WorkbookError as error:
        raise stopped(error) from error
    except Refused as error:
        raise stopped(error) from error
    for problem in plan.problems:
        click.echo(f"{problem.sentence('zh')} · {problem.sentence('en')}", err=True)
    added, changed, removed = (plan.count(kind) for kind in (ChangeKind.ADD, ChangeKind.CHANGE, ChangeKind.REMOVE))
    wrong = len(plan.problems)
    click.echo(
        f"读取 {plan.read} 行：新增 {added}，变更 {changed}，移出 {removed}，不变 {plan.unchanged}，问题 {wrong} 处 · "
        f"{plan.read} rows: {added} added, {changed} changed, {removed} removed, {plan.unchanged} as before, {wrong} problems"
    )
    if change_set is not None:
        click.echo(
            f"已拟订变更 {change_set.pk}，请提交审定 · change set {change_set.pk} is drafted; hand it in for approval"
        )
    elif plan.problems:
        raise click.ClickException(
            "有问题，什么都没有写入；改正后重新导入，或者用 --take-good-rows · "
            "nothing was written; put the problems right and import again, or use --take-good-rows"
        )
    else:
        click.echo("与现行清单一致，没有变更 · the same as the list in force; nothing changes")
