"""The records the pages of ``kinds`` show, made through the actions and pages an officer uses.

The same on the demonstration and on the small county of the tests, so that what is tested is what is pictured. Persons
are invented. Reads nothing back and opens no page in a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from django_otp.oath import totp

from gallery.files import destroyed_file
from gallery.steps import workbook
from zhunsheng.api import accounts, package_taking, webhooks
from zhunsheng.api.models import Delivery, Package
from zhunsheng.api.package import own_public_key
from zhunsheng.api.package_making import list_package
from zhunsheng.bodies import actions as seats
from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.holding import Mark, Said
from zhunsheng.bodies.models import Attendance, Meeting
from zhunsheng.cases import opinions, urging
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.materials import add_material, path_of
from zhunsheng.cases.models import Case
from zhunsheng.desk import background
from zhunsheng.intake import applying, beginning, guarding
from zhunsheng.intake.offering import ONLINE, offer_of
from zhunsheng.law.working_days import calendar
from zhunsheng.ledger import periods, stating
from zhunsheng.ledger.handing_out import Telling, hand_out
from zhunsheng.local import actions as local
from zhunsheng.orgs import actions as office
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.models import Duty, Officer, Organ, ReformKind
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out
from zhunsheng.papers.models import Paper
from zhunsheng.registers import actions as lists
from zhunsheng.registers import change_sets
from zhunsheng.registers.change_sets import Line
from zhunsheng.releases import actions as releases
from zhunsheng.reports import drafts
from zhunsheng.reports.models import ReportDraft, Sentence, Stage
from zhunsheng.security import operating, second_factor
from zhunsheng.supervision import planning
from zhunsheng.supervision.confirming import confirm

DISPUTE, REVIEW, ORDER, POWERS = "administrative_reconsideration", "legality_review", "hotline_workorder", "power_list"
PASSWORD = "correct horse 42"  # noqa: S105 - of somebody who never signs in
PDF = b"%PDF-1.4\n" + b"x" * 4000
LIBRARY = "normdoc_public_library"
STATED = "info_disclosure.portal_items_published"


@dataclass(frozen=True)
class Place:
    """Where the scene is set: who looks, and the organs that take part. ``lists``: the two whose lists are compared;
    ``renamed``: what the department is called after its reform; ``year``: the one whose figures are shown;
    ``password``: everybody's who signs in."""

    officer: Officer
    government: Organ
    office: Organ
    department: Organ
    lists: tuple[Organ, Organ]
    renamed: str
    year: int
    password: str
    busy_system: str = REVIEW


def ago(working_days: int) -> date:
    """The working day so many before tomorrow."""
    return calendar().add_working_days(timezone.localdate() + timedelta(days=1), -working_days)


