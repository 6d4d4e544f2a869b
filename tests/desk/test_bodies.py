"""The pages of bodies and meetings: who sees and who may do what, what is refused and said where, and that no list asks a
query for each row."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.bodies.county import EXECUTIVE, GROUP, make_county
from tests.desk.county import days_ago, signed_in
from zhunsheng.bodies import actions, calling
from zhunsheng.bodies.handing_on import hand_on
from zhunsheng.bodies.models import Body, Meeting
from zhunsheng.cases.actions import open_case
from zhunsheng.orgs.models import Duty
from zhunsheng.orgs.refusals import Refused
from zhunsheng.security.models import AuditEntry

pytestmark = pytest.mark.once


@pytest.fixture
def place(db):
    return make_county()


@pytest.fixture
def secretary(place):
    return signed_in(place.secretary)


def text_of(client, address, status=200, **data):
    response = client.get(address, data)
    assert response.status_code == status
    return response.content.decode()


def at(name, *args):
    return reverse(f"desk:{name}", args=args)


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_members_see_the_body_and_only_its_keeper_changes_it(place, secretary):
    body = place.executive()
    director = signed_in(Duty.objects.get(title="局长").officer)
    head, stranger = signed_in(place.head), signed_in(place.stranger)
    for client in (secretary, head, director):
        assert "示例县人民政府常务会议" in text_of(client, at("bodies"))
        assert "示例局长" in text_of(client, at("body", body.pk))
    assert [client.get(at("body", body.pk)).status_code for client in (stranger,)] == [404]
    assert stranger.get(at("bodies")).status_code == 404
    forms = ("amend-body", "close-body", "give-seat", "call-meeting")
    assert [secretary.get(at(name, body.pk)).status_code for name in forms] == [200] * 4
    assert [head.get(at(name, body.pk)).status_code for name in forms] == [404] * 4
    assert head.get(at("add-body")).status_code == 404


def test_a_meeting_is_done_by_its_keeper_alone(place, secretary):
    meeting = place.meeting(place.executive())
    item = place.put(meeting)
    head = signed_in(place.head)
    assert "示例议题" in text_of(head, at("meeting", meeting.pk))
    for name in (
        "put-item",
        "attendance",
        "invite",
        "issue-notice",
        "issue-minutes",
        "change-meeting",
        "cancel-meeting",
    ):
        assert (secretary.get(at(name, meeting.pk)).status_code, head.get(at(name, meeting.pk)).status_code) == (
            200,
            404,
        )
    assert head.post(at("move-up-item", item.pk)).status_code == 404
    assert head.get(at("settle-item", item.pk)).status_code == 404
    assert "列入议题" not in text_of(head, at("meeting", meeting.pk))


def test_my_meetings_are_those_i_am_called_to(place, secretary):
    body = place.executive()
    place.meeting(body, on=place.today + timedelta(days=2))
    director = signed_in(Duty.objects.get(title="局长").officer)
    counts = {key: n for key, _name, n in director.get(at("meetings")).context["tabs"]}
    assert counts == {"": 1, "mine": 1, "open": 0, "all": 1}
    counts = {key: n for key, _name, n in secretary.get(at("meetings")).context["tabs"]}
    assert counts == {"": 1, "mine": 0, "open": 0, "all": 1}
    assert "要参加的会议" in text_of(director, "/")
    assert "要参加的会议" not in text_of(secretary, "/")


def test_a_meeting_whose_day_has_passed_is_asked_for(place, secretary):
    place.meeting(place.executive(), on=place.today - timedelta(days=2))
    assert "会期已过，没有登记" in text_of(secretary, at("meetings"), show="open")


# --- bodies ----------------------------------------------------------------------------------------------------------


def test_a_body_is_set_up_seated_and_closed_on_its_pages(place, secretary):
    data = {
        "organ": place.government.pk, "kind": GROUP, "name": "示例县法治政府建设领导小组", "document": "示政〔2026〕9号",
        "on": place.today.isoformat(), "quorum": "half", "proxies_count": "on",
    }  # fmt: skip
    assert secretary.post(at("add-body"), {**data, "name": ""}).status_code == 422
    assert secretary.post(at("add-body"), data).status_code == 302
    body = Body.objects.get()
    page = text_of(secretary, at("body", body.pk))
    assert "没有主要负责人" in page
    seat = {"office": "chair", "on": place.today.isoformat()}
    both = secretary.post(at("give-seat", body.pk), {**seat, "person": place.head.pk, "organ": place.justice.pk})
    assert (both.status_code, "三者选填一项" in both.content.decode()) == (422, True)
    assert (
        secretary.post(at("give-seat", body.pk), {**seat, "person": place.head.pk, "post": "县长"}).status_code == 302
    )
    assert "没有主要负责人" not in text_of(secretary, at("body", body.pk))
    end = {"on": place.today.isoformat(), "reason": "示政〔2026〕10号"}
    assert secretary.post(at("take-seat", body.seats.get().pk), end).status_code == 302
    closing = {"on": place.today.isoformat(), "document": "示政〔2026〕11号"}
    assert secretary.post(at("close-body", body.pk), closing).status_code == 302
    assert "已于" in text_of(secretary, at("body", body.pk))
    assert "示例县法治政府建设领导小组" in text_of(secretary, at("bodies"), closed="1")
    assert "示例县法治政府建设领导小组" not in text_of(secretary, at("bodies"))


def test_empty_seats_are_told_in_the_list_and_on_the_page(place, secretary):
    body = place.executive()
    assert "light-soon" not in text_of(secretary, at("bodies"))
    Duty.objects.filter(title="局长").update(valid_to=place.today)
    assert "1 个" in text_of(secretary, at("bodies"))
    assert "有 1 个席位空缺" in text_of(secretary, at("body", body.pk))
    before = (place.today - timedelta(days=1)).isoformat()
    assert "有 1 个席位空缺" not in text_of(secretary, at("body", body.pk), day=before)


def test_a_reform_shows_the_seats_it_moves(place):
    place.executive()
    administrator = signed_in(place.administrator)
    data = {
        "on": place.today.isoformat(), "target": place.finance.pk, "document": "示委〔2026〕1号", "reason": "方案",
    }  # fmt: skip
    page = administrator.post(at("reform-organ", place.justice.pk, "abolish"), data).content.decode()
    assert "议事机构的席位" in page
    assert "自施行日起由承接单位担任" in page


# --- meetings --------------------------------------------------------------------------------------------------------


def test_what_is_refused_is_said_at_its_place_and_nothing_is_lost(place, secretary):
    meeting = place.meeting(place.executive())
    item = {"kind": "decision", "title": "示例工程", "matter": "major_decision"}
    refused = secretary.post(at("put-item", meeting.pk), item)
    assert refused.status_code == 422
    assert "（重大行政决策条例第二十五条）" in refused.content.decode()
    assert 'value="示例工程"' in refused.content.decode()
    unknown = secretary.post(at("put-item", meeting.pk), {**item, "review": "〔2026〕9号"}).content.decode()
    assert "没有找到案号「〔2026〕9号」的办件" in unknown
    review = place.review(kind="major_decision")
    assert secretary.post(at("put-item", meeting.pk), {**item, "review": review.number}).status_code == 302
    assert review.number in text_of(secretary, at("meeting", meeting.pk))


def test_a_turn_given_twice_and_votes_that_are_too_many_are_refused(place, secretary):
    meeting = place.meeting(place.executive())
    item = place.put(meeting)
    place.hold(meeting)
    first, second = meeting.attendances.order_by("pk")[:2]
    stances = {f"stance-{p.pk}": "agree" for p in meeting.attendances.all()}
    data = {"result": "passed", "settled": "同意", **stances}
    twice = secretary.post(at("settle-item", item.pk), {**data, f"turn-{first.pk}": 1, f"turn-{second.pk}": 1})
    assert "顺序 1 填了两次" in twice.content.decode()
    votes = secretary.post(at("settle-item", item.pk), {**data, "votes_for": 4, "votes_against": 1})
    assert "票数多于到会的组成人员" in votes.content.decode()
    assert secretary.post(at("settle-item", item.pk), {**data, "votes_for": 3, "votes_against": 1}).status_code == 302
    assert "3 : 1 : 0" in text_of(secretary, at("meeting", meeting.pk))


def test_minutes_are_taken_out_and_a_correction_starts_anew(place, secretary):
    meeting = place.meeting(place.executive())
    place.settle(place.put(meeting), "passed") if place.hold(meeting) else None
    issued = secretary.post(at("issue-minutes", meeting.pk), {"on": place.today.isoformat()})
    assert issued.status_code == 302
    document = secretary.get(at("meeting-document", meeting.pk, meeting.papers.get().pk))
    assert b"".join(document.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.filter(action="meetings.download").exists()
    assert secretary.post(at("reopen-meeting", meeting.pk), {"reason": "票数有误"}).status_code == 302
    assert Meeting.objects.get().state == "held"


def test_a_paper_opens_only_through_its_own_meeting(place, secretary):
    body = place.executive()
    first, other = place.meeting(body), place.meeting(body)
    place.put(first)
    paper = calling.issue_notice(place.secretary, first.pk, place.today, today=place.today)
    assert secretary.get(at("meeting-paper", first.pk, paper.pk)).status_code == 200
    assert secretary.get(at("meeting-paper", other.pk, paper.pk)).status_code == 404
    assert signed_in(place.stranger).get(at("meeting-paper", first.pk, paper.pk)).status_code == 404


def test_a_figure_opens_into_the_meeting_for_who_may_see_it(place, secretary):
    meeting = place.meeting(place.executive(), ordinal=7)
    item = place.put(meeting, "会前学法", "study", law="《示例法》")
    place.hold(meeting)
    place.settle(item, "done")
    place.conclude(meeting)
    address = at("records", f"{EXECUTIVE}.meetings")
    assert at("meeting", meeting.pk) in text_of(secretary, address)
    outsider = signed_in(Duty.objects.get(title="局长").officer)
    meeting.attendances.filter(organ=place.justice).update(voided=True)
    assert "您的岗位不能查看这条记录" in text_of(outsider, address)
    workbook = secretary.get(at("records-workbook", f"{EXECUTIVE}.meetings"))
    assert b"".join(workbook.streaming_content)[:2] == b"PK"
    assert "会议形式：常务会议" in text_of(secretary, address)
    figure = text_of(secretary, at("figure", "leader_law_study.exec_meeting_law_study_min_per_quarter"))
    assert "政府常务会议每季度学法次数" in figure


def test_the_number_of_queries_does_not_grow_with_the_rows(place, secretary):
    body = place.executive()

    def add(number):
        for n in range(number):
            other = actions.set_up(place.secretary, place.government, GROUP, f"示例组{body.pk}{n}{number}", "文",
                                   body.valid_from, today=place.today)  # fmt: skip
            place.seat(other, "chair", person=place.head, post="县长")
            place.seat(other, "member", organ=place.finance)
            meeting = place.meeting(body, on=place.today + timedelta(days=n + number))
            place.put(meeting)

    def counted(address):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert secretary.get(address).status_code == 200
        return len(queries)

    pages = (at("bodies"), at("meetings"), at("body", body.pk), at("organ", place.government.pk))
    add(1)
    before = [counted(page) for page in pages]
    add(4)
    assert [counted(page) for page in pages] == before


def test_the_number_of_queries_of_a_meeting_does_not_grow_with_its_agenda(place, secretary):
    meeting = place.meeting(place.executive())

    def counted():
        with CaptureQueriesContext(connection) as queries:
            assert secretary.get(at("meeting", meeting.pk)).status_code == 200
        return len(queries)

    place.put(meeting, review=place.review(kind="agenda_item").pk)
    before = counted()
    for _more in range(3):
        place.put(meeting, review=place.review(kind="agenda_item").pk)
    assert counted() == before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_there_in_both_languages(place, secretary, language):
    meeting = place.meeting(place.executive())
    place.put(meeting)
    secretary.post("/language/setlang/", {"language": language})
    for address in (
        at("bodies"),
        at("body", meeting.body_id),
        at("meetings"),
        at("meeting", meeting.pk),
        at("attendance", meeting.pk),
    ):
        page = text_of(secretary, address)
        assert ("Bodies" in page) is (language == "en")


# --- what follows from a meeting -------------------------------------------------------------------------------------


def test_what_was_settled_is_handed_to_organs_as_tasks(place, secretary):
    Duty.objects.create(
        officer=place.secretary, organ=place.government, system="task_ledger", role="office", whole_tree=True
    )
    meeting = place.meeting(place.executive())
    item = place.put(meeting, "听取行政执法监督工作汇报")
    place.hold(meeting)
    place.settle(item, settled="县司法局牵头，\n九月底前整改到位。")
    form = f"{at('open', 'task_ledger', 'assign')}?item={item.pk}"
    assert secretary.get(form).status_code == 404  # minutes are not issued yet
    minutes = place.conclude(meeting)
    assert form.replace("&", "&amp;") in text_of(secretary, at("meeting", meeting.pk))
    shown = text_of(secretary, form)
    assert 'value="听取行政执法监督工作汇报"' in shown
    assert f"{minutes.number} {meeting.title} 议题“听取行政执法监督工作汇报”" in shown
    page = secretary.get(form).context["form"]
    typed = {name: page[name].value() for name in page.fields if page[name].value() not in (None, "")}
    organs = [place.justice.pk, place.finance.pk]
    given = {
        "value_duty": "lead",
        "value_level": "county",
        "value_year": place.today.year,
        "value_due_on": "2030-09-30",
        "organ": organs,
    }
    answer = secretary.post(form, {**typed, **given})
    assert answer.status_code == 302, answer.context["form"].errors
    tasks = list(item.carried_out_by.order_by("organ__name").select_related("organ"))
    assert {task.organ for task in tasks} == {place.justice, place.finance}
    assert {task.fields["requirement"] for task in tasks} == {"县司法局牵头，\n九月底前整改到位。"}
    meeting_page = text_of(secretary, at("meeting", meeting.pk))
    assert all(task.number in meeting_page for task in tasks)
    assert meeting.title in text_of(secretary, at("case", tasks[0].pk))
    assert AuditEntry.objects.get(action="meetings.hand_on").detail["cases"] == [
        task.pk for task in item.carried_out_by.order_by("pk")
    ]
    assert signed_in(place.head).get(form).status_code == 404  # he assigns no tasks


def test_what_was_put_off_is_handed_to_nobody(place, secretary):
    Duty.objects.create(officer=place.secretary, organ=place.government, system="task_ledger", role="office")
    meeting = place.meeting(place.executive())
    item = place.put(meeting)
    place.hold(meeting)
    place.settle(item, "deferred", settled="")
    place.conclude(meeting)
    address = f"{at('open', 'task_ledger', 'assign')}?item={item.pk}"
    assert address not in text_of(secretary, at("meeting", meeting.pk))
    assert secretary.get(address).status_code == 404
    with pytest.raises(Refused, match="不能交办"):
        hand_on(place.secretary, item.pk, [], today=place.today)
    assert not AuditEntry.objects.filter(action="meetings.hand_on").exists()


def test_an_item_named_after_its_case_masks_the_people_in_it(place, secretary):
    slug = "administrative_reconsideration"
    Duty.objects.create(officer=place.secretary, organ=place.government, system=slug, role="*")
    values = {
        "applicant": [{"name": "示例丁"}], "respondent": ["示例县公安局"], "act": "行政处罚决定", "matter": "penalty",
        "area": "public_security", "request": "撤销",
    }  # fmt: skip
    case = open_case(slug, "file", organ=place.government, on=days_ago(2), values=values)
    assert "示例丁" in case.title
    meeting = place.meeting(place.executive())
    assert secretary.post(at("put-item", meeting.pk), {"kind": "report", "number": case.number}).status_code == 302
    assert meeting.items.get().title == case.title.replace("示例丁", "示某某")
