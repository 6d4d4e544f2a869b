"""Takes a picture of every kind of page of the demonstration: ``python -m gallery [--docs] [--only NAME] [--look LOOK]``.

The demonstration is loaded into a data directory of its own (var/gallery/home, or ZHUNSHENG_HOME), the records of
``scene`` are added, and every page is opened wide and in Chinese; a choice of them also in English, on a phone, in large text, as
printed and in traditional script, each with ``--only`` in every look.
The pictures and index.html go to var/gallery. ``--docs`` also renews docs/gallery, which is in the repository.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tools import ensure_browser

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var/gallery"
DOCS = ROOT / "docs/gallery"
PERSON, FIGURES_OF = "lingdao", 2020
MANY = (
    "sign-in", "to-do", "cases", "case", "case-parties", "case-papers", "case-order", "act", "open", "import-columns", "import-problems",
    "bulk-preview", "register", "register-entry", "register-change", "register-compared", "register-version", "figures", "figure",
    "figure-series", "records", "checks", "closing-month", "report", "report-checked", "report-compared", "calendar", "statute", "limit",
    "organs", "organ", "reform-preview", "people", "meeting", "settings", "search", "help", "handbook", "plan", "matrix", "assessment",
    "releases", "public-home", "public-document", "public-service-form", "public-followed",
)  # fmt: skip
"""Kinds of pages that are also pictured in English and on a phone."""
FEW = ("to-do", "cases", "case", "act", "register-compared", "figure", "paper", "report", "calendar", "limit")
"""Kinds of pages that are also pictured in large text and as printed."""
TRADITIONAL = (
    "public-home",
    "public-document",
    "public-consultation",
    "public-service-form",
    "public-decision",
    "public-find",
)
"""Kinds of the public's pages that are also pictured in traditional script."""


class Look(NamedTuple):
    """A way of looking at a page."""

    language: str = "zh"
    narrow: bool = False
    large: bool = False
    printed: bool = False


LOOKS = {
    "zh-1440": Look(), "en-1440": Look("en"), "zh-390": Look(narrow=True), "en-390": Look("en", narrow=True),
    "hant-1440": Look("hant"), "zh-large": Look(large=True), "zh-large-390": Look(large=True, narrow=True), "zh-print": Look(printed=True),
}  # fmt: skip
SHEETS = {
    "en-1440": (300, 380, 6),
    "zh-390": (190, 420, 9),
    "hant-1440": (300, 420, 3),
    "zh-large": (300, 420, 5),
    "zh-print": (300, 424, 5),
}
"""Looks that stand in docs/gallery as one sheet of small pictures: their width, height, and how many in a row."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gallery", description=__doc__)
    parser.add_argument("--only", help="kinds whose name begins so; several with commas")
    parser.add_argument("--look", choices=LOOKS, action="append", help="one way of looking; may be repeated")
    parser.add_argument("--format", choices=("webp", "png", "jpeg"), default="webp", help="of the pictures")
    parser.add_argument("--fresh", action="store_true", help="load the demonstration anew")
    parser.add_argument("--docs", action="store_true", help="renew docs/gallery too, as far as pictures were taken")
    chosen = parser.parse_args()
    home = Path(os.environ.setdefault("ZHUNSHENG_HOME", str(OUT / "home")))
    if chosen.fresh:
        shutil.rmtree(home, ignore_errors=True)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in this thread
    scene = _scene(home / "scene.json")
    with _served() as site:
        pictures = list(_pictures(site, scene, chosen))
    _index(pictures)
    print(f"{len(pictures)} · {OUT / 'index.html'}")
    if chosen.docs:
        _renew_docs(pictures)
    return 0


def _scene(kept: Path) -> dict[str, Any]:
    """The demonstration with the records of the scene in it; made once for each data directory."""
    from zhunsheng.runtime import start_django

    start_django()
    from gallery.scene import Place, set_scene
    from zhunsheng.demonstration.loading import load_demonstration
    from zhunsheng.demonstration.places import PASSWORD
    from zhunsheng.orgs.models import Officer, Organ

    load_demonstration()
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text())
        return found
    names = ("平顶山市人民政府", "平顶山市人民政府办公室", "平顶山市扶贫开发办公室", "石龙区人民政府", "卫东区人民政府")
    government, office, department, here, there = (Organ.objects.get(name=name) for name in names)
    scene = set_scene(Place(
        Officer.objects.get(username=PERSON), government, office, department, (here, there), "平顶山市乡村振兴局", FIGURES_OF,
        PASSWORD, "administrative_reconsideration",
    ))  # fmt: skip
    kept.write_text(json.dumps(scene))
    return scene


@contextmanager
def _served() -> Iterator[str]:
    """The site on a free port, as it is served to officers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "zhunsheng", "serve", "--port", str(port)])
    try:
        for _ in range(900):
            try:
                urllib.request.urlopen(f"{site}/sign-in/").close()  # noqa: S310 - our own site
                break
            except OSError:
                time.sleep(0.2)
        yield site
    finally:
        process.terminate()
        process.wait()


