"""Visitors on the public pages: ``python -m tools.visitors SITE [--visitors 200] [--seconds 60]``.

SITE is a running site, such as the demonstration. Every visitor follows links of the public pages and searches, in one of three
scripts and languages, on one connection, with a pause between two pages. Answers other than a page are errors, and so is a page
that takes half a minute. Prints pages a second, how long they took, and every error; 1 when there was one.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter
from html import unescape
from urllib.parse import quote, urlsplit

LINK = re.compile(r'href="(/public/[^"#]*)"')
SCRIPTS = ("zh-hans", "zh-hans", "zh-hant", "en")
SEARCHES = ("垃圾", "电动自行车", "行政处罚", "復議", "红头文件", "公交 老年人", "平规〔2020〕12号", "查无此事")
PATIENCE = 30
"""Seconds after which somebody gives up."""


class Visitor(threading.Thread):
    """Somebody who reads one page after another."""

    def __init__(self, site: str, number: int, until: float, pause: float) -> None:
        super().__init__(daemon=True)
        self.site, self.until, self.pause = site, until, pause
        self.draw = random.Random(number)
        self.took: list[float] = []
        self.errors: Counter[str] = Counter()
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        script = self.draw.choice(SCRIPTS)
        time.sleep(self.draw.random() * self.pause)
        address = "/public/"
        while time.monotonic() < self.until:
            started = time.perf_counter()
            try:
                links = self.read(address, script)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.errors[f"{address}: {error!r}"] += 1
                self.connection, links = None, []
            self.took.append(time.perf_counter() - started)
            search = f"/public/search/?q={quote(self.draw.choice(SEARCHES))}"
            address = self.draw.choice([*links, search, "/public/"])
            time.sleep(self.draw.expovariate(1 / self.pause))

    def read(self, address: str, script: str) -> list[str]:
        """Open a page; gives where its links lead. Raises ``ValueError`` for an answer that is none."""
        answer = self.ask(address, {"Cookie": f"django_language={script}"})
        body = answer.read()
        if answer.status not in (200, 410):  # 410: withdrawn, which the page says
            raise ValueError(answer.status)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return []
        return [unescape(link) for link in LINK.findall(body.decode())]

    def ask(self, address: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        """As browsers do: a connection that was closed while nobody asked is opened anew."""
        if self.connection is not None:
            try:
                self.connection.request("GET", address, headers=headers)
                return self.connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.connection.close()
        self.connection = http.client.HTTPConnection(self.site, timeout=PATIENCE)
        self.connection.request("GET", address, headers=headers)
        return self.connection.getresponse()


def main() -> int:
    """Let them come; 1 when anything was no page."""
    parser = argparse.ArgumentParser(prog="python -m tools.visitors", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("site", help="such as http://127.0.0.1:8000")
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--pause", type=float, default=5, help="seconds on the average between two pages of a visitor")
    asked = parser.parse_args()
    host, until = urlsplit(asked.site).netloc, time.monotonic() + asked.seconds
    visitors = [Visitor(host, number, until, asked.pause) for number in range(asked.visitors)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    took = [each * 1000 for visitor in visitors for each in visitor.took]
    errors = sum((visitor.errors for visitor in visitors), Counter())
    late = statistics.quantiles(took, n=20)[-1]
    print(
        f"{asked.visitors} visitors, {asked.seconds} s: {len(took):,} pages, {len(took) / asked.seconds:.0f} a second"
    )
    print(f"p50 {statistics.median(took):.0f} ms, p95 {late:.0f} ms, slowest {max(took):.0f} ms")
    print(f"errors: {errors.total()}")
    for what, count in errors.most_common(20):
        print(f"  {count} × {what}")
    return int(bool(errors))


if __name__ == "__main__":
    sys.exit(main())
