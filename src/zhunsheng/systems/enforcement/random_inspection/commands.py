"""抽取：由公布的文件验证一次抽取 · a draw, verified from its published files

Needs neither the platform's database nor an account: whoever has the files can run it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhunsheng.kernel.lots import digest
from zhunsheng.systems.enforcement.random_inspection.draw import RULES, DrawError, from_csv, repeat


@click.group("draw")
def commands() -> None:
    """“双随机、一公开”抽查 · random inspection with published results."""


@commands.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def verify_draw(files: tuple[Path, ...]) -> None:
    """由公布的文件重做抽取，逐项验证 · repeat a draw from its published files and verify each part.

    FILES 是公布的六个文件，或者它们所在的文件夹 · the six published files, or the folder they are in.
    """
    paths = [path for given in files for path in (sorted(given.glob("*.csv")) if given.is_dir() else [given])]
    try:
        contents = [path.read_bytes() for path in paths]
        findings = repeat(contents)
    except DrawError as error:
        raise click.ClickException(" · ".join(error.words)) from error
    for finding in findings:
        click.echo(f"{'✓' if finding.holds else '✗'} {finding.zh} · {finding.en}")
    sealed = next(digest(content) for content in contents if from_csv(content)[0] == RULES)
    click.echo(f"规则的摘要，应当与公告一致 · the digest of the rules, to be compared with the notice: {sealed}")
    if not all(finding.holds for finding in findings):
        click.echo("抽取不成立 · the draw does not hold", err=True)
        sys.exit(1)
    click.echo("抽取可以重做，结果相同 · the draw can be repeated and gives the same")
