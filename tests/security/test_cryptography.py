"""With what is encrypted, hashed and signed: by OpenSSL alone, with algorithms nobody has given up, and passwords slowly."""

import ast
from pathlib import Path

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.hashers import PBKDF2PasswordHasher

import zhunsheng
from zhunsheng.durability import archive

pytestmark = pytest.mark.once
PACKAGE = Path(zhunsheng.__file__).parent
ALLOWED = {
    "AESGCM", "Cipher", "modes", "AES256", "SM4", "InvalidTag", "Scrypt", "Ed25519PrivateKey", "Ed25519PublicKey", "InvalidSignature",
    "UnsupportedAlgorithm",
}  # fmt: skip
"""What of the package ``cryptography`` is used."""
GIVEN_UP = {
    "md5",
    "sha1",
    "md4",
    "ripemd160",
    "ECB",
    "CBC",
    "TripleDES",
    "ARC4",
    "Blowfish",
    "PKCS1v15",
    "RSA_PKCS1_PADDING",
}
OTHERS = {"Crypto", "Cryptodome", "rsa", "gmssl", "nacl", "ecdsa", "M2Crypto"}


def used(tree: ast.AST) -> tuple[set[str], set[str]]:
    """(what is taken from ``cryptography``, names of what nobody ought to use any more)."""
    taken, bad = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography"):
            taken |= {alias.name for alias in node.names}
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        bad |= {name for module in modules if (name := module.partition(".")[0]) in OTHERS}
        if isinstance(node, ast.Attribute) and node.attr in GIVEN_UP:
            bad.add(node.attr)
        if isinstance(node, ast.Call):
            words = [*node.args, *(word.value for word in node.keywords)]
            bad |= {
                str(word.value) for word in words if isinstance(word, ast.Constant) and word.value in ("md5", "sha1")
            }
            if ast.unparse(node.func).endswith("salted_hmac") and not any(
                word.arg == "algorithm" for word in node.keywords
            ):
                bad.add("salted_hmac without an algorithm")
    return taken, bad


def test_all_of_it_is_done_by_openssl_with_current_algorithms():
    taken: set[str] = set()
    for path in PACKAGE.glob("**/*.py"):
        found, bad = used(ast.parse(path.read_text(encoding="utf-8")))
        taken |= found
        assert bad == set(), path
    assert taken <= ALLOWED
    assert {"AESGCM", "SM4", "Ed25519PrivateKey"} <= taken
    assert used(ast.parse("hashlib.md5(x)\nhashlib.new('sha1')\nimport Crypto.Cipher\nmodes.ECB()\nsalted_hmac(a, b)"))[1] == {
        "md5", "sha1", "Crypto", "ECB", "salted_hmac without an algorithm",
    }  # fmt: skip


def test_passwords_and_backup_keys_go_through_slow_functions(monkeypatch):
    from zhunsheng import settings

    assert not hasattr(settings, "PASSWORD_HASHERS"), "those of Django, the first of which is"
    assert PBKDF2PasswordHasher().iterations >= 600_000
    assert hashers.PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"
    asked = {}
    monkeypatch.setattr(archive, "Scrypt", lambda **said: asked.update(said) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archive._derive(b"a key of a backup", b"salt of sixteen!")
    assert (asked["n"], asked["r"], asked["length"]) == (2**15, 8, 32)
