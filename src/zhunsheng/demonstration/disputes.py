"""The invented disputes of the demonstration year (复议、应诉、调解). Their number and outcomes add up to what the city published; days,
subjects and people are drawn or invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from zhunsheng.cases.replay import CaseScript
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.telling import Days, person, tell

# --- reconsideration and litigation ------------------------------------------------------------------------------


DECIDED = {
    "upheld": ("认定事实清楚，证据确凿，适用依据正确，程序合法，内容适当", "维持被申请人作出的{act}。"),
    "revoked": ("主要事实不清、证据不足", "撤销被申请人作出的{act}。"),
    "varied": ("事实清楚、证据确凿，但是内容明显不当", "变更被申请人作出的{act}，变更后的内容见附件（演示）。"),
    "unlawful": ("违反法定程序", "确认被申请人作出的{act}违法。"),
    "performance_ordered": ("被申请人没有履行法定职责", "责令被申请人在三十日内履行法定职责。"),
}
"""Why a reconsideration ends as it does, and what is decided (Law of 2017, article 28)."""
REQUESTS = {"performance_ordered": "责令被申请人履行法定职责。", "unlawful": "确认被申请人作出的{act}违法。"}
RESPONDENTS = {
    "自然资源和规划局": ("land", ("不动产登记行为", "土地违法行政处罚决定", "规划许可", "征地补偿决定", "政府信息公开答复", "责令改正通知")),
    "市场监督管理局": ("market", ("食品安全行政处罚决定", "企业登记行为", "广告违法行政处罚决定", "不予立案告知", "政府信息公开答复", "责令改正通知")),
    "人力资源和社会保障局": ("labour", ("工伤认定决定", "不予受理工伤认定通知", "养老保险待遇核定", "劳动保障行政处理决定", "政府信息公开答复", "责令改正通知")),
    "公安局": ("public_security", ("治安管理处罚决定", "道路交通安全处罚决定", "户口登记行为", "不予立案告知", "政府信息公开答复", "不予处罚决定")),
    "住房和城乡建设局": ("housing", ("物业管理行政处罚决定", "房屋征收补偿决定", "施工许可", "商品房预售许可", "政府信息公开答复", "责令改正通知")),
    "交通运输局": ("transport", ("道路运输行政处罚决定", "网约车经营许可", "扣押车辆决定", "超限运输行政处罚决定", "政府信息公开答复", "责令改正通知")),
}  # fmt: skip
"""Who is complained of: the field of administration, and what such an organ does."""
KINDS_OF_ACT = {
    "处罚": "penalty", "许可": "licence", "扣押": "compulsion", "补偿": "expropriation", "工伤": "work_injury", "待遇": "benefit",
    "公开": "disclosure",
}  # fmt: skip


def act_of(respondent: str, act: str) -> dict[str, str]:
    """An act with its kind and the field it belongs to, as an application states them."""
    kinds = (kind for word, kind in KINDS_OF_ACT.items() if word in act)
    return {"act": act, "matter": next(kinds, "other_matter"), "area": RESPONDENTS[respondent][0]}


def reconsiderations(city: City) -> Iterator[CaseScript]:
    """98 applications received in 2020: 89 accepted, 9 refused."""
    days = Days(2020, "reconsideration")
    slug = "administrative_reconsideration"
    decided = ["upheld"] * 46 + ["revoked"] * 13 + ["varied"] * 3 + ["unlawful"] * 6 + ["performance_ordered"] * 3
    withdrawn = 89 - len(decided)
    outcomes = decided + ["withdrawn"] * withdrawn + ["refused"] * 9
    days.random.shuffle(outcomes)
    for number, outcome in enumerate(outcomes):
        filed = days.working_day(0.94)
        respondent = days.pick(tuple(RESPONDENTS))
        filing = {
            "applicant": [{"name": person(number), "kind": "person"}],
            "respondent": [{"name": city.department(respondent).name, "kind": "organ"}],
            **act_of(respondent, days.pick(RESPONDENTS[respondent][1])),
        }
        filing["request"] = REQUESTS.get(outcome, "撤销被申请人作出的{act}。").format(act=filing["act"])
        told = [("file", filed, filing)]
        if outcome == "refused":
            refused = days.after(filed, 2, 5)
            told += [
                ("refuse", refused, {}, "refused"),
                ("serve", days.after(refused, 0, 2)),
                ("archive", days.after(refused, 5, 9)),
            ]
            yield tell(slug, city.government, told, f"复议 {number + 1}")
            continue
        accepted = days.after(filed, 1, 4)
        received = days.after(accepted, 2, 4)
        told += [
            ("accept", accepted),
            ("assign_officers", days.after(accepted, 0, 1), {"panel_size": 2}),
            ("send_copy", days.after(accepted, 1, 2)),
            ("copy_received", received),
        ]
        replied = received + timedelta(days=days.random.randint(2, 8))
        told.append(("reply", replied, {"reply_summary": f"认为{filing['act']}合法、适当，请求维持。"}))
        heard = days.after(replied, 2, 6)
        told.append(("hear_opinions", heard))
        if outcome == "withdrawn":
            ended = days.after(heard, 1, 8)
            how = days.pick(("withdrawn", "settled"))
            why = {
                "withdrawn": "申请人自愿撤回申请",
                "settled": "申请人与被申请人达成和解，不损害社会公共利益和他人合法权益",
            }
            told.append(("terminate", ended, {"termination_reasons": why[how]}, how))
        else:
            proposed = days.after(heard, 2, 6)
            ended = days.after(proposed, 1, 4)
            reasons, text = DECIDED[outcome]
            said = {"decision_reasons": reasons, "decision_text": text.format(act=filing["act"])}
            found = {"findings": f"{filing['act']}的经过和证据（演示）。", "proposal": said["decision_text"]}
            told += [("propose", proposed, found), ("decide", ended, said, outcome)]
        served = days.after(ended, 1, 3)
        told.append(("serve", served))
        if outcome == "performance_ordered":
            told.append(("report_performance", days.after(served, 10, 20)))
        told.append(("archive", days.after(served, 21, 30)))
        yield tell(slug, city.government, told, f"复议 {number + 1}")


def lawsuits(city: City) -> Iterator[CaseScript]:
    """2019: 39 lawsuits after reconsideration and 30 others; 2020: 30 lawsuits, 27 of them after reconsideration."""
    number = 0
    for year, after, others in ((2019, 39, 30), (2020, 27, 3)):
        days = Days(year, "lawsuits")
        for position in range(after + others):
            number += 1
            yield _lawsuit(city, days, number, after_reconsideration=position < after)


def _lawsuit(city: City, days: Days, number: int, *, after_reconsideration: bool) -> CaseScript:
    received = days.working_day(0.9)
    answered = received + timedelta(days=days.random.randint(6, 13))
    called = days.after(answered, 5, 15)
    heard = days.after(called, 5, 12)
    judged = days.after(heard, 8, 25)
    respondent = city.department(days.pick(("自然资源和规划局", "公安局", "市场监督管理局", "人力资源和社会保障局")))
    court_number = f"（{received.year}）示例行初{number}号"
    head_came = number % 3 != 0
    told: list = [
        ("receive", received, {
            "court_number": court_number, "cause": days.pick(("不动产登记", "行政处罚", "工伤认定", "政府信息公开")),
            "plaintiff": [{"name": person(3000 + number), "kind": "person"}],
            "defendant": [{"name": city.government.name, "kind": "organ"}, {"name": respondent.name, "kind": "organ"}],
            "after_reconsideration": after_reconsideration,
        }),
        ("answer", answered),
        ("fix_hearing", called, {"hearing_key": f"{court_number}第1次开庭", "hearing_on": heard.isoformat(), "head_called": head_came}),
        *([] if head_came else [("excuse_head", called, {"absence_reason": "同日参加防汛会商，已说明并委托工作人员出庭"})]),
        ("record_hearing", heard, {
            "appearance": days.pick(("deputy_head", "deputy_head", "principal_head", "portfolio_head")) if head_came else "staff_excused",
            "staff_present": True, "spoke": head_came,
        }),
        ("receive_judgment", judged, {"judgment_kind": "judgment"}, days.pick(("claim_rejected",) * 5 + ("action_dismissed", "revoked"))),
        ("take_effect", judged + timedelta(days=31)),
        ("archive", days.after(judged, 30, 40)),
    ]  # fmt: skip
    return tell("litigation_response", city.government, told, f"应诉 {number}")


# --- mediation ---------------------------------------------------------------------------------------------------


DISPUTES = (
    "neighbours", "neighbours", "family", "family", "housing", "contract", "injury", "labour", "traffic", "property", "consumer",
)  # fmt: skip


def mediations(city: City) -> Iterator[CaseScript]:
    """5,370 disputes found, 3,566 of them prevented and the rest taken up; 19,769 mediated, 19,576 settled."""
    days = Days(2020, "mediation")
    found, prevented, mediated, settled = 5_370, 3_566, 19_769, 19_576
    taken_up = found - prevented
    outcomes = ["settled"] * settled + ["failed"] * (mediated - settled)
    days.random.shuffle(outcomes)
    for number in range(prevented):
        day = days.any_day(0.97)
        told: list = [("find", day, {"kind": days.pick(DISPUTES)}), ("prevent", day, {}, "prevented")]
        yield tell("people_mediation", days.pick(city.mediation), told, f"排查 {number + 1}")
    for number, outcome in enumerate(outcomes):
        day = days.any_day(0.93)
        parties = [person(number), person(number + 7)]
        ended = min(days.after(day, 1, 15), date(2020, 12, 31))
        if number < taken_up:
            told = [
                ("find", day, {"kind": days.pick(DISPUTES)}),
                ("take_up", day, {"parties_to": parties, "mediator": "示例调解员"}),
                ("conclude", ended, {}, outcome),
            ]
        else:
            told = [
                ("apply", day, {"kind": days.pick(DISPUTES), "parties_to": parties}),
                ("conclude", ended, {"mediator": "示例调解员"}, outcome),
            ]
        yield tell("people_mediation", days.pick(city.mediation), told, f"调解 {number + 1}")
