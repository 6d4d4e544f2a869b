"""Every address of the site, asked for by everybody: who gets what, what is written, with which headers, and that no secret word
gets out.

A new route fails here until it has a line in the table, ``routes``.
"""

import io
import re
import zipfile
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, resolve

from tests.desk.county import signed_in
from tests.desk.everything import OURS, PEOPLE, PRIVATE, RULES, THEIRS, Everything, make_everything
from tests.desk.headers import wrong_headers
from tests.desk.routes import IN_PLACE, MORE, ROUTES, Route
from tests.portal import ways

WHO = ("nobody", "outsider", "other organ", "same organ", "handler", "head", "administrator")
NOBODY_MAY_READ = {
    "nobody": (OURS, PRIVATE, PEOPLE, RULES, THEIRS), "outsider": (OURS, PRIVATE, PEOPLE, RULES, THEIRS),
    "other organ": (OURS, PRIVATE, PEOPLE, RULES), "same organ": (PRIVATE, THEIRS), "handler": (THEIRS,),
    "head": (PRIVATE, THEIRS), "administrator": (OURS, PRIVATE, THEIRS),
}  # fmt: skip


def routes_of(patterns: Any) -> set[str]:
    """The names of all routes but those of the API, which ask for a token: tests/api holds them to it."""
    found: set[str] = set()
    for pattern in patterns:
        if getattr(pattern, "namespace", None) == "api":
            continue
        found |= routes_of(pattern.url_patterns) if isinstance(pattern, URLResolver) else {pattern.name}
    return found


def test_every_route_has_a_line_and_every_line_a_route():
    assert set(ROUTES) == routes_of(get_resolver().url_patterns)


@pytest.fixture
def everything(db, settings, tmp_path) -> Everything:
    settings.MEDIA_ROOT = tmp_path
    return make_everything()


WHOEVER_MAY = "whoever may"
"""For each request one to whom it gives most: what is refused is refused alike on every database."""
FIRST = ("nobody", "handler", "head")
OTHERS = tuple(who for who in WHO if who not in FIRST)


@pytest.mark.parametrize("some", [FIRST, pytest.param(OTHERS, marks=pytest.mark.once)], ids=" ".join)
def test_everybody_gets_what_is_theirs_and_nothing_else(everything, subtests, some, capsys):
    """In parts, so that several processors walk at once. On PostgreSQL each request is made once, by whoever may."""
    some = some if connection.vendor == "sqlite" else (WHOEVER_MAY,)
    tried = 0
    for who in some:
        with subtests.test(who):
            tried += walk(everything, who)
    assert tried > 300 * len(some)
    with capsys.disabled():
        print(f"\n{tried:,} requests: {len(ROUTES)} addresses by {len(some)} kinds of people, read and sent to")


def test_every_way_of_the_public(everything, capsys):
    """Every public address with every record: nothing that is not released, withdrawn or hidden, in none of its forms; no page
    heavier than it may be. On PostgreSQL nobody asks, in the plainest way: what else is asked depends on no database."""
    who_asks = ("other organ", "same organ", "handler") if connection.vendor == "sqlite" else ()
    people = {who: signed_in(everything.people[who]).cookies for who in who_asks}
    numbers = {number for number in everything.numbers.values() if isinstance(number, int)}
    walked = ways.walk({"nobody": Client().cookies, **people}, numbers, (OURS, PRIVATE, PEOPLE, RULES, THEIRS))
    with capsys.disabled():
        print(f"\n{len(walked.routes)} public routes, {walked.tried:,} ways tried")
    assert walked.leaks == []
    assert walked.heavy == []
    assert walked.faults == []
    assert walked.tried > (1_000 if who_asks else 400)


def walk(everything: Everything, who: str) -> int:
    """How many requests were made."""
    tried = 0
    people = {one: everything.people[one] for one in (WHO if who == WHOEVER_MAY else [who])}
    cookies = {one: (signed_in(person) if person else Client()).cookies for one, person in people.items()}
    wrong: list[str] = []
    blind: list[str] = []
    asked = [(name, route, "get", False) for name, route in [*ROUTES.items(), *MORE]]
    asked += [(name, ROUTES[name], "get", True) for name in IN_PLACE]
    asked += [(name, route, "post", False) for name, route in [*ROUTES.items(), *MORE]]
    asked += [(name, ROUTES[name], "post", True) for name in IN_PLACE]
    for name, route, method, in_place in asked:
        letters = route.get if method == "get" else route.post
        if not letters:
            continue
        tried += 1
        asking = who_gets_most(letters) if who == WHOEVER_MAY else who
        expected = letters[WHO.index(asking)]
        if in_place:
            expected = {"s": "u", "3": "2"}.get(expected, expected)
        line = f"{method} {route.address}{' in place' if in_place else ''}"
        response, answer, text = ask(route, name, method, in_place, everything.numbers, cookies[asking])
        wrong += wrong_headers(response, line)
        if answer != expected:
            wrong.append(f"{line}: {answer}, not {expected}")
        if leaked := [word for word in NOBODY_MAY_READ[asking] if word in text]:
            wrong.append(f"{line}: shows {leaked}")
        if route.shows and answer in "2wg" and route.shows not in text and method == "get":
            blind.append(f"{line}: should show {route.shows}")
    if who in ("handler", WHOEVER_MAY):
        wrong += blind
    assert not wrong, "\n" + "\n".join(wrong)
    return tried


def who_gets_most(letters: str) -> str:
    return max(WHO, key=lambda one: ("342w".find(letters[WHO.index(one)]), one == "handler"))


def ask(
    route: Route, name: str, method: str, in_place: bool, numbers: dict[str, Any], cookies: Any
) -> tuple[Any, str, str]:
    """An answer, its letter and its text; whatever was written is taken back."""
    client = Client()
    client.cookies = cookies.copy()
    address = route.address.format_map(numbers)
    assert resolve(address.partition("?")[0]).url_name == name, address
    data = route.data() if callable(route.data) else route.data
    given = {
        key.format_map(numbers): value.format_map(numbers) if isinstance(value, str) else value
        for key, value in (data.items() if method == "post" else ())
    }
    headers = {"HX-Request": "true"} if in_place else {}
    reset_queries()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(address, given, headers=headers)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    statements = ";\n".join(query["sql"] for query in queries.captured_queries)
    written = set(WRITES.findall(statements)) & tables()
    text = text_of(body) + unquote(response.get("Content-Disposition", "")) + unquote(response.get("Location", ""))
    return response, letter_of(response, written), text


WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|COPY) "?(\w+)"?', re.IGNORECASE)


def tables() -> set[str]:
    """Where a row means that something was done; that a session is used and a sign-in has failed is not that."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return {name for name in names if name != "security_session" and not name.startswith("axes_")}


TRAIL = {"security_auditentry", "security_link", "security_head"}


def letter_of(response: Any, written: set[str]) -> str:
    letter = {200: "2", 302: "3", 401: "u", 404: ".", 405: "5", 410: "g", 422: "4"}.get(response.status_code, "?")
    if response.get("Location", "").startswith("/sign-in/?next="):
        letter = "s"
    if letter == "4" and written <= {"cases_draft"}:
        return letter
    if letter == "." and written <= TRAIL:  # that somebody was refused is noted
        return letter
    return letter if not written else "w" if letter in "23" else "!"


def text_of(body: bytes) -> str:
    """What can be read in an answer, with its marks and without, since a word may have one in it. A workbook or a document
    is a packed folder of texts."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(part) for part in packed.namelist())
    text = unescape(body.decode(errors="ignore"))
    return text + re.sub("<[^<>]*>", "", text)
