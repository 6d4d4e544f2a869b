"""What may be entered in a field, in what form it is kept, and how it is masked."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from zhunsheng.kernel.fields import FieldDeclaration, FieldError, clean_text, parse
from zhunsheng.kernel.masking import mask, mask_name, mask_number

CREDIT_CODE = "91110000600037341L"
IDENTITY = "11010519491231002X"


def field(of_type, /, **more):
    return FieldDeclaration.model_validate({"zh": "示例", "en": "Example", "type": of_type, **more})


TRACK = {"general": {"zh": "普通程序", "en": "Ordinary"}, "summary": {"zh": "简易程序", "en": "Summary"}}


@pytest.mark.parametrize(
    ("declared", "entered", "kept"),
    [
        (field("text"), "  ＡＢＣ１２３\u200b ", "ABC123"),
        (field("text"), "你好，世界（一）", "你好，世界（一）"),
        (field("text"), "\u200b \x00", None),
        (field("integer"), "1,200", 1200),
        (field("integer"), 3.0, 3),
        (field("decimal"), "１２.50", "12.50"),
        (field("money"), 1e-7, "0.0000001"),
        (field("date"), "2024年3月5日", "2024-03-05"),
        (field("date"), "2024/3/5", "2024-03-05"),
        (field("date"), "20240305", "2024-03-05"),
        (field("date"), 45356, "2024-03-05"),
        (field("date"), datetime(2024, 3, 5, 9, 30), "2024-03-05"),
        (field("datetime"), "2024/03/05 09:30", "2024-03-05T09:30"),
        (field("datetime"), datetime(2024, 3, 5, 1, 30, tzinfo=UTC), "2024-03-05T09:30"),
        (field("boolean"), "√", True),
        (field("boolean"), "否", False),
        (field("choice", of=TRACK), "简易程序", "summary"),
        (field("choice", of=TRACK), "Ordinary", "general"),
        (field("choice", of=["公安", "税务"]), "税务", "税务"),
        (field("choices", of=["公安", "税务"]), "公安、税务、公安", ["公安", "税务"]),
        (field("choices", of=["公安", "税务"]), [], None),
        (field("identity_number"), IDENTITY.lower(), IDENTITY),
        (field("identity_number"), "１１０105 19491231-002x", IDENTITY),
        (field("credit_code"), CREDIT_CODE, CREDIT_CODE),
        (field("phone"), "0719 888-8888", "07198888888"),
        (field("phone"), "（0719）888—8888", "07198888888"),
        (field("party"), "张某某", {"name": "张某某", "kind": "person"}),
        (field("party", kind="organ"), {"name": "示例局", "phone": ""}, {"name": "示例局", "kind": "organ"}),
        (field("text", many=True), ["甲", "", "乙"], ["甲", "乙"]),
        (field("text", many=True), "甲", ["甲"]),
        (field("integer"), "", None),
    ],
)
def test_kept(declared, entered, kept):
    assert parse(declared, entered) == kept


@pytest.mark.parametrize(
    ("declared", "entered"),
    [
        (field("text", maximum=2), "一二三"),
        (field("text"), ["甲"]),
        (field("text"), {"a": 1}),
        (field("integer"), "1.5"),
        (field("integer"), "1_000"),
        (field("integer"), True),
        (field("integer", minimum=1), 0),
        (field("integer", maximum=9), 10),
        (field("money", minimum=0), "-0.01"),
        (field("decimal"), "NaN"),
        (field("decimal"), float("inf")),
        (field("decimal"), "1e999999"),
        (field("date"), "2024-02-30"),
        (field("date"), "明天"),
        (field("datetime"), "2024-03-05 25:00"),
        (field("boolean"), "也许"),
        (field("choice", of=TRACK), "特别程序"),
        (field("choice", of=TRACK), ["general"]),
        (field("choices", of=["公安"]), "公安、海关"),
        (field("identity_number"), "110105194912310021"),
        (field("credit_code"), CREDIT_CODE[:-1] + "A"),
        (field("phone"), "12a45"),
        (field("party"), {"kind": "person"}),
        (field("party"), {"name": "甲", "kind": "ghost"}),
        (field("party"), {"name": "甲", "password": "x"}),
        (field("party"), {"name": "甲", "identity_number": "1"}),
    ],
)
def test_refused_in_both_languages(declared, entered):
    with pytest.raises(FieldError) as caught:
        parse(declared, entered)
    assert caught.value.words.zh
    assert caught.value.words.en not in ("", caught.value.words.zh)


@given(st.integers(0, 10**14))
def test_identity_numbers_stand_or_fall_with_their_check_digit(number):
    born = date(1950, 1, 1).toordinal() + number % 20000
    stem = f"110105{date.fromordinal(born):%Y%m%d}{number % 1000:03d}"
    right = ric.calc_check_digit(stem + "0")
    declared = field("identity_number")
    assert parse(declared, stem + right) == stem + right
    wrong = "0" if right != "0" else "1"
    with pytest.raises(FieldError):
        parse(declared, stem + wrong)


@given(st.sampled_from(["text", "integer", "decimal", "date", "datetime", "boolean", "phone", "party"]),
       st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))  # fmt: skip
def test_any_value_is_kept_or_refused_in_words(kind, value):
    declared = field(kind)
    try:
        kept = parse(declared, value)
    except FieldError:
        return
    assert kept is None or parse(declared, kept) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张某"), ("张三丰", "张某某"), ("欧阳修", "欧阳某"), ("示例甲乙丙", "示某某"), ("张", "张某")],
)
def test_names_of_persons_are_masked(name, masked):
    assert mask_name(name) == masked


def test_numbers_are_masked():
    assert mask_number("13800001234") == "138****1234"
    assert mask_number(IDENTITY) == "1101**********002X"
    assert mask_number("12345678") == "********"


def test_only_what_is_sensitive_is_masked():
    assert mask(field("text", sensitivity="internal"), "甲") == "甲"
    assert mask(field("text", sensitivity="sensitive"), "甲") == "＊＊＊"
    person = {"name": "张三丰", "kind": "person", "identity_number": IDENTITY, "address": "某路"}
    masked = mask(field("party", many=True), [person])[0]
    assert masked == {"name": "张某某", "kind": "person", "identity_number": "1101**********002X"}
    company = {"name": "示例公司", "kind": "organisation", "credit_code": CREDIT_CODE, "phone": "12345"}
    assert mask(field("party"), company) == {"name": "示例公司", "kind": "organisation", "credit_code": CREDIT_CODE}
    assert IDENTITY not in str(mask(field("party"), {**company, "identity_number": IDENTITY}))
