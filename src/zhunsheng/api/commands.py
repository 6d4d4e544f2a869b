"""``zhunsheng api``: service accounts and tokens on the command line, and the description of the API. What may be is decided
in ``accounts``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunsheng.runtime import check_operator, stopped, with_django

if TYPE_CHECKING:
    from zhunsheng.api.models import ServiceAccount
    from zhunsheng.orgs.models import Organ


@click.group()
def api() -> None:
    """接口：服务账号、令牌与说明 · service accounts, tokens and the description of the API."""


@api.command("account")
@click.option("--region", required=True, help="行政区划代码 · code of the region")
@click.option("--organ", "name", required=True, help="所属单位的名称 · name of its organ")
@click.option("--account", required=True, help="账号，如 svc-oa · the account")
@click.option("--title", required=True, help="名称，如 办公系统接口 · what it is called")
@click.option("--purpose", required=True, help="用途 · what it is for")
@click.option("--system", default="*", show_default=True, help="系统，* 为全部 · the system, * for all")
@click.option("--role", default="*", show_default=True, help="岗位，* 为全部 · the role, * for all")
@click.option("--below", is_flag=True, help="含下级单位 · with the organs below")
@with_django
def open_account(
    region: str, name: str, account: str, title: str, purpose: str, system: str, role: str, below: bool
) -> None:
    """开立服务账号 · open a service account for a program."""
    from zhunsheng.api import accounts
    from zhunsheng.orgs.refusals import Refused

    check_operator("api account")
    try:
        made = accounts.open_account(
            None, _organ(region, name), account, title, purpose, system, role, whole_tree=below
        )
    except Refused as error:
        raise stopped(error) from error
    click.echo(
        f"已开立服务账号 {made.officer.username}（{made.organ.name}），用 zhunsheng api token 为它生成令牌 · "
        "opened; make a token for it with zhunsheng api token"
    )


@api.command("token")
@click.argument("account")
@click.option("--name", required=True, help="名称，用来辨认 · a name to tell it by")
@click.option("--scope", "scopes", multiple=True, required=True, help="权限，可重复，如 cases:read · may be repeated")
@click.option("--days", default=180, show_default=True, help="有效天数 · days it lasts")
@with_django
def make_token(account: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """生成令牌，只显示这一次 · make a token; it is shown this once."""
    from zhunsheng.api import accounts
    from zhunsheng.orgs.refusals import Refused

    check_operator("api token")
    try:
        token, text = accounts.make_token(None, _account(account), name, list(scopes), days)
    except Refused as error:
        raise stopped(error) from error
    click.echo(
        f"令牌 {token.pk}，{token.expires_at:%Y-%m-%d} 到期，只显示这一次，请妥善保存 · lasts until then and is shown this once:",
        err=True,
    )
    click.echo(text)


@api.command("tokens")
@with_django
def list_tokens() -> None:
    """列出服务账号和令牌 · list accounts and tokens."""
    from zhunsheng.api.models import ServiceAccount

    for account in ServiceAccount.objects.select_related("officer", "organ").prefetch_related("tokens").order_by("pk"):
        click.echo(f"{account.officer.username}\t{account.organ.name}\t{account.purpose}")
        for token in account.tokens.all():
            used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "—"
            ended = "停用" if token.ended_at else f"{token.expires_at:%Y-%m-%d} 到期"
            click.echo(
                f"  {token.pk}\t{token.begins}…\t{token.name}\t{' '.join(token.scopes)}\t{ended}\t最近使用 {used}"
            )


@api.command("end")
@click.argument("token", type=int)
@with_django
def end_token(token: int) -> None:
    """停用令牌，立即生效 · end a token, at once."""
    from zhunsheng.api import accounts
    from zhunsheng.orgs.refusals import Refused

    try:
        accounts.end_token(None, token)
    except Refused as error:
        raise stopped(error) from error
    click.echo(f"令牌 {token} 已停用 · token {token} is ended")


@api.command("describe")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件 · the file to write")
@with_django
def describe(out: Path | None) -> None:
    """写出接口的 OpenAPI 说明 · write the OpenAPI description."""
    from zhunsheng.api.urls import api as described

    text = json.dumps(described.get_openapi_schema(), ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")


def _organ(region: str, name: str) -> Organ:
    from zhunsheng.orgs.models import Organ

    found = Organ.objects.filter(region=region, name=name, valid_to=None).select_related("region").first()
    if found is None:
        raise click.ClickException(f"行政区划 {region} 没有名为「{name}」的单位 · no such organ in the region")
    return found


def _account(username: str) -> ServiceAccount:
    from zhunsheng.api.models import ServiceAccount

    found = ServiceAccount.objects.filter(officer__username=username).select_related("officer", "organ").first()
    if found is None:
        raise click.ClickException(f"没有服务账号「{username}」 · there is no such service account")
    return found
