"""Keys (密钥) for what is kept encrypted: where they are, how they are made, and the two ways of encrypting.

Keys stand outside the database: in the file ``keys/sealing`` of the home, or in ``ZHUNSHENG_KEYS`` with the same lines. A
line is ``id algorithm key``; the last one of an encrypting algorithm is in use, the others open what was sealed before.
Without them a copy of the database tells nothing of what is sealed.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256, SM4
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

AES_GCM, SM4_GCM, DIGEST = "aes-256-gcm", "sm4-gcm", "hmac-sha-256"
CIPHERS: Mapping[str, tuple[Any, int]] = {AES_GCM: (AES256, 32), SM4_GCM: (SM4, 16)}
"""Algorithm → its cipher and the bytes of a key. Both are used in Galois/Counter Mode, which notices every change."""
_NONCE, _TAG = 12, 16


class CannotOpen(Exception):
    """Something sealed cannot be opened with the keys at hand."""


@dataclass(frozen=True)
class Key:
    """One key. ``id`` stands with everything sealed with it."""

    id: str
    algorithm: str
    secret: bytes

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Encrypt; ``about`` is not kept, but has to be the same to open it: a value does not open in another field."""
        nonce = os.urandom(_NONCE)
        if self._aes is not None:
            return nonce + self._aes.encrypt(nonce, plain, about)
        encryptor = self._cipher(modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(about)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Decrypt. Raises ``CannotOpen`` for another key and for whatever has been changed."""
        nonce, body, tag = sealed[:_NONCE], sealed[_NONCE:-_TAG], sealed[-_TAG:]
        try:
            if self._aes is not None:
                return self._aes.decrypt(nonce, sealed[_NONCE:], about)
            decryptor = self._cipher(modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(about)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"key {self.id}") from error

    @cached_property
    def _aes(self) -> AESGCM | None:
        """The same for AES in one call with the key set up once: every step of a case seals and opens something."""
        return AESGCM(self.secret) if self.algorithm == AES_GCM else None

    def _cipher(self, mode: modes.GCM) -> Cipher[modes.GCM]:
        return Cipher(CIPHERS[self.algorithm][0](self.secret), mode)

    @property
    def line(self) -> str:
        return f"{self.id} {self.algorithm} {base64.b64encode(self.secret).decode()}"


@dataclass(frozen=True)
class Keys:
    """All keys of an installation."""

    all: tuple[Key, ...]

    @cached_property
    def by_id(self) -> dict[str, Key]:
        return {key.id: key for key in self.all}

    @cached_property
    def current(self) -> Key:
        """The key things are sealed with."""
        return [key for key in self.all if key.algorithm in CIPHERS][-1]

    @cached_property
    def for_digests(self) -> Key:
        """The key of the digests that identity numbers are found by. It is never changed: the digests could not be made
        anew without the numbers."""
        return next(key for key in self.all if key.algorithm == DIGEST)


def path() -> Path:
    return _path_in(settings.HOME)


@lru_cache(2)
def _path_in(home: Path) -> Path:
    return Path(home) / "keys" / "sealing"


def keys() -> Keys:
    """The keys as they are now: a file that has changed is read again, so that all processes go over to a new key."""
    if told := os.environ.get("ZHUNSHENG_KEYS", "").strip():
        return _read(told, "ZHUNSHENG_KEYS")
    file = path()
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        _write_new(file, f"{_new(AES_GCM, ()).line}\n{_new(DIGEST, ()).line}\n")
        changed = file.stat().st_mtime_ns
    return _of_file(file, changed)


@lru_cache(2)
def _of_file(file: Path, changed: int) -> Keys:
    return _read(file.read_text(), str(file))


@lru_cache(2)
def _read(text: str, where: str) -> Keys:
    try:
        result = _checked(tuple(_key(*line.split()) for line in text.replace(";", "\n").splitlines() if line.strip()))
    except (ValueError, TypeError, IndexError, StopIteration) as error:
        raise ImproperlyConfigured(
            f"密钥 {where} 无法读取：每行应为“编号 算法 密钥（Base64）”，须有一行加密密钥和一行 {DIGEST}。请恢复原来的密钥，没有它们无法读出加密的内容。 "
            f"The keys in {where} cannot be read: each line is “id algorithm key (Base64)”, with one that encrypts and one for {DIGEST}. "
            "Put the former keys back; what is encrypted cannot be read without them."
        ) from error
    return result


def _checked(found: tuple[Key, ...]) -> Keys:
    result = Keys(found)
    if len(result.by_id) != len(found) or result.current == result.for_digests:
        raise ValueError("one that encrypts and one for digests, each under its own id")
    return result


def _key(key_id: str, algorithm: str, secret: str) -> Key:
    raw = base64.b64decode(secret, validate=True)
    if len(raw) != (32 if algorithm == DIGEST else CIPHERS[algorithm][1] if algorithm in CIPHERS else -1):
        raise ValueError("length")
    return Key(key_id, algorithm, raw)


def _new(algorithm: str, besides: tuple[Key, ...]) -> Key:
    if algorithm == DIGEST:
        return Key("d1", DIGEST, secrets.token_bytes(32))
    number = 1 + sum(key.algorithm in CIPHERS for key in besides)
    return Key(f"k{number}", algorithm, secrets.token_bytes(CIPHERS[algorithm][1]))


def add(algorithm: str) -> Key:
    """A new key, in use from now on. Raises ``ImproperlyConfigured`` where keys come from the environment or the algorithm is not
    to be had on this machine."""
    if os.environ.get("ZHUNSHENG_KEYS", "").strip():
        raise ImproperlyConfigured(
            "密钥由环境变量 ZHUNSHENG_KEYS 给出，请在其中添加新的一行，然后运行 zhunsheng keys reseal。 "
            "The keys come from ZHUNSHENG_KEYS: add a line there, then run zhunsheng keys reseal."
        )
    known = keys().all
    key = _new(algorithm, known)
    try:
        key.open(key.seal(b"", b""), b"")
    except UnsupportedAlgorithm as error:
        raise ImproperlyConfigured(
            f"本机的 OpenSSL 不支持 {algorithm}。 OpenSSL of this machine has no {algorithm}."
        ) from error
    _replace(path(), "".join(f"{one.line}\n" for one in (*known, key)))
    return key


def forget(key_ids: set[str]) -> None:
    """Keep some keys no longer; the caller has seen that nothing is sealed with them."""
    _replace(path(), "".join(f"{one.line}\n" for one in keys().all if one.id not in key_ids))


def _draft(file: Path, text: str) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _replace(file: Path, text: str) -> None:
    _draft(file, text).replace(file)


def _write_new(file: Path, text: str) -> None:
    """The file made once: a process that comes second takes what the first has written."""
    draft = _draft(file, text)
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
