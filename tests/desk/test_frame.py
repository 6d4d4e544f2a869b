"""The frame: signing in and out, language, large text, the two banners, and no script or style inside a page."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import zhunsheng
from tests.desk.county import PASSWORD
from zhunsheng.security.audit import record

pytestmark = pytest.mark.once

PACKAGE = Path(zhunsheng.__file__).parent
STATIC, DOCUMENT = PACKAGE / "static", PACKAGE / "papers/static/papers/document.css"


def test_signing_in_and_out(county):
    client = Client()
    wrong = client.post("/sign-in/", {"username": "owner", "password": "x"})
    assert "账号或者口令不对" in wrong.content.decode()
    right = client.post("/sign-in/?next=/figures/", {"username": "owner", "password": PASSWORD, "next": "/figures/"})
    assert right["Location"] == "/figures/"
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_demonstration_sign_ins_show_only_when_the_demonstration_is_loaded(county):
    sign_in = {"username": "showcase", "password": "showcase", "duty": "示例局"}
    assert "showcase" not in Client().get("/sign-in/").content.decode()
    record("demo.load", "region:999901", None, sign_ins=[sign_in])
    page = Client().get("/sign-in/").content.decode()
    assert "showcase" in page
    assert "演示数据，均为虚构" in page


def test_both_banners(county, owner):
    page = owner.get("/").content.decode()
    assert "非涉密系统，严禁处理国家秘密" in page
    assert "演示数据，均为虚构" not in page
    record("demo.load", "region:999901", None)
    assert "演示数据，均为虚构" in owner.get("/").content.decode()


def test_language_is_kept(county, owner):
    answer = owner.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert answer["Location"] == "/"
    page = owner.get("/").content.decode()
    assert "Nothing to do" in page
    assert 'lang="en"' in page


def test_large_text_is_kept_and_leads_nowhere_else(county, owner):
    assert owner.post("/large-text/", {"next": "/figures/"})["Location"] == "/figures/"
    assert "large-text" in owner.get("/").content.decode()
    assert owner.post("/large-text/", {"next": "https://example.test/"})["Location"] == "/"


def test_pages_hold_no_script_or_style_of_their_own(county, owner):
    case = county.accepted()
    figure = reverse("desk:figure", args=["legality_review.received"])
    for address in ("/", "/sign-in/", reverse("desk:case", args=[case.pk]), figure, "/cases/legality_review/"):
        page = owner.get(address, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=\"", page), address
        scripts = re.findall(r"<script([^>]*)>", page)
        assert all("src=" in script or 'type="application/json"' in script for script in scripts), address


def test_pages_are_kept_by_no_cache(county, owner):
    assert "no-store" in owner.get("/")["Cache-Control"]


NEWER = {
    "js": r"\?\?|(?<=[\w)\]])\?\.(?!\d)|\|\|=|&&=|\.replaceAll\(|\.at\(",
    "css": r":has\(|:is\(|:where\(|\binset\s*:|aspect-ratio|@container|@layer|\b(?:min|max|clamp)\(|\d[dsl]v[hw]\b",
}
"""What Chromium 78 cannot read, by the ending of the file."""


@pytest.mark.parametrize(
    "file", [*STATIC.glob("desk/*.*s"), *STATIC.glob("vendor/*.js"), DOCUMENT], ids=lambda file: file.name
)
def test_nothing_is_newer_than_chromium_78(file):
    """Browsers of offices are old. Tabler's own styles are not asked: desk.css says again in old words what carries meaning."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(NEWER[file.suffix[1:]], text) == []
    for rule in re.findall(r"\{[^{}]*\}", text) if file.suffix == ".css" else ():
        assert not ("flex" in rule and re.search(r"[{;\s]gap\s*:", rule)), f"gap in a flex layout: {rule}"
