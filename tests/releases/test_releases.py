"""Papers on their way to the public: what waits and until when, what has to be done by whom, and what is left of it after each step."""

from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from django.test import Client
from django.utils import timezone

from tests.desk.county import days_ago, make_county, officer
from zhunsheng.cases.actions import perform
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case
from zhunsheng.local.actions import decide
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Line, Organ
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.docx_public import passages_of
from zhunsheng.papers.models import Paper
from zhunsheng.releases import actions, reading
from zhunsheng.releases.kinds import due_of, release_kinds
from zhunsheng.releases.models import Release, State
from zhunsheng.search import proving
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.django_db
SYSTEM = "legality_review"
REASON = "证人张三丰（电话13812345678）没有补齐材料。"


class Place:
    """A county in which a review was sent back with a paper that names somebody, and two officers who work on it."""

    def __init__(self):
        self.county = make_county()
        self.first = officer("first", "示例一", self.county.justice, system=SYSTEM, role="reviewer")
        self.second = officer("second", "示例二", self.county.justice, system=SYSTEM, role="head")
        self.case = self.returned()
        self.paper = Paper.objects.get(case_id=self.case.pk)

    def returned(self) -> Case:
        made = self.county.review()
        return perform(made.pk, "return_unreviewed", on=made.opened_on, values={"return_reason": REASON})

    def by(self, person):
        return {"officer": person, "access": access_of(person, timezone.localdate())}

    def begun(self, **more):
        given = {"kind": "other", "title": "退回决定（张三丰）"} | more
        return actions.begin(self.case, **given, **self.by(self.first)) if "material" in given else actions.begin(
            self.case, paper=self.paper, **given, **self.by(self.first)
        )  # fmt: skip

    def published(self) -> Release:
        row = self.begun()
        actions.confirm(row.pk, range(99), **self.by(self.first))
        actions.check(row.pk, actions.CHECKS, "", **self.by(self.second))
        return actions.publish(row.pk, **self.by(self.first))


