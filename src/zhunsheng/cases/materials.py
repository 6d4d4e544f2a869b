"""材料: files that belong to a case: taken in, kept once under the hash of their content, given out, made void.

A file is known by its content: its kind is read from its first bytes, never believed from its name alone. Nothing is
ever deleted here. Which cases an officer may see at all is asked before, through ``Case.visible``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhunsheng.cases.capacity import acting_for
from zhunsheng.cases.models import Case, Material, Volume
from zhunsheng.cases.reading import procedure_of
from zhunsheng.orgs.access import Access
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused, behalf, refused
from zhunsheng.papers.models import Paper
from zhunsheng.security.audit import record as audit

LARGEST = 100 * 1024 * 1024
"""The largest file, in bytes. A setting of the platform, not a rule of law."""

_PIECE = 1024 * 1024


class FileKind(NamedTuple):
    """A kind of file: the type it is served as, and how its content begins (nothing: plain text, which begins anyhow)."""

    content_type: str
    starts: tuple[bytes, ...]
    at: int = 0


_ZIP = (b"PK\x03\x04",)
_OLD_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OOXML = "application/vnd.openxmlformats-officedocument."

KINDS = {
    "pdf": FileKind("application/pdf", (b"%PDF-",)),
    "ofd": FileKind("application/ofd", _ZIP),
    "docx": FileKind(_OOXML + "wordprocessingml.document", _ZIP),
    "xlsx": FileKind(_OOXML + "spreadsheetml.sheet", _ZIP),
    "pptx": FileKind(_OOXML + "presentationml.presentation", _ZIP),
    "doc": FileKind("application/msword", _OLD_OFFICE),
    "xls": FileKind("application/vnd.ms-excel", _OLD_OFFICE),
    "wps": FileKind("application/vnd.ms-works", _OLD_OFFICE),
    "et": FileKind("application/octet-stream", _OLD_OFFICE),
    "txt": FileKind("text/plain; charset=utf-8", ()),
    "csv": FileKind("text/csv; charset=utf-8", ()),
    "jpg": FileKind("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": FileKind("image/jpeg", (b"\xff\xd8\xff",)),
    "png": FileKind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "tif": FileKind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": FileKind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "bmp": FileKind("image/bmp", (b"BM",)),
    "zip": FileKind("application/zip", _ZIP),
    "mp3": FileKind("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": FileKind("audio/wav", (b"RIFF",)),
    "mp4": FileKind("video/mp4", (b"ftyp",), 4),
}
"""The kinds of files a case may hold, by the ending of their name."""


def works_on(case: Case, access: Access) -> bool:
    """Whether the officer has a part in the work on a case, rather than being asked for something or looking on."""
    return bool(access.roles(case.system, case.path, frozenset(procedure_of(case).procedure.roles)))


def right_on(case: Case, access: Access) -> Access:
    """The capacity in which the officer works on a case, or is asked for something on it."""
    right = acting_for(access, procedure_of(case), case.path, "")
    if works_on(case, right):
        return right
    open_requests = list(case.assignments.filter(state="open").values_list("to_organ", "to_officer"))
    return access.capacity_for(lambda one: any(one.is_asked(*asked, case.system) for asked in open_requests))


def volumes_for(case: Case, access: Access) -> list[Volume]:
    """The volumes of a case an officer may see and add to: the inner one is for those who work on the case."""
    return list(Volume) if works_on(case, access) else [Volume.MAIN]


@transaction.atomic
def add_material(
    case: Case,
    file: Iterable[bytes],
    *,
    file_name: str,
    officer: Officer | None,
    access: Access | None,
    title: str = "",
    volume: str = Volume.MAIN,
    sequence: int | None = None,
    paper: int | None = None,
) -> Material:
    """File a material in a case; ``file`` gives its content piece by piece. Raises ``Refused``.

    Without an officer it was handed in by the party over the public pages, which have looked into it (``intake.uploads``).
    """
    right = None
    if access is not None:
        right = right_on(case, access)
        _may_add(case, access, volume)
    if sequence is not None and not case.events.filter(sequence=sequence).exists():
        raise refused("field", "本案没有这一办理记录", "the case has no such record", "sequence")
    if paper is not None and not Paper.objects.filter(pk=paper, case_id=case.pk).exists():
        raise refused("field", "本案没有这份文书", "the case has no such paper", "paper")
    name = own_name(file_name)
    kind = kind_of(name)
    digest, size = _keep(file, name, kind)
    row = Material.objects.create(
        case=case, volume=volume, title=(title.strip() or name.rpartition(".")[0])[:200], sequence=sequence,
        paper_id=paper, file_name=name, content_type=kind.content_type, size=size, digest=digest, added_by=officer,
        on_behalf_of_id=right.principal if right else None, added_at=timezone.now(),
    )  # fmt: skip
    audit(
        "material.add", f"case:{case.pk}", officer.pk if officer else None, material=row.pk, digest=digest, size=size,
        **behalf(right),
    )  # fmt: skip
    return row


def own_name(file_name: str) -> str:
    """The name of a file itself, without the folders some browsers send along."""
    return PurePosixPath(file_name.replace("\\", "/")).name.strip()[-200:]


def kind_of(name: str, among: Iterable[str] = KINDS) -> FileKind:
    """The kind of a file by the ending of its name. Raises ``Refused`` where it is not among those that are taken."""
    taken = {ending: KINDS[ending] for ending in among}
    kind = taken.get(name.rpartition(".")[2].lower())
    if kind is None:
        known = "、".join(taken)
        raise refused(
            "kind",
            f"「{name}」不是可以上传的类型；可以上传 {known}",
            f"“{name}” is of no kind that is taken: {known}",
            "file",
        )
    return kind


def _may_add(case: Case, access: Access, volume: str) -> None:
    if volume not in volumes_for(case, access):
        raise refused("role", "您只能向正卷提交材料", "you may add to the main volume only", "volume")
    if not works_on(case, access) and not case.assignments.filter(access.asked(), state="open").exists():
        raise refused("role", "您不承办本案，不能提交材料", "the case is not yours to add to")


def _keep(file: Iterable[bytes], name: str, kind: FileKind) -> tuple[str, int]:
    """Write the content away under its hash, once; gives (hash, size in bytes). A refused file leaves nothing behind."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False) as draft:
        arriving = Path(draft.name)
        try:
            digest, size = _pour(file, draft, name)
            draft.flush()
            os.fsync(draft.fileno())
            check_kind(arriving, name, kind)
            place = path_of(digest)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            arriving.replace(place)  # the same content again: the same bytes in the same place
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise
    return digest, size


