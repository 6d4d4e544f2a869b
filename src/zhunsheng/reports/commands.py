"""``zhunsheng figures`` and ``zhunsheng report``: figures of a year, the report composed from them, the yearly tables."""

from __future__ import annotations

import json
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.reports.checking.commands import check
from zhunsheng.reports.comparing import compare as compare_reports
from zhunsheng.runtime import stopped, with_django

if TYPE_CHECKING:
    from zhunsheng.ledger.figures import Figure
    from zhunsheng.papers.document import Document
    from zhunsheng.reports.composing import Composed
    from zhunsheng.reports.outline import Outline

REGION = click.option("--region", required=True, help="行政区划代码 · code of the region")
YEAR = click.option("--year", required=True, type=click.IntRange(1990, 2100), help="年度 · year")
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--region", help="行政区划代码 · code of the region")
@click.option("--year", type=click.IntRange(1990, 2100), help="年度 · year")
@click.option(
    "--account",
    "wanted",
    multiple=True,
    help="只要这些指标，可重复 · only these accounts, e.g. legality_review.reviewed",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="与这个 CSV 中公布的数字逐行对照；有不符的退出码为 1 · compare with the published figures of a file",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · as JSON")
@with_django
def figures(region: str | None, year: int | None, wanted: tuple[str, ...], against: Path | None, as_json: bool) -> None:
    """全年的指标数据；没有入账的不列 · the figures of a year; those never posted are not listed."""
    from zhunsheng.ledger.figures import figures as read_figures
    from zhunsheng.reports.composing import ReportError, year_of

    if against is not None:
        if region or year or wanted:
            raise click.UsageError(
                "--against 按文件里的地区和年度对照，不与 --region、--year、--account 同用 · "
                "--against takes regions and years from the file, without --region, --year or --account"
            )
        _compare_with(against, as_json)
        return
    if region is None or year is None:
        raise click.UsageError(
            "请写明 --region 和 --year，或者用 --against 与公布的数字对照 · give --region and --year, or --against"
        )
    try:
        first, last = year_of(region, year)
    except ReportError as error:
        raise stopped(error) from error
    found = read_figures(region, first, last, wanted or None)
    unknown = [account for account in wanted if account not in found]
    if unknown:
        raise click.ClickException(
            f"没有这些指标：{'、'.join(unknown)}。不加 --account 可列出全部有数的指标，编码写作 系统.指标 · "
            "there are no such figures; without --account all are listed, by system.figure"
        )
    rows = [figure for figure in found.values() if figure.value is not None or wanted]
    if as_json:
        click.echo(json.dumps([_as_json(figure) for figure in rows], ensure_ascii=False, indent=2))
    else:
        _show(rows)


def _compare_with(path: Path, as_json: bool) -> None:
    from zhunsheng.kernel.words import plain_number
    from zhunsheng.reports.published import PublishedError, compare, counted, read_published

    try:
        lines = compare(read_published(path))
    except PublishedError as error:
        raise stopped(error) from error
    totals = counted(lines)
    if as_json:
        told = [
            {
                "figure_slug_en": line.published.code, "region": line.published.region,
                "published": plain_number(line.published.value), "account": line.account,
                "computed": plain_number(line.computed), "source": line.source, "equal": line.equal, "note": line.note,
            }
            for line in lines
        ]  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            mark = {True: "相符", False: "不符", None: "——"}[line.equal]
            row = line.published
            click.echo(
                f"{row.row}\t{mark}\t{row.region}\t{row.name}\t公布 {plain_number(row.value)}\t台账 "
                f"{plain_number(line.computed)}\t{line.account}\t{line.note}"
            )
        click.echo(
            f"共 {len(lines)} 行：相符 {totals['equal']}，不符 {totals['differs']}，没有数可比 {totals['not_posted']}，"
            f"没有对应指标 {totals['no_account']} · {len(lines)} rows: {totals['equal']} equal, {totals['differs']} differ, "
            f"{totals['not_posted']} not posted, {totals['no_account']} without an account"
        )
    sys.exit(1 if totals["differs"] else 0)


def _as_json(figure: Figure) -> dict[str, Any]:
    from zhunsheng.kernel.words import plain_number

    return {
        "account": figure.account,
        "name": figure.name.zh,
        "value": plain_number(figure.value),
        "qualifier": figure.qualifier,
        "unit": figure.unit.zh,
        "numerator": plain_number(figure.numerator),
        "denominator": plain_number(figure.denominator),
        "source": figure.source,
        "records": figure.records,
    }


def _show(rows: list[Figure]) -> None:
    from rich.console import Console
    from rich.table import Table

    from zhunsheng.reports.sentences import printed_figure
    from zhunsheng.reports.working_paper import SOURCES

    table = Table(box=None, pad_edge=False)
    for column in ("指标", "名称", "数值", "来源", "记录数"):
        table.add_column(column, justify="right" if column in ("数值", "记录数") else "left", no_wrap=True)
    for figure in rows:
        value = "—" if figure.value is None else printed_figure(figure)
        table.add_row(figure.account, figure.name.zh, value, SOURCES[figure.source], str(figure.records))
    # As wide as the lines are: what is piped into a file must not be cut.
    console = Console(width=200, markup=False, highlight=False)
    console.print(table, soft_wrap=True)


@click.group()
def report() -> None:
    """报告：由台账撰写，核对任何报告 · reports composed from the ledger, and any report checked."""


report.add_command(check)
report.add_command(compare_reports)


@report.command()
@REGION
@YEAR
@click.option(
    "--out", required=True, type=FILE, help="写到这个 .docx 或者 .pdf 文件 · the file to write, .docx or .pdf"
)
@click.option(
    "--working-paper",
    "paper",
    type=FILE,
    help="取数底稿写到这个 .xlsx 或者 .docx 文件 · also write the figures and where they come from",
)
@click.option("--number", default="", help="文号，如 平政文〔2021〕33号 · document number, once there is one")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="成文日期，默认今天 · date of the report")
@click.option(
    "--outline",
    default="",
    help="提纲的名称或者 .docx 文件，默认本地选定的 · an outline by name or as a file, else the one the place has chosen",
)
@click.option(
    "--to",
    type=click.Choice(["congress", "committee", "superior", "public"]),
    help="报给谁：人大常委会、党委、上级政府、社会 · whom it goes to",
)
@click.option("--anew", is_flag=True, help="有定稿也按现在的台账重写 · compose anew though there is a final report")
@with_django
def compose(
    region: str, year: int, out: Path, paper: Path | None, number: str, day: datetime | None, outline: str, to: str | None,
    anew: bool,
) -> None:  # fmt: skip
    """撰写年度报告；已有定稿的写出定稿 · compose the yearly report, or write the final one there is."""
    from zhunsheng.catalogue.loading import systems
    from zhunsheng.ledger.checks import run_checks
    from zhunsheng.papers.pdf import NoFaceError
    from zhunsheng.reports.composing import ReportError, region_of, year_of
    from zhunsheng.reports.composing import compose as compose_report
    from zhunsheng.reports.discrepancies import undecided
    from zhunsheng.reports.drafts import draft_of
    from zhunsheng.reports.handing_out import hand_out_report
    from zhunsheng.reports.kept import composed_of
    from zhunsheng.reports.models import Stage
    from zhunsheng.reports.outline import OutlineError

    try:
        form = _outline_in(Path(outline)) if outline.lower().endswith(".docx") else outline
        kept = None if anew or not isinstance(form, str) else draft_of(region_of(region), year, form)
        differing = []
        if kept is not None and kept.stage != Stage.DRAFT:
            composed, differing = composed_of(kept, to), undecided(kept)
        else:
            composed = compose_report(
                region, year, number=number, on=day.date() if day else None, outline=form, to=to or ""
            )
        files = {out: _as_file(out, composed.document)}
        if paper is not None:
            files[paper] = _working_file(paper, composed, region, year)
        broken = [outcome for outcome in run_checks(region, *year_of(region, year)) if not outcome.holds]
    except (ReportError, OutlineError, NoFaceError) as error:
        raise stopped(error) from error
    _write_files(files)
    hand_out_report(composed, region)
    for path in files:
        click.echo(f"已写入 · written: {path}")
    used, missing = len(composed.used), len(composed.missing)
    click.echo(f"用数 {used} 处，缺数 {missing} 处 · {used} figures said, {missing} missing")
    for account, of in composed.missing:
        click.echo(f"  缺数：{account}（{of} 年没有入账） · nothing posted", err=True)
    for outcome in broken:
        click.echo(
            f"  勾稽关系不成立：“{systems()[outcome.system].name.zh}”{outcome.declaration.zh}（左边 {outcome.left}，右边 {outcome.right}）",
            err=True,
        )
    if differing:
        click.echo(
            f"  定稿后有 {len(differing)} 处数据变动，见 zhunsheng report discrepancies · "
            f"{len(differing)} figures changed after it was settled; see zhunsheng report discrepancies",
            err=True,
        )