def _pictures(site: str, scene: dict[str, Any], chosen: argparse.Namespace) -> Iterator[Any]:
    """Every chosen kind of page in every chosen look; names each as it is taken."""
    from playwright.sync_api import sync_playwright

    from gallery.browser import NARROW, WIDE, open_kind, sign_in, speak
    from gallery.kinds import KINDS
    from gallery.pictures import Picture, take, take_as_printed
    from zhunsheng.demonstration.places import PASSWORD

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure_browser.browser(), args=["--no-sandbox", "--hide-scrollbars", "--lang=zh-CN"]
        )
        for name in chosen.look or LOOKS:
            look = LOOKS[name]
            contexts = [browser.new_context(viewport=NARROW if look.narrow else WIDE, locale="zh-CN") for _ in range(2)]
            signed_in, stranger = (context.new_page() for context in contexts)
            sign_in(signed_in, site, PERSON, PASSWORD)
            for context in contexts:
                speak(context, site, look.language)
                if look.large:
                    context.add_cookies([{"name": "large_text", "value": "1", "url": site}])
            for kind in KINDS:
                if not (
                    kind.name.startswith(tuple(chosen.only.split(","))) if chosen.only else _is_of(look, kind.name)
                ):
                    continue
                page = signed_in if kind.signed_in else stranger
                open_kind(page, site, kind, scene)
                picture = Picture(kind.name, name, page.title(), OUT / name / f"{kind.name}.{chosen.format}")
                (take_as_printed if look.printed else take)(page, picture.file)
                print(f"  {name} {kind.name}", file=sys.stderr)
                yield picture
            for context in contexts:
                context.close()
        browser.close()


def _is_of(look: Look, kind: str) -> bool:
    """Whether a kind of page is pictured in a look when nobody asks for a kind by name."""
    if look == Look():
        return True
    return kind in (TRADITIONAL if look.language == "hant" else FEW if look.large or look.printed else MANY)


def _index(pictures: Sequence[Any]) -> None:
    """One page with all pictures, kinds below each other, looks side by side."""
    kinds: dict[str, list[Any]] = {}
    for picture in pictures:
        kinds.setdefault(picture.kind, []).append(picture)
    rows = "".join(
        f"<h2>{html.escape(kind)} <small>{html.escape(found[0].title)}</small></h2><p>"
        + "".join(
            f'<a href="{p.look}/{p.file.name}"><img src="{p.look}/{p.file.name}" alt="{p.look}" loading="lazy"></a>'
            for p in found
        )
        for kind, found in kinds.items()
    )
    style = "body{font:14px sans-serif;margin:24px}img{width:230px;max-height:420px;object-fit:cover;object-position:top;border:1px solid #ccc;margin-right:8px}"
    (OUT / "index.html").write_text(
        f"<!DOCTYPE html><meta charset=utf-8><title>图集</title><style>{style}</style>{rows}"
    )


def _renew_docs(pictures: Sequence[Any]) -> None:
    """docs/gallery: the wide pictures in Chinese, the other looks as sheets, and a page that shows them. What was not taken
    this time stays as it was; what is no kind of page any more goes."""
    from playwright.sync_api import sync_playwright

    from gallery.kinds import KINDS
    from gallery.pictures import sheet

    DOCS.mkdir(parents=True, exist_ok=True)
    readme = DOCS / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    titles = {kind: title for title, kind in re.findall(r"^## (.*)\n\n!\[(.*?)\]", text, re.MULTILINE)}
    for picture in pictures:
        if picture.look == "zh-1440":
            shutil.copy(picture.file, DOCS / picture.file.name)
            titles[picture.kind] = picture.title.partition(" · ")[0]
    kinds = [kind.name for kind in KINDS if kind.name in titles]
    for file in DOCS.glob("*.webp"):
        if file.stem not in {*kinds, *SHEETS}:
            file.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure_browser.browser(), args=["--no-sandbox", "--hide-scrollbars"]
        )
        page = browser.new_page()
        for look, (width, height, columns) in SHEETS.items():
            if found := [picture for picture in pictures if picture.look == look]:
                sheet(page, found, DOCS / f"{look}.webp", width=width, height=height, columns=columns)
        browser.close()
    lines = [
        "# 图集 · Gallery", "", "由 `make gallery` 生成，请勿手工修改。 Written by `make gallery`; do not edit.", "",
        *(f"- [{look}]({look}.webp)" for look in SHEETS if (DOCS / f"{look}.webp").exists()),
    ]  # fmt: skip
    for kind in kinds:
        lines += ["", f"## {titles[kind]}", "", f"![{kind}]({kind}.webp)"]
    readme.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
