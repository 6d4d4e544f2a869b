"""A county with one of everything that has a page, for the walk of all routes: who may look at what, with secret words in it.

Made through the same actions the pages use. Imported inside fixtures, because Django starts only after conftest files.
"""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from docx import Document
from openpyxl import Workbook

from gallery.scene.files import destroyed_file
from tests.desk.county import SYSTEM, County, days_ago, make_county, officer, signed_in
from zhunsheng.api import accounts, package_taking, webhooks
from zhunsheng.api.models import Delivery
from zhunsheng.api.package import own_public_key, packed, written
from zhunsheng.bodies import actions as bodies
from zhunsheng.bodies import calling, holding
from zhunsheng.bodies.models import Attendance, Item, Meeting
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.giving import give
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case
from zhunsheng.cases.urging import urge
from zhunsheng.desk import background
from zhunsheng.desk.models import Job, SavedView, Upload
from zhunsheng.law.changes import note_change
from zhunsheng.ledger.periods import close
from zhunsheng.ledger.stating import declared_names
from zhunsheng.local.actions import decide
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.delegating import delegate
from zhunsheng.orgs.lines import name_line
from zhunsheng.orgs.models import Duty, Officer, Organ
from zhunsheng.orgs.reforming import NewOrgan, Plan, carry_out
from zhunsheng.papers.models import Paper
from zhunsheng.papers.place_templates import keep_template
from zhunsheng.registers import actions, change_sets
from zhunsheng.registers.change_sets import ProposedLine
from zhunsheng.registers.models import Entry, PublishedVersion
from zhunsheng.releases import actions as releases
from zhunsheng.reports.models import ReportDraft, Sentence
from zhunsheng.search.indexing import take_in
from zhunsheng.supervision import planning

LIST = "power_list"
TODAY = days_ago(0).isoformat()
GROUP = "leading_group"
LIMIT, TEMPLATE = "legality_review_other", "legality_review.completion_notice.2019-09-01"
OURS, PRIVATE, PEOPLE, RULES, THEIRS = "甲字暗号", "私字暗号", "丙字暗号", "戊字暗号", "乙字暗号"
"""Words of the justice bureau's records, of the handler's own things, of the bureau's people, of what is set for the bureau,
of the housing bureau's records: wherever one turns up, somebody has read what it stands in."""
PDF = b"%PDF-1.4\n"


@dataclass
class Everything:
    """The county, who walks through it, and the numbers that addresses are made of."""

    county: County
    people: dict[str, Officer | None]
    numbers: dict[str, Any] = field(default_factory=dict)


def power(name: str) -> dict[str, str]:
    return {"name": name, "power_type": "penalty", "basis": "示例法第三条", "implementing_organ": "示例县司法局"}


def book(headings: tuple[str, ...], row: tuple[object, ...]) -> SimpleUploadedFile:
    """A workbook with one row, named by what stands in its second cell."""
    made = Workbook()
    made.active.append(headings)
    made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return SimpleUploadedFile(f"{row[1]}.xlsx", file.getvalue())


def list_book(name: str) -> SimpleUploadedFile:
    headings = ("事项编码", "事项名称", "权力类型", "实施依据", "实施主体")
    return book(headings, ("A7", name, "行政处罚", "示例法第三条", "示例县司法局"))


def case_book(name: str) -> SimpleUploadedFile:
    headings = ("送审日期", "事项名称", "类别", "送审单位", "材料清单")
    return book(headings, (days_ago(20), name, "行政协议", "示例县财政局", "草案"))


