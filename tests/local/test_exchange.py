"""The other kinds of settings, and taking all of them along to another installation."""

from datetime import date

import pytest
import yaml

from tests.local.test_templates import KEY, TEXT, file, set_template
from zhunsheng.local.actions import decide
from zhunsheng.local.exchange import FileError, as_text, bring, current, packed
from zhunsheng.local.kinds import kinds
from zhunsheng.local.models import Setting
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.models import PaperTemplate
from zhunsheng.reports.outline import outlines
from zhunsheng.reports.outline_choice import ANNUAL_REPORT, chosen_outline

pytestmark = pytest.mark.once

DAY = date(2026, 6, 1)


def everything(place):
    """One decision of every kind."""

    def put(kind, key, value, organ=place.government, since=date(2026, 1, 1), **more):
        return decide(place.administrator, kind, key, organ, since, value, reason="示例", **more)

    put("limit", "hotline_handling", {"value": 3, "unit": "working_day"}, document="示例办法", article="8")
    put("retention", "cases.hotline_workorder", {"term": "years", "years": "10"}, document="示例档案办法")
    put("number", "hotline_workorder", {"pattern": "{代字}热〔{年份}〕{序号}号"}, organ=place.hotline)
    put("outline", "yearly", {"outline": "public-report"})
    set_template(place, file(*TEXT), since=date(2026, 1, 1))


def stored():
    return sorted(
        Setting.objects.values_list("kind", "key", "organ__name", "valid_from", "document", "article"), key=str
    )


def exported(form="yaml"):
    return as_text(packed(list(Setting.objects.select_related("organ")), DAY), form).encode()


def test_every_kind_says_its_things_and_values(place):
    assert set(kinds()) == {"limit", "retention", "site", "number", "template", "outline", "release", "online"}
    everything(place)
    said = {row.kind: kinds()[row.kind].say(row.key, row.value).zh for row in Setting.objects.all()}
    assert said == {
        "limit": "3个工作日", "retention": "10年", "number": "{代字}热〔{年份}〕{序号}号", "outline": "向社会公开的提纲",
        "template": "本地模板「函.docx」",
    }  # fmt: skip
    for kind in kinds().values():
        assert all(thing.name.zh and thing.name.en and thing.otherwise.zh for thing in kind.things().values())


@pytest.mark.parametrize("value", [{"term": "years", "years": "0"}, {"term": "years", "years": "x"}, {"term": ""}, {"term": "years", "years": "101"}])  # fmt: skip
def test_wrong_retention_is_refused(place, value):
    with pytest.raises(Refused) as refused:
        decide(place.administrator, "retention", "audit", place.government, DAY, value, document="示例", reason="示例")
    assert refused.value.refusal.field == "years"


def test_outline_of_the_year_is_the_one_that_holds_at_its_end(place):
    decide(place.administrator, "outline", "yearly", place.government, DAY, {"outline": "public-report"}, reason="示例")
    assert chosen_outline(place.government, 2026) == "public-report"
    assert chosen_outline(place.government, 2025) == ANNUAL_REPORT
    assert chosen_outline(None, 2026) == ANNUAL_REPORT
    with pytest.raises(Refused):
        decide(place.administrator, "outline", "yearly", place.government, DAY, {"outline": "none"}, reason="示例")
    assert {"annual-report", "public-report"} <= outlines().keys()


def test_only_what_holds_or_is_to_come_is_taken_along(place):
    def put(days, since):
        value = days and {"value": days, "unit": "working_day"}
        return decide(place.administrator, "limit", "hotline_handling", place.government, since, value,
                      document="示例", reason="示例")  # fmt: skip

    put(3, date(2025, 1, 1))
    new, coming = put(4, date(2026, 1, 1)), put(5, date(2027, 1, 1))
    assert current(list(Setting.objects.all()), DAY) == [new, coming]
    gone = put(None, date(2026, 5, 1))
    assert current(list(Setting.objects.all()), DAY) == [coming]
    assert gone.value is None


