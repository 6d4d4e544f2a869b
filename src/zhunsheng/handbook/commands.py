"""``zhunsheng docs``: write the reference, or say what of it is not as the declarations and the code have it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhunsheng.runtime import with_django


@click.group()
def docs() -> None:
    """手册：写出参考 · write the reference."""


@docs.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default="docs", show_default=True,
    help="手册所在的目录 · the folder of the documentation",
)  # fmt: skip
@click.option(
    "--check", is_flag=True, help="只检查，不写入；不一致时退出码为 1 · only compare; ends with 1 where it differs"
)
@with_django
def build(out: Path, check: bool) -> None:
    """由声明和程序写出参考 · write the reference from the declarations and the code."""
    from zhunsheng.handbook.reference import differences, write

    if not check:
        click.echo(f"写出 {write(out)} 页 · pages written")
        return
    for name in (wrong := differences(out)):
        click.echo(f"{out / name}：与声明或者程序不一致 · differs", err=True)
    if wrong:
        click.echo("请运行 zhunsheng docs build · run zhunsheng docs build", err=True)
        sys.exit(1)