def _outline_in(path: Path) -> Outline:
    """An outline out of a file. What is wrong with it is said place by place."""
    from zhunsheng.papers.docx_template import FileRefused
    from zhunsheng.reports.own_outlines import outline_of

    try:
        return outline_of(path.read_bytes(), path.name)
    except OSError as error:
        raise click.ClickException(
            f"读不到提纲文件 {path}：{error.strerror}。请核对文件名 · the outline cannot be read; check its name"
        ) from error
    except FileRefused as error:
        lines = [
            "　".join(filter(None, (one.where.zh, one.said.zh)))
            + " · "
            + ": ".join(filter(None, (one.where.en, one.said.en)))
            for one in error.problems
        ]
        raise click.ClickException(
            "\n  ".join([f"提纲 {path.name} 须改正 · the outline has to be mended:", *lines])
        ) from error


def _as_file(path: Path, document: Document) -> bytes:
    """A document in the form its file name asks for. Raises ``NoFaceError``."""
    from zhunsheng.papers.docx import to_docx
    from zhunsheng.papers.pdf import to_pdf

    return to_pdf(document) if path.suffix.lower() == ".pdf" else to_docx(document)


def _working_file(path: Path, composed: Composed, region: str, year: int) -> bytes:
    from zhunsheng.reports.working_paper import working_document, working_paper

    if path.suffix.lower() in (".docx", ".pdf"):
        return _as_file(path, working_document(composed, region, year))
    return working_paper(composed, region, year)