def make_everything() -> Everything:
    county = make_county()
    finance = Organ.objects.create(
        region=county.region, parent=county.government, kind="department", name="示例县财政局", name_en="Finance"
    )
    people = _people(county)
    made = Everything(county, people)
    made.numbers = {
        **_case(county, finance, people),
        **_list(county, people),
        **_library(county),
        **_published(county),
        **_own(county, people),
        **_office(county, finance, people),
    }
    Duty.objects.create(officer=people["handler"], organ=county.justice, system="hotline_workorder", role="operator")
    decide(None, "online", "hotline_workorder", county.justice, days_ago(1), {"state": "open"}, reason="试")
    made.numbers |= _settings(county) | _meetings(county, people) | _plan(county, people) | _releases(county, people)
    _theirs(county)
    draft = ReportDraft.objects.create(
        region=county.region, year=2024, outline="annual-report", composed_by=county.owner, composed_at=timezone.now()
    )
    Sentence.objects.create(draft=draft, position=1, section="推进政府立法", paragraph=0, template="组织领导有力")
    made.numbers["report"] = draft.pk
    take_in()
    return made


def _people(county: County) -> dict[str, Officer | None]:
    """In the order of the columns of the table of routes."""
    colleague = officer("same-organ", "示例同事", None)
    handler = officer("handler", f"示例{PEOPLE}", None)
    head = officer("head", "示例负责人", None)
    administrator = officer("administrator", "示例管理员", None)
    duties = [
        *((colleague, county.justice, system, "clerk", False) for system in (SYSTEM, LIST)),
        *((handler, county.justice, SYSTEM, role, False) for role in ("sponsor", "registrar", "reviewer")),
        (handler, county.justice, LIST, "department", False),
        (handler, county.justice, GROUP, "secretary", False),
        *((handler, county.justice, system, "office", False) for system in ("task_ledger", "implementation_plan")),
        (head, county.justice, SYSTEM, "head", False),
        (head, county.justice, LIST, "justice", False),
        (administrator, county.government, "orgs", "administrator", True),
        (administrator, county.government, "orgs", "auditor", True),
        (administrator, county.government, "local", "administrator", True),
        (administrator, county.government, "law", "administrator", True),
        (administrator, county.government, "retention", "archivist", True),
        (administrator, county.government, "ledger", "statistician", True),
    ]
    for person, organ, system, role, whole_tree in duties:
        Duty.objects.create(officer=person, organ=organ, system=system, role=role, whole_tree=whole_tree)
    TOTPDevice.objects.create(user=handler, name="app")
    return {
        "nobody": None, "outsider": county.stranger, "other organ": county.colleague, "same organ": colleague,
        "handler": handler, "head": head, "administrator": administrator,
    }  # fmt: skip


def _case(county: County, finance: Organ, people: dict[str, Officer | None]) -> dict[str, Any]:
    """A case of justice with everything that hangs on it, and one that is closed and has a paper."""
    handler = people["handler"]
    case = county.accepted(matter=f"《{OURS}协议》")
    perform(case.pk, "office.countersign", on=days_ago(0), values={"to": str(finance.pk), "text": OURS})
    signer = officer("signer", "示例会签", finance)
    perform(case.pk, "office.sign", on=days_ago(0), officer=signer, values={"agrees": True, "text": OURS}, request=1)
    perform(case.pk, "office.assign", on=days_ago(0), values={"to": str(finance.pk), "text": OURS})
    case = Case.objects.get(pk=case.pk)
    access = access_of(handler, days_ago(0))
    files = [
        add_material(
            case, [PDF + OURS.encode()], file_name=f"{OURS}.pdf", officer=handler, access=access, volume=volume
        )
        for volume in ("main", "inner")
    ]
    urging = urge(case, "assignment-2", OURS, officer=handler, access=access)
    closed = county.review(matter=f"《{OURS}第二份》")
    perform(closed.pk, "return_unreviewed", on=closed.opened_on, values={"return_reason": OURS})
    linked = county.review(matter=f"《{OURS}第三份》")
    return {
        "number": linked.number, "case": case.pk, "material": files[0].pk, "inner": files[1].pk, "urging": urging.pk,
        "closed": closed.pk, "paper": Paper.objects.get(case_id=closed.pk).pk,
    }  # fmt: skip


