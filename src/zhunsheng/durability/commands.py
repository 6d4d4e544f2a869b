"""``zhunsheng backup``, ``restore``, ``restore-drill`` and ``health``: keeping a second copy, and proving that it is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from zhunsheng.runtime import start_django, with_django

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEY = click.option(
    "--key", type=FILE, envvar="ZHUNSHENG_BACKUP_KEY",
    help="加密用的密钥文件，也可用 ZHUNSHENG_BACKUP_KEY 指定 · file with the key of encryption",
)  # fmt: skip


def _bar(words: str) -> Progress:
    return Progress(TextColumn(words), BarColumn(), DownloadColumn(), TimeElapsedColumn(), transient=True)


def _secret(key: Path | None) -> bytes | None:
    from zhunsheng.durability.archive import Unreadable
    from zhunsheng.durability.backup import secret_of

    try:
        return secret_of(key)
    except Unreadable as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option(
    "--to", "place", type=click.Path(file_okay=False, path_type=Path), help="目录，默认 ZHUNSHENG_HOME/backups · folder"
)
@click.option(
    "--keep",
    type=click.IntRange(0, 10000),
    default=14,
    show_default=True,
    help="保留最近几份，0 为全部 · how many are kept; 0: all",
)
@KEY
@with_django
def backup(place: Path | None, keep: int, key: Path | None) -> None:
    """备份数据库、材料文件和锚定文件，网站照常使用 · back up while the site goes on."""
    from zhunsheng.durability import backup as making

    secret = _secret(key)
    with _bar("备份") as bar:
        task = bar.add_task("", total=making.expected_bytes())
        made = making.make(place or making.folder(), secret, keep, lambda more: bar.update(task, advance=more))
    click.echo(f"{made.path}")
    click.echo(
        f"{made.size / 1e6:,.1f} MB，文件 {made.files:,} 个，用时 {made.seconds:.1f} 秒；移除旧备份 {len(made.removed)} 份 · "
        f"{made.files:,} files, {made.seconds:.1f} s; {len(made.removed)} older backups removed"
    )
    if not made.has_keys:
        click.echo(
            "未加密，不含密钥：请另外保存 ZHUNSHENG_HOME 中的 keys 和 secret_key，没有它们加密的内容无法读出。 "
            "Not encrypted and without keys: keep `keys` and `secret_key` of ZHUNSHENG_HOME apart; nothing encrypted is read without them.",
            err=True,
        )


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--into", required=True, help="空目录，或者 postgres://… 空数据库 · an empty folder, or an empty database"
)
@click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path),
    help="恢复到 PostgreSQL 时材料文件所在的目录，默认 ZHUNSHENG_HOME · where files go beside a PostgreSQL",
)  # fmt: skip
@click.option(
    "--keys", type=FILE, help="备份不含密钥时，原来的 keys/sealing 文件 · the former keys, where the backup has none"
)
@click.option("--thorough", is_flag=True, help="再由办理记录重算全部指标 · count every figure anew from the records")
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON · answer in JSON")
@KEY
def restore(
    file: Path, into: str, home: Path | None, keys: Path | None, thorough: bool, as_json: bool, key: Path | None
) -> None:
    """把备份恢复到空的位置，并与备份时记下的数逐项核对 · restore into an empty place and compare it with what was noted."""
    _go_to(into, home)
    start_django()
    from django.conf import settings

    from zhunsheng.durability import restoring
    from zhunsheng.durability.archive import Unreadable

    secret = _secret(key)
    try:
        restoring.check_empty(Path(settings.HOME))
        manifest = restoring.manifest_of(file, secret)
        began = time.monotonic()
        with _bar("恢复") as bar:
            task = bar.add_task("", total=sum(one["size"] for one in manifest["members"]))

            def told(done: int, total: int) -> None:
                if done == 1 and not as_json:
                    bar.console.print(
                        f"读入用时 {time.monotonic() - began:.0f} 秒，建立索引和外键 · making indexes and keys"
                    )
                bar.update(task, completed=done, total=total)

            restoring.restore(file, secret, manifest, lambda more: bar.update(task, advance=more), told)
        if keys is not None:
            place = Path(settings.HOME) / "keys"
            place.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(keys, place / "sealing")
            (place / "sealing").chmod(0o600)
    except (Unreadable, restoring.NotEmpty) as error:
        raise click.ClickException(str(error)) from error
    taken = time.monotonic() - began
    rows = sum(manifest["tables"].values())
    if not as_json:
        made = datetime.fromisoformat(manifest["made_at"]).astimezone()
        click.echo(
            f"已恢复 {made:%Y-%m-%d %H:%M} 的备份：{rows:,} 行，文件 {manifest['files']:,} 个，用时 {taken:.1f} 秒 · "
            f"{rows:,} rows and {manifest['files']:,} files restored in {taken:.1f} s"
        )
    _compare(manifest, thorough=thorough, as_json=as_json, taken=taken)


def _go_to(into: str, home: Path | None) -> None:
    """Let settings be those of the place to restore into; before Django starts."""
    if into.startswith(("postgres://", "postgresql://")):
        os.environ["ZHUNSHENG_DATABASE_URL"] = into
        if home is not None:
            os.environ["ZHUNSHENG_HOME"] = str(home)
    else:
        os.environ.pop("ZHUNSHENG_DATABASE_URL", None)
        os.environ["ZHUNSHENG_HOME"] = str(Path(into).absolute())


def _compare(manifest: dict[str, Any], *, thorough: bool, as_json: bool, taken: float) -> None:
    from zhunsheng.durability.restoring import compare

    lines = []
    for line in compare(manifest, thorough=thorough):
        lines.append(line)
        if not as_json:
            mark = "✓" if line.agrees else "✗"
            told = line.found if line.agrees else f"{line.found}（备份时 {line.noted}）"
            click.echo(f"{mark} {line.zh} · {line.en}：{_short(told)}  {line.seconds:.1f} s", err=not line.agrees)
    wrong = [line for line in lines if not line.agrees]
    if as_json:
        said = {
            "restored_in": round(taken, 1),
            "made_at": manifest["made_at"],
            "compared": [line._asdict() for line in lines],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        click.echo(
            f"{len(wrong)} 项不符，不可使用 · {len(wrong)} differ: do not use it"
            if wrong
            else "逐项相符，可以使用 · all agrees: it can be used"
        )
    sys.exit(1 if wrong else 0)


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:160] + "…"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="结果写成 JSON · answer in JSON")
@with_django
def health(as_json: bool) -> None:
    """运行状况：数据库、后台任务、日历、备份、防篡改链；有问题的退出码为 1 · how the installation is."""
    from zhunsheng.durability.health import checks, status_of

    found = list(checks())
    if as_json:
        said = {one.key: {"ok": one.is_well, "zh": one.told.zh, "en": one.told.en} for one in found}
        click.echo(json.dumps({"status": status_of(found), "checks": said}, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(f"{'✓' if one.is_well else '✗'} {one.name.zh} · {one.name.en}：{one.told.zh} · {one.told.en}")
    sys.exit(0 if status_of(found) == "ok" else 1)


@click.command("restore-drill")
@click.argument("file", type=FILE, required=False)
@click.option(
    "--into",
    help="演练用的空数据库；不设则在同一服务器上新建，用后删除 · an empty database; one is made and dropped otherwise",
)
@click.option("--thorough", is_flag=True, help="再由办理记录重算全部指标 · count every figure anew from the records")
@KEY
@with_django
def restore_drill(file: Path | None, into: str | None, thorough: bool, key: Path | None) -> None:
    """恢复演练：把最近的备份恢复到临时位置，逐项核对，然后清除 · restore the newest backup elsewhere, compare, and clear it away."""
    from django.conf import settings

    from zhunsheng.durability import backup as making
    from zhunsheng.durability import drill
    from zhunsheng.security import proofs

    if file is None:
        found = making.backups(making.folder())
        if not found:
            raise click.ClickException(
                "没有备份，请先运行 zhunsheng backup。 There is no backup; run zhunsheng backup first."
            )
        file = found[-1]
    click.echo(f"{file}")
    with (
        tempfile.TemporaryDirectory(prefix="zhunsheng-drill-", dir=settings.HOME) as home,
        drill.place(Path(home), into) as target,
    ):
        command = [sys.executable, "-m", "zhunsheng", "restore", str(file.absolute()), "--into", target, "--home", home]
        kept = Path(settings.HOME) / "keys" / "sealing"
        command += ["--keys", str(kept)] if kept.exists() else []
        command += ["--thorough"] if thorough else []
        command += ["--key", str(key)] if key else []
        status = subprocess.run(command, check=False).returncode  # noqa: S603 - our own command
    proofs.note("drill", passed=status == 0)
    click.echo("演练用的副本已清除 · the copy made for the drill is gone")
    sys.exit(status)
