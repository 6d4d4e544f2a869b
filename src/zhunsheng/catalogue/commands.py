"""``zhunsheng catalogue``: list the declared systems, check them, show one, and what is there of the inventory."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from zhunsheng.kernel.limits import LENGTHS, Limit
from zhunsheng.kernel.words import Words
from zhunsheng.runtime import language_option, stopped


@click.group()
def catalogue() -> None:
    """系统目录：列出、检查、查看声明 · the declared systems."""


@catalogue.command("list")
def list_systems() -> None:
    """列出全部系统 · every declared system, by field of work."""
    from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
    from zhunsheng.catalogue.inventory import what_exists
    from zhunsheng.catalogue.loading import systems

    found = systems()
    for key, words in FIELDS_OF_WORK.items():
        members = [s for s in found.values() if s.field_of_work == key]
        if members:
            click.echo(f"{words.zh} · {words.en}")
            for system in members:
                click.echo(f"  {system.slug}  {system.name.zh}（{'，'.join(what_exists(system))}） · {system.name.en}")


@catalogue.command("lint")
def lint_systems() -> None:
    """检查全部声明；有问题时退出码为 1 · check every declaration."""
    from zhunsheng.catalogue.lint import lint
    from zhunsheng.catalogue.loading import DeclarationError, systems

    try:
        found = systems()
        findings = [finding for system in found.values() for finding in lint(system, found)]
        for system in found.values():
            _ = system.compiled
    except DeclarationError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        click.echo(f"共 {len(findings)} 处问题 · {len(findings)} problems", err=True)
        sys.exit(1)
    click.echo(f"{len(found)} 个系统，没有发现问题 · {len(found)} systems, nothing found")


_GATED = {"put": Words("列入议题", "putting an item"), "settle": Words("作出结论", "settling an item")}


def _limit_line(limit: Limit, language: str) -> str:
    marks = [] if limit.verified else [Words("未核实或本地设定", "not checked, or a local setting")]
    if limit.extension:
        length = (
            limit.extension.amount.words() if limit.extension.amount else Words("由批准人定", "set by the approver")
        )
        marks.append(Words(f"可延长{length.zh}", f"extension: {length.en}"))
    cited = " ".join(f"〔{mark.within(language)}〕" for mark in (limit.basis.cited, *marks))
    is_written = limit.value == 0 and limit.unit in LENGTHS
    length = Words("文书载明的期限", "as written in the paper") if is_written else limit.words()
    return f"{length.within(language)} {cited}"


@catalogue.command("show")
@click.argument("slug")
@language_option
def show(slug: str, language: str) -> None:
    """查看一个系统：状态、环节、期限、闸门、指标 · one system in words."""
    from zhunsheng.catalogue.loading import UnknownSystem, system

    def told(zh: str, en: str, line: str) -> None:
        click.echo(f"{Words(zh, en).within(language)} {line}")

    def say(*words: Words) -> str:
        return Words("、", ", ").within(language).join(one.within(language) for one in words)

    try:
        found = system(slug)
    except UnknownSystem as error:
        raise stopped(error) from error
    click.echo(f"{found.name.zh} · {found.name.en}")
    for version, compiled in found.compiled.items():
        procedure = compiled.procedure
        told("\n程序", "\nProcedure", f"{version}—{procedure.in_force.until or ''}")
        for key, action in procedure.actions.items():
            before = [procedure.states[name].words for name in procedure.states_before(key)]
            after = procedure.states[action.to].words if action.to else Words("不变", "as before")
            begins = [Words("起始", "start")] if action.start else before
            cited = compiled.citation(action.basis)
            click.echo(f"  {say(action.words)}: {say(*begins)} → {say(after)} 〔{say(cited)}〕")
        for key, deadline in procedure.deadlines.items():
            told("  期限", "  Limit", f"{say(deadline.words)}: {_limit_line(compiled.limits[key], language)}")
        for gate in procedure.gates:
            names = say(*(procedure.actions[name].words for name in gate.on))
            told("  闸门", "  Gate", f"{names}: {say(gate.words)} 〔{say(compiled.citation(gate.basis))}〕")
    for register in found.registers:
        told("\n清单", "\nList", say(*(field.words for field in register.fields.values())))
    for body in found.bodies:
        compiled_body = found.body_on(body.in_force.from_)
        told("\n议事机构", "\nBody", f"{body.in_force.from_}— {say(*(form.words for form in body.forms.values()))}")
        for rule, _, _ in compiled_body.gates:
            told(
                "  闸门",
                "  Gate",
                f"{say(_GATED[rule.on])}: {say(rule.words)} 〔{say(compiled_body.citation(rule.basis))}〕",
            )
    for key, account in found.figures.accounts.items():
        told("  指标", "  Figure", f"{found.slug}.{key}: {say(account.words)} ({say(account.unit.words)})")
    for key, ratio in found.figures.ratios.items():
        told("  比率", "  Ratio", f"{found.slug}.{key}: {say(ratio.words)}")
    for key, part in found.figures.parts.items():
        told("  分项", "  Part", f"{found.slug}.{key}: {say(part.words)}")


@catalogue.command("coverage")
@click.option("--missing", is_flag=True, help="只列还没有的 · only what is not there")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · as JSON")
def show_coverage(missing: bool, as_json: bool) -> None:
    """逐行列出总表 212 行各有什么 · every row of the inventory with what exists for it."""
    from zhunsheng.catalogue.inventory import coverage

    lines = coverage()
    absent = [line.row.slug for line in lines if not line.is_covered]
    if as_json:
        groups: dict[str, dict[str, int]] = {}
        for line in lines:
            group = groups.setdefault(line.row.field_of_work, {"rows": 0, "held": 0})
            group["rows"] += 1
            group["held"] += line.is_covered
        told = {"rows": len(lines), "held": len(lines) - len(absent), "missing": absent, "by_group": groups}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in lines:
        if missing and line.is_covered:
            continue
        part = "  ↳ " if line.row.parent else ""
        click.echo(f"{line.row.number}\t{part}{line.row.slug}\t{line.row.zh}\t{'，'.join(line.exists) or '—'}")
    held = len(lines) - len(absent)
    click.echo(
        f"共 {len(lines)} 行，已有 {held} 行，未有 {len(absent)} 行 · {len(lines)} rows, {held} held, {len(absent)} missing"
    )


@catalogue.command("limits")
@click.option("--missing", is_flag=True, help="只列没有用到或者没有示例的 · only those not used or not shown")
def show_limits(missing: bool) -> None:
    """法定期限和规则各由哪些系统使用、有没有办理示例 · which systems use the law's numbers."""
    from zhunsheng.catalogue.limits_used import limit_uses

    lines = limit_uses()
    for line in lines:
        if missing and line.shown:
            continue
        state = "、".join(line.systems) + ("" if line.shown else "（没有示例）")
        if not line.systems:
            state = f"未使用：{line.reason.zh}" if line.reason else "未使用，没有写明理由"
        click.echo(f"{line.limit.id}\t{line.limit.name.zh}\t{line.limit.basis.cited.zh}\t{state}")
    used, shown = sum(bool(line.systems) for line in lines), sum(line.shown for line in lines)
    click.echo(
        f"全国性、已核实的共 {len(lines)} 条，用到 {used} 条（{used * 100 / len(lines):.1f}%），有示例 {shown} 条 · "
        f"{len(lines)} national limits that were verified, {used} used, {shown} with an example"
    )


@catalogue.command("bpmn")
@click.argument("slug")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天适用的版本，默认最新 · the version of a day"
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件 · the file to write"
)
def export_bpmn(slug: str, day: datetime | None, out: Path) -> None:
    """把办理流程写成 BPMN 2.0 文件 · write the course of a procedure as a BPMN 2.0 file."""
    from zhunsheng.catalogue.bpmn import to_bpmn
    from zhunsheng.catalogue.loading import UnknownSystem, system

    try:
        found = system(slug)
        if not found.procedures:
            raise click.ClickException(
                f"「{found.name.zh}」是清单，没有办理流程 · “{found.name.en}” is a list and has no course"
            )
        compiled = found.procedure_on(day.date()) if day else found.compiled[found.procedures[-1].in_force.from_]
    except UnknownSystem as error:
        raise stopped(error) from error
    try:
        out.write_bytes(to_bpmn(compiled))
    except OSError as error:
        raise click.ClickException(
            f"无法写入 {out}：{error.strerror}。请换一个可以写入的位置 · it cannot be written there"
        ) from error
    click.echo(
        f"已写入 {out}（{compiled.version} 起施行的版本） · written, the version in force from {compiled.version}"
    )