@pytest.fixture
def place(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Place()


def test_from_concept_to_the_public_and_back(place):
    row = place.begun()
    assert (row.state, row.due_on) == (State.CONCEPT, due_of("other", place.case.opened_on).due)
    hidden = [(one["kind"], one["into"]) for one in row.changes]
    assert ("phone", "138****5678") in hidden
    assert hidden.count(("name", "张某某")) == 2  # in the title and in the text
    with pytest.raises(Refused, match="先逐处确认"):
        actions.check(row.pk, actions.CHECKS, "", **place.by(place.second))
    actions.confirm(row.pk, range(len(row.changes)), **place.by(place.first))
    with pytest.raises(Refused, match="不能自己审查"):
        actions.check(row.pk, actions.CHECKS, "", **place.by(place.first))
    with pytest.raises(Refused, match="三项都要审查"):
        actions.check(row.pk, ["secrecy"], "", **place.by(place.second))
    with pytest.raises(Refused, match="不能办理这一步"):
        actions.publish(row.pk, **place.by(place.first))
    actions.check(row.pk, actions.CHECKS, "", **place.by(place.second))
    row = actions.publish(row.pk, **place.by(place.first))
    assert row.index_number == f"示司公开/{timezone.localdate().year}-1"
    [shown] = reading.published()
    assert shown.shown_title == "退回决定（张某某）"
    text = "".join(reading.copy_of(reading.published_one(row.pk)).passages())
    assert "证人张某某（电话138****5678）没有补齐材料。" in text
    with pytest.raises(Refused, match="请不要写自然人姓名"):
        actions.withdraw(row.pk, "当事人：李四申请", **place.by(place.first))
    with pytest.raises(Refused, match="请不要写自然人姓名"):
        actions.withdraw(row.pk, "经核实，张三丰到过场", **place.by(place.first))
    actions.withdraw(row.pk, "公开有误", **place.by(place.first))
    assert (list(reading.published()), reading.published_one(row.pk)) == ([], None)
    assert reading.stone_of(row.pk).withdrawal == "公开有误"


def test_nothing_of_what_was_hidden_is_written_down_beside_the_case(place):
    row = place.published()
    kept = Release.objects.filter(pk=row.pk).values("changes", "shown_title", "blocks", "number", "index_number").get()
    assert "张三丰" not in str(kept) + str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert "13812345678" not in str(kept)


def test_what_is_left_open_needs_a_reason_and_what_an_officer_marks_is_hidden_everywhere(place):
    row = place.begun()
    with pytest.raises(Refused, match="都没有这些文字"):
        actions.mark(row.pk, "没有的话", "trade_secret", **place.by(place.first))
    row = actions.mark(row.pk, "没有补齐", "trade_secret", **place.by(place.first))
    places = [n for n, one in enumerate(row.changes) if one["kind"] != "phone"]
    actions.confirm(row.pk, places, **place.by(place.first))
    with pytest.raises(Refused, match="还有 1 处像是"):
        actions.check(row.pk, actions.CHECKS, "", **place.by(place.second))
    actions.check(row.pk, actions.CHECKS, "为公开的办公电话", **place.by(place.second))
    text = "".join(reading.copy_of(actions.publish(row.pk, **place.by(place.first))).passages())
    assert "证人张某某（电话13812345678）＊＊＊材料。" in text


def test_one_person_may_do_both_where_the_place_has_set_it(place):
    decide(
        None,
        "release",
        "second_person",
        place.county.justice,
        days_ago(1),
        {"persons": "one"},
        reason="人手少",
        document="",
    )
    row = place.begun()
    actions.confirm(row.pk, range(9), **place.by(place.first))
    assert actions.check(row.pk, actions.CHECKS, "", **place.by(place.first)).state == State.CHECKED


def test_only_those_who_work_on_the_case_and_only_once(place):
    for other in (place.county.colleague, place.county.stranger):
        with pytest.raises(Refused, match="承办这个案件"):
            actions.begin(place.case, "other", "试", paper=place.paper, **place.by(other))
    row = place.begun()
    with pytest.raises(Refused, match="已经提出公开"):
        place.begun()
    actions.make_void(row.pk, **place.by(place.first))
    assert place.begun().pk != row.pk


def test_what_is_withheld_has_its_ground_and_its_day_and_may_be_opened_after_all(place):
    row = place.begun()
    tomorrow = timezone.localdate() + timedelta(days=1)
    for ground, day in (("", tomorrow), ("third_party", None), ("third_party", timezone.localdate())):
        with pytest.raises(Refused):
            actions.withhold(row.pk, ground, "涉及个人隐私", day, **place.by(place.first))
    actions.withhold(row.pk, "third_party", "涉及个人隐私", tomorrow, **place.by(place.first))
    assert list(reading.listed(access_of(place.first, tomorrow), State.WITHHELD)) == [row]
    assert actions.send_back(row.pk, **place.by(place.second)).state == State.CONCEPT


def test_a_word_file_keeps_its_look_and_a_picture_of_a_text_is_refused(place):
    word, file = docx.Document(), BytesIO()
    word.add_paragraph("当事人：张三丰").runs[0].bold = True
    word.core_properties.author = "张三丰"
    word.save(file)
    mine = place.by(place.first)
    material = add_material(place.case, [file.getvalue()], file_name="决定.docx", **mine)
    row = place.begun(material=material)
    actions.confirm(row.pk, range(9), **mine)
    made = bytes(Release.objects.get(pk=row.pk).docx)
    assert passages_of(made) == ["当事人：张某某"]
    assert docx.Document(BytesIO(made)).paragraphs[0].runs[0].bold
    scan = add_material(place.case, [b"%PDF-1.4\n"], file_name="决定.pdf", **mine)
    with pytest.raises(Refused, match="PDF"):
        place.begun(material=scan)


def test_who_looks_on_by_line_is_not_told_what_is_hidden(place):
    row, justice = place.begun(), place.county.justice
    bureau = Organ.objects.create(region=place.county.region, name="示例市司法局", kind="department")
    guide = officer("guide", "示例三", bureau, system=SYSTEM, role="reviewer")
    Line.objects.create(
        superior=bureau, organ=justice, systems=[SYSTEM], first_day=days_ago(9), basis="示委", named_by=place.first
    )
    access = access_of(guide, timezone.localdate())
    assert Case.visible.to(access).filter(pk=place.case.pk).exists()
    assert not Release.visible.to(access).exists()
    assert Release.visible.to(place.by(place.first)["access"]).get() == row


def test_the_search_finds_what_stands_and_is_proved_like_the_rest(place):
    row = place.published()
    assert list(proving.verify(lambda done, total: None)) == []
    actions.withdraw(row.pk, "公开有误", **place.by(place.first))
    for address in ("", "text.docx", "text.pdf"):
        gone = Client().get(f"/public/decisions/{row.pk}/{address}")
        assert gone.status_code == 410
        assert "公开有误" in gone.content.decode()
    assert list(proving.verify(lambda done, total: None)) == []


def test_what_waits_is_what_the_kinds_say_and_the_nearest_comes_first(place, monkeypatch):
    waits = release_kinds()["other"].model_copy(update={"papers": {SYSTEM: ["return_notice"]}})
    monkeypatch.setattr(reading, "release_kinds", lambda: {"other": waits})
    older = place.county.review(on=days_ago(9))
    perform(older.pk, "return_unreviewed", on=older.opened_on, values={"return_reason": "材料不齐"})
    access = access_of(place.first, timezone.localdate())
    found = reading.waiting(access, timezone.localdate())
    assert [one.case.pk for one in found] == [older.pk, place.case.pk]
    assert found[0].due_on == due_of("other", older.opened_on).due
    place.begun()
    assert [one.case.pk for one in reading.waiting(access, timezone.localdate())] == [older.pk]
    assert reading.waiting(access_of(place.county.colleague, timezone.localdate()), timezone.localdate()) == []


def test_days_of_publication_are_counted_by_the_law():
    # 2026-03-05 is a Thursday: seven working days lead to Monday the 16th, twenty to Thursday the 2nd of April.
    assert due_of("penalty", date(2026, 3, 5)).due == date(2026, 3, 16)
    assert due_of("inspection", date(2026, 3, 5)).due == date(2026, 4, 2)
    assert due_of("disclosure", date(2026, 3, 5)) is None


def test_every_paper_that_waits_is_one_its_procedure_issues():
    from zhunsheng.catalogue.loading import system

    for kind in release_kinds().values():
        assert kind.basis.words.zh
        for slug, papers in kind.papers.items():
            for procedure in system(slug).procedures[-1:]:
                assert set(papers) <= set(procedure.papers), slug
                assert set(kind.when) <= set(procedure.all_fields), slug
                assert set(kind.done_by) <= set(procedure.actions), slug


def test_an_officer_without_a_duty_sees_none(place):
    place.published()
    Duty.objects.filter(officer=place.first).update(valid_to=days_ago(1))
    assert not Release.visible.to(access_of(place.first, timezone.localdate())).exists()
