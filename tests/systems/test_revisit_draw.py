"""Draws of cases to be revisited: so many are drawn whatever the order, anybody can repeat it, and the revisits come back as its result."""

import io
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.place import make_place
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.importing import import_cases
from zhunsheng.cases.materials import path_of
from zhunsheng.cases.models import Case
from zhunsheng.kernel.craft import ClosedCase, NotPossible, Work
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import Refused
from zhunsheng.spreadsheets import workbook_of
from zhunsheng.systems.enforcement.enforcement_revisit_draw import craft
from zhunsheng.systems.enforcement.enforcement_revisit_draw.commands import commands
from zhunsheng.systems.enforcement.enforcement_revisit_draw.craft import Closed
from zhunsheng.workbooks import records

TODAY = date(2026, 11, 20)
PLAN = {
    "draw_name": "2026年第一季度回访", "first_day": "2026-01-01", "last_day": "2026-03-31", "case_kinds": ["penalty", "inspection"],
    "spread": "all", "wanted": 2, "public_source": "4月9日某彩票", "finish_by": "2026-05-29",
}  # fmt: skip
DRAWN = {"public_value": "03 12 18", "public_value_on": "2026-04-09"}


def work(fields=None, closed=(), **files):
    names = {"uploaded": craft.UPLOADED, "catalogue": craft.CATALOGUE}
    return Work({**PLAN, **DRAWN, **(fields or {})}, {}, {names[n]: c for n, c in files.items()}, "示回访抽1", "示例司法局", date(2026, 4, 8), closed=closed)  # fmt: skip


def closed(number, outcome="penalty", unit="甲局"):
    return ClosedCase("administrative_penalty_case", outcome, unit, number, "示例案", "2026-02-03")


some_cases = st.lists(
    st.builds(Closed, st.sampled_from(["甲局", "乙局", "丙局"]), st.text("0123456789", min_size=1, max_size=5), st.just("案"), st.just("行政处罚"), st.just("2026-02-03")),
    max_size=40, unique_by=lambda case: case.number,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(some_cases, st.integers(1, 6), st.text(min_size=1, max_size=5), st.randoms())
def test_so_many_are_drawn_whatever_the_order(cases, wanted, seed, dice):
    shuffled = cases[:]
    dice.shuffle(shuffled)
    for spread in craft.SPREAD.values():
        assert craft.choose(shuffled, wanted, spread, seed) == craft.choose(cases, wanted, spread, seed)
    assert len(craft.choose(cases, wanted, craft.SPREAD["all"], seed)) == min(wanted, len(cases))
    drawn = craft.choose(cases, wanted, craft.UNITS, seed)
    for unit in {case.unit for case in cases}:
        listed = sum(case.unit == unit for case in cases)
        assert sum(case.unit == unit for case in drawn) == min(listed, wanted)


def test_the_catalogue_lists_the_kinds_of_the_plan_and_what_was_uploaded():
    sheet = workbook_of(
        "目录",
        craft.LISTED,
        [("丙局", "丙罚1号", "案", "行政处罚", "2026-03-31"), ("丙局", "丙他1号", "案", "其他", "2026-03-31")],
    )
    cases = [
        closed("甲罚1号"),
        closed("甲罚2号", "corrected"),
        closed("甲罚3号", "not_filed"),
        closed("甲许1号", "penalty", "乙局"),
    ]
    sealed = craft.seal(work(closed=cases, uploaded=sheet))
    assert [row[1] for row in craft.csv_file_rows(sealed.files[craft.CATALOGUE])[1:]] == [
        "丙罚1号",
        "甲许1号",
        "甲罚1号",
        "甲罚2号",
    ]
    assert (sealed.values["cases_listed"], sealed.values["units_listed"], sealed.values["value_not_before"]) == (
        4,
        3,
        "2026-04-09",
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("", "丙罚1号", "案", "行政处罚", "2026-03-31"), "第2行没有单位"),
        (("丙局", "丙罚1号", "案", "罚款", "2026-03-31"), "第2行的案件类型应当是"),
        (("丙局", "丙罚1号", "案", "行政处罚", "2026-04-01"), "第2行的结案日期「2026-04-01」不在"),
        (("丙局", "丙罚1号", "案", "行政处罚", "三月"), "第2行的结案日期「三月」不在"),
    ],
)
def test_a_wrong_row_is_named(row, says):
    with pytest.raises(NotPossible, match=says):
        craft.seal(work(uploaded=workbook_of("目录", craft.LISTED, [row])))


def test_nothing_to_draw_from_and_a_catalogue_that_was_changed_are_refused():
    with pytest.raises(NotPossible, match="没有这段时间办结的此类案件"):
        craft.seal(work(closed=[closed("甲罚3号", "not_filed")]))
    sealed = craft.seal(work(closed=[closed("甲罚1号"), closed("甲罚2号")]))
    other = craft.seal(work(closed=[closed("甲罚1号")])).files[craft.CATALOGUE]
    with pytest.raises(NotPossible, match="被换过"):
        craft.draw_cases(work(sealed.values, catalogue=other))


