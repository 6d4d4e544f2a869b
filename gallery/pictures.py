"""Takes the pictures, and puts them on sheets and into an index. How pages are opened is in ``browser``."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

LONGEST = 2400
"""Pixels of height a picture has at most; what is further down looks like what is above."""


class Picture(NamedTuple):
    """One picture: of which kind of page, how it was looked at, its heading, and its file."""

    kind: str
    look: str
    title: str
    file: Path


def take(page: Page, file: Path, *, quality: int = 60, longest: int = LONGEST) -> None:
    """The whole page as a picture; its format is the file's ending (webp, jpeg, png)."""
    page.evaluate("window.scrollTo(0, 0)")
    size = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], longest), "scale": 1}
    asked = {"format": file.suffix.removeprefix("."), "captureBeyondViewport": True, "clip": clip}
    if file.suffix != ".png":
        asked["quality"] = quality
    session = page.context.new_cdp_session(page)  # the browser's own way, because Playwright gives no WebP
    data = session.send("Page.captureScreenshot", asked)["data"]
    session.detach()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(data))


def take_as_printed(page: Page, file: Path, *, quality: int = 60) -> None:
    """The page as it prints: at the width of A4 paper, with the styles of print."""
    before = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.evaluate("document.body.style.padding = '18mm 16mm'")  # the margins of the sheet
    take(page, file, quality=quality)
    page.emulate_media(media="screen")
    if before:
        page.set_viewport_size(before)


def sheet(page: Page, pictures: Sequence[Picture], file: Path, *, width: int, height: int, columns: int) -> None:
    """A contact sheet: the pictures small, side by side, each under its name."""
    cells = "".join(
        f'<figure><figcaption>{html.escape(p.kind)}</figcaption><div><img src="{p.file.resolve().as_uri()}"></div></figure>'
        for p in pictures
    )
    style = (
        f"body{{margin:8px;display:grid;grid-template-columns:repeat({columns},{width}px);gap:10px;background:#cfd6dd}}"
        f"figure{{margin:0}}figcaption{{font:12px sans-serif;padding:2px}}"
        f"div{{height:{height}px;overflow:hidden;background:#fff}}img{{width:{width}px;display:block}}"
    )
    page.set_viewport_size({"width": columns * (width + 10) + 6, "height": 800})
    source = file.with_suffix(".html")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style>{cells}", encoding="utf-8")
    page.goto(source.resolve().as_uri(), wait_until="load")
    take(page, file, longest=20_000)
    source.unlink()
