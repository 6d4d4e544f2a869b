"""Files at the end of their retention: proposed, reviewed by two others, destroyed. What remains, what does not, what stands
against it. Days and periods are worked out by hand."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from docx import Document as WordDocument

from tests.cases.place import HOTLINE, ORDER, TODAY, live, make_place, order_steps
from tests.orgs.duties import without_duties
from zhunsheng.cases.actions import link_cases
from zhunsheng.cases.materials import add_material, path_of
from zhunsheng.cases.models import Case, Event, Material
from zhunsheng.cases.verification import verify_cases
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.figures import figures
from zhunsheng.ledger.models import Posting
from zhunsheng.ledger.verification import verify as verify_ledger
from zhunsheng.local.actions import decide
from zhunsheng.local.retention import RETENTION
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import Refused
from zhunsheng.papers.docx import to_docx
from zhunsheng.retention import actions
from zhunsheng.retention.certificate import certificate
from zhunsheng.retention.ended import ended
from zhunsheng.retention.models import ROOM, ListedFile, State, Tombstone, of_office
from zhunsheng.security import chain
from zhunsheng.security.models import AuditEntry, NumberDigest, Release
from zhunsheng.security.verifying import verify

pytestmark = pytest.mark.django_db
SECRET = "示例甲"
OLD = date(2018, 3, 5)


def officer(place, username, *roles):
    made = Officer.objects.create_officer(username, None, name=f"示例{username}")
    for role in roles:
        Duty.objects.create(officer=made, organ=place.government, system=ROOM, role=role, whole_tree=True)
    return made


@pytest.fixture
def place(db):
    return make_place()


@pytest.fixture
def people(place):
    """The archivist and three reviewers."""
    return [officer(place, "danganyuan", actions.ARCHIVIST, actions.REVIEWER),
            *(officer(place, name, actions.REVIEWER) for name in ("jianyi", "jianer", "jiansan"))]  # fmt: skip


def keep_for(place, years, organ=None):
    decide(None, RETENTION, f"cases.{HOTLINE}", organ or place.government, date(2026, 1, 1), {"term": "years", "years": str(years)},
           reason="试", document="示例县文件材料归档范围和保管期限表")  # fmt: skip


def at_its_end(archivist):
    return [one.record for one in ended(of_office(access_of(archivist, timezone.localdate())), timezone.localdate())]


def test_older_files_that_stay_do_not_hide_those_at_their_end(place, people, monkeypatch):
    monkeypatch.setattr("zhunsheng.retention.ended.MOST", 1)
    live(HOTLINE, place.hotline, order_steps(date(2018, 3, 1)))
    over = live(HOTLINE, place.government, order_steps(OLD))
    keep_for(place, 5)
    keep_for(place, 30, place.hotline)
    assert at_its_end(people[0]) == [over.pk]


def refusal(call, *arguments):
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return str(caught.value)


def everything():
    """Every text in the database, table by table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own tables
            for row in cursor.fetchall():
                yield table, " ".join(str(value) for value in row)


def where(text):
    return {table for table, row in everything() if text in row}


def test_a_period_is_whole_years_after_the_year_of_closing(place, people):
    case = live(HOTLINE, place.hotline, order_steps(OLD))
    assert case.closed_on == date(2018, 3, 9)
    assert at_its_end(people[0]) == []  # nothing is set: kept for good
    years = timezone.localdate().year - 2018
    keep_for(place, years)  # until the last day of this year
    assert at_its_end(people[0]) == []
    keep_for(place, years - 1)  # until the last day of the year before
    assert at_its_end(people[0]) == [case.pk]
    assert at_its_end(place.operator) == []  # handles the case, but holds no duty of the archive


