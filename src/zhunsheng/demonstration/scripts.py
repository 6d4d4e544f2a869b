"""The invented cases of the demonstration year, system by system; those of disputes are in ``disputes``. Each function yields scripts
whose number and outcomes add up to what the city published for 2020; days, subjects and people are drawn or invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zhunsheng.cases.replay import CaseScript
from zhunsheng.demonstration.places import City
from zhunsheng.demonstration.telling import Days, person, tell

STREETS = ("示例路", "样板街", "演示大道", "模拟巷", "虚拟小区")


# --- documents and review ----------------------------------------------------------------------------------------

TOPICS = (
    "城市生活垃圾管理", "河道采砂管理", "公共汽车客运服务", "农村宅基地管理", "政府投资项目管理", "招商引资服务", "校园食品安全", "建筑渣土运输",
    "物业服务管理", "餐饮油烟防治", "水资源保护", "电动自行车停放", "养老机构扶持", "文物保护利用", "就业创业补贴", "扬尘污染防治", "应急物资储备",
)  # fmt: skip


def reviews(city: City) -> Iterator[CaseScript]:
    """166 matters reviewed for legality in 2020; the first 17 are the drafts of the year's normative documents."""
    days = Days(2020, "review")
    kinds = ["normative_document"] * 17 + ["agreement"] * 61 + ["agenda_item"] * 48 + ["other"] * 40
    for number, kind in enumerate(kinds):
        submitted = days.working[4 + number // 2] if number < 17 else days.working_day(0.9)
        opinions = days.random.randint(1, 5)
        accepted = days.after(submitted, 0, 1)
        assigned = days.after(accepted, 0, 1)
        drafted = days.after(assigned, 1, 4)
        issued = days.after(drafted, 0, 1)
        told: list = [
            ("submit", submitted, {
                "matter": _matter(kind, number), "kind": kind, "submitting_unit": days.pick(city.departments).name,
            }),
            ("accept", accepted),
            ("assign_reviewer", assigned),
            ("draft_opinion", drafted, {
                "opinions_given": opinions, "opinion_text": f"没有发现违法之处；另提出{opinions}条文字修改建议（演示）。",
            }),
            ("issue_opinion", issued, {}, "lawful"),
            ("record_feedback", days.after(issued, 1, 5), {"adoption": "all", "opinions_adopted": opinions}),
            ("close", days.after(issued, 6, 9)),
        ]  # fmt: skip
        yield tell("legality_review", city.justice, told, f"审查 {number + 1}")


def _matter(kind: str, number: int) -> str:
    topic = TOPICS[number % len(TOPICS)]
    return {
        "normative_document": f"平顶山市{topic}办法（送审稿）",
        "agreement": f"{topic}合作协议",
        "agenda_item": f"关于{topic}工作的常务会议议题",
    }.get(kind, f"{topic}涉法事项")


def documents(city: City, meetings: Sequence[date]) -> Iterator[CaseScript]:
    """17 normative documents of the city government, published and filed upward in 2020; each is deliberated on the day of
    the first executive meeting after it was submitted."""
    days = Days(2020, "documents")
    for number in range(17):
        proposed = days.working[2]
        consulting = days.working[6]
        closed = days.working[60 + number]
        reviewed = days.after(closed, 1, 2)
        submitted = days.after(reviewed, 5, 7)
        deliberated = next(day for day in meetings if day >= submitted)
        signed = days.after(deliberated, 1, 3)
        registered = days.after(signed, 0, 2)
        published = days.after(registered, 0, 2)
        topic = TOPICS[number]
        told: list = [
            ("propose", proposed, {
                "document_title": f"平顶山市{topic}办法", "maker_kind": "government", "level": "city", "business_related": False,
            }),
            ("approve_initiation", days.working[4]),
            ("announce_consultation", consulting, {"consultation_until": days.working[50].isoformat()}),
            ("close_consultation", closed, {"opinions_received": 6 + number, "opinions_adopted": 3 + number % 3}),
            ("submit_legality", reviewed),
            ("submit_deliberation", submitted),
            ("deliberate", deliberated),
            ("sign", signed),
            ("register", registered, {"registration_number": f"平规〔2020〕{number + 1}号"}),
            ("publish", published, {"published_on": published.isoformat(), "effective_on": published.isoformat()}),
            ("file_upward", days.after(published, 3, 8), {"filed_with": "upper_government"}),
            ("file_with_congress", days.after(published, 8, 9)),
        ]  # fmt: skip
        yield tell("normative_document", city.government, told, f"规范性文件 {number + 1}")


def cleanups(city: City) -> Iterator[CaseScript]:
    """The cleanup of 2020: 3 rules, all kept; 321 normative documents: 235 kept, 67 repealed, 19 to be revised."""
    days = Days(2020, "cleanup")
    conclusions = ["kept"] * 235 + ["repealed"] * 67 + ["to_revise"] * 19
    days.random.shuffle(conclusions)
    subjects = [("rule", "kept")] * 3 + [("normative_document", conclusion) for conclusion in conclusions]
    for number, (kind, conclusion) in enumerate(subjects):
        included = days.working[110 + number % 10]
        proposed = days.after(included, 5, 20)
        checked = days.after(proposed, 2, 8)
        decided = days.working[205]
        year = 2008 + number % 11
        told: list = [
            ("enter", included, {
                "campaign": "2020年规章和规范性文件清理", "kind": kind,
                "document_title": f"关于{TOPICS[number % len(TOPICS)]}的{'规定' if kind == 'rule' else '通知'}（示例{number + 1}）",
                "document_number": f"平政〔{year}〕{number + 1}号",
            }),
            ("propose", proposed, {"proposed_conclusion": conclusion}),
            ("check_legality", checked),
            ("decide", decided, {"decided_on": decided.isoformat()}, conclusion),
            ("publish", days.working[215]),
        ]  # fmt: skip
        yield tell("normdoc_cleanup", city.government, told, f"清理 {number + 1}")


# --- oversight ---------------------------------------------------------------------------------------------------

THEMES = ("consultation", "consultation", "consultation", "help", "help", "complaint", "report", "suggestion")
CALL_REPLIES = ("已告知办理地点和所需材料", "已告知政策规定和咨询电话", "已说明办理流程", "已告知可以网上办理的途径")
MATTERS = (
    "路灯不亮", "井盖缺失", "噪声扰民", "公交线路调整咨询", "供暖温度不足", "占道经营", "施工扬尘", "停水停电", "物业纠纷", "工资拖欠",
)  # fmt: skip
ANSWERS = {
    "already_public": "您申请的信息已经主动公开，可以在政府网站查阅。", "disclosed": "随函附上您申请的信息。",
    "not_held": "经检索，没有找到您申请的信息。", "not_responsible": "该信息不由本机关负责公开，请向负责公开的机关申请。",
    "partly": "随函附上可以公开的部分；其余部分依法不予公开。", "refused": "您申请的信息属于过程性信息，依法不予公开。",
}  # fmt: skip
"""What a request for information is answered with, by its outcome."""


def calls(city: City) -> Iterator[CaseScript]:
    """109,033 calls answered on the spot in 2020."""
    days = Days(2020, "calls")
    for number in range(139_414 - 30_381):
        values = {"theme": days.pick(THEMES), "reply": days.pick(CALL_REPLIES)}
        told = (("answer_on_call", days.any_day(), values),)
        yield tell("hotline_workorder", city.hotline, told, f"来电 {number + 1}")


def orders(city: City) -> Iterator[CaseScript]:
    """30,381 orders dispatched in 2020, of which 30,209 were closed within the year; the other 172 in January 2021."""
    days = Days(2020, "orders")
    names = [organ.name for organ in city.departments + city.counties]
    for number in range(30_381):
        late = number >= 30_209
        opened = days.working[-1 - number % 3] if late else days.working_day(0.95)
        replied = days.after(opened, 4, 5) if late else days.after(opened, 1, 5)
        values = {
            "channel": "phone", "theme": days.pick(THEMES), "matter": days.pick(MATTERS), "place": days.pick(STREETS),
        }  # fmt: skip
        unit, closed = days.pick(names), days.after(replied, 0, 1)
        told: list = [
            ("order", opened, values),
            ("dispatch", opened, {"unit": unit}),
            ("reply", replied, {"reply": "已到现场核实并处理，已答复诉求人"}),
            ("close", closed if late else min(closed, days.last), {}, days.pick(("resolved", "resolved", "explained"))),
        ]
        yield tell("hotline_workorder", city.hotline, told, f"工单 {number + 1}")


def disclosure_requests(city: City) -> Iterator[CaseScript]:
    """228 requests for information by 46 persons in 2020."""
    days = Days(2020, "disclosure")
    how_many = {
        "disclosed": 96,
        "already_public": 41,
        "not_held": 38,
        "not_responsible": 29,
        "partly": 14,
        "refused": 10,
    }
    outcomes = [outcome for outcome, number in how_many.items() for _ in range(number)]
    days.random.shuffle(outcomes)
    for number, outcome in enumerate(outcomes):
        filed = days.working_day(0.91)
        reviewed = days.after(filed, 2, 8)
        answered = days.after(reviewed, 1, 8)
        reply = {
            "reply_content": ANSWERS[outcome],
            **({"ground": "process"} if outcome in ("refused", "partly") else {}),
        }
        told: list = [
            ("file", filed, {
                "applicant": {"name": person(1000 + number % 46), "kind": "person"},
                "information": f"{TOPICS[number % len(TOPICS)]}有关文件", "channel": days.pick(("in_person", "in_person", "signed_mail")),
            }),
            ("review", reviewed, {"search_note": "已检索档案和办公系统", "secrecy_review": "经公开审查，可以按下述意见答复"}),
            ("answer", answered, reply, outcome),
            ("archive", days.after(answered, 2, 6)),
        ]  # fmt: skip
        yield tell("info_disclosure_request", city.office, told, f"依申请公开 {number + 1}")


def disclosure_catalogues(city: City) -> Iterator[CaseScript]:
    """The standard catalogues of 26 pilot fields of disclosure, drawn up and published in 2020."""
    days = Days(2020, "catalogues")
    for number in range(26):
        begun = days.working[40]
        submitted = days.after(begun, 20, 40)
        told: list = [
            ("begin", begun, {"field_name": f"示例领域{number + 1}", "pilot": True, "due_on": days.working[100].isoformat()}),
            ("submit", submitted, {"items": days.random.randint(20, 60)}),
            ("publish", days.after(submitted, 5, 15)),
        ]  # fmt: skip
        yield tell("disclosure_standard_catalog", city.office, told, f"标准目录 {number + 1}")


def proposals(city: City) -> Iterator[CaseScript]:
    """156 suggestions of deputies and 359 proposals of the consultative conference, all done in 2020."""
    days = Days(2020, "proposals")
    for kind, count, session in (("npc", 156, "市人大会议"), ("cppcc", 359, "市政协会议")):
        for number in range(count):
            assigned = days.working[30 + number % 6]
            replied = days.after(assigned, 25, 55)
            told: list = [
                ("assign", assigned, {
                    "kind": kind, "reference": f"{session}第{number + 1}号", "subject": f"关于加强{TOPICS[number % len(TOPICS)]}的{'建议' if kind == 'npc' else '提案'}",
                    "proposers": [{"name": person(2000 + number), "kind": "person"}], "assigned_on": assigned.isoformat(),
                }),
                ("dispatch", days.after(assigned, 1, 4), {"lead_unit": days.pick(city.departments).name}),
                ("reply", replied),
                ("evaluate", days.after(replied, 3, 10), {"satisfaction": days.pick(("satisfied", "satisfied", "satisfied", "basically"))}),
                ("close", days.after(replied, 11, 20), {}, days.pick(("resolved", "planned", "explained"))),
            ]  # fmt: skip
            yield tell("proposal_handling", city.office, told, f"{'建议' if kind == 'npc' else '提案'} {number + 1}")


# --- supervision and certificates -----------------------------------------------------------------------------------


def supervisions(city: City) -> Iterator[CaseScript]:
    """41 opinions on enforcement supervision issued in 2020 after the city-wide review of files."""
    days = Days(2020, "supervision")
    for number in range(41):
        registered = days.working[120 + number % 40]
        issued = days.after(registered, 4, 12)
        reported = days.after(issued, 5, 15)
        told: list = [
            ("register", registered, {
                "supervised": {"name": days.pick(city.departments).name, "kind": "organ"}, "matter": f"{days.pick(TOPICS)}执法案卷",
            }),
            ("open", days.after(registered, 0, 2), {"dispute_status": "none"}),
            ("issue_opinion", issued),
            ("report_correction", reported),
            ("accept_correction", days.after(reported, 1, 5)),
        ]  # fmt: skip
        yield tell("enforcement_supervision", city.justice, told, f"执法监督 {number + 1}")


FOUND = (
    ("部分执法案卷的全过程记录不完整", "补齐记录设备，逐卷核对音像记录"),
    ("个别部门清理规范性文件不够及时", "列出清理计划，逐件确定处理意见"),
    ("基层法制审核力量薄弱", "为执法任务重的单位充实法制审核人员"),
)
"""What was found wanting in 2020, and what was demanded."""


def rectifications(city: City) -> Iterator[CaseScript]:
    """What the review of the year found, put right in the spring of 2021."""
    days = Days(2021, "rectification")
    for number, (problem, demanded) in enumerate(FOUND):
        told: list = [
            ("tell", date(2020, 12, 14), {
                "source": "file_review", "problem": problem, "requirement": demanded, "due_on": "2021-06-30",
            }),
            ("plan", date(2020, 12, 18)),
            ("report", days.working[60 + number], {"evidence": "示例：整改报告和逐卷核对记录"}),
            ("check", days.working[70 + number]),
            ("recheck", days.working[100 + number]),
        ]  # fmt: skip
        yield tell("assessment_rectification", city.departments[number], told, f"问题整改 {number + 1}")


def identity_number(serial: int) -> str:
    """A well-formed identity number of nobody: a birthday in the year 1900 and a serial, with its check digit."""
    body = f"4104021900{1 + serial // 28 % 12:02d}{1 + serial % 28:02d}{serial // 336 % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def certificates(city: City) -> Iterator[CaseScript]:
    """11,420 enforcement certificates and 500 supervision certificates applied for in 2020, all issued."""
    days = Days(2020, "certificates")
    organs = [*city.departments, *city.counties]
    for number in range(11_920):
        kind = "supervision" if number >= 11_420 else "enforcement"
        organ = organs[number % len(organs)]
        applied = days.working[60 + number % 120]
        issued = days.after(applied, 5, 14)
        told: list = [
            ("apply", applied, {
                "kind": kind, "name": person(number), "identity_number": identity_number(number), "unit": organ.name,
                "staff": "on_staff", "exam_result": "passed",
            }),
            ("submit", days.after(applied, 1, 4)),
            ("issue", issued, {"certificate_number": f"示例{'监' if kind == 'supervision' else '执'}{number + 1:06d}", "issued_on": issued.isoformat()}),
        ]  # fmt: skip
        yield tell("enforcement_certificate", organ, told, f"证件 {number + 1}")