def _pour(file: Iterable[bytes], into: BinaryIO, name: str) -> tuple[str, int]:
    content, size = hashlib.sha256(), 0
    for piece in file:
        size += len(piece)
        if size > LARGEST:
            most = LARGEST // _PIECE
            raise refused(
                "size",
                f"「{name}」超过 {most} MB，请压缩或者分成几个文件",
                f"“{name}” is larger than {most} MB",
                "file",
            )
        content.update(piece)
        into.write(piece)
    if not size:
        raise refused("size", f"「{name}」是空文件，请核对后重新选择", f"“{name}” is empty", "file")
    return content.hexdigest(), size


def check_kind(path: Path, name: str, kind: FileKind) -> None:
    """Look whether a file begins as one of its kind does. Raises ``Refused``."""
    with path.open("rb") as file:
        begins = file.read(64)[kind.at :]
    fits = begins.startswith(kind.starts) if kind.starts else b"\0" not in begins
    if not fits:
        raise not_what_it_says(name)


def not_what_it_says(name: str) -> Refused:
    """Why a file is not taken whose content its name belies."""
    return refused(
        "kind",
        f"「{name}」的内容与后缀名不符，请用原来的软件另存后再上传",
        f"the content of “{name}” is not what its name says; save it anew with its own program",
        "file",
    )


def path_of(digest: str) -> Path:
    """Where the content of this hash is kept."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


class ContentLost(Exception):
    """The kept content is gone or is not what was filed; to be restored from a backup."""


def open_material(row: Material, officer: Officer) -> BinaryIO:
    """The content of a material, for reading; that it was taken out is kept in the audit trail.

    Raises ``ContentLost`` when the bytes are not those that were filed.
    """
    try:
        file = path_of(row.digest).open("rb")
    except OSError as error:
        raise ContentLost(row.digest) from error
    if hashlib.file_digest(file, "sha256").hexdigest() != row.digest:
        file.close()
        raise ContentLost(row.digest)
    file.seek(0)
    audit("material.download", f"case:{row.case_id}", officer.pk, material=row.pk)
    return file


@transaction.atomic
def void_material(row: Material, *, officer: Officer, access: Access, reason: str) -> None:
    """作废: the material stays in the list, struck out, with the reason. Raises ``Refused``."""
    if not works_on(row.case, access) and access.people.isdisjoint((row.added_by_id, row.on_behalf_of_id)):
        raise refused("role", "您只能作废自己提交的材料", "you may void only what you have added")
    if not reason.strip():
        raise refused("missing", "请填写作废理由", "say why it is void", "reason")
    changed = Material.objects.filter(pk=row.pk, voided_at=None).update(
        voided_at=timezone.now(), voided_by=officer, void_reason=reason.strip()[:300]
    )
    if not changed:
        raise refused("voided", "该材料已经作废", "it is void already")
    audit("material.void", f"case:{row.case_id}", officer.pk, material=row.pk, **behalf(right_on(row.case, access)))
