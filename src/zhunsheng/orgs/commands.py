"""``zhunsheng setup``: a region with its government and the first administrator. Everything else is done on the pages."""

from __future__ import annotations

import secrets

import click

from zhunsheng.runtime import stopped, with_django


@click.command()
@click.option(
    "--region", "code", required=True, help="行政区划代码，六位或者九位 · code of the region, six or nine digits"
)
@click.option("--name", required=True, help="行政区划名称，如 新华区 · its name")
@click.option("--government", required=True, help="本级政府，如 新华区人民政府 · its government")
@click.option(
    "--mark", default="", help="本级政府的机关代字，用在文号里，如 新政 · what its document numbers begin with"
)
@click.option("--above", default="", help="上一级行政区划的代码，已经建立的 · code of the region above, set up before")
@click.option("--account", required=True, help="第一个管理员的账号 · account of the first administrator")
@click.option("--person", required=True, help="第一个管理员的姓名 · name of the first administrator")
@click.option("--security", nargs=2, metavar="ACCOUNT NAME", help="安全管理员的账号和姓名 · the security administrator")
@click.option("--auditor", nargs=2, metavar="ACCOUNT NAME", help="审计管理员的账号和姓名 · the audit administrator")
@click.password_option(
    prompt="口令 · Password", confirmation_prompt="再输入一次 · Repeat for confirmation",
    help="口令，不写则在提示下输入 · password; asked for when left out",
)  # fmt: skip
@with_django
def setup(
    code: str, name: str, government: str, mark: str, above: str, account: str, person: str, password: str,
    security: tuple[str, str] | None, auditor: tuple[str, str] | None,
) -> None:  # fmt: skip
    """建立行政区划、本级政府和第一个管理员 · set up a region, its government and the first administrator."""
    from zhunsheng.orgs.actions import found_place
    from zhunsheng.orgs.refusals import AUDITOR, SECURITY, Refused

    others = [
        (role, *given, f"Z9-{secrets.token_urlsafe(12)}")
        for role, given in ((SECURITY, security), (AUDITOR, auditor)) if given
    ]  # fmt: skip
    try:
        found_place(code, name, government, account, person, password, mark=mark, above=above, others=others)
    except Refused as error:
        raise stopped(error) from error
    for _role, other, _name, first in others:
        click.echo(f"账号 {other} 的初始口令（只显示这一次，首次登录须修改）· first password, shown this once: {first}")
    click.echo(f"{government}已经建立。请用账号 {account} 登录，在“机关与人员”中新增单位、人员和任职。")
    click.echo(
        f"{government} is set up. Sign in as {account}; organs, people and duties are added under Organs and people."
    )
