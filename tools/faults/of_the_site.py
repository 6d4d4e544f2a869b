"""Faults of the site (网站的故障): officers and programs send real requests, an import runs, and a process is killed meanwhile.

PostgreSQL, web processes and workers as deploy/ starts them; what officers and programs do is that of ``tools.load``.
"""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tools import servers
from tools.load.__main__ import ask_place
from tools.load.officers import Away, Browser, CutOff, Officer, Told, at_work
from tools.site import Site, a_site, environment_of
from tools.waiting import until

OFFICERS, CASES, PAUSE = 8, 200, 0.4
ROWS = 1_200
"""Of an import; those beyond 500 are written in the background."""
BOUNDARY = "zhunsheng-trial"
SYSTEM = "hotline_workorder"


def kill_web(site: Site, told: Told, place: dict[str, Any], draw: random.Random, rounds: int, each: int) -> None:
    """kill −9 of one web process after the other, of which a new one is started by the one above them; at last of all of them at
    once, and the site is started anew, as systemd does."""
    for number in range(rounds):
        _wait_for_writes(told, len(told.writes) + each)
        time.sleep(draw.random() * 0.2)
        if number < rounds - 1:
            draw.choice(site.web_processes()).kill()
        else:
            site.kill("web")
            site.start("web")
    _wait_for_writes(told, len(told.writes) + each)


def kill_worker(site: Site, told: Told, place: dict[str, Any], draw: random.Random, rounds: int, each: int) -> None:
    """kill −9 of the worker and of the process for jobs in the middle of an import, while officers go on; both are started anew and
    the officer starts the job again."""
    clerk = Officer(site.port, told, place, 0, PAUSE)
    clerk.sign_in()
    for number in range(rounds):
        _wait_for_writes(told, len(told.writes) + each)
        upload, job = _hand_in(clerk.browser, f"{number}", clerk.today)
        with _through(clerk.browser, job) as asked:
            until(lambda: asked() != "waits", lambda: "nobody takes the job")
            time.sleep(draw.random())
            for name in ("jobs", "worker"):
                site.kill(name)
            for name in ("jobs", "worker"):
                site.start(name)
        found = clerk.browser.ask("imported", upload).text
        if f"{ROWS:,}" not in found and str(ROWS) not in found:
            told.problems.append(f"the page of the import does not say {ROWS}")


FAULTS: dict[str, Callable[..., None]] = {"web": kill_web, "worker": kill_worker}


def attempt(fault: str, seed: int, rounds: int, each: int) -> dict[str, Any]:
    """One trial in a place of its own; gives what is left."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhunsheng-faults-")))
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(servers.a_server(folder / "data", memory="64MB"))
        environment = environment_of(home, servers.address_of(servers.socket_of(server)))
        place = ask_place(environment, "found", str(OFFICERS), str(CASES), str(CASES))
        told = Told()
        with a_site(environment) as site, at_work(site.port, told, place, PAUSE):
            FAULTS[fault](site, told, place, random.Random(seed), rounds, each)
        file = home / "told.json"
        file.write_text(json.dumps(told.writes), encoding="ascii")
        found = ask_place(environment, "look", str(file), str(place["since"]))
    wrong = [*dict.fromkeys(told.problems)][:5]
    if found["imported"] != found["rows"] or found["rows"] != (rounds * ROWS if fault == "worker" else 0):
        wrong.append(f"{found['imported']} of {found['rows']} rows imported")
    return found | {"cut_off": len(told.cut_off), "wrong": wrong}


def _wait_for_writes(told: Told, count: int) -> None:
    def done() -> int:
        return len(told.writes)

    until(lambda: done() >= count, lambda: f"no more than {done()} steps: {told.problems[:3]}", done)


# --- an import --------------------------------------------------------------------------------------------------------


def _hand_in(browser: Browser, name: str, day: str) -> tuple[str, str]:
    """Upload a workbook, let it be checked and begin the import; gives the addresses of the upload and of the job."""
    start = f"/cases/{SYSTEM}/import/"
    browser.ask("import", start)
    fields = {"csrfmiddlewaretoken": browser.token}
    head = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = _multipart(fields, f"{name}.xlsx", _workbook(name, day))
    upload = browser.ask("upload", start, method="POST", body=body, headers=head, expected=(302,)).headers["Location"]
    with _through(browser, browser.ask("check", f"{upload}columns/", [], expected=(302,)).headers["Location"]):
        pass
    return upload, browser.ask("import", f"{upload}run/", [], expected=(302,)).headers["Location"]


@contextmanager
def _through(browser: Browser, job: str) -> Iterator[Callable[[], str]]:
    """Gives a way to ask how the job stands; after the block it is waited for, and started again where it was broken off."""

    def stands() -> str:
        try:
            answer = browser.ask("job", job, expected=(200, 302))
        except (CutOff, Away) as cut:
            browser.told.note(cut)
            return "waits"
        if answer.status == 302:
            return "done"
        if f'action="{job}again/"' in answer.text:
            return "broken off"
        return "waits" if re.search("排队等候", answer.text) else "runs"

    def is_done() -> bool:
        state = stands()
        if state == "broken off":
            browser.ask("again", f"{job}again/", [], expected=(302,))
        return state == "done"

    yield stands
    until(is_done, lambda: f"{job} does not end")


def _workbook(name: str, day: str) -> bytes:
    """Calls that were answered at once, as an office keeps them in a table."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(["接听并当场答复日期", "诉求类型", "答复内容"])
    for number in range(ROWS):
        sheet.append([day, "咨询", f"已告知办理地点（{name}-{number}）"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _multipart(fields: dict[str, str], name: str, content: bytes) -> bytes:
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode()
             for key, text in fields.items()]  # fmt: skip
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return b"".join([*parts, head, content, f"\r\n--{BOUNDARY}--\r\n".encode()])
