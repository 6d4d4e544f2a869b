"""What an officer does at his browser (办公), and what a program does at the interface: one after the other, with pauses.

Everything goes over HTTP as a browser sends it: sign in once with account and password, then 待办, lists with filters, pages
of cases, steps, figures, searching. Nothing of the product is imported here.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import select
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from tools.load.place import PASSWORD

TIMEOUT = 60
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/108.0.0.0 Safari/537.36"
WORDS = ("路灯", "井盖", "噪声", "占道", "咨询", "合作协议", "示例市城市管理局", "停水")
OPEN_CASES = 6
"""An officer begins no new case while so many of his are unfinished."""
PATIENCE = 300
"""Seconds for which a program sends a call that gets no answer again."""
SENT_TWICE = 0.2
"""How often the form of a step is sent once more, as by a second click."""


class Asked(NamedTuple):
    """One request: what for, when it began, how long it took."""

    what: str
    at: float
    milliseconds: float


@dataclass
class Told:
    """What all of them saw. Appending to a list is safe among threads."""

    requests: list[Asked] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    """No answer came. Whether it was written nobody can say."""
    away: list[str] = field(default_factory=list)
    """Nobody was there to be asked, so nothing was."""
    writes: list[tuple[int, int]] = field(default_factory=list)
    refused_twice: list[int] = field(default_factory=list)

    def note(self, problem: Exception) -> None:
        """What went wrong, where it belongs."""
        kinds = {CutOff: self.cut_off, Away: self.away}
        kinds.get(type(problem), self.problems).append(str(problem) or repr(problem))


class Problem(Exception):
    """An answer nobody at work ought to get."""


class CutOff(Problem):
    """There was no answer."""


class Away(Problem):
    """Nobody took the connection."""


class Answer(NamedTuple):
    """Of a request."""

    status: int
    text: str
    headers: Mapping[str, str]


class Browser:
    """One connection, its cookies, and the token of the last page."""

    def __init__(self, port: int, told: Told) -> None:
        self.port, self.told = port, told
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(
        self, what: str, address: str, typed: list[tuple[str, str]] | None = None, *, method: str = "", body: bytes = b"",
        headers: Mapping[str, str] | None = None, expected: tuple[int, ...] = (200,),
    ) -> Answer:  # fmt: skip
        """Ask and read the whole answer. Raises ``Problem`` for any that is not expected."""
        said = {"User-Agent": AGENT, "Accept-Language": "zh-CN", "Accept-Encoding": "identity", **(headers or {})}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if typed is not None:
            body = urlencode([("csrfmiddlewaretoken", self.token), *typed]).encode()
            said["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        if self._was_hung_up():
            self.connection.close()
        try:
            self.connection.request(method or ("GET" if typed is None else "POST"), address, body or None, said)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            kind = Away if isinstance(error, ConnectionRefusedError) else CutOff
            raise kind(f"{what} {address}: {error!r}") from error
        self.told.requests.append(Asked(what, began, (time.monotonic() - began) * 1000))
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equal, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = content.decode("utf-8", "replace")
        if answer.status not in expected:
            raise Problem(f"{what} {address}: {answer.status} {_gist(text)}")
        if found := re.search(r'(?:csrfmiddlewaretoken" value="|X-CSRFToken": ")(\w+)"', text):
            self.token = found[1]
        return Answer(answer.status, text, answer.headers)

    def _was_hung_up(self) -> bool:
        """Whether the server has closed a connection that nothing was asked on for long; browsers then make a new one."""
        line = self.connection.sock
        return line is not None and bool(select.select([line], [], [], 0)[0])


def _gist(text: str) -> str:
    said = re.findall(r'role="alert"[^>]*>(.*?)</', text, re.DOTALL) or [text[:300]]
    return " | ".join(re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in said)[:400]


# --- an officer ------------------------------------------------------------------------------------------------------


class Unfinished(NamedTuple):
    """A case somebody works on: its key, its system, which tale it follows, and what was done so far, by whom."""

    key: int
    slug: str
    tale: int
    done: dict[str, str]
    steps: int


class Officer:
    """Works until told to stop."""

    def __init__(self, port: int, told: Told, place: dict[str, Any], number: int, pause: float) -> None:
        self.me, self.place, self.told, self.pause = place["officers"][number], place, told, pause
        self.draw = random.Random(number)
        self.browser = Browser(port, told)
        self.today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        self.seen: list[str] = []
        self.mine: list[Unfinished] = []
        self.colleague: Officer | None = None
        """Of the same organ; gets what the officer may not do in a case himself."""

    def sign_in(self) -> None:
        """The page, what belongs to it, then account and password."""
        page = self.browser.ask("sign-in page", "/sign-in/").text
        for address in dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
            self.browser.ask("static file", address)
        typed = [("username", self.me["username"]), ("password", PASSWORD), ("next", "")]
        self.browser.ask("sign in", "/sign-in/", typed, expected=(302,))
        self.browser.ask("待办", "/")

    def work(self, over: threading.Event) -> None:
        """One thing after the other. A problem is noted, and he goes on as anybody would."""
        doings = {
            self.to_do: 15, self.list: 20, self.look: 20, self.figures: 7, self.search: 10, self.step: 25,
            self.register: 3,
        }  # fmt: skip
        while not over.wait(self.draw.uniform(0.2, 1.8) * self.pause):
            (doing,) = self.draw.choices(list(doings), list(doings.values()))
            try:
                doing(over)
            except (Problem, LookupError, ValueError) as problem:
                self.told.note(problem)

    def to_do(self, _over: threading.Event) -> None:
        self.browser.ask("待办", self.draw.choice(("/", "/", "/?show=overdue")))

    def list(self, _over: threading.Event) -> None:
        filters = ("", "?course=open", "?first=2026-03-01&last=2026-06-30", "?sort=due", "?page=2",
                   f"?q={quote(self.draw.choice(WORDS))}")  # fmt: skip
        slug = self.draw.choice(self.me["opens"])
        text = self.browser.ask("list", f"/cases/{slug}/{self.draw.choice(filters)}", expected=(200, 404)).text
        self.seen = re.findall(r'href="/case/(\d+)/"', text) or self.seen

    def look(self, over: threading.Event) -> None:
        """A case, and what its open page asks while it is read."""
        if not self.seen:
            self.list(over)
            return
        key = self.draw.choice(self.seen)
        text = self.browser.ask("case", f"/case/{key}/").text
        seen = re.search(r'"seen": "(\d+)"', text)
        typed = [("seen", seen[1] if seen else "0")]
        self.browser.ask("who else is there", f"/case/{key}/presence/", typed, headers={"X-Unattended": "1"})

    def figures(self, _over: threading.Event) -> None:
        account = "hotline_workorder.orders"
        self.browser.ask(
            "figure", self.draw.choice(("/figures/", f"/figure/{account}/", f"/figure/{account}/records/"))
        )

    def search(self, _over: threading.Event) -> None:
        word = quote(self.draw.choice(WORDS))
        self.browser.ask("suggest", f"/search/suggest/?q={word}")
        self.browser.ask("search", f"/search/?q={word}")

    def register(self, _over: threading.Event) -> None:
        self.browser.ask("list of powers", f"/registers/{self.place['register']}/")

    # --- acting ------------------------------------------------------------------------------------------------------

    def step(self, over: threading.Event) -> None:
        """Take one of his own cases a step further, or begin one."""
        if not self.mine or (len(self.mine) < OPEN_CASES and self.draw.random() < 0.4):
            self._open(over)
        else:
            self._go_on(over)

    def _open(self, over: threading.Event) -> None:
        slug = self.draw.choice(self.me["opens"])
        tale = self.draw.randrange(len(self.place["tales"][slug]))
        step = self.place["tales"][slug][tale][0]
        address = f"/cases/{slug}/new/{step['action']}/"
        form = self.browser.ask("form", address).text
        over.wait(self.draw.uniform(0.2, 1) * self.pause)
        typed = self._typed(step, form)
        if 'name="organ"' in form:
            typed.append(("organ", str(self.me["organ"])))
        said = self.browser.ask("step", address, typed, expected=(302,))
        self._done(said, Unfinished(0, slug, tale, {}, 0), step)

    def _go_on(self, over: threading.Event) -> None:
        case = self.mine.pop(0)
        key, step = case.key, self.place["tales"][case.slug][case.tale][case.steps]
        if any(case.done.get(action) == self.me["username"] for action in step["not_by"]):
            if self.colleague is not None:
                self.colleague.mine.append(case)
            return
        address = f"/case/{key}/act/{step['action']}/"
        form = self.browser.ask("form", address).text
        over.wait(self.draw.uniform(0.2, 1) * self.pause)
        typed = self._typed(step, form)
        said = self.browser.ask("step", address, typed, expected=(302,))
        self._done(said, case, step)
        if self.draw.random() < SENT_TWICE:  # the case has moved on: told so, and nothing is written
            self.browser.ask("step sent twice", address, typed, expected=(422,))
            self.told.refused_twice.append(key)

    def _typed(self, step: dict[str, Any], form: str) -> list[tuple[str, str]]:
        typed = [("on", self.today), ("note", ""), *((name, value) for name, value in step["typed"])]
        if seen := re.search(r'name="expected_sequence" value="(\d+)"', form):
            typed.append(("expected_sequence", seen[1]))
        return [*typed, ("outcome", step["outcome"])] if step["outcome"] else typed

    def _done(self, said: Answer, case: Unfinished, step: dict[str, Any]) -> None:
        key = int(said.headers["Location"].split("/")[2])
        steps = case.steps + 1
        self.told.writes.append((key, steps))
        self.browser.ask("case", f"/case/{key}/")
        if steps < len(self.place["tales"][case.slug][case.tale]):
            done = {**case.done, step["action"]: self.me["username"]}
            self.mine.append(case._replace(key=key, done=done, steps=steps))


def office(port: int, told: Told, place: dict[str, Any], pause: float) -> list[Officer]:
    """Everybody; the colleague of each is the next one of the organ."""
    officers = [Officer(port, told, place, number, pause) for number in range(len(place["officers"]))]
    organs: dict[int, list[Officer]] = {}
    for one in officers:
        organs.setdefault(one.me["organ"], []).append(one)
    for colleagues in organs.values():
        for one, other in zip(colleagues, colleagues[1:] + colleagues[:1], strict=True):
            one.colleague = other if other is not one else None
    return officers


# --- a program -------------------------------------------------------------------------------------------------------


class Program:
    """Opens orders through the interface and takes them on; every call is sent twice under its key and must be answered the
    same."""

    def __init__(self, port: int, told: Told, place: dict[str, Any], number: int, pause: float) -> None:
        self.me, self.place, self.told, self.pause = place["programs"][number], place, told, pause
        self.draw = random.Random(f"program {number}")
        self.browser = Browser(port, told)
        self.today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        self.name = f"load-{number}"
        self.calls = 0

    def work(self, over: threading.Event) -> None:
        """One case after the other."""
        while not over.is_set():
            try:
                self._case(over)
            except (Problem, LookupError, ValueError) as problem:
                self.told.note(problem)
                over.wait(self.pause)

    def _case(self, over: threading.Event) -> None:
        slug = "hotline_workorder"
        tale = self.draw.choice(self.place["tales"][slug])
        key, tag = 0, ""
        for number, step in enumerate(tale, 1):
            said = {"on": self.today, "values": step["values"]} | (
                {"outcome": step["outcome"]} if step["outcome"] else {}
            )
            if number == 1:
                opened = {"system": slug, "action": step["action"], "organ": self.me["organ"], **said}
                answer = self._call("/api/v1/cases", opened, {})
                key = int(json.loads(answer.text)["id"])
            else:
                answer = self._call(f"/api/v1/cases/{key}/actions/{step['action']}", said, {"If-Match": tag})
            tag = answer.headers["ETag"]
            self.told.writes.append((key, number))
            if over.wait(self.draw.uniform(0.2, 1.8) * self.pause):
                return

    def _call(self, address: str, said: dict[str, Any], headers: dict[str, str]) -> Answer:
        self.calls += 1
        headers = {**headers, "Authorization": f"Bearer {self.me['token']}", "Content-Type": "application/json",
                   "Idempotency-Key": f"{self.name}-{self.calls:06d}"}  # fmt: skip
        body = json.dumps(said).encode()
        first = self._answered(address, body, headers)
        again = self._answered(address, body, headers, "call again")
        if json.loads(again.text) != json.loads(first.text) or again.headers.get("Idempotent-Replayed") != "true":
            raise Problem(f"call again {address}: another answer")
        return first

    def _answered(self, address: str, body: bytes, headers: dict[str, str], what: str = "call") -> Answer:
        """A call that got no answer is sent again under its key, as the handbook says."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.browser.ask(what, address, method="POST", body=body, headers=headers, expected=(200, 201))
            except (CutOff, Away) as cut:
                self.told.note(cut)
                if time.monotonic() > end:
                    raise Problem(f"{what} {address}: no answer for {PATIENCE} seconds") from cut
                time.sleep(self.pause / 4)


# --- all of them -----------------------------------------------------------------------------------------------------


@contextmanager
def at_work(port: int, told: Told, place: dict[str, Any], pause: float) -> Iterator[None]:
    """The officers of a place sign in, two at a time; then they and the programs work as long as the block lasts."""
    officers = office(port, told, place, pause)

    def sign_in(some: Sequence[Officer]) -> None:
        for officer in some:
            try:
                officer.sign_in()
            except Problem as problem:
                told.note(problem)

    signing_in = [threading.Thread(target=sign_in, args=[officers[number::2]]) for number in range(2)]
    _start(signing_in)
    _join(signing_in)
    over = threading.Event()
    programs = [Program(port, told, place, number, pause) for number in range(len(place["programs"]))]
    threads = [threading.Thread(target=one.work, args=[over]) for one in [*officers, *programs]]
    _start(threads)
    try:
        yield
    finally:
        over.set()
        _join(threads)


def _start(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
