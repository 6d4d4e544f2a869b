"""``zhunsheng audit``: sealing, anchoring and proving the chain of the audit."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zhunsheng.runtime import with_django


@click.group()
def audit() -> None:
    """审计：封链、锚定、验链 · seal, anchor and prove the chain of the audit."""


@audit.command()
@with_django
def seal() -> None:
    """把新的记录接入防篡改链；后台任务每几秒自动进行 · link new records; the worker does it by itself every few seconds."""
    from zhunsheng.security.chain import head
    from zhunsheng.security.chain import seal as seal_rows

    count = seal_rows()
    last = head().number
    click.echo(f"已接入 {count:,} 条记录，链至第 {last:,} 节 · {count:,} records linked, the chain ends at {last:,}")


@audit.command()
@click.option(
    "--to", "place", type=click.Path(file_okay=False, path_type=Path), help="目录，默认 ZHUNSHENG_HOME/anchors · folder"
)
@with_django
def anchor(place: Path | None) -> None:
    """写今天的锚定文件，请另处保存 · write the anchor file of today, to be kept elsewhere."""
    from zhunsheng.security import anchors
    from zhunsheng.security.chain import seal as seal_rows

    seal_rows()
    file = anchors.write(place)
    if file is None:
        raise click.ClickException("还没有任何记录，无可锚定。 Nothing has been written yet that could be anchored.")
    click.echo(f"{file}")


@audit.command()
@click.option(
    "--anchors", "place", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="另处保存的锚定文件所在目录 · folder with the anchor files that were kept elsewhere",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON · answer in JSON")
@with_django
def verify(place: Path | None, as_json: bool) -> None:
    """逐条核对防篡改链；有改动、缺失、插入的逐条列出，退出码为 1，/healthz 也会提示 · prove every record; name what was changed, removed, put in."""
    from django.conf import settings

    from zhunsheng.security import anchors, proofs
    from zhunsheng.security.chain import released_by
    from zhunsheng.security.guards import guards
    from zhunsheng.security.verifying import verify as verify_chain

    try:
        kept = list(anchors.read(place or anchors.folder()))
    except anchors.BrokenAnchor as error:
        raise click.ClickException(str(error)) from error
    columns = (TextColumn("验链"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=as_json) as bar, proofs.one_moment():
        total = sum(guard.model._base_manager.count() for guard in guards() if guard.chained)
        task = bar.add_task("", total=total)
        proof = verify_chain(kept, lambda more: bar.update(task, advance=more))
    proofs.note("audit", passed=not proof.findings)
    if as_json:
        said = {
            "links": proof.links, "digest": proof.digest, "rows": proof.rows, "late": proof.late, "released": proof.released,
            "waiting": proof.waiting, "anchors": proof.anchors, "algorithm": settings.AUDIT_HASH,
            "findings": [
                {"kind": one.kind, "table": one.table, "row": one.row, "zh": one.words.zh, "en": one.words.en}
                for one in proof.findings
            ],
        }  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        for finding in proof.findings:
            click.echo(f"{finding.words.zh} · {finding.words.en}", err=True)
        for ground, rows in released_by():
            click.echo(f"依法销毁 · lawfully destroyed：{ground}，{rows:,} 条")
        wrong = len(proof.findings)
        click.echo(
            f"链 {proof.links:,} 节，记录 {proof.total:,} 条，锚定文件 {proof.anchors} 个，依法销毁 {proof.released:,} 条，"
            f"尚未接入 {proof.waiting:,} 条；{f'{wrong} 处不符' if wrong else '全部相符'} · "
            f"{proof.links:,} links, {proof.total:,} records, {proof.anchors} anchor files, {proof.released:,} lawfully destroyed, "
            f"{proof.waiting:,} not linked yet; {f'{wrong} differ' if wrong else 'all agrees'}"
        )
    sys.exit(1 if proof.findings else 0)