def set_scene(place: Place) -> dict[str, Any]:
    """Make everything; gives the records by the names ``kinds`` uses."""
    today = timezone.localdate()
    # One person opens every page here; in use an administrator has no other duty, and no page would give him both.
    Duty.objects.create(
        officer=place.officer, organ=place.government, system="orgs", role="administrator", whole_tree=True
    )
    Duty.objects.create(officer=place.officer, organ=place.government, system="orgs", role="auditor", whole_tree=True)
    apart = operating.is_demanded()  # then new accounts wait for the security administrator
    if apart:
        Duty.objects.create(
            officer=place.officer, organ=place.government, system="orgs", role="security", whole_tree=True
        )
    operating.ask(place.officer, "核对失败的后台任务", 60)
    colleague = office.add_officer(
        place.officer, "lian", "示例辛", PASSWORD, place.government, "*", "*", date(2018, 1, 1), whole_tree=True
    )
    newcomer = office.add_officer(
        place.officer, "xinren", "示例癸", PASSWORD, place.department, "*", "*", ago(60), title="科员"
    )
    for person in (colleague, newcomer) if apart else ():
        office.set_active(place.officer, person, True)
    scene = {
        "region": place.government.region_id, "year": place.year, "month": f"{place.year}01", "this_year": today.year,
        "next_year": today.year + 1, "past_day": date(today.year - 1, 6, 30).isoformat(), "officer": place.officer.pk,
        "government": place.government.pk, "organ": place.department.pk, "busy_system": place.busy_system,
        "figure": f"{REVIEW}.received", "stated": STATED, "newcomer_name": "xinren", "password": place.password,
    }  # fmt: skip
    Duty.objects.create(
        officer=place.officer, organ=place.government, system="retention", role="archivist", whole_tree=True
    )
    scene |= destroyed_file(place.officer, [colleague, newcomer], place.department, REVIEW)
    scene |= {"newcomer": newcomer.pk, "duty": Duty.objects.get(officer=newcomer).pk}
    newcomer.set_password(place.password)  # in short: the demonstration's is shorter than the rules let it be
    newcomer.save(update_fields=["password"])
    delegate(newcomer, newcomer, colleague, today, today + timedelta(days=7), "外出培训")
    program = accounts.open_account(
        place.officer, place.department, "svc-oa", "办公系统", "办公系统读取待办和办理进度", "*", "*"
    )
    accounts.make_token(place.officer, program, "正式环境", ["cases:read", "cases:write"], 180)
    told, _secret = webhooks.subscribe(place.officer, program, "https://93.184.215.14/in", ["case"])
    given_up = Delivery(
        subscription=told, kind="case", record=1, attempts=9, dead_at=timezone.now(), problem="HTTP 503"
    )
    given_up.save()
    scene["program"] = program.pk
    second_factor.confirm(newcomer, f"{totp(second_factor.begin(newcomer).bin_key):06d}")
    scene |= _disputes(place, colleague, newcomer)
    scene |= _reviews(place)
    scene |= _order(place, newcomer)
    scene |= _releases(place, colleague)
    scene |= _lists(place, colleague)
    scene["package"] = Package.objects.exclude(installation=None).latest("pk").pk
    scene |= _consultation(place)
    scene |= _published(place)
    scene |= _uploads_and_jobs(place)
    scene |= _meetings(place, colleague)
    scene |= _plans(place)
    scene |= _services(place)
    scene["debrief"] = _assessment(place)
    _figures(place)
    _settings(place)
    access = access_of(place.officer, today)
    scene["report"] = drafts.begin(place.government.region, place.year, "five-contents", place.officer, access).pk
    return scene | _reform(place)


def _services(place: Place) -> dict[str, Any]:
    """A service that is open online, and a request its party can follow, with a paper to open."""
    opened = {"state": "open", "where": "示例大厅 5 号窗口，电话 0000-0000000"}
    slug, today = "info_disclosure_request", timezone.localdate()
    for service in (slug, "administrative_reconsideration"):
        local.decide(None, ONLINE, service, place.department, today, opened, reason="开通网上办理")
    offer, mark = offer_of(slug, today), guarding.new_mark()
    values = {
        "applicant": {"name": "示例甲", "kind": "person", "phone": "13800000000"}, "applicant_kind": "natural",
        "information": "示例道路的规划文件", "form": "electronic",
    }  # fmt: skip
    slip = applying.apply(offer, offer.places[0], values, beginning.begin(slug, mark, {}), mark)
    case = Case.objects.filter(system=slug).latest("pk")
    perform(case.pk, "confirm", on=today, officer=place.officer)
    return {"receipt_number": slip.number, "receipt_code": slip.code}


