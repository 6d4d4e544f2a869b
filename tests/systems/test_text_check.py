"""The text of a draft held against its rank, the law list and its earlier version. Expected hits were found by reading."""

import io
from datetime import date

import docx
import pytest
from openpyxl import load_workbook

from tests.cases.place import make_place
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import add_material
from zhunsheng.kernel.articles import placed
from zhunsheng.kernel.redline import changes
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.refusals import Refused
from zhunsheng.registers.actions import apply_entry_change
from zhunsheng.systems.rulemaking.legality_review.citations import citations
from zhunsheng.systems.rulemaking.legality_review.wording import hits

DAY = date(2024, 9, 2)
DRAFT = """示例县集贸市场管理办法（送审稿）
第一条 根据《中华人民共和国行政处罚法》第十六条、《优化营商环境条例》第九十条和《示例县市容管理办法》，制定本办法。
第二条 进场经营应当向市场监督管理部门申请取得经营许可证。
第三条 经营者应当提交无犯罪记录证明，并缴纳卫生保证金。
第四条 市场内统一使用示例电子秤公司的产品，外地企业不得参加摊位招标。
第五条 违反本办法的，处以五百元以上二千元以下罚款。
第六条 违反《中华人民共和国行政处罚法》规定的，依照其规定给予警告。
第七条 任何单位不得收取进场费。
第八条 依据《法规规章备案审查条例》报送备案。本办法自2024年10月1日起施行。"""


def _of(text, rank="document", day=DAY):
    return [(hit.place, hit.subject, hit.names_basis) for hit in hits(placed(text.splitlines()), rank, day)]


def test_wording_beyond_the_rank_of_a_document_is_shown_with_its_place():
    assert _of(DRAFT) == [
        ("第二条", "设定行政许可", False),
        ("第三条", "设立收费、基金、保证金", False),
        ("第三条", "设定证明事项", False),
        ("第四条", "指定经营者、商品或者服务", False),
        ("第四条", "限制外地经营者", False),
        ("第四条", "减损权益、增加义务", False),
        ("第五条", "设定行政处罚", False),
        ("第六条", "设定行政处罚", True),
    ]


def test_a_rule_may_set_fines_and_its_grounds_hold_from_the_day_of_their_statute():
    assert ("第五条", "设定行政处罚", False) not in _of(DRAFT, rank="rule")
    grounds = {hit.subject: hit.ground for hit in hits(placed(DRAFT.splitlines()), "document", date(2024, 7, 31))}
    assert grounds["限制外地经营者"].startswith(
        "优化营商环境条例第六十四条"
    )  # the day before the Fair Competition Regulation
    grounds = {hit.subject: hit.ground for hit in hits(placed(DRAFT.splitlines()), "document", date(2024, 8, 1))}
    assert grounds["限制外地经营者"].startswith("公平竞争审查条例第九条")
    assert "设定行政处罚" not in [subject for _, subject, _ in _of(DRAFT, day=date(2021, 7, 14))]


def test_what_may_be_said_is_not_shown():
    assert _of("第九条 由示例公司独家经营。") == [("第九条", "指定经营者、商品或者服务", False)]
    assert _of("第七条 任何单位不得收取进场费。\n第八条 优化服务，提高效率。") == []


def _cited(text, day, library=()):
    return [(row.name, row.finding, row.fine) for row in citations(placed(text.splitlines()), library, day)]


def test_citations_are_held_against_the_law_of_the_day():
    library = [{"number": "示规〔2018〕3号", "document_title": "示例县市容管理办法", "status": "repealed"}]
    assert _cited(DRAFT, DAY, library)[:3] == [
        ("中华人民共和国行政处罚法", "现行有效，请对照条文内容", True),
        ("优化营商环境条例", "没有第九十条（2019年版本共72条），可能是旧法条号", False),
        ("示例县市容管理办法", "已经废止或者宣布失效（示规〔2018〕3号），不得作为依据", False),
    ]
    assert ("法规规章备案审查条例", "尚未施行，自2024-11-01起施行", False) in _cited(DRAFT, DAY, library)
    assert ("示例县市容管理办法", "法规清单和文件库中没有，请人工核对是否现行有效", None) in _cited(DRAFT, DAY)
    revised = "根据《行政复议法实施条例》第七十条"
    assert _cited(revised, date(2026, 6, 30))[0][1:] == ("没有第七十条（2007年版本共66条），可能是旧法条号", False)
    assert _cited(revised, date(2026, 7, 1))[0][2] is True


