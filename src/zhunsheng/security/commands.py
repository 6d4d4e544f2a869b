"""``zhunsheng keys``: the keys of what is kept encrypted: which there are, a new one, and sealing everything with it; and
``zhunsheng recovery-code`` for an administrator who has lost the telephone."""

from __future__ import annotations

from typing import Any

import click

from zhunsheng.runtime import check_operator, stopped, with_django


@click.group()
def keys() -> None:
    """加密存储的密钥 · keys of what is kept encrypted."""


def _refusing(action: Any, *arguments: Any) -> Any:
    from django.core.exceptions import ImproperlyConfigured

    try:
        return action(*arguments)
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


@keys.command("list")
@with_django
def list_keys() -> None:
    """列出密钥，不显示密钥本身 · which keys there are, never the keys themselves."""
    from zhunsheng.security import keys as kept

    found = _refusing(kept.keys)
    for key in found.all:
        use = "使用中 · in use" if key in (found.current, found.for_digests) else "只用于解密 · opens only"
        click.echo(f"{key.id}  {key.algorithm}  {use}")


@keys.command()
@click.option(
    "--algorithm", type=click.Choice(["aes-256-gcm", "sm4-gcm"]), default="aes-256-gcm", show_default=True,
    help="加密算法 · algorithm",
)  # fmt: skip
@with_django
def rotate(algorithm: str) -> None:
    """换用新密钥，并用它重新加密全部数据 · take a new key and seal everything with it.

    运行期间网站照常使用；中断的，运行 zhunsheng keys reseal 继续。 The site goes on meanwhile; after a break go on with reseal.
    """
    from zhunsheng.security import keys as kept

    key = _refusing(kept.add, algorithm)
    click.echo(
        f"新密钥 {key.id} 已启用，请立即备份 {kept.path()}。 The new key {key.id} is in use; back up that file now."
    )
    _reseal()


@keys.command()
@with_django
def reseal() -> None:
    """用现用密钥重新加密尚未用它加密的数据 · seal with the key in use whatever is not yet."""
    _reseal()


def _reseal() -> None:
    from zhunsheng.security.resealing import reseal_all, telling

    count = _refusing(reseal_all, telling())
    click.echo(f"已重新加密 {count} 行。 {count} rows sealed.")


@keys.command()
@with_django
def forget() -> None:
    """删除不再使用的旧密钥；以前的备份仍需要它们 · drop keys nothing is sealed with; earlier backups still need them."""
    from zhunsheng.security import keys as kept
    from zhunsheng.security.resealing import in_use

    found = _refusing(kept.keys)
    gone = {key.id for key in found.all} - in_use() - {found.current.id, found.for_digests.id}
    if not gone:
        click.echo("没有可以删除的密钥。 There is no key to drop.")
        return
    click.confirm(
        f"删除 {'、'.join(sorted(gone))}？用它们加密的备份将无法读出 · drop them? backups sealed with them can be read no more",
        abort=True,
    )
    kept.forget(gone)
    click.echo("已删除。 Dropped.")


@click.command("recovery-code")
@click.argument("account")
@with_django
def recovery_code(account: str) -> None:
    """给一个账号添一个恢复码，用一次；手机丢了又没有别的管理员时用 · one recovery code for an account whose phone is lost."""
    from zhunsheng.orgs.models import Officer
    from zhunsheng.orgs.refusals import Refused
    from zhunsheng.security.second_factor import help_in

    check_operator("recovery-code")
    person = Officer.objects.filter(username=account).first()
    if person is None:
        raise click.ClickException(f"没有账号 {account} · there is no account {account}")
    try:
        click.echo(help_in(person))
    except Refused as error:
        raise stopped(error) from error