def _list(county: County, people: dict[str, Officer | None]) -> dict[str, Any]:
    """The list of justice: a published version, an entry that came later, a draft and one handed in."""
    handler = people["handler"]
    actions.apply_entry_change(LIST, county.justice, "add", "A1", power("公布的事项"), date(2024, 1, 1))
    version = actions.publish(LIST, county.justice, days_ago(1), people["head"])
    published = Entry.objects.get(key="A1")
    entry = actions.apply_entry_change(LIST, county.justice, "add", "A2", power(f"{OURS}事项"), days_ago(0))
    draft = change_sets.begin_change_set(LIST, county.justice, OURS, days_ago(0), handler)
    change_sets.put_lines(draft.pk, [ProposedLine("change", "A2", {"name": f"{OURS}改名"})], handler)
    submitted = change_sets.begin_change_set(LIST, county.justice, OURS, days_ago(0), handler)
    change_sets.put_lines(submitted.pk, [ProposedLine("add", "A3", power(OURS))], handler)
    change_sets.submit(submitted.pk, handler)
    client = signed_in(handler)
    client.post(f"/registers/{LIST}/changes/{draft.pk}/import/", {"file": list_book(OURS)})
    client.post(f"/registers/{LIST}/comparison/upload/", {"file": list_book(PRIVATE)})
    return {
        "entry": entry.pk, "draft": draft.pk, "line": draft.lines.get().pk, "submitted": submitted.pk,
        "version": version.pk, "published": published.pk, "justice": county.justice.pk,
    }  # fmt: skip


def _published(county: County) -> dict[str, Any]:
    """A report that was published; a random inspection that is sealed, with one file that is published and one that is not."""
    keeper = officer("inspector", "示例戊", county.government, system="random_inspection", role="*")
    now = timezone.now()
    told = {
        "region": county.region, "year": 2023, "outline": "annual-report", "composed_by": keeper, "composed_at": now, "confirmed_at": now,
        "published_at": now,
    }  # fmt: skip
    wrong = ReportDraft.objects.create(**told, stage="corrected")
    row = ReportDraft.objects.create(**told, stage="published", corrects=wrong, reason="数据有误")
    for draft, said in ((wrong, "公布有误"), (row, "公布的报告")):
        Sentence.objects.create(
            draft=draft, position=1, section="总体情况", paragraph=0, template=said, runs=[[said]], confirmed_by=keeper, confirmed_at=now,
        )  # fmt: skip
    task = {
        "task_name": "公布的抽查", "kind": "targeted", "planned_on": TODAY, "item_codes": "1", "object_kinds": ["enterprise"], "ratio_a": "1",
        "ratio_b": "1", "ratio_c": "1", "ratio_d": "1", "ratio_unrated": "0", "inspectors_each": 1, "checks_from": TODAY, "checks_until": TODAY,
        "public_source": "开奖号码",
    }  # fmt: skip
    case = open_case("random_inspection", "plan", organ=county.government, on=days_ago(0), values=task)
    perform(case.pk, "approve", on=days_ago(0))
    perform(case.pk, "seal", on=days_ago(0), values={
        "departments": "示例局", "joint": False, "objects_total": 1, "objects_eligible": 1, "inspectors_total": 1, "commitment": "a",
        "rules_digest": "b", "random_number": OURS, "value_not_before": TODAY,
    })  # fmt: skip
    for name, content in (("04抽取规则.csv", "公布的规则"), ("06抽取结果.csv", OURS)):
        add_material(case, [content.encode()], file_name=name, officer=keeper, access=access_of(keeper, days_ago(0)))
    return {"published_report": row.pk, "corrected_report": wrong.pk, "draw": case.pk}