def _assessment(place: Place) -> int:
    """One indicator of this year's scheme, the line of the department that is assessed by it, and the debrief of its head."""
    code, year = "示例指标-01", timezone.localdate().year
    values = {
        "indicator_code": code, "year": str(year), "group": "化解矛盾", "indicator": "热线工单办结率", "unit_kind": "all",
        "kind": "quantity", "weight": "5", "standard": "按办结率分档",
        "formula": "分档([hotline_workorder.done_rate]; 50: 2, 90: 5)",
    }  # fmt: skip
    lists.apply_entry_change(
        "assessment_indicator", place.government, "add", code, values, date(year, 1, 1), officer=place.officer
    )
    told = {"year": year, "indicator_code": code, "self_by": timezone.localdate().isoformat()}
    open_case("performance_assessment", "open", organ=place.department, on=ago(5), officer=place.officer, values=told)
    called = {"year": year, "head_post": "示例局局长", "form": "written", "due_on": ago(-20).isoformat()}
    return open_case(
        "year_end_debrief", "call", organ=place.department, on=ago(3), officer=place.officer, values=called
    ).pk


# --- cases -------------------------------------------------------------------------------------------------------------


def _dispute(
    place: Place, registrar: Officer, number: int, filed: int, *steps: tuple[str, int, dict[str, Any]]
) -> Case:
    """A dispute admitted by the registrar, who may not try it, and taken further by the officer."""
    values = {
        "applicant": [{"name": "示例丁", "kind": "person", "phone": "13800001234", "address": "示例路1号"}],
        "respondent": [{"name": place.department.name, "kind": "organ"}],
        "act": ("《责令限期拆除决定书》", "《行政处罚决定书》", "《不予许可决定书》")[number],
        "matter": ("compulsion", "penalty", "licence")[number], "area": "housing", "channel": "in_person",
        "request": "撤销该决定", "reasons": "认定的事实不清，适用依据不当。", "known_on": ago(filed + 3).isoformat(),
    }  # fmt: skip
    case = open_case(DISPUTE, "file", organ=place.government, on=ago(filed), officer=registrar, values=values)
    for action, day, filled in steps:
        perform(case.pk, action, on=ago(day), values=filled, officer=registrar if action == "accept" else place.officer)
    return Case.objects.get(pk=case.pk)


def _disputes(place: Place, colleague: Officer, asked: Officer) -> dict[str, Any]:
    """One under examination with running limits, one closed by refusal, one that has just come in."""
    people = {"officers": ["示例甲", "示例乙"], "panel_size": 2, "major": False, "technical": False}
    case = _dispute(place, colleague, 0, 12, ("accept", 9, {"track": "ordinary"}), ("assign_officers", 8, people),
                    ("send_copy", 7, {}), ("copy_received", 5, {}))  # fmt: skip
    refusal = {"refusal_ground": "out_of_time", "refusal_reasons": "超过法定申请期限，且没有正当理由。"}
    closed = _dispute(place, colleague, 1, 20, ("refuse", 17, refusal), ("serve", 15, {}), ("archive", 14, {}))
    new = _dispute(place, colleague, 2, 2)
    access = access_of(place.officer, timezone.localdate())
    for name, volume in (("复议申请书.pdf", "main"), ("合议笔录.pdf", "inner")):
        add_material(case, [PDF], file_name=name, officer=place.officer, access=access, volume=volume, sequence=1)
    request = {"to": str(place.office.pk), "text": "请就规划许可情况提出意见", "lead": True}
    perform(case.pk, "office.assign", on=ago(4), values=request, officer=place.officer)
    perform(case.pk, "office.countersign", on=ago(3), values={"to": str(place.department.pk), "text": "请会签"},
            officer=place.officer)  # fmt: skip
    perform(case.pk, "office.sign", on=ago(2), values={"text": "建议补充现场照片", "agrees": False}, officer=asked,
            request=2)  # fmt: skip
    case.refresh_from_db()
    opinions.record_use(case, 2, "partly", "现场照片已在卷", officer=place.officer, access=access)
    urging.urge(case, "assignment-1", "请于本周五前提出意见", officer=place.officer, access=access)
    link_cases(case.pk, closed.pk, officer=place.officer)
    paper = Paper.objects.filter(case_id=case.pk).order_by("pk").first()
    return {"case": case.pk, "closed_case": closed.pk, "new_case": new.pk, "paper": paper.pk if paper else 0}


