"""Making a backup (备份): database, files and anchors of one moment in one file, with what they must still come to when restored."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from zhunsheng import __version__
from zhunsheng.durability import postgres, sqlite
from zhunsheng.durability.archive import Unreadable, Writer, writing
from zhunsheng.security import anchors, chain

FORMAT = 1
NAME = re.compile(r"zhunsheng-\d{8}T\d{6}\.backup")
FILES, ANCHORS, KEYS = "files/", "anchors/", "keys/"


class Made(NamedTuple):
    """A backup that was made."""

    path: Path
    size: int
    files: int
    seconds: float
    has_keys: bool
    removed: list[Path]


def folder() -> Path:
    """Where backups go unless told otherwise."""
    return Path(settings.HOME) / "backups"


def backups(place: Path) -> list[Path]:
    """The backups in a folder, oldest first."""
    return sorted(path for path in place.glob("*.backup") if NAME.fullmatch(path.name)) if place.is_dir() else []


def secret_of(file: Path | None) -> bytes | None:
    """The key in a file. Raises ``Unreadable`` for one too short to be any."""
    if file is None:
        return None
    secret = file.read_bytes().strip()
    if len(secret) < 16:
        raise Unreadable(
            f"密钥文件 {file} 太短，至少 16 个字符。 The key file {file} is too short; 16 characters at least."
        )
    return secret


def expected_bytes() -> int:
    """How much there is to read, for a progress bar."""
    files = sum(path.stat().st_size for path in _kept_files())
    if connection.vendor == "postgresql":
        return files + postgres.size()
    return files + 2 * Path(settings.DATABASES["default"]["NAME"]).stat().st_size


def make(place: Path, secret: bytes | None, keep: int, progress: Callable[[int], None]) -> Made:
    """Make one, and remove the oldest beyond ``keep``, never the one just made: after a clock was set back it bears an older
    name than those before. The database first: a file is kept before the row that names it."""
    began = time.monotonic()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    chain.seal()
    anchors.write()
    path = place / f"zhunsheng-{timezone.localtime():%Y%m%dT%H%M%S}.backup"
    with writing(path, secret, progress) as writer:
        manifest = {
            "format": FORMAT, "made_at": timezone.now().isoformat(), "zhunsheng": __version__, "engine": connection.vendor,
            **(postgres.copy(writer, place) if connection.vendor == "postgresql" else sqlite.copy(writer, place, progress)),
        }  # fmt: skip
        files = _add_files(writer)
        _add_folder(writer, anchors.folder(), ANCHORS)
        if secret:  # never beside what they open, unless all of it is encrypted
            _add_folder(writer, Path(settings.HOME) / "keys", KEYS)
            writer.add_file("secret_key", Path(settings.HOME) / "secret_key")
        writer.finish({**manifest, "files": files, "has_keys": secret is not None})
    others = [one for one in backups(place) if one != path]
    removed = others[: len(others) + 1 - keep] if keep and len(others) >= keep else []
    for old in removed:
        old.unlink()
    return Made(path, path.stat().st_size, files, time.monotonic() - began, secret is not None, removed)


def _kept_files() -> Iterator[Path]:
    """Everything below the folder of files, but what is only just arriving."""
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if path.is_file() and not path.name.startswith("incoming-"):
            yield path


def _add_files(writer: Writer) -> int:
    count = 0
    for path in _kept_files():
        try:
            writer.add_file(FILES + path.relative_to(settings.MEDIA_ROOT).as_posix(), path)
        except FileNotFoundError:
            continue  # a draft of the public, thrown away meanwhile
        count += 1
    return count


def _add_folder(writer: Writer, place: Path, name: str) -> None:
    for path in sorted(place.glob("*")) if place.is_dir() else ():
        if path.is_file():
            writer.add_file(name + path.name, path)
