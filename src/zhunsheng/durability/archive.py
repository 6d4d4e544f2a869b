"""The file of a backup (备份文件): a gzipped tar of parts in order, the last of which, ``manifest.json``, says what the others are and
hashes them. With a key the whole of it is encrypted in frames; a frame that was changed, taken out or put elsewhere does not open.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"ZHUNSHENG-BACKUP-1\n"
FRAME = 1 << 20
_SALT, _NONCE, _TAG = 16, 8, 16
MANIFEST = "manifest.json"
PIECE = 1 << 20


class Unreadable(Exception):
    """A file that is no backup, is damaged, or cannot be opened with the key."""


def _derive(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(secret))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">I", number << 1 | last)


class Encrypting(io.RawIOBase):
    """Writes what it is given in encrypted frames; the last one is marked, so that a file cut short is known."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        salt, self._prefix = os.urandom(_SALT), os.urandom(_NONCE)
        self._cipher, self._file = _derive(secret, salt), file
        self._waiting, self._number = bytearray(), 0
        file.write(MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]
        return len(data)

    def _frame(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), plain, MAGIC))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._frame(bytes(self._waiting), last=True)
            super().close()


class Decrypting(io.RawIOBase):
    """Reads what ``Encrypting`` wrote. Raises ``Unreadable``."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        salt, self._prefix = file.read(_SALT), file.read(_NONCE)
        self._cipher, self._file = _derive(secret, salt), file
        self._next, self._plain, self._number, self._over = file.read(FRAME + _TAG), b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self._over:
            frame, self._next = self._next, self._file.read(FRAME + _TAG)
            self._over = not self._next
            try:
                nonce = _nonce(self._prefix, self._number, last=self._over)
                self._plain = self._cipher.decrypt(nonce, frame, MAGIC)
            except InvalidTag as error:
                raise Unreadable(
                    "备份文件无法解密：密钥不对，或者文件已损坏、不完整。 "
                    "The backup cannot be decrypted: another key, or a damaged or incomplete file."
                ) from error
            self._number += 1
        taken = self._plain[: len(buffer)]
        buffer[: len(taken)] = taken
        self._plain = self._plain[len(taken) :]
        return len(taken)


class Writer:
    """Adds parts to a backup and keeps their hashes."""

    def __init__(self, tar: tarfile.TarFile, progress: Callable[[int], None]) -> None:
        self._tar, self._progress = tar, progress
        self.members: list[dict[str, Any]] = []

    def add(self, name: str, stream: IO[bytes], size: int) -> str:
        """Add a part of known size; gives its hash."""
        reading = Hashing(stream, self._progress)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, reading)  # type: ignore[arg-type]
        digest = reading.content.hexdigest()
        self.members.append({"name": name, "size": size, "sha256": digest})
        return digest

    def add_file(self, name: str, path: Path) -> str:
        """Add a file as a part."""
        with path.open("rb") as stream:
            return self.add(name, stream, path.stat().st_size)

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add what says all the rest."""
        text = json.dumps({**manifest, "members": self.members}, ensure_ascii=False, indent=1, default=str).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        self._tar.addfile(info, io.BytesIO(text))


class Hashing:
    """A stream that is hashed while it is read."""

    def __init__(self, stream: IO[bytes], progress: Callable[[int], None]) -> None:
        self._stream, self._progress, self.content = stream, progress, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.content.update(piece)
        self._progress(len(piece))
        return piece


@contextmanager
def writing(path: Path, secret: bytes | None, progress: Callable[[int], None]) -> Iterator[Writer]:
    """A new backup; the file is there only when all of it is."""
    draft = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            outer: Any = Encrypting(file, secret) if secret else file
            with (
                gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=1, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|", bufsize=PIECE, format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writer(tar, progress)
            if secret:
                outer.close()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def reading(path: Path, secret: bytes | None) -> Iterator[tarfile.TarFile]:
    """The parts of a backup, in order. Raises ``Unreadable``."""
    with path.open("rb") as file:
        inner: Any = file
        if file.read(len(MAGIC)) == MAGIC:
            if not secret:
                raise Unreadable(
                    "备份文件是加密的，请用 --key 给出密钥文件。 The backup is encrypted; give the key file with --key."
                )
            inner = io.BufferedReader(Decrypting(file, secret), PIECE)
        else:
            file.seek(0)
        try:
            with (
                gzip.GzipFile(fileobj=inner, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|", bufsize=PIECE) as tar,
            ):
                yield tar
                while packed.read(
                    PIECE
                ):  # to the end, where the sum over all of it stands: a part read so far may be damaged too
                    pass
        except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable("不是完整的备份文件。 This is no complete backup.") from error


def pour(stream: IO[bytes], into: IO[bytes]) -> str:
    """Copy a part; gives its hash."""
    content = hashlib.sha256()
    while piece := stream.read(PIECE):
        content.update(piece)
        into.write(piece)
    return content.hexdigest()