def _reviews(place: Place) -> dict[str, Any]:
    """Three matters waiting for one step, and one whose limit has passed."""

    def submitted(matter: str, days: int) -> Case:
        values = {
            "matter": matter,
            "kind": "agreement",
            "submitting_unit": place.department.name,
            "materials": "草案、说明",
        }
        return open_case(REVIEW, "submit", organ=place.government, on=ago(days), officer=place.officer, values=values)

    for matter, days in (("《示例道路开挖协议》", 4), ("《示例采购协议》", 3), ("《示例合作框架协议》", 1)):
        submitted(matter, days)
    late = submitted("《示例特许经营协议》", 40)
    perform(late.pk, "accept", on=ago(40), officer=place.officer)
    return {"late_case": late.pk}


def _order(place: Place, asked: Officer) -> dict[str, Any]:
    """A call that was dispatched and handed to another organ, which has answered."""
    values = {"channel": "phone", "theme": "complaint", "matter": "示例路夜间施工噪声扰民", "place": "示例路",
              "caller": {"name": "示例壬", "kind": "person", "phone": "13900005678"}}  # fmt: skip
    case = open_case(ORDER, "order", organ=place.government, on=ago(3), officer=place.officer, values=values)
    perform(case.pk, "dispatch", on=ago(3), values={"unit": place.department.name}, officer=place.officer)
    request = {"to": str(place.department.pk), "text": "请到现场核查并答复来电人", "lead": True}
    perform(case.pk, "office.assign", on=ago(2), values=request, officer=place.officer)
    perform(case.pk, "office.reply", on=ago(1), values={"text": "已责令夜间停工"}, officer=asked, request=1)
    return {"order": case.pk}


# --- papers to publish -------------------------------------------------------------------------------------------------


def _releases(place: Place, colleague: Officer) -> dict[str, Any]:
    """Refusals of reconsideration on their way to the public: one with its list of changes, one published, one withdrawn."""
    first, second = (
        {"officer": person, "access": access_of(person, timezone.localdate())} for person in (place.officer, colleague)
    )
    reasons = (
        "申请人张三丰（公民身份号码110101199001011237，电话13812345678，住示例县示例镇示例村3组）与该行为没有利害关系。"
    )

    def paper(number: int) -> Paper:
        refusal = {"refusal_ground": "no_interest", "refusal_reasons": reasons}
        case = _dispute(place, colleague, number, 20, ("refuse", 17, refusal))
        return Paper.objects.get(case_id=case.pk, kind="refusal")

    def begun(row: Paper) -> int:
        case = Case.objects.get(pk=row.case_id)
        return releases.begin(
            case, "reconsideration", f"不予受理行政复议申请决定书（{case.title}）", paper=row, **first
        ).pk

    made = [begun(paper(number)) for number in range(3)]
    for pk in made[1:]:
        releases.confirm(pk, range(99), **first)
        releases.check(pk, releases.CHECKS, "可以公开", **second)
        releases.publish(pk, **first)
    releases.withdraw(made[2], "决定已被依法撤销", **first)
    waiting = paper(0)
    return {
        "release": made[0],
        "released": made[1],
        "release_withdrawn": made[2],
        "release_case": waiting.case_id,
        "release_paper": waiting.pk,
    }


# --- lists -------------------------------------------------------------------------------------------------------------


