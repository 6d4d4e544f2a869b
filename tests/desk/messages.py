"""Reads every text to be translated out of the product's own files, without the gettext programs.

Python files are read by Babel; a template is first turned into something like Python by Django's ``templatize``.
"""

import io
from pathlib import Path

from babel.messages.extract import extract
from django.template import engines
from django.utils.translation.template import templatize

import zhunsheng

PACKAGE = Path(zhunsheng.__file__).parent
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def used_messages() -> set[tuple[str | None, str]]:
    """(context, msgid) of every text in Python files and templates."""
    engines["django"]
    found: set[tuple[str | None, str]] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= _messages(path.read_bytes())
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        found |= _messages(templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode())
    return found


def _messages(source: bytes) -> set[tuple[str | None, str]]:
    found = set()
    for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        msgid = message[0] if isinstance(message, tuple) else message
        if msgid:
            found.add((context, msgid))
    return found