def _library(county: County) -> dict[str, Any]:
    """Two documents of the government, published, one in the place of the other; a third came later. A draft open for comment, with
    an opinion in secret words."""
    publisher = officer("publisher", "示例丁", county.government, system="normdoc_public_library", role="*")
    for number, serial in enumerate(("示规〔2022〕1号", "示规〔2024〕2号", "示规〔2024〕3号"), 1):
        values = {"document_title": "公布的文件" if number < 3 else OURS, "kind": "normative_document", "status": "valid",
                  "published_on": "2024-01-01", "text": f"第一条 第{number}稿。", "replaces": "示规〔2022〕1号" if number == 2 else ""}  # fmt: skip
        entry = actions.apply_entry_change(
            "normdoc_public_library", county.government, "add", serial, values, days_ago(0)
        )
        if number == 2:
            document = entry.pk
            actions.publish("normdoc_public_library", county.government, days_ago(0), publisher)
    values = {
        "draft_title": "公布的草案", "draft_kind": "other", "drafting_unit": county.justice.name, "business_related": False, "explanation": "说明",
        "channels": ["website"], "ways": "示例路1号", "announced_on": days_ago(9).isoformat(), "closing_on": days_ago(0).isoformat(),
    }  # fmt: skip
    case = open_case("public_consultation", "announce", organ=county.justice, on=days_ago(9), values=values)
    opinion = {"opinion_code": "001", "channel": "letter", "received_on": days_ago(1).isoformat(), "opinion": OURS}
    perform(case.pk, "enter_opinion", on=days_ago(1), values=opinion)
    return {"document": document, "unpublished": entry.pk, "consultation": case.pk}


def _own(county: County, people: dict[str, Officer | None]) -> dict[str, Any]:
    """What is the handler's alone: an upload, jobs, a view, a draft of a form."""
    handler = people["handler"]
    client = signed_in(handler)
    client.post(f"/cases/{SYSTEM}/import/", {"file": case_book(PRIVATE)})
    client.post(f"/cases/{SYSTEM}/import/", {"file": case_book(OURS)})
    upload, imported = Upload.objects.order_by("pk")
    for row in (upload, imported):
        client.post(f"/import/{row.pk}/columns/")
    client.post(f"/import/{imported.pk}/run/")
    Upload.objects.filter(pk=upload.pk).update(annotated=PRIVATE.encode())
    done = background.hand_in("export", handler, SYSTEM, 1)
    Job.objects.filter(pk=done.pk).update(
        state="done", file=PRIVATE.encode(), file_name=f"{PRIVATE}.csv", finished_at=timezone.now()
    )
    failed = background.hand_in("export", handler, SYSTEM, 1)
    Job.objects.filter(pk=failed.pk).update(state="failed", problem={"zh": PRIVATE, "en": PRIVATE})
    view = SavedView.objects.create(officer=handler, system=SYSTEM, name=PRIVATE, query="course=open")
    case = Case.objects.filter(organ=county.justice, closed_on=None).earliest("pk")
    client.post(f"/case/{case.pk}/act/office.hold/draft/", {"value_text": PRIVATE})
    return {"upload": upload.pk, "imported": imported.pk, "job": done.pk, "failed": failed.pk, "view": view.pk}


def _office(county: County, finance: Organ, people: dict[str, Officer | None]) -> dict[str, Any]:
    plan = Plan("rename", days_ago(1), (finance,), new=NewOrgan("示例县财政和国资局"))
    reform = carry_out(plan, people["administrator"], reason="更名", document="示委〔2026〕1号")
    handler = people["handler"]
    duty = Duty.objects.filter(officer=handler).earliest("pk")
    colleague = people["same organ"]
    delegation = delegate(handler, handler, colleague, days_ago(-10), days_ago(-11), "公出")
    administrator = people["administrator"]
    program = accounts.open_account(administrator, county.justice, "svc-oa", f"{PEOPLE}接口", "对接", "*", "*")
    token, _secret = accounts.make_token(administrator, program, "正式环境", ["cases:read"], 30)
    subscription, _secret = webhooks.subscribe(administrator, program, "https://93.184.215.14/in", ["case"])
    Delivery.objects.create(
        subscription=subscription, kind="case", record=1, dead_at=timezone.now(), problem="HTTP 500"
    )
    manifest = {
        "kind": "list", "slug": LIST, "name": {"zh": "权责清单", "en": "Power list"}, "region": county.region.pk,
        "region_name": "示例县", "organ": "示例市司法局", "version": 1, "number": 1, "previous": "", "fields": ["name"],
        "day": days_ago(9).isoformat(), "published_at": timezone.now().isoformat(), "made_at": timezone.now().isoformat(),
    }  # fmt: skip
    powers = [{"organ": "示例市司法局", "key": "P1", "values": {**power("下发的事项"), "item_code": "P1"}}]
    _told, handed_down = packed(manifest, written(powers))
    close(county.region, 202301, None)
    package_taking.trust("zhunsheng", county.region, own_public_key())
    return {
        "line": name_line(
            administrator, county.government, county.housing, ["legality_review"], "示委", days_ago(5)
        ).pk,
        "package": package_taking.take_in(handed_down)[0].pk,
        "program": program.pk,
        "token": token.pk,
        "subscription": subscription.pk,
        "reform": reform.pk,
        "officer": handler.pk,
        "duty": duty.pk,
        "government": county.government.pk,
        "colleague": colleague.pk,
        "delegation": delegation.pk,
        "account": declared_names()[0],
        **destroyed_file(administrator, [handler, colleague], county.justice, SYSTEM),
    }


