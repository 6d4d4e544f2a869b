"""The three administrators: kept apart, blind to cases, each with his own right; operator sessions; duties that end at once."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone

from tests.desk.county import PASSWORD, SYSTEM, days_ago, officer, signed_in
from tests.orgs.duties import only_in
from zhunsheng.cases.actions import perform
from zhunsheng.cases.models import Case
from zhunsheng.cli import main
from zhunsheng.orgs import actions
from zhunsheng.orgs.access import access_of
from zhunsheng.orgs.models import Duty, Officer
from zhunsheng.orgs.refusals import ROLES, Refused
from zhunsheng.runtime import check_operator
from zhunsheng.security import operating
from zhunsheng.security.models import AuditEntry, OperatorSession


@pytest.fixture
def county(db):
    from tests.desk.county import make_county

    return make_county()


@pytest.fixture
def owner(county):
    return signed_in(county.owner)


@pytest.fixture
def three(county):
    """The system, security and audit administrator of the whole county."""
    return {
        role: officer(role, f"示例{words.zh}", county.government, system="orgs", role=role, whole_tree=True)
        for role, words in ROLES.items()
    }


def code_of(action, *arguments, **named):
    with pytest.raises(Refused) as caught:
        action(*arguments, **named)
    return caught.value.refusal.code


def test_nobody_is_two_of_the_three_or_one_of_them_and_works_on_cases(county, three):
    security, today = three["security"], days_ago(0)
    for role in ("security", "auditor"):
        assert (
            code_of(actions.appoint, security, three["administrator"], county.justice, "orgs", role, today) == "apart"
        )
    for system, role in ((SYSTEM, "reviewer"), ("power_list", "*"), ("*", "*")):
        assert code_of(actions.appoint, security, three["auditor"], county.justice, system, role, today) == "apart"
    assert code_of(actions.appoint, security, county.owner, county.justice, "orgs", "auditor", today) == "apart"
    assert code_of(actions.appoint, security, county.stranger, county.justice, "orgs", "*", today) == "role_unknown"
    assert actions.appoint(security, three["administrator"], county.government, "local", "administrator", today).pk


def test_duties_are_for_security_and_accounts_for_the_system_administrator(county, three):
    system, security, auditor = three["administrator"], three["security"], three["auditor"]
    post = (county.housing, SYSTEM, "*", days_ago(0))
    duty = county.owner.duties.get()
    for other in (system, auditor):
        assert code_of(actions.appoint, other, county.stranger, *post) == "role"
        assert code_of(actions.end_duty, other, duty.pk, days_ago(0)) == "role"
    for other in (security, auditor):
        assert code_of(actions.add_officer, other, "xin", "示例辛", PASSWORD, *post) == "role"
        assert code_of(actions.set_password, other, county.owner, PASSWORD) == "role"
        assert code_of(actions.add_organ, other, county.government, "示例新局", "department", days_ago(0)) == "role"
    person = actions.add_officer(system, "xin", "示例辛", PASSWORD, *post)
    assert not person.is_active, "the account waits for the other administrator"
    assert access_of(person, days_ago(0)).holdings == ()
    assert code_of(actions.set_active, system, person, True) == "role"
    actions.set_active(security, person, True)
    assert access_of(Officer.objects.get(pk=person.pk), days_ago(0)).organs() == [county.housing.pk]
    actions.set_active(system, Officer.objects.get(pk=person.pk), False)


def test_the_security_administrator_is_told_of_what_waits_for_him_and_nobody_else_is(county, three):
    actions.add_officer(three["administrator"], "xin", "示例辛", PASSWORD, county.housing, SYSTEM, "*", days_ago(0))
    operating.ask(three["administrator"], "核对失败的后台任务", 60)
    told = ("有 1 个新账号等您核对后启用。", "有 1 项运维会话的申请等您批准。")
    for role, person in three.items():
        page = signed_in(person).get("/").content.decode()
        assert [line in page for line in told] == [role == "security"] * 2, role
    people = signed_in(three["security"]).get("/people/", {"show": "waiting"}).content.decode()
    assert "示例辛" in people
    assert "示例甲" not in people, "who has been working is not waiting"
    actions.set_active(three["security"], Officer.objects.get(username="xin"), True)
    assert told[0] not in signed_in(three["security"]).get("/").content.decode()


def test_until_there_is_a_security_administrator_the_system_administrator_names_the_first(county):
    system = officer(
        "system", "示例系统管理员", county.government, system="orgs", role="administrator", whole_tree=True
    )
    person = actions.add_officer(
        system,
        "anquan",
        "示例安全管理员",
        PASSWORD,
        county.government,
        "orgs",
        "security",
        days_ago(0),
        whole_tree=True,
    )
    assert person.is_active
    assert code_of(actions.appoint, system, county.stranger, county.housing, SYSTEM, "*", days_ago(0)) == "role"
    actions.appoint(person, county.stranger, county.housing, SYSTEM, "*", days_ago(0))


def test_a_duty_for_every_system_administers_nothing(county, owner):
    """There is no superuser: 所有系统、所有岗位 is all work, no administration."""
    duty = county.owner.duties.get()
    assert (duty.system, duty.role) == ("*", "*")
    assert owner.get(reverse("desk:add-officer")).status_code == 404
    assert owner.get(reverse("desk:operators")).status_code == 404
    assert code_of(actions.set_password, county.owner, county.colleague, PASSWORD) == "role"


def test_none_of_the_three_reads_a_case_even_one_handed_to_his_organ(county, three):
    case = county.accepted(matter="《示例保密协议》")
    perform(case.pk, "office.assign", on=days_ago(0), officer=county.owner,
            values={"to": str(county.government.pk), "text": "请提出意见"})  # fmt: skip
    for person in three.values():
        assert not Case.visible.to(access_of(person, days_ago(0))).exists()
        desk = signed_in(person)
        for name, key in (("case", case.pk), ("cases", SYSTEM), ("register", "power_list"), ("case-print", case.pk)):
            assert desk.get(reverse(f"desk:{name}", args=[key])).status_code == 404, name
        for address in ("/", "/search/?q=协议", f"/people/{county.owner.pk}/"):
            assert "示例保密" not in desk.get(address).content.decode()


def test_a_duty_that_ends_shuts_the_next_request_of_an_open_session(county, three, owner):
    case = county.accepted()
    address = reverse("desk:case", args=[case.pk])
    assert owner.get(address).status_code == 200
    actions.end_duty(three["security"], county.owner.duties.get().pk, days_ago(0))
    assert owner.get(address).status_code == 404
    assert owner.post(reverse("desk:act", args=[case.pk, "assign_reviewer"]), {"on": days_ago(0)}).status_code == 404
    with pytest.raises(Exception, match="审查部门负责人"):
        perform(case.pk, "assign_reviewer", on=days_ago(0), officer=county.owner, values={"reviewer_name": "示例己"})


def test_the_page_of_rights_says_why_and_why_not(county, three):
    desk = signed_in(three["security"])
    address = reverse("desk:officer-access", args=[county.owner.pk])
    asked = {"system": SYSTEM, "organ": county.justice.pk}
    page = desk.get(address, asked).content.decode()
    assert "在「示例县司法局」任「所有系统」的所有岗位，2000-01-01 起" in page
    assert "看得到" in page
    only_in(county.owner, SYSTEM, "reviewer")
    page = desk.get(address, asked)
    steps = {step.name.zh: (step.allowed, step.why.zh) for step in page.context["steps"]}
    assert any(allowed for allowed, _ in steps.values())
    assert any(not allowed and why.startswith("须由以下岗位办理：") for allowed, why in steps.values())
    elsewhere = desk.get(address, {**asked, "organ": county.housing.pk}).content.decode()
    assert "没有一项任职管到这个单位的这个系统" in elsewhere
    assert signed_in(county.owner).get(address).status_code == 200
    for person in (three["administrator"], three["auditor"], county.colleague):
        assert signed_in(person).get(address).status_code == 404


# --- operator sessions -----------------------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(main, ["manage", *arguments])


def test_the_command_line_opens_only_in_a_session_that_somebody_else_admitted(county, three):
    system, security = three["administrator"], three["security"]
    refused = run("axes_list_attempts")
    assert refused.exit_code == 1
    assert "没有正在进行的运维会话" in refused.output
    assert code_of(operating.ask, three["auditor"], "试", 30) == "role"
    assert code_of(operating.ask, system, "试", 9999) == "minutes"
    asked = operating.ask(system, "核对失败的任务", 30)
    for other in (system, three["auditor"]):
        assert code_of(operating.decide, other, asked.pk, True) == "role"
    assert run("axes_list_attempts").exit_code == 1, "asked for is not admitted"
    operating.decide(security, asked.pk, True)
    check_operator("shell")
    used = AuditEntry.objects.get(action="operator.use")
    assert (used.subject, used.officer, used.detail) == (
        f"operator:{asked.pk}",
        system,
        {"command": "shell"},
    )
    OperatorSession.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert run("axes_list_attempts").exit_code == 1, "it ends by itself"
    check_operator("migrate")


def test_a_session_ends_with_the_duty_and_early_on_the_page(county, three):
    system, security = three["administrator"], three["security"]
    first = operating.ask(system, "试", 30)
    signed_in(security).post(reverse("desk:operator-decide", args=[first.pk]), {"step": "admit"})
    assert operating.running(timezone.now()).count() == 1
    Duty.objects.filter(officer=system).update(valid_to=days_ago(0))
    assert operating.running(timezone.now()).count() == 0
    Duty.objects.filter(officer=system).update(valid_to=None)
    signed_in(system).post(reverse("desk:operator-decide", args=[first.pk]), {"step": "end"})
    assert operating.running(timezone.now()).count() == 0
    assert code_of(operating.decide, security, first.pk, True) == "decided"


def test_who_admits_is_never_who_asked_even_with_both_roles_in_old_rows(county, three):
    asked = operating.ask(three["administrator"], "试", 30)
    Duty.objects.create(officer=three["administrator"], organ=county.government, system="orgs", role="security")
    assert code_of(operating.decide, three["administrator"], asked.pk, True) == "own"


def test_a_place_is_set_up_with_all_three(db):
    told = CliRunner().invoke(main, [
        "setup", "--region", "999903", "--name", "示例区", "--government", "示例区人民政府", "--account", "xt", "--person", "示例甲",
        "--password", PASSWORD, "--security", "aq", "示例乙", "--auditor", "sj", "示例丙",
    ])  # fmt: skip
    assert told.exit_code == 0, told.output
    held = {duty.officer.username: duty.role for duty in Duty.objects.select_related("officer")}
    assert held == {"xt": "administrator", "aq": "security", "sj": "auditor"}
    first = next(line.rpartition(" ")[2] for line in told.output.splitlines() if " aq " in line)
    person = Officer.objects.get(username="aq")
    assert person.check_password(first)
    assert person.must_change_password
