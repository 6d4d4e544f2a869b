"""Every way to read something on the public's pages, taken from the table of addresses itself: each address with every record
there is, asked for in every way an address can be, by everybody; and what is found on the way that must not be read.

A route that is added is walked without a line here. What converters are filled with stands in ``VALUES``.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pdfplumber
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

BEGINS = ("public/", "robots.txt")
VALUES: dict[str, tuple[str, ...]] = {
    "form": ("csv", "json", "xlsx"), "print": ("docx", "pdf"), "slug": ("power_list", "normdoc_public_library", "documents", "decisions"),
    "str": ("04抽取规则.csv", "..", "x"),
}  # fmt: skip
"""What stands for each converter but ``int``, which is every number there is and one that is none."""
ASKED = (
    "",
    "?q=暗号",
    "?q=决定&kind=other&year=2026&page=1",
    "?day=2026-01-01&standing=all",
    "?name=示例甲&organ=1",
)
NONE = 999_999
HEAVIEST = 150_000
_CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")


@dataclass
class Walked:
    """How many ways were tried, where something was read that must not be, and which pages are too heavy."""

    tried: int = 0
    leaks: list[str] = field(default_factory=list)
    heavy: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    routes: set[str] = field(default_factory=set)


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the public's pages as it is declared."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, address)
        elif address.startswith(BEGINS):
            yield address


def addresses(route: str, numbers: Iterable[int]) -> Iterator[str]:
    """A route with everything that can stand in it."""
    kinds = [kind or "str" for kind in _CONVERTER.findall(route)]
    every = tuple(map(str, (*numbers, NONE)))
    for chosen in product(*(every if kind == "int" else VALUES.get(kind, ("x",)) for kind in kinds)):
        values = iter(chosen)
        yield "/" + _CONVERTER.sub(lambda _found, given=values: next(given), route)


def walk(people: dict[str, Any], numbers: Iterable[int], secrets: Iterable[str]) -> Walked:
    """Ask for everything. Officers ask in the plainest way, and where an address names a record only the last of them, who may
    see most: of the public's pages nothing depends on who looks, which this shows."""
    walked, every = Walked(), sorted(set(numbers))
    for route in routes():
        walked.routes.add(route)
        for address in addresses(route, every):
            few = dict([*people.items()][:1] + [*people.items()][-1:]) if "<int:" in route else people
            for who, cookies in few.items():
                for asked in ASKED if who == "nobody" and "<int:" not in route else ASKED[:1]:
                    _ask(walked, who, cookies, address + asked, secrets)
            if len(people) > 1:
                _ask(walked, "nobody", people["nobody"], address, secrets, method="post")
                _ask(walked, "nobody", people["nobody"], address, secrets, language="en")
    return walked


def _ask(
    walked: Walked, who: str, cookies: Any, address: str, secrets: Iterable[str], method: str = "get", language: str = "zh-hans"
) -> None:  # fmt: skip
    client = Client(raise_request_exception=False)
    client.cookies.load({name: one.value for name, one in cookies.items()} | {"django_language": language})
    with transaction.atomic():
        response = getattr(client, method)(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    walked.tried += 1
    text = readable(body) + unquote(" ".join(f"{name}: {value}" for name, value in response.items()))
    if found := [word for word in secrets if word in text]:
        walked.leaks.append(f"{who} {method} {address}: {found}")
    if response.status_code >= 500 and response.status_code != 503:
        walked.faults.append(f"{method} {address}: {response.status_code}")
    if method == "get" and body.startswith(b"<!DOCTYPE html") and (weight := weight_of(body)) > HEAVIEST:
        walked.heavy.append(f"{address}: {weight}")


def readable(body: bytes) -> str:
    """What can be read in an answer, packed or set as PDF."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(name.encode() + packed.read(name) for name in packed.namelist())
    if body.startswith(b"%PDF"):
        with pdfplumber.open(io.BytesIO(body)) as document:
            return str(document.metadata) + "".join(page.extract_text() or "" for page in document.pages)
    text = unescape(body.decode(errors="ignore"))
    return text + re.sub("<[^<>]*>", "", text)


def weight_of(page: bytes) -> int:
    """The bytes of a page with everything it links to, nothing of it compressed."""
    linked = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg|png|woff2))"', page.decode()))
    return len(page) + sum(Path(found).stat().st_size for name in linked if (found := finders.find(name)))
