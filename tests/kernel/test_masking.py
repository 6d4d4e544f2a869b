"""Masking: what is proposed in passages written by hand, and that nothing secret is left however a number or a name is written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.kernel.fields import FieldDeclaration
from zhunsheng.kernel.masking import (
    KINDS,
    Change,
    Hidden,
    Known,
    MaskingError,
    known_of,
    masked,
    places_of,
    propose,
    shortened,
    without_overlaps,
)

TODAY = date(2026, 3, 5)
PLAIN = "经审理查明，本机关于2026年3月5日作出〔2026〕12号决定，罚款3000元，并告知权利。"


def hidden(*texts, known=(), today=TODAY):
    """The passages as they stand when everything proposed is confirmed."""
    changes = propose(texts, known, today)
    return [masked(text, [one for one in changes if one.passage == n]) for n, text in enumerate(texts)]


def test_a_decision_as_publications_write_it():
    assert hidden(
        "申请人：张三丰，男，公民身份号码110101198001011234，住示例省示例市示例区柳园街道示例小区3号楼2单元501室，电话138 1234 5678。",
        "委托代理人：李四，示例律师事务所律师。被申请人：示例县自然资源局。",
        "第三人张小米，女，2012年3月6日出生。张三丰称其账号6222 0200 1234 5678 901，车牌鲁P12345，邮箱a.b@example.com。",
        "当事人：示例食品有限公司，统一社会信用代码91370100MA3ABCDE1X。经营者阿不都·热依木。证人赵 六（电话0635-8212345）",
    ) == [
        "申请人：张某某，男，公民身份号码1101**********1234，住示例省示例市示例区柳园街道＊＊＊，电话138****5678。",
        "委托代理人：李某，示例律师事务所律师。被申请人：示例县自然资源局。",
        "第三人某某，女，2012年3月6日出生。张某某称其账号＊＊＊，车牌＊＊＊，邮箱＊＊＊。",
        "当事人：示例食品有限公司，统一社会信用代码91370100MA3ABCDE1X。经营者阿不都某某。证人赵某（电话＊＊＊）",
    ]  # fmt: skip


def test_people_and_numbers_as_records_of_hearings_write_them():
    assert hidden(
        "证人李小明、张大伟证实，张大伟的妻子赵翠花到场。孙小红（女，45岁）称述。收款人户名：周建国。",
        "微信号：wx_shili88，QQ 123456789，社保卡号：C12345678，车架号LSVAA4182E2123456。",
        "通过微信通知当事人，发动机发生故障。", "申请人钱多多、郑文不服。",
    ) == [
        "证人李某某、张某某证实，张某某的妻子赵某某到场。孙某某（女，45岁）称述。收款人户名：周某某。",
        "微信号：＊＊＊，QQ ＊＊＊，社保卡号：＊＊＊，车架号＊＊＊。",
        "通过微信通知当事人，发动机发生故障。", "申请人钱某某、郑某不服。",
    ]  # fmt: skip


def test_what_is_no_secret_is_left_alone():
    assert hidden(PLAIN, "申请人不服，向本机关申请行政复议。当事人的陈述意见不予采纳。负责人对此负责。") == [
        PLAIN, "申请人不服，向本机关申请行政复议。当事人的陈述意见不予采纳。负责人对此负责。",
    ]  # fmt: skip


def test_names_that_would_look_alike_are_told_apart():
    assert hidden("申请人：张伟，第三人：张强。张伟称，张强没有到场。") == [
        "申请人：张某1，第三人：张某2。张某1称，张某2没有到场。"
    ]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("，2008年3月5日出生", "李某某"), ("，2008年3月6日出生", "某某"), ("，17岁", "某某"), ("，18周岁", "李某某"),
        ("系未成年人", "某某"), ("，男。另一人17岁", "李某某"),
    ],
)  # fmt: skip
def test_nothing_stays_of_the_name_of_a_minor(told, shown):
    assert hidden("证人：李小龙" + told)[0].startswith(f"证人：{shown}{told}")


def test_a_case_says_who_its_parties_are_and_what_is_sensitive():
    declared = {
        "applicant": FieldDeclaration.model_validate(
            {"zh": "申请人", "en": "Applicant", "type": "party", "many": True}
        ),
        "health": FieldDeclaration.model_validate({"zh": "健康", "en": "Health", "sensitivity": "sensitive"}),
    }
    person = {"name": "示例甲", "kind": "person", "phone": "13812345678", "address": "示例县示例镇示例村3组"}
    firm = {"name": "示例公司", "kind": "organisation", "address": "示例路1号"}
    known = known_of(declared, {"applicant": [person, firm], "health": "旧疾"})
    assert known == [
        Known("示例甲", Hidden.NAME, "示某某"), Known("示例县示例镇示例村3组", Hidden.ADDRESS, "示例县示例镇＊＊＊"),
        Known("13812345678", Hidden.PHONE, "138****5678"), Known("旧疾", Hidden.OTHER, "＊＊＊"),
    ]  # fmt: skip
    assert hidden("示 例甲与示例公司因旧疾", known=known) == ["示某某与示例公司因＊＊＊"]


def test_an_address_stops_at_the_town():
    assert shortened("示例省示例市示例县示例镇示例村") == "示例省示例市示例县示例镇＊＊＊"
    assert shortened("示例县东关街12号") == "示例县＊＊＊"
    assert shortened("东关街12号") == "＊＊＊"


def test_every_kind_is_named_with_its_article():
    assert set(KINDS) == set(Hidden)


def test_places_that_overlap_or_lie_outside_are_refused():
    one, two = Change(0, 0, 3, Hidden.NAME, "某"), Change(0, 2, 4, Hidden.NAME, "某")
    for wrong in ([one, two], [Change(0, 3, 99, Hidden.NAME, "")], [Change(0, 2, 2, Hidden.NAME, "")]):
        with pytest.raises(MaskingError):
            masked("一二三四五", wrong)
    assert without_overlaps([one, two, Change(1, 0, 1, Hidden.NAME, "")]) == [one, Change(1, 0, 1, Hidden.NAME, "")]


GAPS = st.sampled_from(["", " ", "-", "\u3000", "·"])
AROUND = st.text(st.sampled_from("经审理查明，本机关认为。；"), max_size=12)
SECRETS = st.sampled_from(["13812345678", "110101198001011234", "11010119800101123X", "6222020012345678901"])


@given(AROUND, SECRETS, GAPS, st.booleans(), AROUND)
def test_a_number_is_hidden_however_its_figures_are_written(before, number, gap, full_width, after):
    written = gap.join(number[at : at + 3] for at in range(0, len(number), 3))
    if full_width:
        written = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in written)
    [shown] = hidden(f"{before}{written}{after}")
    assert written not in shown
    assert sum(char.isdigit() for char in shown) <= 8
    assert (shown.startswith(before), shown.endswith(after)) == (True, True)


NAMES = st.sampled_from(["示例甲", "张三丰", "李四", "欧阳明月", "阿不都·热依木"])


@given(st.lists(AROUND, min_size=1, max_size=4), NAMES, st.sampled_from(["", " ", "\u3000"]))
def test_a_party_is_hidden_in_every_passage(parts, name, gap):
    texts = [gap.join(name).join([part, part, ""]) for part in parts]
    for shown in hidden(*texts, known=[Known(name, Hidden.NAME, "某某")]):
        assert name not in "".join(shown.split())


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_a_text_holds_the_places_are_in_it_and_do_not_overlap(texts):
    changes = propose(texts, [], TODAY)
    for number, text in enumerate(texts):
        its = [one for one in changes if one.passage == number]
        kept = masked(text, its)
        assert masked(text, []) == text
        assert len(kept) == len(text) - sum(one.end - one.start for one in its) + sum(len(one.into) for one in its)


@given(st.text(st.sampled_from("甲乙张三 丰"), max_size=30), st.sampled_from(["甲乙", "张三丰"]))
def test_what_an_officer_marks_is_gone_everywhere(text, words):
    changes = places_of([text], words, Hidden.SECRET)
    assert words not in masked(text, changes).replace(" ", "").replace("＊＊＊", "｜")
