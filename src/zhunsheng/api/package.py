"""A data package (数据包): a file another installation can trust: what it says of itself, its lines, checksums, a signature.

A ZIP of ``manifest.json``, ``data.jsonl`` and ``signature`` (Ed25519 over the manifest, which holds the SHA-256 of the lines).
What may stand in manifest and lines is in ``package_shapes``; making and taking in are ``package_making`` and ``package_taking``.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from zhunsheng.api.package_shapes import KINDS, PackageRefused, Shape, shaped

FORMAT = 1
MEMBERS = ("manifest.json", "data.jsonl", "signature")
LARGEST = 64 * 1024 * 1024
_WHEN = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file taken apart, nothing of it proven yet. ``digest``: SHA-256 of the manifest, by which a package is known however its
    file was packed; ``file_digest``: of the file."""

    told: Mapping[str, Any]
    head: bytes
    data: bytes
    signature: bytes
    digest: str
    file_digest: str


def _key_path() -> Path:
    return Path(settings.HOME) / "keys" / "exchange"


def own_key() -> Ed25519PrivateKey:
    """The key this installation signs with, made at the first use, readable by its owner only."""
    path = _key_path()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes_raw()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(base64.b64encode(made).decode())
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text(encoding="ascii")))


def own_public_key() -> str:
    """What another installation registers of this one."""
    return base64.b64encode(own_key().public_key().public_bytes_raw()).decode()


def public_key_of(text: str) -> Ed25519PublicKey:
    """A public key as it is told. Raises ``PackageRefused``."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except ValueError as error:
        raise PackageRefused("公钥读不出来，应为对方平台给出的一行文字", "the public key cannot be read") from error


def written(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines as they stand in a package: the same lines are the same bytes."""
    return "".join(f"{_json(line)}\n" for line in lines).encode()


def packed(manifest: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """The manifest with what is said of the lines, and the file of the package, signed."""
    told = {
        **manifest, "format": FORMAT, "installation": settings.INSTALLATION, "lines": data.count(b"\n"),
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    head = _json(told).encode()
    parts = (head, data, base64.b64encode(own_key().sign(head)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in zip(MEMBERS, parts, strict=True):
            file.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return told, buffer.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def opened(content: bytes) -> Opened:
    """A file taken apart. Raises ``PackageRefused``."""
    if len(content) > LARGEST:
        raise PackageRefused("数据包超过 64 MB", "the package is larger than 64 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            sizes = [(info.filename, info.file_size) for info in file.infolist()]
            if sorted(name for name, _size in sizes) != sorted(MEMBERS) or sum(size for _, size in sizes) > LARGEST:
                raise PackageRefused("不是平台导出的数据包", "not a package of the platform")
            head, data, signature = (file.read(name) for name in MEMBERS)
        told = json.loads(head)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError) as error:
        raise PackageRefused("数据包已损坏，请重新传送", "the package is damaged; send it again") from error
    if not isinstance(told, dict):
        raise PackageRefused("数据包已损坏，请重新传送", "the package is damaged; send it again")
    if told.get("format") != FORMAT:
        raise PackageRefused("数据包的版本不同，请先升级平台", "the package is of another version; update first")
    digests = (hashlib.sha256(part).hexdigest() for part in (head, content))
    return Opened(told, head, data, signature, *digests)


def check_signature(found: Opened, public_key: str) -> None:
    """Raises ``PackageRefused`` when somebody else has signed, or the lines are not those that were signed."""
    try:
        public_key_of(public_key).verify(base64.b64decode(found.signature, validate=True), found.head)
    except (InvalidSignature, ValueError) as error:
        raise PackageRefused(
            "签名与登记的公钥不符，不是该平台发来的或者被改动过",
            "the signature does not fit the registered key: sent by somebody else, or changed on the way",
        ) from error
    if found.told.get("sha256") != hashlib.sha256(found.data).hexdigest():
        raise PackageRefused("内容与校验值不符，请重新传送", "the contents differ from their checksum; send it again")


def read(found: Opened) -> tuple[Shape, list[Shape]]:
    """Manifest and lines in their shapes. Raises ``PackageRefused``."""
    kind = KINDS.get(str(found.told.get("kind")))
    if kind is None:
        raise PackageRefused("数据包的类别不认识，请先升级平台", "the kind of the package is not known; update first")
    manifest = shaped(kind.manifest, found.head, "说明", "manifest")
    lines = [
        shaped(kind.line, line, f"第 {number} 行", f"line {number}")
        for number, line in enumerate(found.data.splitlines(), 1)
    ]
    if manifest.lines != len(lines):
        raise PackageRefused("行数与所报的不符，请重新传送", "the number of lines is not what it says; send it again")
    return manifest, lines
