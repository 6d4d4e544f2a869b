"""``zhunsheng cases``: import, export and prove cases, show one, and let the law take its daily course."""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from zhunsheng.progress import prove
from zhunsheng.runtime import language_option, stopped, with_django

if TYPE_CHECKING:
    from zhunsheng.catalogue.loading import System
    from zhunsheng.orgs.models import Organ

DAY = click.DateTime(["%Y-%m-%d"])
SHOWN = 50
"""Problems listed on the screen; all of them are in the annotated file."""


@click.group()
def cases() -> None:
    """办件：导入、导出、查看、核对 · cases."""


def _system(slug: str) -> System:
    from zhunsheng.catalogue.loading import UnknownSystem, system

    try:
        found = system(slug)
    except UnknownSystem as error:
        zh, en = error.words
        raise click.ClickException(
            f"{zh}；可用 zhunsheng catalogue list 查看 · {en}; see zhunsheng catalogue list"
        ) from error
    if not found.procedures:
        raise click.ClickException(
            f"「{found.name.zh}」是清单，没有案件 · “{found.name.en}” is a list and has no cases"
        )
    return found


def _organ(text: str) -> Organ:
    from zhunsheng.orgs.models import Organ

    found = list(Organ.objects.filter(pk=int(text)) if text.isdigit() else Organ.objects.filter(name=text))
    if not found:
        raise click.ClickException(f"没有「{text}」这个单位，请写全称或者编号 · there is no organ “{text}”")
    if len(found) > 1:
        numbers = "、".join(f"{organ.pk}（{organ.region}）" for organ in found)
        raise click.ClickException(f"有 {len(found)} 个「{text}」，请写编号：{numbers} · give its number")
    return found[0]


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        text, equals, key = pair.rpartition("=")
        if not equals or not text.strip():
            raise click.BadParameter(
                f'「{pair}」应写成 "列名=字段"（不读该列写 "列名="） · write "heading=field", or "heading=" to leave it',
                param_hint="--map",
            )
        mapping[text.strip()] = key.strip()
    return mapping


