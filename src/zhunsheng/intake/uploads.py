"""Files from the public (材料上传): which may be taken. A file is known by its content; what can carry a program is refused.

Kinds and first bytes are those of ``cases.materials``. Office documents and OFD are archives: they are looked through
to the end, within bounds, before anybody opens them. Archives themselves are not taken.
"""

from __future__ import annotations

import secrets
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from zhunsheng.cases.materials import check_kind, kind_of, not_what_it_says, own_name
from zhunsheng.orgs.refusals import Refused, refused

TAKEN = ("pdf", "jpg", "jpeg", "png", "docx", "doc", "wps", "xlsx", "xls", "et", "ofd", "txt")
"""The kinds a party may hand in."""

_MAIN_PARTS = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
}
"""What an office document says it is, in its list of contents; one with macros says otherwise."""
_MOST_PARTS = 3_000
_UNPACKED = 200 * 1024 * 1024
"""An office document that would unpack to more, or that has more parts, is none somebody wrote."""
_PIECE = 1024 * 1024
LEAST_FREE = 2**30
"""Bytes that stay free on the disk whatever the public sends: what officers do must go on."""
_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))
"""Names of storages in office documents of the older kind, which stand in them uncompressed."""


class Uploaded(Protocol):
    """A file as it comes with a form."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]:
        """Its content, piece by piece."""


def body_limit() -> int:
    """The largest request with files that is read at all."""
    return (settings.PUBLIC_FILE_MB * 3 + 1) * _PIECE


def keep(file: Uploaded) -> tuple[str, str, int]:
    """Look into a file and lay it aside for a form begun; gives (where, its own name, size). Raises ``Refused``; a refused
    file leaves nothing behind."""
    name = own_name(file.name or "")
    kind_of(name, TAKEN)
    if (file.size or 0) > settings.PUBLIC_FILE_MB * _PIECE:
        most = settings.PUBLIC_FILE_MB
        raise refused(
            "file",
            f"「{name}」超过 {most} MB，请压缩或者分成几个文件",
            f"“{name}” is larger than {most} MB; compress or part it",
            "file",
        )
    if not file.size:
        raise refused("file", f"「{name}」是空文件，请核对后重新选择", f"“{name}” is empty", "file")
    place = secrets.token_hex(20)
    path = path_of(place)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < LEAST_FREE:
        raise refused(
            "full",
            "网站暂时存不下文件，请过些时候再上传，或者到窗口提交",
            "the site has no room for files at the moment; upload them later, or hand them in at the counter",
            "file",
        )
    try:
        with path.open("xb") as kept:
            for piece in file.chunks():
                kept.write(piece)
        check(path, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return place, name, file.size


def path_of(place: str) -> Path:
    """Where a file of a form begun lies."""
    return Path(settings.MEDIA_ROOT) / "begun" / place


def check(path: Path, name: str) -> None:
    """Look whether a file may be taken. Raises ``Refused``."""
    kind = kind_of(name, TAKEN)
    check_kind(path, name, kind)
    ending = name.rpartition(".")[2].lower()
    with path.open("rb") as file:
        if ending in {"docx", "xlsx", "ofd"}:
            _check_package(file, name, ending)
        elif ending in {"doc", "wps", "xls", "et"}:
            _check_old_office(file, name)


def _check_package(file: BinaryIO, name: str, ending: str) -> None:
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise _bomb(name)
            names = {part.filename.lower() for part in parts}
            if any(part.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in part for part in names):
                raise _macro(name)
            listed = _read_through(package, parts, name, ending)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise not_what_it_says(name) from error
    if ending == "ofd":
        if "ofd.xml" not in names:
            raise not_what_it_says(name)
    elif b"macroenabled" in listed.lower():
        raise _macro(name)
    elif _MAIN_PARTS[ending] not in listed:
        raise not_what_it_says(name)


def _read_through(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str, ending: str) -> bytes:
    """Unpack every part and throw it away, because what an archive says of its sizes need not be true; gives the list of
    contents."""
    listed, unpacked = b"", 0
    for part in parts:
        is_list = part.filename == "[Content_Types].xml"
        with package.open(part) as content:
            while piece := content.read(_PIECE):
                unpacked += len(piece)
                if unpacked > _UNPACKED:
                    raise _bomb(name)
                if is_list:
                    listed += piece
    return listed


def _check_old_office(file: BinaryIO, name: str) -> None:
    """The names of storages may lie across two pieces, so each is looked at with the end of the one before."""
    longest = max(len(sign) for sign in _MACROS)
    end = b""
    while piece := file.read(_PIECE):
        if any(sign in end + piece for sign in _MACROS):
            raise _macro(name)
        end = piece[-longest:]


def _bomb(name: str) -> Refused:
    return refused("file", f"「{name}」解压后过大，不能接收，请另存为 PDF 后上传", f"“{name}” would unpack to too much; save it as PDF and send that", "file")  # fmt: skip


def _macro(name: str) -> Refused:
    return refused(
        "file",
        f"「{name}」带有宏（程序），不能接收，请另存为不带宏的文件或者 PDF 后上传",
        f"“{name}” carries macros, which are programs; save it without them or as PDF and send that",
        "file",
    )
