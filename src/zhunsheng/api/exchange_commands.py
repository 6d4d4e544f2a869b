"""``zhunsheng exchange``: data packages to and from other installations on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from zhunsheng.runtime import check_operator, stopped, with_django

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件 · the file"
)
NUMBER = click.option(
    "--number", type=click.IntRange(1, 999_999), help="另起序号，从备份恢复以后用 · number on, after a restore"
)


@click.group()
def exchange() -> None:
    """数据包：向上级报指标、接收下级上报和上级下发 · packages to and from other installations."""


def _refusing(action: object, *arguments: object) -> object:
    from zhunsheng.api.package_shapes import PackageRefused

    try:
        return action(*arguments)  # type: ignore[operator]
    except PackageRefused as error:
        raise stopped(error) from error


@exchange.command()
@with_django
def key() -> None:
    """本平台的名称和公钥，交给对方登记 · name and public key, for others to register."""
    from django.conf import settings

    from zhunsheng.api.package import own_public_key

    click.echo(f"{settings.INSTALLATION} {own_public_key()}")


@exchange.command()
@click.argument("name")
@click.option("--region", required=True, help="它的行政区划代码 · code of its region")
@click.option(
    "--region-name", default="", help="行政区划名称，本平台还没有这个行政区划时填 · its name, where it is not here yet"
)
@click.option("--key", "public_key", required=True, help="它的公钥 · its public key")
@with_django
def trust(name: str, region: str, region_name: str, public_key: str) -> None:
    """登记对方平台，或者更换它的公钥 · register another installation or its new key."""
    from zhunsheng.api import package_taking
    from zhunsheng.orgs.actions import name_region
    from zhunsheng.orgs.models import Region
    from zhunsheng.orgs.refusals import Refused

    check_operator("exchange trust")
    found = Region.objects.filter(pk=region).first()
    if found is None and not region_name:
        raise click.ClickException(
            f"没有行政区划 {region}，请用 --region-name 给出名称 · there is no such region; name it with --region-name"
        )
    try:
        found = found or name_region(region, region_name)
    except Refused as error:
        raise stopped(error) from error
    _refusing(package_taking.trust, name, found, public_key)
    click.echo(f"已登记平台 {name}（{found.name}） · the installation is trusted")


@exchange.command()
@click.argument("name")
@with_django
def distrust(name: str) -> None:
    """停用对方平台，不再接收 · take nothing more from an installation."""
    from zhunsheng.api import package_taking

    check_operator("exchange distrust")
    _refusing(package_taking.distrust, name)
    click.echo(f"已停用平台 {name} · nothing more is taken from it")


@exchange.command("figures")
@click.option("--region", required=True, help="行政区划代码 · code of the region")
@click.option("--first", required=True, type=click.IntRange(199001, 210012), help="起始月份，如 202601 · first month")
@click.option("--last", required=True, type=click.IntRange(199001, 210012), help="终止月份 · last month")
@NUMBER
@OUT
@with_django
def export_figures(region: str, first: int, last: int, number: int | None, out: Path) -> None:
    """导出已结账月份的指标，报上级 · figures of closed months, for the superior."""
    from zhunsheng.api.package_making import figures_package
    from zhunsheng.orgs.models import Region

    found = Region.objects.filter(pk=region).first()
    if found is None or not (1 <= first % 100 <= 12 and 1 <= last % 100 <= 12):
        raise click.ClickException(f"没有行政区划 {region}，或者月份不对 · no such region, or a wrong month")
    _written(_refusing(figures_package, found, first, last, None, number), out)


@exchange.command("list")
@click.option("--version", required=True, type=int, help="公布版本的编号，见其网址 · number of the published version")
@NUMBER
@OUT
@with_django
def export_list(version: int, number: int | None, out: Path) -> None:
    """导出一个公布版本，下发下级认领 · a published version, for those below to claim from."""
    from zhunsheng.api.package_making import list_package
    from zhunsheng.registers.models import PublishedVersion

    found = PublishedVersion.objects.select_related("organ__region").filter(pk=version).first()
    if found is None:
        raise click.ClickException(f"没有编号为 {version} 的公布版本 · there is no such version")
    _written(_refusing(list_package, found, None, number), out)


@exchange.command("claims")
@click.option("--package", required=True, type=int, help="下发清单的数据包，见其网址 · the package the list came in")
@click.option("--region", required=True, help="本地的行政区划代码 · code of the own region")
@NUMBER
@OUT
@with_django
def export_claims(package: int, region: str, number: int | None, out: Path) -> None:
    """导出下发清单的认领情况，报上级 · which entries of a list handed down were claimed, for the superior."""
    from zhunsheng.api.models import Package
    from zhunsheng.api.package_making import claims_package
    from zhunsheng.orgs.models import Region

    found, place = Package.objects.filter(pk=package).first(), Region.objects.filter(pk=region).first()
    if found is None or place is None:
        raise click.ClickException("没有这个数据包或者行政区划 · there is no such package or region")
    _written(_refusing(claims_package, found, place, None, number), out)


def _written(package: Any, out: Path) -> None:
    from zhunsheng.cases.materials import path_of

    out.write_bytes(path_of(package.file_digest).read_bytes())
    lines = package.manifest["lines"]
    click.echo(f"已写入 {out}（第 {package.number} 号，{lines} 行） · number {package.number}, {lines} lines")


@exchange.command()
@click.argument("file", type=FILE)
@click.option("--to", "site", required=True, help="对方平台的网址 · address of the other installation")
@click.option("--token-file", required=True, type=FILE, help="对方发给的令牌所在的文件 · file with the token")
def send(file: Path, site: str, token_file: Path) -> None:
    """经接口报送；中断以后再运行一次，从断开处接着送 · send it; after a break run it again and it goes on."""
    from zhunsheng.api import package_sending

    def told(done: int, whole: int) -> None:
        click.echo(f"{done} / {whole}", err=True)

    token = token_file.read_text(encoding="utf-8").strip()
    answer: Any = _refusing(package_sending.send, file.read_bytes(), site, token, told)
    taken = "已接收 · taken" if answer["is_new"] else "以前接收过 · taken before"
    click.echo(f"{taken}：第 {answer['number']} 号，{answer['lines']} 行")
    _tell_missing(answer["missing"])


def _tell_missing(numbers: list[int]) -> None:
    if numbers:
        click.echo(f"还没有收到：第 {'、'.join(map(str, numbers))} 号 · these numbers have not come", err=True)


@exchange.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@with_django
def import_packages(files: tuple[Path, ...]) -> None:
    """接收数据包；已经接收过的不重复 · take packages in; those taken before change nothing."""
    from zhunsheng.api import package_taking

    for path in files:
        package, is_new = _refusing(package_taking.take_in, path.read_bytes())  # type: ignore[misc]
        told = "已接收" if is_new else "以前接收过"
        click.echo(
            f"{path}：{told}，{package.installation.name} {package.get_kind_display()}第 {package.number} 号，"
            f"{package.manifest['lines']} 行（编号 {package.pk}）"
        )
        for gap in package_taking.gaps(package.installation_id):
            if gap.package.stream == package.stream:
                _tell_missing(gap.numbers)