@cases.command("import")
@click.argument("slug")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organ", "organ_text", required=True, help="办理机关的名称或编号 · name or id of the organ")
@click.option("--sheet", default="", help="工作表名，默认第一个认得出的 · sheet; the first that can be read")
@click.option("--map", "pairs", multiple=True, help='列名=字段，可重复；"列名="不读该列 · heading=field')
@click.option("--ignore-unknown", is_flag=True, help="不读不认识的列 · leave unknown columns")
@click.option("--take-good", is_flag=True, help="只导入没有问题的行 · take the rows that are right")
@click.option(
    "--annotated", type=click.Path(dir_okay=False, path_type=Path), help="标出问题的表格写到这里 · marked copy"
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入 · check only")
@with_django
def import_command(
    slug: str, path: Path, organ_text: str, sheet: str, pairs: tuple[str, ...], ignore_unknown: bool, take_good: bool,
    annotated: Path | None, dry_run: bool,
) -> None:  # fmt: skip
    """导入案件台账：一行一件，逐件按程序重走；有问题时不写入，退出码为 1 · import a ledger of cases."""
    from zhunsheng.cases.importing import import_cases
    from zhunsheng.workbooks import WorkbookError

    _system(slug)
    organ = _organ(organ_text)
    marked = io.BytesIO() if annotated else None
    columns = (TextColumn("已走 {task.completed} 件"), TimeElapsedColumn())
    try:
        with path.open("rb") as file, Progress(*columns, transient=True) as bar:
            task = bar.add_task("", total=None)
            result = import_cases(
                slug, file, organ=organ, sheet=sheet, mapping=_mapping(pairs), ignore_unknown=ignore_unknown,
                take_good=take_good, dry_run=dry_run, annotated=marked,
                progress=lambda count: bar.update(task, advance=count),
            )  # fmt: skip
    except WorkbookError as error:
        raise click.ClickException(f"{path.name}：{error.words.zh} · {error.words.en}") from error
    for warning in result.warnings:
        click.echo(f"提示：{warning.zh} · {warning.en}", err=True)
    for problem in result.problems[:SHOWN]:
        click.echo(f"{problem.sentence('zh')} · {problem.sentence('en')}", err=True)
    if len(result.problems) > SHOWN:
        click.echo(
            f"……共 {len(result.problems)} 处问题，其余见标注文件（--annotated） · "
            f"{len(result.problems)} in all; the others stand in the marked copy (--annotated)",
            err=True,
        )
    if annotated and marked and result.problems:
        annotated.write_bytes(marked.getvalue())
        click.echo(f"标出问题的表格 · marked copy: {annotated}", err=True)
    skipped = f"，跳过合计、备注等 {len(result.skipped)} 行" if result.skipped else ""
    if dry_run:
        click.echo(
            f"只检查未写入：{result.rows} 行，可以导入 {result.cases} 件，{len(result.problems)} 处问题{skipped} · "
            f"checked only: {result.rows} rows, {result.cases} cases could come in, {len(result.problems)} problems"
        )
    elif result.cases:
        click.echo(
            f"已导入 {result.cases} 件、{result.steps} 个环节，{len(result.problems)} 处问题{skipped} · "
            f"{result.cases} cases came in with {result.steps} steps, {len(result.problems)} problems"
        )
    else:
        click.echo(
            f"没有写入：{result.rows} 行，{len(result.problems)} 处问题{skipped} · "
            f"nothing was written: {result.rows} rows, {len(result.problems)} problems",
            err=True,
        )
    sys.exit(1 if result.problems else 0)


@cases.command("export")
@click.argument("slug")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件 · file to write"
)
@click.option("--year", type=click.IntRange(1990, 2100), help="只要这一年开始的案件 · cases begun in this year")
@click.option("--organ", "organ_text", help="只要这个单位及其下级的 · of this organ and those below")
@click.option("--masked", is_flag=True, help="敏感内容打码（不能再导入）· mask sensitive values")
@with_django
def export_command(slug: str, out: Path, year: int | None, organ_text: str | None, masked: bool) -> None:
    """导出案件台账，列与导入相同 · export the cases of a system in the columns the import reads."""
    from zhunsheng.cases.models import Case
    from zhunsheng.cases.workbook import export_cases
    from zhunsheng.security.audit import record

    _system(slug)
    rows = Case.objects.filter(system=slug)
    if year:
        rows = rows.filter(opened_on__year=year)
    if organ_text:
        rows = rows.filter(path__startswith=_organ(organ_text).path)
    content = io.BytesIO()
    with Progress(TextColumn("已写 {task.completed} 件"), TimeElapsedColumn(), transient=True) as bar:
        task = bar.add_task("", total=None)
        result = export_cases(rows, slug, content, masked=masked, progress=lambda n: bar.update(task, advance=n))
    out.write_bytes(content.getvalue())
    record("cases.export", f"system:{slug}", None, cases=result.cases, masked=masked)
    click.echo(f"已导出 {result.cases} 件 · {result.cases} cases written: {out}")
    if result.left_out:
        click.echo(
            f"另有 {len(result.left_out)} 件不能用一行表示，列在文件的第二个工作表，例如 · "
            f"{len(result.left_out)} do not fit in one row and stand in the second sheet, such as:"
        )
        for number, reason in result.left_out[:5]:
            click.echo(f"  {number}：{reason}")


@cases.command("template")
@click.argument("slug")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件 · file to write"
)
@with_django
def template_command(slug: str, out: Path) -> None:
    """写出空白导入表：列名、批注说明、下拉选项 · an empty form for the import."""
    from zhunsheng.cases.workbook import write_template

    _system(slug)
    content = io.BytesIO()
    write_template(slug, content)
    out.write_bytes(content.getvalue())
    click.echo(f"空白表格 · empty form: {out}")


@cases.command("settle")
@click.option("--through", type=DAY, help="到哪一天终了，默认昨天 · to the end of this day; yesterday")
@with_django
def settle_command(through: datetime | None) -> None:
    """办理期限届满后依法自动发生的环节，每天运行一次 · what the law does by itself; run once a day."""
    from datetime import timedelta

    from django.utils import timezone

    from zhunsheng.cases.actions import settle_due
    from zhunsheng.orgs.refusals import Refused
    from zhunsheng.security import clocks

    today = timezone.localdate()
    day = through.date() if through else today - timedelta(days=1)
    if day >= today:
        raise click.ClickException(f"{day} 还没有终了，只能办理到昨天 · {day} is not over yet")
    try:
        clocks.check()
    except Refused as error:
        raise stopped(error) from error
    left: list[int] = []

    def unsettled(case_id: int, error: Exception) -> None:
        left.append(case_id)
        reason = " · ".join(error.words) if isinstance(error, Refused) else f"{type(error).__name__} {error}"
        click.echo(f"案件 {case_id} 不能办理 · case cannot be settled: {reason}", err=True)

    settled = settle_due(day, unsettled)
    click.echo(f"截至 {day} 终了，依法自动发生 {settled} 个环节 · {settled} steps taken by law to the end of {day}")
    if left:
        click.echo(f"{len(left)} 件没有办理，下次运行时再办 · {len(left)} cases were left for the next run", err=True)
        sys.exit(1)