def _lists(place: Place, colleague: Officer) -> dict[str, Any]:
    """The same items in two organs, with differences; two published versions; one draft, and one to be decided."""
    here, there = place.lists

    def item(organ: Organ, number: int, on: date, **more: str) -> Any:
        values = {"name": f"对示例行为{'甲乙丙丁戊'[number - 1]}的行政处罚", "power_type": "penalty",
                  "basis": f"示例法第{'三四五六七'[number - 1]}条第一款", "implementing_organ": organ.name} | more  # fmt: skip
        return lists.apply_entry_change(POWERS, organ, "add", f"示例-{number:02d}", values, on)

    began = date(timezone.localdate().year - 2, 1, 1)
    entries = [item(here, number, began) for number in (1, 2, 3)]
    item(there, 1, began)
    item(there, 2, began, basis="示例法第四条第二款", power_type="compulsion")
    item(there, 4, began)
    first = lists.publish(POWERS, here, began, place.officer)
    lists.apply_entry_change(
        POWERS, here, "change", "示例-01", {"basis": "示例法第三条第二款"}, ago(120), officer=place.officer
    )
    lists.apply_entry_change(
        POWERS, here, "remove", "示例-03", {}, ago(60), officer=place.officer, reason="依据已经废止"
    )
    second = lists.publish(POWERS, here, timezone.localdate(), place.officer, note="按新法调整")
    package_taking.trust("zhunsheng", here.region, own_public_key())
    package_taking.take_in(path_of(list_package(second).file_digest).read_bytes())
    wrong = lists.publish(POWERS, there, timezone.localdate(), place.officer)
    lists.withdraw(wrong, place.officer, reason="依据写错，更正后重新公布")
    lines = [
        Line("change", "示例-01", {"name": "对示例行为甲的行政处罚（含情节严重的）"}, "按新法调整"),
        Line("add", "示例-05", {"item_code": "示例-05", "name": "示例许可", "power_type": "licensing", "basis": "示例法第七条",
                              "implementing_organ": here.name}, "新法设定"),
        Line("remove", "示例-02", {}, "下放乡镇"),
    ]  # fmt: skip
    draft = change_sets.prepare_change_set(POWERS, here, "按新法调整", timezone.localdate(), lines, place.officer)
    waiting = change_sets.prepare_change_set(
        POWERS, there, "定期评估", timezone.localdate(), [Line("none", reason="无需调整")], colleague
    )
    change_sets.submit(waiting.pk, colleague)
    return _library(place) | {"entry": entries[0].pk, "entry_key": "示例-01", "here": here.pk, "there": there.pk, "version": second.pk,
            "version_before": first.pk, "version_withdrawn": wrong.pk, "today": timezone.localdate().isoformat(), "draft": draft.pk, "submitted": waiting.pk}  # fmt: skip


def _library(place: Place) -> dict[str, Any]:
    """Two documents, one in the place of the other, published."""
    text = "示例县公园管理办法\n第一条 为了规范公园管理，制定本办法。\n第二条 公园每日{}时至二十一时开放。\n第三条 {}"
    for number, serial, more in (
        (1, "示例规〔2022〕1号", {"text": text.format("六", "禁止携带犬只入园。")}),
        (2, "示例规〔2024〕3号", {"text": text.format("五", "携带犬只入园的，应当系绳。"), "replaces": "示例规〔2022〕1号",
                             "interpretation": "为了方便群众晨练，开放时间提前一小时。"}),
    ):  # fmt: skip
        values = {
            "document_title": f"示例县公园管理办法（{'修订' if number > 1 else '试行'}）", "kind": "normative_document", "status": "valid",
            "maker": place.government.name, "theme": "城市管理", "made_on": f"202{number * 2}-04-28", "published_on": f"202{number * 2}-05-06",
            "effective_on": f"202{number * 2}-06-01", "index_number": f"000000000/202{number * 2}-00001",
        } | more  # fmt: skip
        entry = lists.apply_entry_change(LIBRARY, place.government, "add", serial, values, ago(90))
    version = lists.publish(LIBRARY, place.government, timezone.localdate(), place.officer)
    return {"document": entry.pk, "library": version.pk}


