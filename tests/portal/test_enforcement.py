"""Enforcement in public: an inspector is found by the whole name or certificate and by nothing less; a draw is repeated from its
published files on a machine without the platform's records; whom it falls on is public only with the results."""

import io
from datetime import date

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from tests.portal.test_lists import text
from tests.systems.test_random_inspection import (
    TASK,
    TODAY,
    _draw,
    _file,
    _officer,
    _sealed,
    _upload,
    lists,
    organ,
    organiser,
)
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.registers.actions import apply_entry_change, publish
from zhunsheng.registers.models import Entry, PublishedVersion
from zhunsheng.systems.enforcement.random_inspection.commands import commands

pytestmark = [pytest.mark.django_db, pytest.mark.once]
__all__ = ("lists", "organ", "organiser")
NAMES = ("01抽查事项.csv", "02检查对象.csv", "03检查人员.csv", "04抽取规则.csv", "05抽取种子.csv", "06抽取结果.csv")


def file(case, name):
    return Client().get(f"/public/enforcement/draws/{case.pk}/{name}")


def test_a_draw_given_up_after_its_lists_were_sealed_leaves_its_stone(organ, organiser, lists):
    head = _officer("head", organ)
    case = _sealed(organ, organiser, head)
    digest = case.fields["rules_digest"]
    perform(
        case.pk, "withdraw", on=date(2026, 2, 12), officer=head, values={"withdrawal_reason": "内部的理由"}, today=TODAY
    )
    for address in ("", *NAMES):
        stone = Client().get(f"/public/enforcement/draws/{case.pk}/{address}")
        assert stone.status_code == 410
        assert "这次抽查已撤销" in (page := stone.content.decode())
        assert digest in page
        assert "内部的理由" not in page
    never = open_case(
        "random_inspection", "plan", organ=organ, on=date(2026, 2, 10), officer=organiser, values=TASK, today=TODAY
    )
    perform(never.pk, "withdraw", on=date(2026, 2, 12), officer=head, values={"withdrawal_reason": "写错"}, today=TODAY)
    assert Client().get(f"/public/enforcement/draws/{never.pk}/").status_code == 404


def test_a_draw_is_published_with_its_files_and_anybody_repeats_it(organ, organiser, lists, tmp_path):
    case = _sealed(organ, organiser, _officer("head", organ))
    page = text(f"/public/enforcement/draws/{case.pk}/")
    assert case.fields["rules_digest"] in page
    assert case.fields["random_number"] not in page
    assert file(case, NAMES[3]).status_code == 200
    _draw(case, organiser)
    assert file(case, NAMES[5]).status_code == 404
    assert "06抽取结果" not in text(f"/public/enforcement/draws/{case.pk}/")
    sheet = load_workbook(io.BytesIO(_file(case, "07检查结果登记表.xlsx")))
    for row in range(2, 9):
        sheet.active.cell(row, 4, "2026-03-05")
        sheet.active.cell(row, 5, "未发现问题")
    out = io.BytesIO()
    sheet.save(out)
    _upload(case, "07检查结果登记表.xlsx", out.getvalue(), organiser)
    for action, values in (("record_results", {}), ("finish", {}), ("publish", {"result_address": "示例网站"})):
        perform(case.pk, action, on=date(2026, 3, 6), officer=organiser, values=values, today=TODAY)
    assert "结果已公示" in text("/public/enforcement/")
    assert file(case, "07检查结果登记表.xlsx").status_code == 404
    for name in NAMES:
        (tmp_path / name).write_bytes(file(case, name).content)
    assert CliRunner().invoke(commands, ["verify", *(str(tmp_path / name) for name in NAMES)]).exit_code == 0
    listed = (tmp_path / NAMES[1]).read_text("utf-8-sig").replace("示例企业3", "示例企业三")
    (tmp_path / NAMES[1]).write_text(listed, "utf-8-sig")
    assert CliRunner().invoke(commands, ["verify", *(str(tmp_path / name) for name in NAMES)]).exit_code == 1


def test_an_inspector_is_found_by_the_whole_name_or_number_as_published(organ):
    for number, name, status in ((1, "示例甲", "in_service"), (3, "示例乙", "suspended"), (5, "于示例", "in_service")):
        values = {
            "name": name,
            "unit": organ.name,
            "kind": "enforcement",
            "status": status,
            "identity_number": "110101199001011237",
        }
        apply_entry_change("enforcement_personnel", organ, "add", f"示A000{number}", values, date(2026, 1, 5))
    assert "核对执法人员" not in text("/public/enforcement/")
    publish("enforcement_personnel", organ, date(2026, 1, 6), _officer("head", organ))
    for query, shown in (({"name": "示例甲"}, True), ({"certificate": "示A0001"}, True), ({"name": "示例"}, False),
                         ({"name": "示例甲", "certificate": "示A0002"}, False), ({"name": "示例乙"}, False)):  # fmt: skip
        page = text("/public/enforcement/", **query)
        assert ("示A000" in page.split("核对执法人员")[1].split("双随机")[0].replace('value="示A000', "")) == shown, (
            query
        )
        assert ("公布的名单里没有这个人" in page) != shown, query
        assert "11010119900101" not in page

    # In traditional script a name stays as it was entered: a machine would make another family of it.
    version = PublishedVersion.objects.get()
    client = Client()
    client.cookies["django_language"] = "zh-hant"
    entry = f"/public/entry/{Entry.objects.get(key='示A0005').pk}/"
    for address in (
        "/public/enforcement/?name=于示例",
        f"/public/version/{version.pk}/",
        entry,
        "/public/search/?q=于示例",
    ):
        page = client.get(address).content.decode()
        assert "執法" in page, address
        assert "於示例" not in page, address
        assert "于示例" in page, address