@report.command()
@REGION
@YEAR
@click.option("--outline", default="", help="提纲 · the outline of the report")
@with_django
def discrepancies(region: str, year: int, outline: str) -> None:
    """确认后变动的数据；有待决定的退出码为 1 · figures that changed after they were confirmed."""
    from zhunsheng.reports.composing import ReportError, region_of
    from zhunsheng.reports.discrepancies import discrepancies as found_in
    from zhunsheng.reports.drafts import draft_of

    try:
        draft = draft_of(region_of(region), year, outline)
    except ReportError as error:
        raise stopped(error) from error
    if draft is None:
        raise click.ClickException(
            f"{region} {year} 年还没有报告稿，请先在“报告”页起草 · there is no draft yet; begin one on the page Reports"
        )
    found = found_in(draft)
    for one in found:
        click.echo(
            f"{one.account}\t{one.name.zh}\t{one.year}年\t报告 {one.printed}\t现在 {one.now or '没有数'}\t{one.stands or '待决定'}\t{one.quote}"
        )
    waiting = sum(not one.stands for one in found)
    click.echo(
        f"{draft.get_stage_display()}，{len(found)} 处与现在的台账不一致，{waiting} 处待决定 · "
        f"{len(found)} differ from the ledger as it is now, {waiting} to be decided on"
    )
    sys.exit(1 if waiting else 0)


@report.command()
@click.argument("name", required=False, default="")
@click.option("--region", help="行政区划代码 · code of the region")
@click.option("--year", type=click.IntRange(1990, 2100), help="年度 · year")
@click.option("--out", type=FILE, help="写到这个 .xlsx、.docx 或者 .pdf 文件 · the file to write")
@with_django
def table(name: str, region: str | None, year: int | None, out: Path | None) -> None:
    """年度报表：信息公开、行政执法、复议应诉等；不写名称则列出各表 · a yearly table; without a name those there are"""
    from zhunsheng.papers.pdf import NoFaceError
    from zhunsheng.reports.composing import ReportError, region_of, year_of
    from zhunsheng.reports.yearly_tables import document_of, filled, workbook_of, yearly_tables

    if not name:
        for key, one in yearly_tables().items():
            click.echo(f"{key}\t{one.name.zh}")
        return
    if name not in yearly_tables():
        raise click.ClickException(f"没有报表 {name}，有：{'、'.join(yearly_tables())} · there is no such table")
    if region is None or year is None or out is None:
        raise click.UsageError("请写明 --region、--year 和 --out · give --region, --year and --out")
    form, kind = yearly_tables()[name], out.suffix.lower()
    if kind not in (".xlsx", ".docx", ".pdf"):
        raise click.UsageError(
            "--out 的文件名应当以 .xlsx、.docx 或者 .pdf 结尾 · --out ends with .xlsx, .docx or .pdf"
        )
    try:
        year_of(region, year)
        place = region_of(region)
        content = workbook_of(form, place, year) if kind == ".xlsx" else _as_file(out, document_of(form, place, year))
    except (ReportError, NoFaceError) as error:
        raise stopped(error) from error
    _write_files({out: content})
    click.echo(f"已写入 · written: {out}")
    for part in filled(form, place, year):
        for relation, where in part.broken:
            click.echo(f"  不平：{part.part.zh}，{where.zh}：{relation.zh}", err=True)


def _write_files(files: dict[Path, bytes]) -> None:
    """Write all the files or none: each beside its place first, then put in place."""
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            drafts.append((draft, path))
            draft.write_bytes(content)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        raise click.ClickException(
            f"无法写入 {drafts[-1][1]}：{error.strerror}。请换一个可以写入的位置 · it cannot be written there"
        ) from error
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
