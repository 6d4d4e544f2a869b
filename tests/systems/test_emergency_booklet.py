"""The booklet of laws and documents in force: what is taken from statutes, library and emergency rules, and what is left out."""

from datetime import date

import pytest

from zhunsheng.catalogue.crafts import craft_module
from zhunsheng.kernel.craft import ListEntry, NotPossible, Work

craft = craft_module("emergency_legal_service")


def work(terms):
    def document(key, **values):
        return ListEntry(
            key, "示例县人民政府", {"document_title": f"示例传染病防控办法{key}", "status": "valid", **values}
        )

    library = [
        document("甲1", text="第一条 示例"),
        document("甲2", status="repealed"),
        document("甲3", valid_until="2020-01-31"),
        document("甲4", document_title="示例停车办法"),
    ]
    rules = [
        ListEntry(
            "Y1",
            "示例县人民政府",
            {"name": "示例传染病信息报告制度", "standing": "in_force", "document_number": "示政〔2019〕1号"},
        ),
        ListEntry("Y2", "示例县人民政府", {"name": "示例传染病征用补偿制度", "standing": "missing"}),
    ]
    lists = {"normdoc_public_library": library, "emergency_rules": rules}
    return Work({"terms": terms}, lists, {}, "", "", date(2020, 2, 14))


def test_what_is_in_force_under_the_words_is_collected_with_its_text():
    made = craft.collect(work("传染病、没有这个词"))
    assert made.values["laws"].splitlines() == [
        "1. 《示例传染病防控办法甲1》（甲1）",
        "2. 《示例传染病信息报告制度》（示政〔2019〕1号）",
    ]
    assert made.values["collected"] == 2
    assert "第一条 示例" in made.files["汇编正文.txt"].decode()


def test_a_statute_is_collected_only_once_it_is_in_force():
    """The Emergency Response Law came into force on 1 November 2007."""
    emergency = "《中华人民共和国突发事件应对法》"
    assert emergency in craft.collect(work("突发事件")).values["laws"]
    assert emergency not in craft.collect(work("突发事件、传染病")._replace(on=date(2007, 10, 31))).values["laws"]


def test_nothing_found_is_said_with_what_to_do():
    with pytest.raises(NotPossible):
        craft.collect(work("没有这个词"))
