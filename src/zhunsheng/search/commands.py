"""``zhunsheng search``: make the search anew, and prove it."""

from __future__ import annotations

import click

from zhunsheng.progress import bar, prove
from zhunsheng.runtime import with_django


@click.group()
def search() -> None:
    """全局搜索：重建与核对索引 · make the index of the search anew and prove it."""


@search.command()
@with_django
def rebuild() -> None:
    """由记录重新编制全部可查内容和索引，期间网站照常使用 · make every text and the index anew; the site goes on meanwhile."""
    from zhunsheng.search.proving import rebuild as make_anew

    with bar("重建索引") as shown:
        task = shown.add_task("", total=None)
        mended = make_anew(lambda done, total: shown.update(task, completed=done, total=total))
    click.echo(
        f"索引已重建，其中 {mended:,} 件记录的可查内容有变动 · made anew; the texts of {mended:,} records changed"
    )


@search.command()
@with_django
def verify() -> None:
    """由记录重新算出全部可查内容；不符之处逐条列出，退出码为 1 · compare what is kept with the records."""
    from zhunsheng.search.indexing import count_waiting
    from zhunsheng.search.proving import verify as verify_search

    prove("核对索引", verify_search, "，请运行 zhunsheng search rebuild")
    waiting = count_waiting()
    click.echo(
        f"可查内容与记录全部相符；{waiting:,} 条等待编入索引（搜索时直接查找，不影响结果） · "
        f"all agrees with the records; {waiting:,} texts wait for the index and are read through meanwhile"
    )
