"""Cases in every state, and workbooks of cases on their way in."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from gallery.scene.place import DISPUTE, ORDER, REVIEW, Place, ago
from gallery.steps import workbook
from zhunsheng.cases import opinions, urging
from zhunsheng.cases.actions import link_cases, open_case, perform
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case
from zhunsheng.desk import background
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.papers.models import Paper

PDF = b"%PDF-1.4\n" + b"x" * 4000


def dispute(place: Place, registrar: Officer, number: int, filed: int, *steps: tuple[str, int, dict[str, Any]]) -> Case:
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


def disputes(place: Place, colleague: Officer, asked: Officer) -> dict[str, Any]:
    """One under examination with running limits, one closed by refusal, one that has just come in."""
    people = {"officers": ["示例甲", "示例乙"], "panel_size": 2, "major": False, "technical": False}
    case = dispute(place, colleague, 0, 12, ("accept", 9, {"track": "ordinary"}), ("assign_officers", 8, people),
                    ("send_copy", 7, {}), ("copy_received", 5, {}))  # fmt: skip
    refusal = {"refusal_ground": "out_of_time", "refusal_reasons": "超过法定申请期限，且没有正当理由。"}
    closed = dispute(place, colleague, 1, 20, ("refuse", 17, refusal), ("serve", 15, {}), ("archive", 14, {}))
    new = dispute(place, colleague, 2, 2)
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


def reviews(place: Place) -> dict[str, Any]:
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


def order(place: Place, asked: Officer) -> dict[str, Any]:
    """A call that was dispatched to another organ, which has answered what it was asked."""
    values = {"channel": "phone", "theme": "complaint", "matter": "示例路夜间施工噪声扰民", "place": "示例路",
              "caller": {"name": "示例壬", "kind": "person", "phone": "13900005678"}}  # fmt: skip
    case = open_case(ORDER, "order", organ=place.government, on=ago(3), officer=place.officer, values=values)
    unit = {"unit": place.department.name}
    perform(case.pk, "dispatch", on=ago(3), values=unit, officer=place.officer, note="请到现场核查并答复来电人")
    perform(case.pk, "office.reply", on=ago(1), values={"text": "已责令夜间停工"}, officer=asked, request=1)
    return {"order": case.pk}


def uploads_and_jobs(place: Place) -> dict[str, Any]:
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
