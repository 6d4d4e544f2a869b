"""The region, organs and officers of the demonstration. Places and offices are real in kind; the people are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_noop as _

from zhunsheng.orgs.models import Duty, Officer, Organ, OrganKind, Region

REGION = "410400"
PASSWORD = "zhunsheng"  # noqa: S105 - the demonstration's sign-in, printed when it is served

COUNTIES = {
    "410402": "新华区", "410403": "卫东区", "410404": "石龙区", "410411": "湛河区", "410421": "宝丰县",
    "410422": "叶县", "410423": "鲁山县", "410425": "郏县", "410481": "舞钢市",
}  # fmt: skip

TOWNS = {"410421": ("示例镇", "样板乡")}
"""County -> its towns in the demonstration: invented, and in being only after the year whose figures are told."""
TOWNS_SINCE = date(2021, 1, 1)

DEPARTMENTS = (
    "发展和改革委员会", "教育体育局", "科学技术局", "工业和信息化局", "民族宗教事务局", "公安局", "民政局", "司法局", "财政局",
    "人力资源和社会保障局", "自然资源和规划局", "生态环境局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局",
    "文化广电和旅游局", "卫生健康委员会", "退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局",
    "城市管理局", "林业局", "人民防空办公室", "粮食和物资储备局", "扶贫开发办公室", "金融工作局", "信访局", "大数据管理局", "外事办公室",
)  # fmt: skip
MARKS = {"民族宗教事务局": "民宗", "人力资源和社会保障局": "人社", "人民防空办公室": "人防"}
"""What stands in document numbers for those whose first character is another's too; for the others it is that character."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person of the demonstration who may sign in: account, name, what for, and (organ, system, roles) held."""

    username: str
    name: str
    purpose: str
    duties: tuple[tuple[str, str, tuple[str, ...], bool], ...]


SIGN_INS = (
    SignIn("shoujian", "示例·收案员", _("行政复议收案登记"), (("government", "administrative_reconsideration", ("registrar",), False),)),
    SignIn("chengban", "示例·承办人", _("市司法局：复议、应诉、合法性审查、执法监督承办"), (
        ("government", "administrative_reconsideration", ("*",), False),
        ("government", "litigation_response", ("*",), False),
        ("government", "normative_document", ("*",), False),
        ("government", "normdoc_cleanup", ("*",), False),
        ("government", "legislation_plan", ("*",), False),
        ("government", "legislation_project", ("*",), False),
        ("government", "public_consultation", ("*",), False),
        ("government", "annual_report", ("drafter", "reviewer"), False),
        ("government", "leading_group", ("secretary",), False),
        ("government", "legal_expert_committee", ("secretary",), False),
        ("司法局", "*", ("*",), False),
    )),
    SignIn("rexian", "示例·派单员", _("12345 热线派单与回访"), (("hotline", "*", ("*",), False),)),
    SignIn("gongkai", "示例·公开经办", _("政府办公室：常务会议、依申请公开、建议提案"), (
        ("office", "*", ("*",), False),
        ("government", "executive_meeting", ("secretary",), False),
        ("government", "leader_law_study", ("secretary",), False),
        ("government", "normative_document", ("office",), False),
        ("government", "legislation_project", ("office",), False),
    )),
    SignIn("zhifa", "示例·执法人员", _("市市场监督管理局：行政执法案件、公示、移送"), (("市场监督管理局", "*", ("*",), False),)),
    SignIn("xiangzhen", "示例·乡镇经办", _("宝丰县示例镇：镇里的任务、整改和审查"), (("town", "*", ("*",), False),)),
    SignIn("lingdao", "示例·分管领导", _("全市各项工作和数据"), (("government", "*", ("*",), True),)),
    SignIn("xitong", "示例·系统管理员", _("系统管理员：机构、账号、本地设定"), (
        ("government", "orgs", ("administrator",), True), ("government", "local", ("administrator",), True),
    )),
    SignIn("anquan", "示例·安全管理员", _("安全管理员：任职授权、账号启用、运维批准"), (("government", "orgs", ("security",), True),)),
    SignIn("shenji", "示例·审计管理员", _("审计管理员：查看审计记录"), (("government", "orgs", ("auditor",), True),)),
    SignIn("dangan", "示例·档案管理员", _("档案管理员：到期案卷提出销毁、暂停销毁"), (("government", "retention", ("archivist",), True),)),
    SignIn("jianding1", "示例·鉴定人一", _("鉴定到期案卷"), (("government", "retention", ("reviewer",), True),)),
    SignIn("jianding2", "示例·鉴定人二", _("鉴定到期案卷"), (("government", "retention", ("reviewer",), True),)),
)  # fmt: skip