@cases.command("verify")
@with_django
def verify_command() -> None:
    """由办理记录重走每件案件；不符之处逐条列出，退出码为 1 · walk every case again from its events."""
    from zhunsheng.cases.verification import verify_cases
    from zhunsheng.security.proofs import one_moment

    with one_moment():
        prove("核案", verify_cases)
    click.echo("每件案件都与办理记录相符 · every case agrees with its events")


@cases.command("recount")
@click.option("--dry-run", is_flag=True, help="只列出要补正什么，不写入 · say what would be done and write nothing")
@with_django
def recount_command(dry_run: bool) -> None:
    """升级后程序声明有更正的，按更正后的补正原有案件的时限记录；期间网站照常使用，再运行一次无妨 · after an upgrade that put a declaration right record the limits of earlier cases anew."""
    from zhunsheng.cases.recounting import recounts
    from zhunsheng.progress import bar

    found = 0
    with bar("补正") as shown:
        task = shown.add_task("", total=None)
        for one in recounts(lambda done, total: shown.update(task, completed=done, total=total), writes=not dry_run):
            found += 1
            if found <= SHOWN:
                click.echo(f"{one.case.system} {one.case.number}：{'、'.join(words.zh for words in one.limits)}")
    if dry_run or not found:
        click.echo(f"须补正 {found} 件，没有写入 · {found} to be put right, nothing written")
        return
    click.echo(
        f"已补正 {found} 件；按期与否影响指标的，请再运行 zhunsheng ledger complete --all · "
        f"{found} put right; for figures that depend on them run zhunsheng ledger complete --all"
    )


@cases.command("show")
@click.argument("case_id", type=int)
@language_option
@with_django
def show_command(case_id: int, language: str) -> None:
    """查看一件案件：经过和各项期限怎样算出 · one case: its course, and how each limit is counted."""
    from django.utils import timezone

    from zhunsheng.cases.models import Case
    from zhunsheng.cases.reading import procedure_of, receipts
    from zhunsheng.kernel.office import TERMINATED, VERBS, Verb, is_verb

    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    case = Case.objects.select_related("organ").filter(pk=case_id).first()
    if case is None:
        raise click.ClickException(f"没有编号为 {case_id} 的案件 · there is no case {case_id}")
    procedure = procedure_of(case).procedure
    outcome = procedure.outcomes.get(case.outcome)
    ended = say(*outcome.words) if outcome else say("终止办理", "broken off") if case.outcome == TERMINATED else ""
    title = case.title if case.title != case.number else ""
    click.echo(f"{say(*procedure.name.words)} {case.number} {title}".rstrip())
    stands = [str(case.organ), say(*procedure.states[case.state].words), *filter(None, [ended])]
    click.echo(
        " · ".join([*stands, say(f"适用 {case.version} 起施行的程序", f"under the procedure of {case.version}")])
    )
    click.echo(say("经过：", "Course:"))
    for event in case.events.order_by("sequence"):
        taken = VERBS[Verb(event.action)].words if is_verb(event.action) else procedure.actions[event.action].words
        by_law = say("（依法自动发生）", " (by law)") if event.by_law else ""
        note = say("：", ": ") + event.note if event.note else ""
        click.echo(f"  {event.on} {say(*taken)}{by_law}{note}")
    click.echo(say("期限：", "Limits:"))
    today = timezone.localdate()
    for key, receipt in receipts(case).items():
        day = receipt.due_date
        parts = [say(f"届满日 {day}", f"ends on {day}") if day else say("已停止计算", "stopped")]
        parts += [say("暂定", "provisional")] if receipt.provisional else []
        parts += [say("已逾期", "overdue")] if receipt.is_overdue(today) else []
        parts += [say(f"{receipt.met_on} 完成", f"met on {receipt.met_on}")] if receipt.met_on else []
        name, cited = procedure.deadlines[key].words, receipt.limit.basis.cited
        click.echo(say("  {}：{}（{}）", "  {}: {} ({})").format(say(*name), say("，", ", ").join(parts), say(*cited)))
        for step in receipt.steps:
            click.echo(f"    {say(*step)}")