def test_two_others_review_and_nothing_of_the_file_remains_but_what_may(place, people, settings, tmp_path, django_capture_on_commit_callbacks):  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    archivist, first, second, third = people
    kept = live(HOTLINE, place.hotline, order_steps(date(2025, 3, 3)))
    case = live(HOTLINE, place.hotline, order_steps(OLD), officer=place.operator)
    file = SimpleUploadedFile("路灯照片.txt", "路灯在示例路1号".encode())
    row = add_material(case, file.chunks(), file_name=file.name, title="照片说明", officer=place.operator,
                       access=access_of(place.operator, TODAY), volume="main")  # fmt: skip
    number, contents, postings = case.number, path_of(row.digest), Posting.objects.filter(source_id=case.pk).count()
    assert contents.exists()
    assert postings > 0
    assert where("已经修复")
    span = (date(2018, 1, 1), date(2025, 12, 31))
    fold()
    before = {key: figure.value for key, figure in figures(place.region.pk, *span).items() if key.startswith(HOTLINE)}
    chain.seal()
    keep_for(place, 5)

    proposal = actions.propose(archivist, [case.pk], "保管期限已满，无继续保存价值")
    assert "必须是三个人" in refusal(actions.review, archivist, proposal.pk, True)
    actions.review(first, proposal.pk, True, "同意")
    assert "必须是三个人" in refusal(actions.review, first, proposal.pk, True)
    assert "没有这一岗位" in refusal(actions.review, place.operator, proposal.pk, True)
    assert Case.objects.filter(pk=case.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        proposal = actions.review(second, proposal.pk, True, "同意")
    assert proposal.state == State.DESTROYED
    assert "已经办完" in refusal(actions.review, third, proposal.pk, True)

    assert set(Case.objects.values_list("pk", flat=True)) == {kept.pk}
    for model in (Event, Material):
        assert not model.objects.filter(case_id=case.pk).exists()
    assert not contents.exists()
    assert not NumberDigest.objects.filter(record=case.pk).exists()
    assert all(set(entry.detail) <= {"system"} for entry in AuditEntry.objects.filter(subject=f"case:{case.pk}"))
    assert where(number) == {"retention_listedfile", "retention_tombstone"}
    assert where("路灯照片") == set()

    stone = Tombstone.objects.get(record=case.pk)
    assert (stone.number, stone.closed_on, stone.proposal_id) == (number, date(2018, 3, 9), proposal.pk)
    assert stone.basis == "示例县文件材料归档范围和保管期限表：5年"
    assert stone.rows["event"] == 7, "six steps, and what the dispatch asked of the organ it named"
    assert stone.rows["material"] == 1
    assert len(stone.digest) == 64
    assert Posting.objects.filter(source_id=case.pk).count() == postings
    assert {k: f.value for k, f in figures(place.region.pk, *span).items() if k.startswith(HOTLINE)} == before
    assert list(verify_ledger(lambda *_: None)) == []
    assert list(verify_cases(lambda *_: None)) == []
    chain.seal()
    proof = verify()
    assert proof.findings == []
    assert proof.released > 6
    assert all(one.startswith(f"{proposal.number} ") for one in Release.objects.values_list("ground", flat=True))

    text = "\n".join(p.text for p in WordDocument(io.BytesIO(to_docx(certificate(proposal)))).paragraphs)
    assert proposal.number in text
    assert "示例jianyi" in text
    assert "备份仍含有" in text
    assert SECRET not in text


def test_a_list_is_carried_out_though_whoever_proposed_it_has_another_post_by_now(place, people):
    archivist, first, second, _third = people
    case = live(HOTLINE, place.hotline, order_steps(OLD))
    keep_for(place, 5)
    proposal = actions.propose(archivist, [case.pk], "期满")
    without_duties(archivist)
    actions.review(first, proposal.pk, True)
    assert actions.review(second, proposal.pk, True).state == State.DESTROYED


def test_a_row_released_without_a_decision_or_beside_one_is_found(place, people):
    """Whoever owns the database could note a release himself and delete the row: no tombstone bears it."""
    archivist, first, second, _third = people
    kept = live(HOTLINE, place.hotline, order_steps(date(2025, 3, 3)))
    case = live(HOTLINE, place.hotline, order_steps(OLD))
    keep_for(place, 5)
    proposal = actions.propose(archivist, [case.pk], "期满")
    actions.review(first, proposal.pk, True)
    number = actions.review(second, proposal.pk, True).number
    chain.seal()
    assert verify().findings == []
    event = Event.objects.get(case=kept, sequence=2).pk
    for ground in ("示例决定 case:1", f"{number} case:{case.pk}"):
        with transaction.atomic():
            chain.release(Event, [event], ground)
            Event.objects.filter(pk=event).delete()
            chain.seal()
            found = verify()
            assert [one.kind for one in found.findings] == ["released"]
            assert ground in found.findings[0].words.zh
            transaction.set_rollback(True)
    assert verify().findings == []


def test_a_row_deleted_without_release_is_still_found(place, people):
    """The test of the test: the same deletion without its release."""
    from zhunsheng.security import guards

    case = live(HOTLINE, place.hotline, order_steps(OLD))
    chain.seal()
    with guards.away():
        Event.objects.filter(case=case, sequence=2).delete()
    assert [one.kind for one in verify().findings] == ["missing"]


def test_what_stands_against_destruction_is_said_and_stops_it(place, people):
    archivist, first, second, _third = people
    case = live(HOTLINE, place.hotline, order_steps(OLD))
    keep_for(place, 5)
    opened = live(HOTLINE, place.hotline, order_steps(date(2026, 11, 2))[:2])
    link_cases(case.pk, opened.pk)
    assert f"关联的 {opened.number} 尚未办结" in refusal(actions.propose, archivist, [case.pk], "期满")
    from zhunsheng.cases.models import CaseLink

    CaseLink.objects.all().delete()
    proposal = actions.propose(archivist, [case.pk], "期满")
    assert f"已列入第 {proposal.pk} 号清册" in refusal(actions.propose, archivist, [case.pk], "期满")
    actions.review(first, proposal.pk, True)
    held = actions.hold(archivist, case.number, "监察机关调查")
    assert "暂停销毁：监察机关调查；没有销毁任何案卷" in refusal(actions.review, second, proposal.pk, True)
    assert Case.objects.filter(pk=case.pk).exists()
    assert not Tombstone.objects.exists()
    assert "解除理由" in refusal(actions.lift, archivist, held.pk, " ")
    actions.lift(archivist, held.pk, "调查已经结束")
    keep_for(place, 50)  # decided anew meanwhile
    assert "不再到期" in refusal(actions.review, second, proposal.pk, True)
    keep_for(place, 5)
    assert "不同意的理由" in refusal(actions.review, second, proposal.pk, False)
    actions.review(second, proposal.pk, False, "其中有待查事项")
    assert Case.objects.filter(pk=case.pk).exists()
    assert ListedFile.objects.get().proposal.state == State.REFUSED
    assert Case.objects.get(pk=case.pk).fields["matter"] == ORDER["matter"]