def test_citations_are_read_with_their_edition_paragraphs_and_items_and_of_the_law_a_draft_carries_out():
    def found(text, title=""):
        return [(row.articles, row.finding, row.fine) for row in citations(placed([text]), [], DAY, title)]

    gone = ("没有第一百条（2021年版本共86条），可能是旧法条号", False)
    assert found("依据《行政处罚法》（2021年修订）第一百条") == [("第一百条", *gone)]
    parts = "第十六条第一款第（二）项、第一百条"
    assert found(f"依据《行政处罚法》{parts}的规定") == [(parts, *gone)]
    old = "写的是2017年版本，2024-09-02施行的是2021年版本，请核对条号"
    assert found("依据《行政处罚法》（2017年修正）第三十七条") == [("第三十七条", old, False)]
    # The title of the draft is no citation, but the law it carries out is one although its name stands in the title.
    title = "关于实施《行政处罚法》若干规定"
    assert found("依据《行政处罚法》第一百条", title) == [("第一百条", *gone)]
    assert found("《关于实施〈行政处罚法〉若干规定》自公布之日起施行", title) == []


def test_changes_show_what_was_taken_out_and_put_in():
    before = placed(["第一条 为了规范市场，制定本办法。", "第二条 罚款二百元。", "第三条 本办法自公布之日起施行。"])
    after = placed(["第一条 为了规范集贸市场，制定本办法。", "第二条 本办法自公布之日起施行。", "第三条 有效期五年。"])
    found = list(changes(before, after))
    assert (found[0].kind, found[0].marked) == ("修改", "第一条 为了规范【增：集贸】市场，制定本办法。")
    assert {(row.kind, row.before, row.after) for row in found[1:]} == {
        ("修改", "第三条 本办法自公布之日起施行。", "第二条 本办法自公布之日起施行。"),
        ("新增", "", "第三条 有效期五年。"),
        ("删除", "第二条 罚款二百元。", ""),
    }


def _docx(text):
    document, out = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


@pytest.mark.database
def test_the_step_files_its_sheets_and_says_what_the_file_lacks(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    place = make_place()
    officer, today = place.head, date(2026, 11, 20)
    access = access_of(officer, today)
    values = {
        "matter": "示例县集贸市场管理办法",
        "kind": "normative_document",
        "submitting_unit": "示例局",
        "materials": "见材料",
    }
    case = open_case("legality_review", "submit", organ=place.government, on=DAY, values=values, today=today)
    check = {"on": DAY, "officer": officer, "today": today}
    with pytest.raises(Refused, match="没有送审稿"):
        perform(case.pk, "check_text", values={"text_rank": "document"}, **check)
    for name, content in (("集贸市场管理办法送审稿.docx", _docx(DRAFT)), ("起草说明.txt", "说明".encode())):
        add_material(case, [content], file_name=name, officer=officer, access=access)
    add_material(
        case, [DRAFT.replace("五百元", "一百元").encode()], file_name="原稿.txt", officer=officer, access=access
    )
    entry = {"document_title": "示例县市容管理办法", "kind": "normative_document", "published_on": "2018-05-01", "status": "repealed"}  # fmt: skip
    apply_entry_change("normdoc_public_library", place.government, "add", "示规〔2018〕3号", entry, date(2018, 5, 1))
    checked = perform(case.pk, "check_text", values={"text_rank": "document", "earlier_file": "原稿.txt"}, **check)
    found = {
        name: checked.fields[name] for name in ("text_hits", "text_citations", "text_citations_wrong", "text_changes")
    }
    assert found == {"text_hits": 8, "text_citations": 5, "text_citations_wrong": 3, "text_changes": 1}
    assert checked.fields["checked_file"] == "集贸市场管理办法送审稿.docx"
    assert checked.fields["text_missing"] == "缺少材料：制定依据；缺少材料：征求意见及采纳情况；文本没有写明有效期"
    names = set(case.materials.values_list("file_name", flat=True))
    assert {"文本校核提示.xlsx", "引用依据核对.xlsx", "修改对照.xlsx"} <= names
    sheet = _sheet(case, "修改对照.xlsx")
    assert sheet[1][5] == "第五条 违反本办法的，处以【删：一】【增：五】百元以上二千元以下罚款。"
    with pytest.raises(Refused, match="没有「别的"):
        perform(case.pk, "check_text", values={"text_rank": "document", "draft_file": "别的.docx"}, **check)


def _sheet(case, name):
    from zhunsheng.cases.materials import path_of

    content = path_of(case.materials.get(file_name=name).digest).read_bytes()
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
