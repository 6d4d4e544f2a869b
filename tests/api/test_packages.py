"""Data packages: what a county reports and a city hands down arrives whole, signed and once; what is wrong is said in words."""

import base64
import hashlib
import io
import json
import threading
import zipfile
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from tests.api.test_calls import problem
from tests.desk.county import days_ago
from tests.registers.county import item
from zhunsheng.api import package, package_claiming, package_sending, package_taking
from zhunsheng.api.models import Package
from zhunsheng.api.package import own_public_key
from zhunsheng.api.package_making import claims_package, contents_of, figures_package, list_package
from zhunsheng.api.package_shapes import FigureLine, PackageRefused
from zhunsheng.cases.actions import perform
from zhunsheng.cases.materials import path_of
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.months import each_of
from zhunsheng.ledger.periods import close
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Organ, Region
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers import actions as lists

LIST = "power_list"


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def trusted(home, county):
    """The other installation signs with the key of this one: both are one machine here."""
    return package_taking.trust("zhunsheng", county.region, own_public_key())


def month_before():
    day = days_ago(0).replace(day=1)
    return day.year * 100 + day.month - 1 if day.month > 1 else (day.year - 1) * 100 + 12


def file_of(made):
    return path_of(made.file_digest).read_bytes()


@pytest.fixture
def made(trusted, county):
    """Two matters of last month in two organs, the month closed, and the package of it."""
    month = month_before()
    on = date(month // 100, month % 100, 5)
    for organ in (county.justice, county.housing):
        perform(county.review(on=on, organ=organ).pk, "accept", on=on)
    close(county.region, month, None)
    return figures_package(county.region, month, month)


@pytest.fixture
def reported(made):
    return file_of(made)


def taken():
    return Package.objects.exclude(installation=None)


def signed_anew(content, change=lambda manifest, lines: None, key=None):
    """The package with something changed and everything else put in order after it, checksum and signature too."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        manifest = json.loads(file.read("manifest.json"))
        lines = [json.loads(line) for line in file.read("data.jsonl").splitlines()]
    change(manifest, lines)
    if key is None:
        return package.packed(manifest, package.written(lines))[1]
    head = json.dumps(manifest).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        parts = (head, package.written(lines), base64.b64encode(key.sign(head)))
        for name, part in zip(package.MEMBERS, parts, strict=True):
            file.writestr(name, part)
    return buffer.getvalue()


def renumbered(content, number, previous=""):
    return signed_anew(content, lambda manifest, lines: manifest.update(number=number, previous=previous))


@pytest.mark.once
def test_a_month_that_is_not_closed_is_not_reported(trusted, county):
    county.review()
    with pytest.raises(PackageRefused) as refused:
        figures_package(county.region, month_before(), month_before())
    assert str(month_before()) in refused.value.words.zh


def test_figures_arrive_as_they_were_and_change_nothing_of_our_own(reported, county):
    month, before = month_before(), Posting.objects.count()
    came, is_new = package_taking.take_in(reported)
    assert (is_new, came.kind, came.region_id, came.installation.name, came.number) == (
        True, "figures", "999901", "zhunsheng", 1,
    )  # fmt: skip
    assert Posting.objects.count() == before
    told = {line.figure: line.value for line in contents_of(came)[1] if isinstance(line, FigureLine)}
    first, last = date(month // 100, month % 100, 1), date(month // 100, month % 100, 28)
    own = {name: round(one.value, 6) for name, one in figures("999901", first, last).items() if one.value is not None}
    assert told == own
    assert told["legality_review.received"] == 2
    assert came in Package.visible.to(access_of(county.owner, days_ago(0)))
    assert not Package.visible.to(access_of(county.stranger, days_ago(0))).exists()
    again, is_new = package_taking.take_in(reported)
    assert (again.pk, is_new, taken().count()) == (came.pk, False, 1)


@pytest.mark.once
def test_the_same_reported_again_is_the_same_package(made, county):
    month = month_before()
    assert figures_package(county.region, month, month) == made
    following = figures_package(county.region, month, month, number=7)
    assert (following.number, following.manifest["previous"]) == (7, made.digest)
    with pytest.raises(PackageRefused):
        figures_package(county.region, month, month, number=7)


def test_each_region_counts_once_by_its_newest_report(reported, county):
    Region.objects.create(code="999902", name="示例乙县")
    package_taking.trust("zhunsheng", Region.objects.create(code="999900", name="示例市"), own_public_key())
    other = signed_anew(reported, lambda m, ls: m.update(region="999902", region_name="示例乙县"))
    for content in (reported, reported, renumbered(reported, 2, package.opened(reported).digest), other):
        package_taking.take_in(content)
    assert taken().count() == 3
    month, access = month_before(), access_of(county.owner, days_ago(0))
    assert package_claiming.reported_months(access) == [(month, month)]
    assert [one.region_id for one in package_claiming.summary(access, month, month).packages] == ["999901"]
    Organ.objects.filter(pk=county.justice.pk).update(region="999900")  # whoever sees the city sees those below it
    access = access_of(county.owner, days_ago(0))
    found = package_claiming.summary(access, month, month)
    assert [(one.region_id, one.number) for one in found.packages] == [("999901", 2), ("999902", 1)]
    received = next(line for line in found.figures if line.name.zh == "收到合法性审查事项")
    assert (received.by_region, received.total) == (
        [("示例县", Decimal(2)), ("示例乙县", Decimal(2))], Decimal(4),
    )  # fmt: skip


def raised_by(content, held=0):
    with pytest.raises(PackageRefused) as refused:
        package_taking.take_in(content)
    assert refused.value.words.en
    assert taken().count() == held
    return refused.value.words.zh


@pytest.mark.once
def test_a_package_that_was_changed_on_the_way_is_refused(reported):
    broken = bytearray(reported)
    broken[broken.index(b"data.jsonl") + 30] ^= 1  # within the packed lines
    assert raised_by(bytes(broken))
    assert "损坏" in raised_by(reported[: len(reported) // 2])
    assert "签名" in raised_by(signed_anew(reported, key=Ed25519PrivateKey.generate()))
    assert "损坏" in raised_by(b"PK nothing")
    with zipfile.ZipFile(io.BytesIO(reported)) as file:
        parts = {name: file.read(name) for name in package.MEMBERS}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:  # other lines under the old manifest and its signature
        for name, part in (parts | {"data.jsonl": parts["data.jsonl"].replace(b'"2"', b'"3"')}).items():
            file.writestr(name, part)
    assert "校验值" in raised_by(buffer.getvalue())


@pytest.mark.once
def test_sums_closed_months_and_regions_are_looked_at_though_the_signature_holds(reported, county):
    def one_more(manifest, lines):
        line = next(one for one in lines if one.get("account") == "legality_review.received")
        line["flow"] = "5.00"

    def other_value(manifest, lines):
        next(one for one in lines if one.get("figure") == "legality_review.received")["value"] = "3.00"

    def told_twice(manifest, lines):
        lines.append(next(one for one in lines if one.get("figure") == "legality_review.received"))

    assert "各单位合计" in raised_by(signed_anew(reported, one_more))
    assert "与入账不符" in raised_by(signed_anew(reported, other_value))
    assert "两次" in raised_by(signed_anew(reported, told_twice))
    assert "结账" in raised_by(signed_anew(reported, lambda m, ls: m["closed"].clear()))
    assert "不属于" in raised_by(signed_anew(reported, lambda m, ls: m.update(region="110000")))
    Region.objects.create(code="110000", name="别处")
    assert "不属于" in raised_by(signed_anew(reported, lambda m, ls: m.update(region="110000")))


OUT_OF_SHAPE = [
    lambda m, ls: m.pop("closed"),
    lambda m, ls: m.update(kind="other"),
    lambda m, ls: m.update(first=1, last=999_999_999),
    lambda m, ls: m.update(first=202613),
    lambda m, ls: m.update(region_name="x\0"),
    lambda m, ls: m.update(made_at="2026-01-01"),
    lambda m, ls: m.update(number=0),
    lambda m, ls: m.update(extra=1),
    lambda m, ls: ls[0].update(value="NaN"),
    lambda m, ls: ls[0].update(value="1E+999999"),
    lambda m, ls: ls[0].update(name={"zh": ["x"], "en": "x"}),
    lambda m, ls: ls.append([]),
    lambda m, ls: ls.append({"figure": {"deep": "x"}}),
]


@pytest.mark.once
def test_what_a_friend_signs_still_has_to_have_its_shape(reported):
    for change in OUT_OF_SHAPE:
        assert raised_by(signed_anew(reported, change)).startswith("数据包")


def test_numbers_run_on_one_that_is_missing_is_told_and_one_in_its_place_refused(made, reported):
    third = renumbered(reported, 3, "c" * 64)
    first, _new = package_taking.take_in(reported)
    package_taking.take_in(third)
    assert [(gap.package.number, gap.numbers) for gap in package_taking.gaps(first.installation_id)] == [(3, [2])]
    assert "已经收到过" in raised_by(renumbered(reported, 3, "d" * 64), 2)
    assert "衔接不上" in raised_by(renumbered(reported, 2, made.digest), 2)  # not the one the third follows
    assert "衔接不上" in raised_by(renumbered(reported, 2, "a" * 64), 2)  # follows another than the first
    assert package_taking.take_in(renumbered(reported, 9))[1]
    assert package_taking.gaps()[0].numbers == [2, 4, 5, 6, 7, 8]


@pytest.mark.once
def test_nothing_is_taken_from_an_installation_that_is_not_registered(reported, county):
    package_taking.distrust("zhunsheng")
    assert "没有登记" in raised_by(reported)


@pytest.mark.once
def test_months_run_over_the_year():
    assert each_of((202511, 202602)) == [202511, 202512, 202601, 202602]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_entries_of_a_list_that_was_handed_down_are_claimed_as_a_change_and_told_upwards(trusted, county):
    begin = date(2024, 1, 1)
    for key, name in (("A1", "对擅自施工的处罚"), ("A2", "对超载运输的处罚"), ("A3", "对占道的处罚")):
        lists.apply_entry_change(
            LIST, county.justice, "add", key, item(item_code=key, name=name, remarks="内部"), begin
        )
    version = lists.publish(LIST, county.justice, date(2024, 3, 5), county.owner)
    sent = list_package(version)
    came, _new = package_taking.take_in(file_of(sent))
    assert all("remarks" not in line.values for line in contents_of(came)[1])
    lists.apply_entry_change(LIST, county.housing, "add", "A2", item(item_code="A2", name="另一个名称"), begin)
    rows = package_claiming.beside_own(came, county.housing)
    assert {row.key: row.difference.value for row in rows} == {
        "A1": "only_there",
        "A2": "differs",
        "A3": "only_there",
    }
    change = package_claiming.claim(came, county.housing, ["A1", "A2", "X"], days_ago(0), county.colleague)
    assert sorted((line.kind, line.key) for line in change.lines.all()) == [("add", "A1"), ("change", "A2")]
    assert change.state == "draft"
    with pytest.raises(Refused):
        package_claiming.claim(came, county.housing, [], days_ago(0), county.colleague)

    lists.apply_entry_change(LIST, county.justice, "remove", "A3", {}, days_ago(1), reason="下放")
    claims = claims_package(came, county.region)
    assert sorted((line.organ, line.key, line.same) for line in contents_of(claims)[1]) == [
        ("示例县住房和城乡建设局", "A2", False), ("示例县司法局", "A1", True), ("示例县司法局", "A2", True),
    ]  # fmt: skip
    assert "下发的清单没有条目" in raised_by(signed_anew(file_of(claims), lambda m, ls: ls[0].update(key="A9")), 1)
    assert "不是本平台下发" in raised_by(signed_anew(file_of(claims), lambda m, ls: m.update(of="0" * 64)), 1)
    package_taking.take_in(file_of(claims))
    told, _reports = package_claiming.claims_of(sent, taken())
    assert [(one.key, one.organs, one.differing) for one in told] == [
        ("A1", ["示例县司法局"], []),
        ("A2", ["示例县司法局", "示例县住房和城乡建设局"], ["示例县住房和城乡建设局"]),
        ("A3", [], []),
    ]


# --- over HTTP ------------------------------------------------------------------------------------------------------


def put(program, digest, offset, part):
    headers = {"Authorization": f"Bearer {program.token}"}
    place = f"/api/v1/exchange/uploads/{digest}?offset={offset}"
    return Client().put(place, part, "application/octet-stream", headers=headers)


def test_a_broken_upload_goes_on_where_it_ended(reported, program):
    digest = hashlib.sha256(reported).hexdigest()
    half = len(reported) // 2
    assert put(program, digest, 0, reported[:half]).json() == {"received": half}
    problem(put(program, digest, half + 1, reported[half + 1 :]), 409, "offset")
    assert put(program, digest, 0, reported[:half]).json() == {"received": half}  # the same part again
    problem(program.post(f"/exchange/uploads/{'0' * 64}/finish", {}), 404, "not_found")
    assert program.get(f"/exchange/uploads/{digest}").json() == {"received": half}
    assert put(program, digest, half, reported[half:]).json() == {"received": len(reported)}
    told = program.post(f"/exchange/uploads/{digest}/finish", {}).json()
    assert (told["digest"], told["is_new"], told["number"], told["missing"]) == (digest, True, 1, [])
    assert program.post(f"/exchange/uploads/{digest}/finish", {}).json()["is_new"] is False
    assert [row["digest"] for row in program.get("/exchange/packages").json()["items"]] == [digest]


@pytest.mark.once
def test_a_file_that_is_not_what_was_announced_is_refused_and_forgotten(reported, program):
    put(program, "a" * 64, 0, reported)
    problem(program.post(f"/exchange/uploads/{'a' * 64}/finish", {}), 422, "package")
    assert program.get(f"/exchange/uploads/{'a' * 64}").json() == {"received": 0}


@pytest.mark.once
def test_no_account_fills_the_disk_with_files_begun(home, program):
    for number in range(8):
        assert put(program, f"{number}" * 64, 0, b"x").status_code == 200
    problem(put(program, "9" * 64, 0, b"x"), 409, "unfinished")
    assert put(program, "7" * 64, 1, b"x").json() == {"received": 2}


class Site(BaseHTTPRequestHandler):
    """The site as a program reaches it; the first part it is sent arrives, and the answer to it does not."""

    broken = False

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = Client().generic(
            self.command, self.path, body, self.headers.get("Content-Type") or "",
            headers={"Authorization": self.headers["Authorization"]},
        )  # fmt: skip
        if self.command == "PUT" and not Site.broken:
            Site.broken = True
            self.connection.close()
            return
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815 - so named by the server

    def log_message(self, *_arguments):
        pass


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_sending_again_after_a_break_goes_on_from_there(reported, program, monkeypatch):
    monkeypatch.setattr(package_sending, "PART", len(reported) // 3)
    monkeypatch.setattr(Site, "broken", False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site, parts = f"http://127.0.0.1:{server.server_address[1]}", []
    try:
        with pytest.raises(PackageRefused, match="接着送"):
            package_sending.send(reported, site, program.token)
        answer = package_sending.send(reported, site, program.token, lambda done, _all: parts.append(done))
        assert parts[0] == len(reported) // 3
        assert (answer["is_new"], answer["number"]) == (True, 1)
        with pytest.raises(PackageRefused, match="令牌"):
            package_sending.send(reported, site, "no-token")
    finally:
        server.shutdown()
        server.server_close()