def _filed(tmp_path):
    sealed = craft.seal(work(closed=[closed(f"甲罚{number}号") for number in range(9)]))
    drawn = craft.draw_cases(work(sealed.values, catalogue=sealed.files[craft.CATALOGUE]))
    for name, content in {**sealed.files, **drawn.files}.items():
        (tmp_path / name).write_bytes(content)


def test_anybody_repeats_the_draw_from_its_files(tmp_path):
    _filed(tmp_path)
    found = CliRunner().invoke(commands, ["verify", str(tmp_path)])
    assert found.exit_code == 0
    assert "可以重做" in found.output


@pytest.mark.parametrize("name", [craft.CATALOGUE, craft.RECORD, craft.DRAWN])
def test_a_file_that_was_changed_is_found_out(tmp_path, name):
    _filed(tmp_path)
    content = (tmp_path / name).read_bytes().decode()
    changed = {craft.RECORD: ("03 12 18", "03 12 19")}.get(name, ("甲罚", "乙罚"))
    (tmp_path / name).write_bytes(content.replace(*changed).encode())
    found = CliRunner().invoke(commands, ["verify", str(tmp_path)])
    assert found.exit_code == 1
    assert "✗" in found.output


@pytest.mark.django_db
def test_what_is_drawn_becomes_revisits_whose_result_closes_the_draw(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    place = make_place()
    officer = Officer.objects.create(username="justice", name="示例庚")
    Duty.objects.create(officer=officer, organ=place.government)
    values = {
        "source": "complaint",
        "area": "city",
        "matter": "示例",
        "found_on": "2026-02-02",
        "violation_ended_on": "2026-02-01",
        "life_or_finance": False,
    }
    for number in range(3):
        case = open_case(
            "administrative_penalty_case",
            "register_clue",
            organ=place.lighting,
            on=date(2026, 2, 2),
            values=values,
            today=TODAY,
        )
        outside = {"unit": "乙局", "number": f"乙罚{number}号"}
        perform(case.pk, "refuse_filing", on=date(2026, 2, 3), values={"not_filed_reason": "示例"}, today=TODAY)
    rows = [(outside["unit"], f"乙罚{number}号", "案", "行政处罚", "2026-02-03") for number in range(5)]
    case = open_case("enforcement_revisit_draw", "plan", organ=place.government, on=date(2026, 4, 7), values=PLAN, officer=officer, today=TODAY)  # fmt: skip

    def take(action, on, **typed):
        return perform(case.pk, action, on=on, values=typed, officer=officer, today=TODAY)

    with pytest.raises(Refused, match="没有这段时间办结"):  # what was not filed is no case to be revisited
        take("seal", date(2026, 4, 8))
    from zhunsheng.cases.materials import add_material
    from zhunsheng.orgs.access import access_of

    sheet = workbook_of("目录", craft.LISTED, rows)
    add_material(case, [sheet], file_name=craft.UPLOADED, officer=officer, access=access_of(officer, TODAY))
    assert take("seal", date(2026, 4, 8)).fields["cases_listed"] == 5
    drawn = take("draw", date(2026, 4, 10), **DRAWN)
    assert (drawn.fields["drawn"], drawn.fields["units_drawn"]) == (2, 1)
    content = path_of(drawn.materials.get(file_name=craft.SHEET).digest).read_bytes()
    filled = [
        (*list(row.values())[:5], "示例甲", "13800000000", row["回访抽查"])
        for _, row in records(content, craft.IMPORTED)
    ]
    result = import_cases("enforcement_case_revisit", io.BytesIO(workbook_of("回访", craft.IMPORTED, filled)), organ=place.government, officer=officer, today=TODAY)  # fmt: skip
    assert not result.problems
    first, second = Case.objects.filter(system="enforcement_case_revisit").order_by("pk")
    assert (first.fields["unit"], first.fields["case_kind"], first.fields["closed_day"], first.fields["person"]) == (
        "乙局",
        "penalty",
        "2026-02-03",
        "示例甲",
    )
    asked = {"way": "phone", "lawful": "yes", "civil": "yes", "honest": "yes", "satisfaction": "satisfied"}
    perform(first.pk, "revisit", on=date(2026, 4, 13), values=asked, today=TODAY)
    with pytest.raises(Refused, match="没有全部回访"):
        take("sum_up", date(2026, 5, 20), as_of="2026-05-20", summary="无")
    perform(second.pk, "attempt", on=date(2026, 4, 14), values={"attempt_note": "无人接听"}, today=TODAY)
    perform(second.pk, "give_up", on=date(2026, 4, 16), today=TODAY)
    done = take("sum_up", date(2026, 5, 20), as_of="2026-05-20", summary="无")
    names = ("revisited", "unreached", "finished", "satisfied", "problems")
    assert [done.fields[name] for name in names] == [1, 1, 2, 1, 0]
