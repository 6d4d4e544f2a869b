"""Opens Word documents (docx) that somebody handed in: none that is broken, none that unpacks to more than may be.

What is read in one is the business of those who ask for it. Workbooks are opened by ``workbooks``.
"""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from zhunsheng.workbooks import unpacked_size

UNPACKED_LIMIT = 200 * 2**20
"""Bytes a document may come to when it is unpacked."""
_ENDS_WITH = (
    PackageNotFoundError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, NotImplementedError,
    RuntimeError, EOFError, OSError,
)  # fmt: skip
"""What reading a file that is no whole Word document ends with."""


class Broken(Exception):
    """It is no whole Word document."""


class TooLarge(Exception):
    """It unpacks to more than may be."""


def opened(content: bytes) -> Document:
    """The document of a file. Raises ``Broken`` and ``TooLarge``."""
    try:
        if unpacked_size(io.BytesIO(content)) <= UNPACKED_LIMIT:
            return docx.Document(io.BytesIO(content))
    except _ENDS_WITH as error:
        raise Broken from error
    raise TooLarge
