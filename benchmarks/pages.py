"""Part 7: the pages as browsers ask for them, over HTTP from two processes, beside bare Django pages with the same rows.

The county (``county``) is multiplied to a million cases on PostgreSQL and 200,000 on SQLite; ``BENCHMARK_CASES``
sets another number. Both sites serve the same database in the same way; each page is asked for by one user and by sixteen.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.county import BIG, REGISTER, found_county, live
from benchmarks.measuring import Line
from benchmarks.multiplying import multiply
from zhunsheng.cases.models import Case
from zhunsheng.orgs.models import Officer

SIZES = {"sqlite": 200_000, "postgresql": 1_000_000}
REPLAYED = 8_000
"""Cases that go through the kernel; the others are copies of them."""
WORKERS, USERS = 2, 16
TURNS, TIMES, EACH = 3, 20, 2
"""Turns, and in each the requests of one user, and of each of many."""
SLOWER, MOST = 2.5, 150
"""How many times the bare page, and milliseconds of 95 of a hundred requests of one user."""


class Page(NamedTuple):
    """A page of the product, and whether a bare one shows the same rows under the same address."""

    name: str
    address: str
    has_bare: bool = True


def _pages() -> list[Page]:
    cases = f"/cases/{BIG}/"
    one = Case.objects.filter(system=BIG, outcome="resolved", organ__name="示例市热线中心").latest("pk")
    return [
        Page("待办", "/"),
        Page("待办, overdue", "/?show=overdue"),
        Page("list", cases),
        Page("list, open", f"{cases}?course=open"),
        Page("list, a theme and an outcome", f"{cases}?outcome=resolved&f_theme=help"),
        Page("list, a month", f"{cases}?first=2026-03-01&last=2026-03-31"),
        Page("list, by number", f"{cases}?sort=number"),
        Page("list, by due day", f"{cases}?sort=due"),
        Page("list, page 50", f"{cases}?page=50"),
        Page("list, with a number", f"{cases}?q={quote(one.number)}"),
        Page("list, with a word of every fifth title", f"{cases}?q={quote('咨询')}"),
        Page("case", f"/case/{one.pk}/"),
        Page("figure", f"/figure/{BIG}.orders/"),
        Page("register", f"/registers/{REGISTER}/", has_bare=False),
        Page("search for a word", f"/search/?q={quote('路灯')}", has_bare=False),
        Page("search for a number", f"/search/?q={quote(one.number)}", has_bare=False),
    ]


def measure(full: bool) -> list[Line]:
    """Milliseconds of every page, and requests a second."""
    county = found_county()
    live(county, REPLAYED if full else REPLAYED // 4)
    wanted = os.environ.get("BENCHMARK_CASES") or SIZES[connection.vendor] // (1 if full else 20)
    count = multiply(int(wanted))
    lines = [Line(f"pages: {count:,} cases", "")]
    cookie = _signed_in(county.people["clerk"])
    pages = _pages()
    connection.close()
    with _served(_product) as ours, _served(_bare) as theirs:
        for page in pages:
            asked = {"ours": _asking(ours, page.address, cookie)}
            if page.has_bare:
                asked["bare"] = _asking(theirs, page.address, cookie)
            times = {1: TIMES, USERS: EACH} if full else {1: TIMES // 2, USERS: 1}
            lines += [_line(page, users, _turns(asked, users, times[users])) for users in times]
            print(page.name, "…", file=sys.stderr, flush=True)
    return lines


def _signed_in(officer: Officer) -> str:
    client = Client()
    client.force_login(officer)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


# --- serving ---------------------------------------------------------------------------------------------------------


def _product(port: int) -> tuple[list[str], dict[str, str]]:
    command = ["-m", "zhunsheng", "serve", "--port", str(port), "--workers", str(WORKERS)]
    return command, {"DJANGO_SETTINGS_MODULE": "zhunsheng.settings"}


def _bare(port: int) -> tuple[list[str], dict[str, str]]:
    command = ["-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(WORKERS),
               "--blocking-threads", "1", "--log-level", "warning", "benchmarks.bare.site:application"]  # fmt: skip
    return command, {"DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings"}


@contextmanager
def _served(site: Callable[[int], tuple[list[str], dict[str, str]]]) -> Iterator[int]:
    """A site that answers on the port that is given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, environment = site(port)
    server = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *command], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


# --- asking ----------------------------------------------------------------------------------------------------------

Asking = Callable[[int], list[float]]
"""Ask for a page so many times on one connection; the milliseconds of each."""


def _asking(port: int, address: str, cookie: str) -> Asking:
    def ask(times: int) -> list[float]:
        own = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            own.request("GET", address, headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
            answer = own.getresponse()
            answer.read()
            taken.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{address}: {answer.status}")
        own.close()
        return taken

    return ask


class Taken(NamedTuple):
    """The milliseconds of all requests, and how many a second there were."""

    milliseconds: list[float]
    rate: float

    def percentile(self, share: int) -> float:
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[share - 1]

    def __str__(self) -> str:
        three = " / ".join(f"{self.percentile(share):.0f}" for share in (50, 95, 99))
        return f"{three} ms, {self.rate:.0f}/s"


def _turns(asked: dict[str, Asking], users: int, times: int) -> dict[str, Taken]:
    """In turn, after a few requests that are not counted."""
    found: dict[str, list[float]] = {name: [] for name in asked}
    spent = dict.fromkeys(asked, 0.0)
    with ThreadPoolExecutor(USERS) as pool:
        for ask in asked.values():  # over many connections, so that each process has answered
            list(pool.map(ask, [1] * USERS))
        for _turn in range(TURNS):
            for name, ask in asked.items():
                started = time.perf_counter()
                found[name] += [one for part in pool.map(ask, [times] * users) for one in part]
                spent[name] += time.perf_counter() - started
    return {name: Taken(taken, len(taken) / spent[name]) for name, taken in found.items()}


def _line(page: Page, users: int, taken: dict[str, Taken]) -> Line:
    ours, bare = taken["ours"], taken.get("bare")
    ratio = ours.percentile(50) / bare.percentile(50) if bare else 0
    what = f"{page.name}, {users} user{'s' * (users > 1)}"
    if users > 1:
        return Line(what, str(ours), str(bare or ""), f"{ratio:.1f}" if bare else "")
    reached = ours.percentile(95) <= MOST and ratio <= SLOWER
    goal = f"p95 ≤ {MOST} ms" + f", ≤ {SLOWER} ×" * bool(bare)
    return Line(what, str(ours), str(bare or ""), f"{ratio:.1f}" if bare else "", goal, reached)
