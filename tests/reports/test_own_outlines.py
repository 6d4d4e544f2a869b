"""A place's own outlines: every built-in one survives the way through a docx file, and files broken on purpose are refused."""

import zipfile
from datetime import date
from io import BytesIO

import docx
import pytest

from tests.reports.city import YEAR, found_city, post_year, record
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.papers.document import Chart, Paragraph, Table
from zhunsheng.papers.docx_template import FileRefused
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.reports import drafts, kept
from zhunsheng.reports.composing import compose
from zhunsheng.reports.discrepancies import discrepancies
from zhunsheng.reports.outline import OutlineError, outlines, read_outline
from zhunsheng.reports.own_outlines import keep_outline, own_outlines, read_file, starting_file

pytestmark = pytest.mark.once


def _file(*paragraphs: tuple[str, str]) -> bytes:
    word = docx.Document()
    for style, text in paragraphs:
        word.add_paragraph(text, style=style)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


GOOD = (
    ("Title", "{{单位}}{{年度}}年工作报告"), ("Normal", "现报告如下。"), ("Heading 1", "一、化解纠纷"),
    ("Normal", "依据豫发〔2021〕31号，收到申请{{行政复议：收到行政复议申请}}，上年{{上年：行政复议：收到行政复议申请}}。"),
    ("Normal", "复议情况{{图：administrative_reconsideration.received}}{{图：行政复议：受理}}"),
)  # fmt: skip


def _with_table(*rows: tuple[str, ...]) -> bytes:
    word = docx.Document(BytesIO(_file(*GOOD)))
    table = word.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def _without(content: bytes, extra: str, data: bytes = b"x") -> bytes:
    stream = BytesIO(content)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr(extra, data)
    return stream.getvalue()


@pytest.mark.parametrize("name", sorted(outlines()))
def test_a_built_in_outline_survives_the_way_through_a_file(name):
    before, after = read_outline(name), read_file(starting_file(name), f"{name}.docx")
    assert [section.heading for section in after.sections] == [section.heading for section in before.sections]
    assert list(after.accounts()) == list(before.accounts())
    drafts = [[p.draft for s in form.sections for p in s.paragraphs if p.draft] for form in (before, after)]
    assert drafts[0] == drafts[1]


@pytest.mark.django_db
def test_a_report_follows_an_own_outline_with_its_figures_and_charts():
    city = found_city()
    post_year(city)
    officer = Officer.objects.create_officer("writer", "writer", name="示例庚")
    name = keep_outline(city.region, "本地.docx", _file(*GOOD), officer)
    assert list(own_outlines(city.region)) == [name]
    composed = compose(city.region.code, YEAR, outline=name)
    text = "".join(block.text for block in composed.document.blocks if isinstance(block, Paragraph))
    assert "依据豫发〔2021〕31号，收到申请98件。" in text  # nothing of the year before: its clause is left out
    (chart,) = [one.block for one in composed.sentences if isinstance(one.block, Chart)]
    assert [(group[0], group[1]) for group in chart.groups] == [("收到行政复议申请", (98,)), ("受理", (89,))]
    assert composed.document.title == "示例市人民政府2020年工作报告"


@pytest.mark.django_db
def test_a_table_of_an_own_outline_is_filled_in_and_what_is_missing_shown_as_missing():
    city = found_city()
    post_year(city)
    officer = Officer.objects.create_officer("writer", "writer", name="示例庚")
    file = _with_table(
        ("指标", "{{年度}}年", "上年"),
        ("申请", "{{行政复议：收到行政复议申请}}", "{{上年：行政复议：收到行政复议申请}}"),
        ("经复议后诉讼", "{{litigation_response.after_reconsideration}}", "{{上年：litigation_response.after_reconsideration}}"),
    )  # fmt: skip
    composed = compose(city.region.code, YEAR, outline=keep_outline(city.region, "本地.docx", file, officer))
    (table,) = [block for block in composed.document.blocks if isinstance(block, Table)]
    assert table.header == ("指标", "2020年", "上年")
    assert table.rows == (("申请", "98件", "—"), ("经复议后诉讼", "27件", "39件"))
    assert ("administrative_reconsideration.received", YEAR - 1) in composed.missing


@pytest.mark.django_db
def test_a_table_is_confirmed_kept_found_to_differ_and_rewritten_like_a_sentence():
    city = found_city()
    post_year(city)
    officer = Officer.objects.create_officer("writer", "writer", name="示例庚")
    Duty.objects.create(officer=officer, organ=city, system="annual_report", role="drafter")
    as_ = (officer, access_of(officer, date(2026, 1, 5)))
    file = _with_table(("指标", "{{年度}}年"), ("申请", "{{行政复议：收到行政复议申请}}"))
    draft = drafts.begin(city.region, YEAR, keep_outline(city.region, "本地.docx", file, officer), *as_)

    def printed() -> Table:
        return next(block for block in kept.composed_of(draft).document.blocks if isinstance(block, Table))

    row = drafts.confirm(draft.sentences.get(template__startswith="表：").pk, *as_)
    record(city, "administrative_reconsideration.received", 2)
    assert (printed().header, printed().rows) == (("指标", "2020年"), (("申请", "98件"),))
    (found,) = discrepancies(draft)
    assert (found.printed, found.now, found.quote) == ("98件", "100件", "指标 2020年 申请 98件")
    drafts.rewrite(row.pk, kept.words_of(row).replace("申请｜", "收到申请｜"), *as_)
    assert printed().rows == (("收到申请", "100件"),)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (_file(*GOOD[:3], ("Normal", "收到{{行政复议：收到的申请}}。")), r"正文第 4 段.*没有「行政复议：收到的申请」.*\{\{行政复议：收到行政复议申请\}\}"),
        (_file(*GOOD[:3], ("Normal", "收到{{行政复议：受理。")), r"正文第 4 段.*花括号不成对"),
        (_without(_file(*GOOD), "word/vbaProject.bin"), "宏"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "密码"),
        (b"%PDF-1.7", "不是 docx"),
        (_file(("Normal", "没有标题。")), "没有标题"),
        (_with_table(("指标", "数"), ("申请", "{{图：行政复议：受理}}")), "表格第 1 个第 2 行.*表格里只能写文字和指标"),
    ],
    ids=["unknown", "unclosed", "macro", "password", "no docx", "no title", "chart in a table"],
)  # fmt: skip
def test_a_broken_file_is_refused_with_the_place_and_nothing_is_kept(content, told):
    city = found_city()
    officer = Officer.objects.create_officer("writer", "writer", name="示例庚")
    with pytest.raises(FileRefused, match=told):
        keep_outline(city.region, "坏.docx", content, officer)
    assert not PaperTemplate.objects.exists()


def test_a_file_kept_before_a_system_had_another_name_is_still_read_and_a_field_gone_is_named():
    def told(field: str) -> bytes:
        return _file(*GOOD[:3], ("Normal", f"执法人员{{{{{field}}}}}名。"))

    read = read_file(told("行政执法人员库：执法人员"), "a.docx")
    assert read.sections[0].paragraphs[0].sentences == ["执法人员{enforcement_personnel.enforcement_officers}名"]
    with pytest.raises(OutlineError, match="没有的系统：指标"):
        read_file(told("没有的系统：指标"), "a.docx")
