"""How far a command is (进度): a bar while many records are gone through, and what a proof finds, told one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def bar(words: str) -> Progress:
    """A bar that counts records and vanishes at the end."""
    return Progress(TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True)


def prove(
    words: str, proof: Callable[[Callable[[int, int], None]], Iterable[str]], advice: str = "",
    ended: Callable[[bool], None] | None = None,
) -> None:  # fmt: skip
    """Let a proof run; where it finds anything the command ends with 1. ``proof`` is given what it tells how far it is, ``ended``
    whether all agreed."""
    found = 0
    with bar(words) as shown:
        task = shown.add_task("", total=None)
        for finding in proof(lambda done, total: shown.update(task, completed=done, total=total)):
            found += 1
            click.echo(finding, err=True)
    if ended is not None:
        ended(not found)
    if found:
        click.echo(f"共 {found} 处不符{advice} · {found} do not agree", err=True)
        sys.exit(1)
