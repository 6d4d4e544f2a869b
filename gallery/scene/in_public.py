"""What the public reads, hands in and follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from gallery.scene.cases import dispute
from gallery.scene.place import Place, ago
from zhunsheng.cases.actions import open_case, perform
from zhunsheng.cases.materials import add_material
from zhunsheng.cases.models import Case
from zhunsheng.intake import applying, beginning, guarding
from zhunsheng.intake.offering import ONLINE, offer_of
from zhunsheng.local import actions as local
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.papers.models import Paper
from zhunsheng.releases import actions
from zhunsheng.reports.models import ReportDraft, Sentence, Stage


def releases(place: Place, colleague: Officer) -> dict[str, Any]:
    """Refusals of reconsideration on their way to the public: one with its list of changes, one published, one withdrawn."""
    first, second = (
        {"officer": person, "access": access_of(person, timezone.localdate())} for person in (place.officer, colleague)
    )
    reasons = (
        "申请人张三丰（公民身份号码110101199001011237，电话13812345678，住示例县示例镇示例村3组）与该行为没有利害关系。"
    )

    def paper(number: int) -> Paper:
        refusal = {"refusal_ground": "no_interest", "refusal_reasons": reasons}
        case = dispute(place, colleague, number, 20, ("refuse", 17, refusal))
        return Paper.objects.get(case_id=case.pk, kind="refusal")

    def begun(row: Paper) -> int:
        case = Case.objects.get(pk=row.case_id)
        return actions.begin(
            case, "reconsideration", f"不予受理行政复议申请决定书（{case.title}）", paper=row, **first
        ).pk

    made = [begun(paper(number)) for number in range(3)]
    for pk in made[1:]:
        actions.confirm(pk, range(99), **first)
        actions.check(pk, actions.CHECKS, "可以公开", **second)
        actions.publish(pk, **first)
    actions.withdraw(made[2], "决定已被依法撤销", **first)
    waiting = paper(0)
    return {
        "release": made[0],
        "released": made[1],
        "release_withdrawn": made[2],
        "release_case": waiting.case_id,
        "release_paper": waiting.pk,
    }


def published(place: Place) -> dict[str, Any]:
    """A report that was published, and a random inspection whose lists are sealed."""
    now = timezone.now()
    told = {
        "region": place.government.region, "year": place.year, "outline": "annual-report", "number": "示政文〔2026〕3号",
        "composed_by": place.officer, "composed_at": now, "confirmed_by": place.officer, "confirmed_at": now,
        "checked_by": place.officer, "checked_at": now, "published_by": place.officer, "published_at": now,
    }  # fmt: skip
    wrong = ReportDraft.objects.create(**told, stage=Stage.CORRECTED)
    row = ReportDraft.objects.create(**told, stage=Stage.PUBLISHED, corrects=wrong, reason="专题会议次数漏计一次")
    for draft, times in ((wrong, "三"), (row, "四")):
        said = f"把法治建设列入年度工作要点，全年召开专题会议{times}次。"
        Sentence.objects.create(draft=draft, position=1, section="组织领导", paragraph=0, template=said, runs=[[said]],
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
    return {"published_report": row.pk, "corrected_report": wrong.pk, "draw": case.pk}


def consultation(place: Place) -> dict[str, Any]:
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


def services(place: Place) -> dict[str, Any]:
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
