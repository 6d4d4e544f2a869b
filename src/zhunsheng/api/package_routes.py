"""Handing in data packages over HTTP (报送数据包): a file in parts, each where the last one ended, so that a broken line costs
one part; then checked and taken in like one from the command line."""

from __future__ import annotations

import fcntl
import time
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Query, Schema

from zhunsheng.api.calls import Routes
from zhunsheng.api.case_routes import Cursor, Limit
from zhunsheng.api.models import Package
from zhunsheng.api.package import LARGEST
from zhunsheng.api.package_shapes import PackageRefused
from zhunsheng.api.package_taking import gaps, take_in
from zhunsheng.api.paging import USUAL, piece, whole
from zhunsheng.api.problems import Problem
from zhunsheng.api.shapes import Page, example

routes = Routes(tags=["数据包 Data packages"])
SCOPE = "exchange"
PART = 2 * 1024 * 1024
UNFINISHED = 8
"""Files one account may have begun and not finished; what nobody went on with for a week is thrown away."""
WEEK = 7 * 24 * 3600
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", min_length=64, max_length=64)]


class UploadOut(Schema):
    """How much of a file has come."""

    model_config = example(received=2097152)
    received: int


class PackageOut(Schema):
    """A package that was taken in. ``missing``: numbers of the same matter that have not come, though later ones have."""

    model_config = example(
        digest="9f" * 32, installation="410422.lwr", kind="figures", region="410422", number=4,
        made_at="2026-04-02T09:00:00+08:00", taken_at="2026-04-02T09:05:00+08:00", lines=812, is_new=True, missing=[],
    )  # fmt: skip
    digest: str
    installation: str
    kind: str
    region: str
    number: int
    made_at: datetime
    taken_at: datetime
    lines: int
    is_new: bool = False
    missing: list[int] = []


def _out(package: Package, missing: dict[tuple[int, str], list[int]], *, is_new: bool = False) -> PackageOut:
    return PackageOut(
        digest=package.file_digest, installation=package.installation.name, kind=package.kind, region=package.region_id,
        number=package.number, made_at=package.made_at, taken_at=package.taken_at, lines=package.manifest["lines"],
        is_new=is_new, missing=missing.get((package.installation_id, package.stream), []),
    )  # fmt: skip


def _missing(*installations: int) -> dict[tuple[int, str], list[int]]:
    return {(gap.package.installation_id, gap.package.stream): gap.numbers for gap in gaps(*installations)}


def _folder() -> FilePath:
    folder = FilePath(settings.HOME) / "uploads-exchange"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(request: Any, digest: str) -> FilePath:
    return _folder() / f"{request.caller.account}-{digest}"


def _make_room(request: Any, path: FilePath) -> None:
    """Raises ``Problem`` when too much was begun."""
    begun = []
    for other in _folder().glob(f"{request.caller.account}-*"):
        if time.time() - other.stat().st_mtime > WEEK:
            other.unlink(missing_ok=True)
        else:
            begun.append(other)
    if path not in begun and len(begun) >= UNFINISHED:
        raise Problem(
            409, "unfinished", f"已有 {len(begun)} 个文件没有传完，请先传完或者等一周后自动清除",
            f"{len(begun)} files were begun and not finished; finish one, or wait until they are thrown away after a week",
        )  # fmt: skip


@routes.reads("/exchange/packages", SCOPE, Page[PackageOut], "数据包 · packages that were taken in")
def list_packages(request: Any, cursor: Cursor = "", limit: Limit = USUAL) -> Any:
    rows = Package.visible.to(request.caller.access).exclude(installation=None).select_related("installation")
    found, after = piece(rows, ("pk",), (whole,), cursor, limit, down=True)
    missing = _missing()
    return {"items": [_out(row, missing) for row in found], "next": after}


@routes.reads("/exchange/uploads/{digest}", SCOPE, UploadOut, "已收到多少 · how much of a file has come")
def read_upload(request: HttpRequest, digest: Digest) -> Any:
    path = _path(request, digest)
    return {"received": path.stat().st_size if path.is_file() else 0}


@routes.puts(
    "/exchange/uploads/{digest}", SCOPE, UploadOut, "上传一段 · a part of a file, at most 2 MB",
    description="Scope: `exchange`. The body is the part itself (`application/octet-stream`); `offset` is how much came before.",
)  # fmt: skip
def put_part(request: HttpRequest, digest: Digest, offset: Annotated[int, Query(ge=0, lt=LARGEST)]) -> Any:
    part = request.body
    if len(part) > PART or offset + len(part) > LARGEST:
        raise Problem(413, "too_large", "每段最多 2 MB，整个文件最多 64 MB", "2 MB a part, 64 MB a file at most")
    path = _path(request, digest)
    _make_room(request, path)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, 2)
        if offset > size:
            raise Problem(
                409,
                "offset",
                f"已收到 {size} 字节，请从那里继续",
                f"{size} bytes have come; go on from there",
                field="offset",
            )
        if offset + len(part) > size:  # else this part has come already
            file.write(part[size - offset :])
        return {"received": file.seek(0, 2)}


@routes.asks("/exchange/uploads/{digest}/finish", SCOPE, PackageOut, "接收 · check the file and take it in")
def finish(request: Any, digest: Digest) -> Any:
    """The same file finished again answers the same: it is taken in once. One that is refused is thrown away."""
    path = _path(request, digest)
    taken = Package.objects.filter(file_digest=digest).exclude(installation=None).select_related("installation")
    package, is_new = taken.first(), False
    if package is None:
        if not path.is_file():
            raise Problem(404, "not_found", "还没有收到这个文件", "nothing of this file has come")
        try:
            package, is_new = take_in(path.read_bytes(), request.caller.officer, digest)
        except PackageRefused as error:
            path.unlink(missing_ok=True)
            raise Problem(422, "package", error.words.zh, error.words.en) from error
    path.unlink(missing_ok=True)
    return _out(package, _missing(package.installation_id), is_new=is_new)