def _published(place: Place) -> dict[str, Any]:
    """A report that was published, and a random inspection whose lists are sealed."""
    now = timezone.now()
    row = ReportDraft.objects.create(
        region=place.government.region, year=place.year, outline="annual-report", number="示政文〔2026〕3号", stage=Stage.PUBLISHED,
        composed_by=place.officer, composed_at=now, confirmed_by=place.officer, confirmed_at=now, checked_by=place.officer, checked_at=now,
        published_by=place.officer, published_at=now,
    )  # fmt: skip
    said = "把法治建设列入年度工作要点，全年召开专题会议四次。"
    Sentence.objects.create(draft=row, position=1, section="组织领导", paragraph=0, template=said, runs=[[said]],
                            confirmed_by=place.officer, confirmed_at=now)  # fmt: skip
    task = {
        "task_name": "餐饮示例抽查", "kind": "targeted", "planned_on": ago(20).isoformat(), "item_codes": "SJ-001", "object_kinds": ["enterprise"],
        "ratio_a": "50", "ratio_b": "50", "ratio_c": "50", "ratio_d": "100", "ratio_unrated": "0", "inspectors_each": 2,
        "checks_from": ago(5).isoformat(), "checks_until": timezone.localdate().isoformat(), "public_source": "某彩票开奖号码",
    }  # fmt: skip
    case = open_case("random_inspection", "plan", organ=place.department, on=ago(20), values=task)
    perform(case.pk, "approve", on=ago(19))
    sealed = {
        "departments": place.department.name, "joint": False, "objects_total": 12, "objects_eligible": 10, "inspectors_total": 6,
        "commitment": "a" * 64, "rules_digest": "b" * 64, "random_number": "c" * 64, "value_not_before": ago(17).isoformat(),
    }  # fmt: skip
    perform(case.pk, "seal", on=ago(18), values=sealed)
    access = access_of(place.officer, timezone.localdate())
    for name in ("03检查人员.csv", "04抽取规则.csv"):
        add_material(case, [f"{name}\r\n".encode()], file_name=name, officer=place.officer, access=access)
    return {"published_report": row.pk, "draw": case.pk}


def _consultation(place: Place) -> dict[str, Any]:
    """One draft open for comment, with an opinion that is answered and one that is not; one whose result is published."""
    text = "示例县公园管理办法（草案）\n第一条 为了规范公园管理，制定本办法。\n第二条 公园每日六时开放。"
    cases = []
    for opened, ends in ((60, ago(15)), (30, timezone.localdate() + timedelta(days=10))):
        first = ago(opened)
        values = {
            "draft_title": f"示例县公园管理办法（草案{'征求意见稿' if opened < 60 else ''}）", "draft_kind": "normative_document",
            "drafting_unit": place.department.name, "business_related": False, "explanation": "为了方便群众晨练。", "channels": ["website"],
            "ways": "示例县示例路1号；0000-0000000", "announced_on": first.isoformat(), "closing_on": ends.isoformat(), "draft_text": text,
        }  # fmt: skip
        case = open_case("public_consultation", "announce", organ=place.government, on=first, values=values)
        for number, said in ((1, "建议提前到五时开放"), (2, "支持")):
            values = {"opinion_code": f"{case.number}-{number:03d}", "channel": "letter", "received_on": ago(20).isoformat(),
                      "opinion": said, "article": "第二条"}  # fmt: skip
            perform(case.pk, "enter_opinion", on=ago(20), values=values)
        answer = {
            "opinion_code": f"{case.number}-001",
            "adoption": "partly",
            "adoption_reason": "冬季除外",
            "gist": "提前到五时开放",
        }
        perform(case.pk, "answer_opinion", on=ago(18), values=answer)
        cases.append(case.pk)
    done = cases[0]
    perform(
        done,
        "answer_opinion",
        on=ago(14),
        values={"opinion_code": f"{Case.objects.get(pk=done).number}-002", "adoption": "adopted"},
    )
    for action, values in (("close", {}), ("summarise", {"summary": "采纳了提前开放的意见。", "opinions_received": 2, "opinions_adopted": 2}),
                           ("publish_result", {"feedback_on": ago(10).isoformat()})):  # fmt: skip
        perform(done, action, on=ago(10), values=values)
    return {"consultation": cases[1], "answered": done}