def _settings(county: County) -> dict[str, Any]:
    """What the place has set for justice: a limit, and a template of a paper."""
    document = Document()
    for line in (f"{{{{单位}}}}{RULES}", "{{文号}}", "{{送审单位}}", "{{期限：补充材料}}", "{{日期}}"):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    template = keep_template(TEMPLATE, "示例.docx", file.getvalue(), None)
    rules = {"reason": RULES, "document": f"{RULES}办法", "article": "8"}
    decide(None, "limit", LIMIT, county.justice, date(2025, 3, 5), {"value": 6, "unit": "working_day"}, **rules)
    decide(None, "template", TEMPLATE, county.justice, date(2025, 3, 5), {"template": template.pk}, **rules)
    statute, keeper = "municipal_county_administration_decision", Officer.objects.get(username="administrator")
    change = note_change(keeper, statute, "amended", days_ago(9), document="示例决定", reason="试")
    return {"template": template.pk, "change": change.pk}


def _meetings(county: County, people: dict[str, Officer | None]) -> dict[str, Any]:
    """A body of justice with a meeting to come, one that was held, and one whose minutes are issued."""
    keeper, today = people["handler"], days_ago(0)
    body = bodies.set_up(keeper, county.justice, GROUP, f"{RULES}领导小组", "示委〔2026〕2号", days_ago(9), today=today)
    seat = bodies.give_seat(keeper, body.pk, "chair", days_ago(9), person=people["head"], post="组长", today=today)

    def meeting(days: int) -> tuple[Meeting, Attendance, Item]:
        moment = timezone.now() - timedelta(days=days)
        called = calling.call(keeper, body.pk, "full", moment, f"{RULES}会议室", today=today)
        item = calling.put(keeper, called.pk, f"{RULES}议题", "report", today=today)
        return called, called.attendances.get(), item

    called, _chair, _first = meeting(-3)
    observer = calling.invite(keeper, called.pk, name="示例列席", today=today)
    second = calling.put(keeper, called.pk, f"{RULES}第二项", "report", today=today)
    held, there, open_item = meeting(2)
    over, present, item = meeting(3)
    for row, person, told in ((held, there, open_item), (over, present, item)):
        holding.hold(keeper, row.pk, {person.pk: holding.Mark("present")}, person.pk, today=today)
        holding.settle(keeper, told.pk, "done", today=today)
    minutes = holding.conclude(keeper, over.pk, today, today=today)
    return {
        "body": body.pk, "seat": seat.pk, "called": called.pk, "there": there.pk, "observer": observer.pk, "held": held.pk,
        "second": second.pk, "item": open_item.pk, "over": over.pk, "minutes": minutes.pk,
    }  # fmt: skip