@pytest.mark.usefixtures("unkept")
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_was_exported_is_read_again(place, form):
    everything(place)
    text, before = exported(form), stored()
    again = bring(text, place.administrator, place.government, "再次导入", write=True)
    assert all(line.known for line in again.lines), again.lines
    assert stored() == before
    Setting.objects.all().delete()
    PaperTemplate.objects.all().delete()
    look = bring(text, place.administrator, place.government, "核对", write=False)
    assert (len(look.taken), look.problems) == (5, [])
    assert not Setting.objects.exists()
    assert not PaperTemplate.objects.exists()
    bring(text, place.administrator, place.government, "新装系统", write=True)
    assert stored() == before
    assert PaperTemplate.objects.get().key == KEY


def test_settings_of_another_place_can_be_put_onto_an_organ(place):
    text = exported_line(organ="别处县人民政府")
    refused = bring(text, place.administrator, place.government, "示例", write=True)
    assert [line.problem.zh for line in refused.problems] == ["「别处县人民政府」在您选择的单位及其下级中没有"]
    assert not Setting.objects.exists()
    bring(text, place.administrator, place.hotline, "示例", write=True, onto=True)
    assert Setting.objects.get().organ == place.hotline


def exported_line(**changes):
    line = {"kind": "limit", "key": "hotline_handling", "organ": "示例县人民政府", "since": "2026-01-01",
            "value": {"value": 3, "unit": "working_day"}, "document": "示例办法", "article": "8", **changes}  # fmt: skip
    return yaml.safe_dump({"settings": [{name: value for name, value in line.items() if value != "—"}]}).encode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "x"}, "没有「x」这类设定"),
        ({"key": "x"}, "没有「x」这一项"),
        ({"since": "2026-13-01"}, "不是日期"),
        ({"since": "—"}, "应当且只能有"),
        ({"extra": 1}, "应当且只能有"),
        ({"value": "3"}, "value 应当是一组内容"),
        ({"value": {"value": 0, "unit": "working_day"}}, "期限须是 1 至"),
        ({"document": ""}, "须填写依据文件"),
        ({"kind": "template", "key": KEY, "value": {"file_name": "x.docx", "content": "!!"}}, "不完整"),
        ({"kind": "template", "key": KEY, "value": {"file_name": "x.docx", "content": "eA=="}}, "不是 docx 文件"),
    ],
)
def test_one_wrong_line_and_nothing_is_kept(place, changes, said):
    good = yaml.safe_load(exported_line(key="hotline_receive"))["settings"]
    text = yaml.safe_dump({"settings": [*good, *yaml.safe_load(exported_line(**changes))["settings"]]}).encode()
    found = bring(text, place.administrator, place.government, "示例", write=True)
    (problem,) = found.problems
    assert problem.number == 2
    assert said in problem.problem.zh
    assert not Setting.objects.exists()


@pytest.mark.parametrize("text", ["settings: [", "[]", "settings: x", "\x00", "a: &a [*a]", "\ud800"])
def test_file_that_is_none(place, text):
    with pytest.raises(FileError):
        bring(text.encode("utf-8", "surrogatepass"), place.administrator, place.government, "示例", write=True)


def test_who_does_not_administer_an_organ_brings_nothing_in(place):
    found = bring(exported_line(), place.lighting_officer, place.government, "示例", write=True)
    assert "没有这一岗位" in found.problems[0].problem.zh


def test_settings_are_seen_by_those_they_hold_for(place):
    everything(place)
    today = date(2026, 6, 1)
    seen = {name: set(Setting.visible.to(access_of(getattr(place, name), today)).values_list("organ__name", flat=True))
            for name in ("operator", "lighting_officer", "head", "stranger")}  # fmt: skip
    assert seen == {
        "operator": {"示例县人民政府", "示例县热线中心"}, "lighting_officer": {"示例县人民政府"},
        "head": {"示例县人民政府", "示例县热线中心"}, "stranger": set(),
    }  # fmt: skip
    assert Organ.objects.count() == 4