# --- import and background work ----------------------------------------------------------------------------------------


def _uploads_and_jobs(place: Place) -> dict[str, Any]:
    """A workbook whose columns are asked about, one with problems, one that is right, one imported; two jobs."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(place.officer)
    good = (ago(30), "《示例租赁协议》", "行政协议", place.department.name, "草案、说明", ago(29))
    wrong = ("去年春天", "《示例补偿协议》", "随便", place.department.name, "草案", ago(29))

    def uploaded(name: str, *rows: tuple[Any, ...]) -> int:
        head = ("送审日期", "事项名称", "类别", "报来的单位", "材料清单", "收件日期")
        file = SimpleUploadedFile(name, workbook(head, *rows).getvalue())
        answer = client.post(f"/cases/{REVIEW}/import/", {"file": file, "organ": place.government.pk})
        return int(resolve(answer["Location"]).kwargs["pk"])

    def checked(pk: int) -> int:
        client.post(f"/import/{pk}/columns/", {"column_4": "submitting_unit"})
        return pk

    new = uploaded("审查台账.xlsx", good)
    problems = checked(uploaded("审查台账（有问题）.xlsx", good, wrong))
    right = checked(uploaded("审查台账（改好）.xlsx", good, (*good[:1], "《示例供水协议》", *good[2:])))
    done = checked(uploaded("审查台账（上月）.xlsx", (*good[:1], "《示例供气协议》", *good[2:])))
    client.post(f"/import/{done}/run/")
    undone = checked(uploaded("审查台账（重复）.xlsx", (*good[:1], "《示例供热协议》", *good[2:])))
    client.post(f"/import/{undone}/run/")
    client.post(f"/import/{undone}/undo/", {"reason": "与上月的台账重复", "confirmed": "1"})
    export = {"query": "", "columns": ["matter", "state"], "form": "xlsx", "language": "zh-hans"}
    jobs = [background.hand_in("export", place.officer, REVIEW, 0, **export),
            background.hand_in("import", place.officer, REVIEW, 12_000, upload=0, take_good=False)]  # fmt: skip
    for job in jobs:
        background.run(job.pk)
    return {"upload_new": new, "upload_wrong": problems, "upload_right": right, "upload_done": done, "upload_undone": undone,
            "job_done": jobs[0].pk, "job_failed": jobs[1].pk}  # fmt: skip


# --- meetings ----------------------------------------------------------------------------------------------------------


def _meetings(place: Place, deputy: Officer) -> dict[str, Any]:
    """A body with a seat that is empty; a meeting that is called, one that was held, one whose minutes are out."""
    today = timezone.localdate()
    body = seats.set_up(
        place.officer, place.government, "executive_meeting", "示例县人民政府常务会议（示例）", "示政〔2024〕1号", ago(90),
        today=today,
    )  # fmt: skip
    holders: tuple[tuple[str, dict[str, Any]], ...] = (
        ("chair", {"person": place.officer, "post": "县长"}),
        ("deputy", {"person": deputy, "post": "副县长"}),
        ("member", {"organ": place.office, "post": "局长"}),
    )
    seat, *_others = [
        seats.give_seat(place.officer, body.pk, office, ago(90), today=today, **holder) for office, holder in holders
    ]

    def meeting(number: int, day: date, title: str) -> tuple[Meeting, int]:
        at = timezone.make_aware(datetime.combine(day, time(9)))
        made = calling.call(place.officer, body.pk, "executive", at, "第一会议室", today=today, ordinal=number)
        calling.invite(place.officer, made.pk, today=today, name="示例寅", post="示例律师事务所")
        item = calling.put(
            place.officer, made.pk, title, "decision", matter="other", today=today, reporter="示例县司法局"
        )
        calling.put(place.officer, made.pk, "学习行政复议法", "study", law="《中华人民共和国行政复议法》", today=today)
        return made, item.pk

    def held(made: Meeting) -> list[int]:
        called = list(Attendance.objects.filter(meeting=made).order_by("pk").values_list("pk", flat=True))
        holding.hold(place.officer, made.pk, {pk: Mark("present") for pk in called}, called[0], today=today)
        return called

    concluded, decided = meeting(1, ago(30), "审议示例行动方案")
    head, *others = held(concluded)
    order = [*(Said(pk, "agree", "同意。") for pk in others), Said(head)]
    for item in concluded.items.all():
        decision = item.pk == decided
        holding.settle(
            place.officer, item.pk, "passed" if decision else "done", said=order if decision else (),
            settled="会议原则同意。", today=today,
        )  # fmt: skip
    minutes = holding.conclude(place.officer, concluded.pk, ago(29), today=today)
    recorded, open_item = meeting(2, ago(2), "审议示例采购方案")
    held(recorded)
    called, _item = meeting(3, today + timedelta(days=7), "审议示例工作要点")
    return {"body": body.pk, "seat": seat.pk, "called": called.pk, "held": recorded.pk, "item": open_item,
            "concluded": concluded.pk, "minutes": minutes.pk}  # fmt: skip


# --- figures, organs ---------------------------------------------------------------------------------------------------


POINTS = """{name}年度法治政府建设工作要点
一、加强组织领导
1.压实第一责任人职责。每季度组织一次学法。完善考核办法。（牵头单位：{unit}；完成时限：年底前）
二、规范行政执法
2.开展案卷评查。开展行政执法案卷自查。（责任单位：各部门）
"""


def _plans(place: Place) -> dict[str, Any]:
    """Points of the year that were confirmed, and others that are being looked through."""
    text = POINTS.format(name=place.government.name, unit=place.department.name)
    today = timezone.localdate()
    plans = [
        planning.read_in(
            text,
            organ=place.government,
            officer=place.officer,
            level="points",
            is_own=True,
            mark=mark,
            issued_on=ago(20),
        )
        for mark in ("要点甲", "要点乙")
    ]
    for plan in plans:
        planning.set_defaults(plan, place.officer, version=0, lead=place.department.name, due_on=f"{today.year}-12-31")
    confirm(plans[0], place.officer, on=today, version=1)
    return {"plan": plans[1].pk}


def _figures(place: Place) -> None:
    """A figure stated, one told to somebody, and a month that is closed."""
    region, year = place.government.region, place.year
    if not stating.statements(region.code, STATED).filter(year=year).exists():
        stating.state(
            STATED, place.government, year, Decimal(22400), "示例文件〔2026〕3号", qualifier="余", officer=place.officer
        )
    told = Telling(f"{REVIEW}.received", year * 100 + 1, year * 100 + 12, Decimal(180), "180件")
    hand_out(region, [told], to_whom="示例督察组", purpose="法治督察", paper="示例函〔2026〕5号", officer=place.officer)
    periods.close(region, year * 100 + 1, place.officer)


def _reform(place: Place) -> dict[str, Any]:
    """An organ that was renamed."""
    renamed = NewOrgan(place.renamed, mark=place.department.mark)
    reform = carry_out(
        Plan(ReformKind.RENAME, ago(2), (place.department,), new=renamed), place.officer, reason="机构改革方案",
        document="示委〔2026〕6号",
    )  # fmt: skip
    return {"reform": reform.pk}


def _settings(place: Place) -> None:
    """A limit the place has set for itself."""
    key, document = "legality_review_completion", "示例市合法性审查办法"
    value = {"value": 3, "unit": "working_day"}
    local.decide(
        place.officer, "limit", key, place.government, ago(90), value, document=document, article="6", reason="办法印发"
    )
