"""``zhunsheng demo``: load the demonstration, and serve it."""

from __future__ import annotations

import click

from zhunsheng.runtime import refuse_taken, serve_site, with_django


@click.group()
def demo() -> None:
    """演示：载入平顶山市（410400）2020 年的虚构记录 · load and serve the demonstration."""


@demo.command()
@click.option(
    "--region", "regions", multiple=True, help="其他地方的行政区划代码，可重复，全部为 all · another region, or all"
)
@with_django
def load(regions: tuple[str, ...]) -> None:
    """载入演示数据；已经载入的不重复载入 · load the demonstration; safe to run again."""
    from zhunsheng.demonstration.loading import load_demonstration, load_places
    from zhunsheng.demonstration.retelling import stories

    if not regions or "all" in regions:
        load_demonstration()
    load_places(list(stories()) if "all" in regions else regions)


@demo.command()
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 · port")
@with_django
def serve(address: str, port: int) -> None:
    """载入演示数据并启动网站 · load the demonstration and serve it."""
    from zhunsheng.demonstration.loading import load_demonstration
    from zhunsheng.demonstration.places import PASSWORD, SIGN_INS

    refuse_taken(address, port)
    load_demonstration()
    click.echo("\n演示账号（数据均为虚构） · demonstration sign-ins")
    for person in SIGN_INS:
        click.echo(f"  {person.username:<10} 口令 {PASSWORD}   {person.name}：{person.purpose}")
    click.echo("")
    serve_site(address, port)
