"""The place of a drill (演练): a folder, or a database beside the one in use, that goes away afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import click
from django.conf import settings
from django.db import DatabaseError, connection


@contextmanager
def place(home: Path, into: str | None) -> Iterator[str]:
    """Where to restore: the database named, a new one on the same server, or the folder."""
    if into is not None or connection.vendor != "postgresql":
        yield into or str(home)
        return
    name = f"zhunsheng_drill_{secrets.token_hex(4)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except DatabaseError as error:
        raise click.ClickException(
            f"不能在服务器上新建数据库（{error}），请用 --into 给出一个空数据库。 "
            "A database cannot be made on the server; name an empty one with --into."
        ) from error
    try:
        yield _address(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _address(name: str) -> str:
    told: dict[str, Any] = settings.DATABASES["default"]
    parts = [quote(str(told[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "PORT")]
    user, password, host, port = parts
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    options = {key: value for key, value in told.get("OPTIONS", {}).items() if key.startswith("ssl")}
    return f"postgres://{login}{host}{f':{port}' if port else ''}/{name}" + (
        f"?{urlencode(options)}" if options else ""
    )
