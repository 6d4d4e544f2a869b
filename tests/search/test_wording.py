"""How text is folded and asked for: however a number is typed it is the same, and the tokens never rule a text out wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.search.initials import bear_initials
from zhunsheng.search.wording import asked, folded, needed, tokens

NUMBER = folded("示复〔2020〕12号", "示例甲不服《限期拆除决定书》")
TYPED = st.text(st.sampled_from("示复听证会议局〔〕[]（）()《》-_ 　0129年第号aBéЖАཀ𠀀①ㄅ々ー"), max_size=14)
ANY = st.text(max_size=20)


def holds(text: str, typed: str) -> bool:
    question = asked(typed)
    return bool(question) and all(any(needle in text for needle in term.needles) for term in question.terms)


@pytest.mark.parametrize(
    "typed",
    ["示复〔2020〕12号", "示复[2020]12号", "示复（2020）12号", "示复(2020)12", "〔2020〕12号", "【２０２０】１２号", "2020-12", "2020 12",
     "2020年12号", "2020年第12号", "示复2020-012", "示复 2020-12", "2020/12", "限期 2020-12", "12号", "复", "号", "不服"],
)  # fmt: skip
def test_a_number_is_found_however_it_is_typed(typed):
    assert holds(NUMBER, typed)


@pytest.mark.parametrize(
    "typed", ["2020-1", "2020-120", "2020-2", "〔2019〕12号", "020", "号示", "服限 2021", "《》", "", "复示"]
)
def test_what_is_another_number_is_not_found(typed):
    assert not holds(NUMBER, typed)


def test_case_width_signs_and_script_do_not_matter():
    text = folded("ＡＢＣ公司《行政复议（示例）决定》")
    for typed in ("abc公司", "Abc 公司", "行政复议示例决定", "行政複議", "ab", "行政复议-示例"):
        assert holds(text, typed), typed
    assert not holds(text, "bc公司")


def test_the_words_of_two_parts_do_not_run_together():
    assert not holds(folded("示例局", "听证会"), "局听")


@given(TYPED | ANY)
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@given(TYPED | ANY, TYPED | ANY)
def test_a_text_that_holds_what_is_asked_has_every_token_needed(text, typed):
    """Otherwise the index would hide it."""
    held = folded(text, typed)
    for term in asked(typed).terms:
        for needle in term.needles:
            if needle in held:
                for wanted in needed(needle):
                    assert any(
                        t.startswith(wanted.text) if wanted.is_beginning else t == wanted.text for t in tokens(held)
                    )


@given(st.text(st.sampled_from("示复听证会议局《》。"), min_size=1, max_size=12), st.data())
def test_any_stretch_of_characters_is_found(text, data):
    first = data.draw(st.integers(0, len(text) - 1))
    stretch = text[first : data.draw(st.integers(first + 1, len(text)))]
    assert holds(folded(text), stretch) == bool(folded(stretch))


@pytest.mark.parametrize(
    ("letters", "name"),
    [("xzfy", "行政复议"), ("XZFY", "示例市行政复议局"), ("pds", "平顶山市人民政府"), ("zq", "重庆"), ("rzk", "镕喆堃"),
     ("fzb", "法（制）办")],
)  # fmt: skip
def test_initials(letters, name):
    assert bear_initials(letters, name)


@pytest.mark.parametrize(
    ("letters", "name"),
    [("x", "行政复议"), ("xf", "行政复议"), ("xzfyj", "行政复议"), ("行政", "行政复议"), ("12", "12")],
)
def test_what_are_no_initials(letters, name):
    assert not bear_initials(letters, name)
