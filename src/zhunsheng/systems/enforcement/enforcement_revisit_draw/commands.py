"""回访抽查：由存档的文件验证一次抽取 · a draw of revisits, verified from its filed files

Needs neither the platform's database nor an account: whoever has the files can run it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhunsheng.kernel.craft import NotPossible
from zhunsheng.systems.enforcement.enforcement_revisit_draw.craft import repeat


@click.group("revisit-draw")
def commands() -> None:
    """行政执法案件回访抽查 · draws of enforcement cases to be revisited."""


@commands.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify_draw(folder: Path) -> None:
    """由存档的文件重做抽取，逐项验证 · repeat a draw from its filed files and verify each part.

    FOLDER 是存有三个文件的文件夹 · the folder the three files are in.
    """
    try:
        findings = repeat({path.name: path.read_bytes() for path in folder.glob("*.csv")})
    except NotPossible as error:
        raise click.ClickException(" · ".join(error.words)) from error
    for finding in findings:
        click.echo(f"{'✓' if finding.holds else '✗'} {finding.words.zh} · {finding.words.en}")
    if not all(finding.holds for finding in findings):
        click.echo("抽取不成立 · the draw does not hold", err=True)
        sys.exit(1)
    click.echo("抽取可以重做，结果相同 · the draw can be repeated and gives the same")
