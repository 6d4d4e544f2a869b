"""Traditional script: what is read is turned, what is handed in, clicked and cited is not, and nothing that is kept changes."""

import pytest
from lxml import html

from tests.portal.citizen import Citizen, make_place
from zhunsheng.portal.script import in_traditional_script


@pytest.mark.parametrize(
    ("page", "turned"),
    [
        ("<p>向复议机关申请复议，制定规范性文件，征求意见，干部换发证件</p>", "<p>向復議機關申請復議，制定規範性文件，徵求意見，幹部換發證件</p>"),
        ('<a href="/发/?q=发现">发现 12 件</a>', '<a href="/发/?q=发现">發現 12 件</a>'),
        ('<input value="发现 > 1" placeholder="发现">', '<input value="发现 > 1" placeholder="發現">'),
        ('<textarea title="发" name="a">发现</textarea>发', '<textarea title="发" name="a">发现</textarea>發'),
        ("<option>发现</option><option selected value='发'>发现</option>", "<option>发现</option><option selected value='发'>發現</option>"),
        ('<p class="copy" translate="no">《发<b>现</b>》</p><p>发</p>', '<p class="copy" translate="no">《发<b>现</b>》</p><p>發</p>'),
        ("<p>于某某、余某、范某某、后某某、叶某，于某年某日由于某种原因</p>", "<p>于某某、余某、范某某、后某某、葉某，於某年某日由於某種原因</p>"),
        ("<p>联系人：于明、范立，咸某、游某某到旅游某地；适用人员：范围内的干部</p>", "<p>聯繫人：于明、范立，咸某、游某某到旅遊某地；適用人員：範圍內的幹部</p>"),
        ("<p>于洪区 于都县 范县 新干县 余姚市 台州市 规范余款之后</p>", "<p>于洪區 于都縣 范縣 新干縣 餘姚市 台州市 規範餘款之後</p>"),
        ('<dd translate="no">范冰</dd><article lang="zh-Hans">范例', '<dd translate="no">范冰</dd><article lang="zh-Hant">範例'),
        ("<!-- 发 --><style>/* 发 */</style>&lt;发&gt;", "<!-- 发 --><style>/* 发 */</style>&lt;發&gt;"),
    ],
)  # fmt: skip
def test_only_what_is_read_is_turned(page, turned):
    assert in_traditional_script(page) == turned


def choices(citizen):
    """What the boxes of a form hand in, but for what is drawn anew for every form."""
    drawn = {"csrfmiddlewaretoken", "form_mark", "handle"}
    return [(box.name, box.get("value")) for box in citizen.form().iter("input") if box.name not in drawn]


@pytest.mark.django_db
@pytest.mark.once
def test_a_visitor_chooses_it_and_what_is_handed_in_stays_as_it_was_typed():
    make_place()
    citizen = Citizen().get("/public/services/")
    citizen.send("next", language="zh-hant")
    page = citizen.get("/public/services/hotline_workorder/form/")
    assert html.fromstring(page.page).get("lang") == "zh-Hant"
    assert "您的訴求" in page.said
    assert "您的诉求" not in page.said
    there = choices(page)
    citizen.client.cookies["django_language"] = "zh-hans"
    assert there == choices(citizen.get("/public/services/hotline_workorder/form/"))
    assert 'lang="zh-CN"' in citizen.page
    assert "您的诉求" in citizen.said

    # The desk speaks simplified script whatever a visitor chose for the public pages.
    citizen.client.cookies["django_language"] = "zh-hant"
    assert "登录" in citizen.get("/sign-in/").page