def _plan(county: County, people: dict[str, Officer | None]) -> dict[str, Any]:
    """A plan of a level above that justice has read and not confirmed."""
    text = f"{OURS}实施方案\n一、{OURS}任务\n1.{OURS}措施。开展{OURS}评查。\n"
    row = planning.read_in(
        text,
        organ=county.justice,
        officer=people["handler"],
        level="city",
        is_own=False,
        mark="示",
        issued_on=days_ago(9),
    )
    told = {
        "year": 2026,
        "task": f"{OURS}任务",
        "duty": "lead",
        "level": "county",
        "requirement": "做到",
        "due_on": days_ago(-9),
    }
    handler = people["handler"]
    task = open_case("task_ledger", "assign", organ=county.justice, on=days_ago(0), officer=handler, values=told)
    access = access_of(handler, days_ago(0))
    given = give(task.pk, SYSTEM, {"state": "accepted"}, officer=handler, access=access)
    return {"plan": row.pk, "task": task.pk, "given": given.pk}


def _releases(county: County, people: dict[str, Officer | None]) -> dict[str, Any]:
    """Papers of justice on their way to the public: one published and a Word file too, with the secret words hidden; one
    withdrawn that had them open; and one each that is begun, checked and withheld."""
    handler, head = (
        {"officer": people[who], "access": access_of(people[who], days_ago(0))} for who in ("handler", "head")
    )
    word, file = Document(), io.BytesIO()
    word.add_paragraph(f"公开的决定，{OURS}除外。")
    word.core_properties.author = OURS
    word.save(file)

    def case() -> Case:
        made = county.review(matter=f"《{OURS}第四份》")
        return perform(made.pk, "return_unreviewed", on=made.opened_on, values={"return_reason": f"公开的理由，{OURS}"})

    def begun(**source: Any) -> int:
        about = source.get("case") or case()
        source = (
            {"material": source["material"]} if "material" in source else {"paper": Paper.objects.get(case_id=about.pk)}
        )
        return releases.begin(about, "other", f"{OURS}决定", **source, **handler).pk

    def confirmed(pk: int, hides: bool = True) -> int:
        row = releases.mark(pk, OURS, "trade_secret", **handler)
        releases.confirm(pk, range(len(row.changes) * hides), **handler)
        return pk

    def published(pk: int) -> int:
        releases.check(pk, releases.CHECKS, "可以公开", **head)
        return releases.publish(pk, **handler).pk

    about = case()
    material = add_material(about, [file.getvalue()], file_name=f"{OURS}.docx", **handler)
    numbers = {
        "released": published(confirmed(begun())), "released_file": published(confirmed(begun(case=about, material=material))),
        "withdrawn": published(confirmed(begun(), hides=False)), "concept": confirmed(begun()),
        "checked": confirmed(begun(), hides=False), "withheld": begun(), "unreleased": about.pk,
        "unreleased_paper": Paper.objects.get(case_id=about.pk).pk,
    }  # fmt: skip
    releases.withdraw(numbers["withdrawn"], "公开有误", **handler)
    releases.check(numbers["checked"], releases.CHECKS, "可以公开", **head)
    releases.withhold(numbers["withheld"], "third_party", OURS, days_ago(-30), **handler)
    return numbers


def _theirs(county: County) -> None:
    """What the housing bureau has."""
    case = county.accepted(organ=county.housing, matter=f"《{THEIRS}协议》")
    add_material(
        case, [PDF + THEIRS.encode()], file_name=f"{THEIRS}.pdf", officer=county.colleague,
        access=access_of(county.colleague, days_ago(0)),
    )  # fmt: skip
    actions.apply_entry_change(LIST, county.housing, "add", "B1", power(f"{THEIRS}事项"), days_ago(0))
    change_sets.prepare_change_set(
        LIST, county.housing, THEIRS, days_ago(0), [ProposedLine("none", "", reason=THEIRS)], county.colleague
    )
    SavedView.objects.create(
        officer=county.colleague, system=SYSTEM, name=THEIRS, query="course=open", organ=county.housing
    )
    assert PublishedVersion.objects.filter(register=LIST).count() == 1