LEADERS = (("市长", "head"), ("常务副市长", "head"), ("副市长", "head"), ("副市长", "head"), ("秘书长", "office"))
"""Those who lead the city's government, who do not sign in: post, and role in the making of normative documents."""


@dataclass(slots=True)
class City:
    """The organs of the demonstration by what they are for."""

    region: Region
    government: Organ
    office: Organ
    hotline: Organ
    departments: list[Organ] = field(default_factory=list)
    counties: list[Organ] = field(default_factory=list)
    towns: list[Organ] = field(default_factory=list)
    mediation: list[Organ] = field(default_factory=list)
    officers: list[int] = field(default_factory=list)
    leaders: list[Officer] = field(default_factory=list)

    @property
    def justice(self) -> Organ:
        return next(organ for organ in self.departments if organ.name.endswith("司法局"))

    def department(self, ending: str) -> Organ:
        return next(organ for organ in self.departments if organ.name.endswith(ending))


def _organ(region: Region, name: str, kind: str, parent: Organ | None, mark: str = "") -> Organ:
    organ = Organ(region=region, name=name, short_name=name.removeprefix("平顶山"), kind=kind, parent=parent, mark=mark)
    organ.save()
    return organ


def found_city() -> City:
    """Set up the region, its organs and its officers."""
    province = Region.objects.get_or_create(code="410000", defaults={"name": "河南省", "name_en": "Henan"})[0]
    region = Region.objects.create(code=REGION, name="平顶山市", name_en="Pingdingshan", parent=province)
    government = _organ(region, "平顶山市人民政府", OrganKind.GOVERNMENT, None, "平政")
    city = City(
        region,
        government,
        _organ(region, "平顶山市人民政府办公室", OrganKind.OFFICE, government, "平政办"),
        _organ(region, "平顶山市12345政务服务热线中心", OrganKind.OFFICE, government, "平"),
    )
    city.departments = [
        _organ(region, f"平顶山市{name}", OrganKind.DEPARTMENT, government, f"平{MARKS.get(name, name[0])}")
        for name in DEPARTMENTS
    ]
    for code, name in COUNTIES.items():
        county = Region.objects.create(code=code, name=name, parent=region)
        seat = _organ(county, f"{name}人民政府", OrganKind.GOVERNMENT, government, name[0] + "政")
        city.counties.append(seat)
        city.mediation += [
            _organ(county, f"{name}{part}人民调解委员会", OrganKind.MEDIATION_COMMITTEE, seat, name[0] + mark)
            for part, mark in (("第一", "一"), ("第二", "二"), ("行业性专业性", "专"))
        ]
        city.towns += [
            Organ.objects.create(
                region=county, name=f"{name}{town}人民政府", short_name=town, kind=OrganKind.TOWN, parent=seat,
                mark=f"{name[0]}{town[0]}", valid_from=TOWNS_SINCE,
            )
            for town in TOWNS.get(code, ())
        ]  # fmt: skip
    named = {"government": city.government, "office": city.office, "hotline": city.hotline, "town": city.towns[0]}
    password = make_password(PASSWORD)  # the same for all and told to everybody: hashing it for each takes seconds
    for person in SIGN_INS:
        officer = Officer.objects.create(username=person.username, password=password, name=person.name)
        for place, system, roles, whole_tree in person.duties:
            organ = named.get(place) or city.department(place)
            for role in roles:
                Duty.objects.create(
                    officer=officer, organ=organ, system=system, role=role, whole_tree=whole_tree, title=person.purpose[:60],
                    valid_from=date(2018, 1, 1),
                )  # fmt: skip
    for number, (title, role) in enumerate(LEADERS, 1):
        leader = Officer.objects.create_officer(f"lingdao{number}", None, name=f"示例{title}{number}")
        Duty.objects.create(officer=leader, organ=government, system="normative_document", role=role, title=title,
                            valid_from=date(2018, 1, 1))  # fmt: skip
        city.leaders.append(leader)
    for number in range(1, 9):
        clerk = Officer.objects.create_officer(f"yanshi{number}", None, name=f"示例经办{number}")
        city.officers.append(clerk.pk)
    return city
