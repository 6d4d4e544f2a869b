"""The end of the chain on a day (锚定), in a small file to be kept where the administrators of this machine cannot reach it.

Who can write to the database can write the whole chain anew; then the files no longer agree with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from zhunsheng import __version__
from zhunsheng.security import chain
from zhunsheng.security.models import Link


class Anchor(NamedTuple):
    """What a file says of a link."""

    day: str
    number: int
    digest: str


class BrokenAnchor(Exception):
    """A file that is no anchor."""


def folder() -> Path:
    """Where the files are written."""
    return Path(settings.HOME) / "anchors"


def write(into: Path | None = None) -> Path | None:
    """Write the newest link into the file of today; one that is there already stays as it is. None without any link."""
    link = Link.objects.order_by("-number").first()
    if link is None:
        return None
    place = into or folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = place / f"{timezone.localdate().isoformat()}.json"
    tables = {table: found["last"] for table, found in chain.head().tables.items()}
    said = {
        "day": timezone.localdate().isoformat(), "link": link.number, "digest": link.digest, "algorithm": link.algorithm,
        "sealed_at": link.at.isoformat(), "last_rows": tables, "zhunsheng": __version__,
    }  # fmt: skip
    try:
        with file.open("x", encoding="utf-8") as stream:
            json.dump(said, stream, ensure_ascii=False, indent=1)
    except FileExistsError:
        pass
    return file


def is_due() -> bool:
    """Whether today has no file yet."""
    return not (folder() / f"{timezone.localdate().isoformat()}.json").exists()


def read(place: Path) -> Iterator[Anchor]:
    """The anchors in a folder, oldest first. Raises ``BrokenAnchor`` for a file that is none."""
    for file in sorted(place.glob("*.json")):
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            yield Anchor(date.fromisoformat(said["day"]).isoformat(), int(said["link"]), str(said["digest"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenAnchor(
                f"{file} 不是锚定文件，请移走后再试。 {file} is no anchor file; take it away and try again."
            ) from error
