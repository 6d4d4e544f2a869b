"""A place whose services are open, and a citizen who fills in forms as a browser without scripts sends them."""

import re
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html

from tests.desk.county import days_ago, make_county
from zhunsheng.intake import guarding
from zhunsheng.intake.offering import ONLINE, services
from zhunsheng.local.actions import decide

PDF = b"%PDF-1.7 \n"
WHERE = "示例大厅 5 号窗口"


def make_place():
    """The county of the desk, whose justice bureau takes everything online."""
    county = make_county()
    for slug in services():
        decide(None, ONLINE, slug, county.justice, days_ago(30), {"state": "open", "where": WHERE}, reason="试")
    return county


def proof():
    return SimpleUploadedFile("身份证明.pdf", PDF)


@dataclass
class Citizen:
    """Somebody at a browser. ``page`` is what he sees, ``slip`` the number and code he has written down."""

    address: str = "192.0.2.7"
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    page: str = ""
    status: int = 0
    slip: tuple[str, str] = ("", "")

    def get(self, address):
        return self._took(self.client.get(address, REMOTE_ADDR=self.address))

    def post(self, address, data):
        return self._took(self.client.post(address, data, REMOTE_ADDR=self.address))

    def _took(self, response):
        self.status, self.page = response.status_code, response.content.decode()
        return self

    def form(self, having="handle"):
        """The form of the page that has a field of this name."""
        return next(one for one in html.fromstring(self.page).forms if having in one.fields)

    def send(self, having="handle", **typed):
        """Fill in a form of the page and send it; names have ``__`` for a point."""
        form = self.form(having)
        known = {name: value for name, value in form.form_values() if name not in ("go", "as")}
        return self.post(form.action, known | {name.replace("__", "."): value for name, value in typed.items()})

    def apply(self, slug, *sheets, files=True, **last):
        """Go through a form to its receipt."""
        self.get(f"/public/services/{slug}/form/")
        for typed in sheets:
            self.send(go="next", **typed)
            assert self.status == 200, self.reasons()
        if files:
            self.send(go="next", **({"file-identity": proof()} if "file-identity" in self.page else {}))
            assert self.status == 200, self.reasons()
        self.send(go="next", **last)
        assert self.status == 200, self.reasons()
        self.slip = self.shown_slip()
        return self

    def shown_slip(self):
        found = html.fromstring(self.page).xpath("//dl[@class='slip']/dd/text()")
        return tuple(found) if found else ("", "")

    def follow(self, number=None, code=None):
        self.get("/public/follow/")
        return self.send("number", number=number or self.slip[0], code=code or self.slip[1])

    def step(self, name, **typed):
        """Take a step of one's own from the page of the matter."""
        form = next(one for one in html.fromstring(self.page).forms if one.fields.get("step") == name)
        known = dict(form.form_values())
        return self.post(form.action, known | typed)

    def open_paper(self, name):
        """Open a paper by its name."""
        form = next(
            one for one in html.fromstring(self.page).forms if f"《{name}》" in html.tostring(one, encoding="unicode")
        )
        return self.post(form.action, dict(form.form_values()))

    def back(self):
        return self.send("pass")

    def reasons(self):
        return re.sub(r"\s+", " ", " ".join(html.fromstring(self.page).xpath("//*[@id='problems']//text()")))

    @property
    def said(self):
        return re.sub(r"\s+", " ", " ".join(html.fromstring(self.page).xpath("//main//text()")))


def unhurried(monkeypatch):
    """Let forms come in at once without being taken for a machine's."""
    monkeypatch.setattr(guarding, "QUICKEST", 0)


def today():
    return timezone.localdate()


APPLICANT = {"applicant__0__name": "示例甲", "applicant__0__identity_number": "11010119900307758X",
             "applicant__0__phone": "13800000000", "applicant__0__address": "示例路 1 号"}  # fmt: skip
REQUEST = (
    {"applicant__0__name": "示例甲", "applicant__0__phone": "13800000000", "applicant__0__address": "示例路 1 号"},
    {"information": "示例道路的规划文件", "form": "electronic"},
)
NATURAL = {"applicant_kind": "natural"}
"""What the office adds when it confirms a request."""
RECONSIDERATION = (
    {**APPLICANT, "respondent__0__name": "示例县住房和城乡建设局"},
    {"act": "行政处罚决定", "matter": "penalty", "known_on": ""},
    {"request": "撤销该处罚决定", "reasons": "没有违法"},
)
