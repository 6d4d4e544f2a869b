"""词语: the words a figure belongs to, coordinated words told apart, and the words that turn a figure into something else."""

from __future__ import annotations

import re

_AND = re.compile(
    r"、|以及|(?<![参给赋授])与(?!会|否|时)|(?<![涉以普顾推危遍])及(?!时|格|其)|(?<![调共总饱温])和(?!谐|解|平|睦|美|风|顺|气)|暨"
)
_FRONT = re.compile(
    r"^(?:（?[一二三四五六七八九十]{1,3}[）、]|[一二三四五六七八九十]{1,2}[是要](?!般|致)|[●▲◆■★]|其中|同时|此外|并且|并|已经|已|共计|累计|合计|总计|共|全年|年内|今年以来|目前|现有|现|拟|还|先后|一年来|当年|本年度|及(?!时)|[了的、和与：）”（])+"
)
_BACK = re.compile(
    r"(?:达到了|达到|达|高达|共计|累计|总计|合计|共有|共|约|(?<!行)为|等|有|分别|各|均|都|双双|一律|已|了|实现|超过|近|仅|至|到|由|从|(?<!新)增|上升|提高|提升|占|“|（|：|、|和|及|(?<![参给赋授])与)+$"
)
_EACH = re.compile(
    r"各(?![类级地部单乡街县区镇种项有方界族自科村社执处室组位司市州旗省个企相]|学校)(?P<verb>[^，。；、\d：各]{0,10})$"
)
_ALL = re.compile(r"(?:均|都|全部|皆|双双|一律)(?P<verb>[^，。；、\d：]{0,6})$")
_RATE_WORD = re.compile(r"(?:率|度|比例|比重|占比|覆盖面)$")
UP = "前移|前进|跃升|增长|上升|提高|提升|增加|增幅|增速|上涨|攀升|增多|升高|扩大|新增长"
DOWN = "后移|后退|负增长|下降|减少|降低|下滑|回落|降幅|减幅|缩减|减(?!率)|降|下跌"
_CHANGE = re.compile(
    rf"(?<![至最不新])(?:(?P<up>{UP}|多(?:受理|办理|审结|立案|查处|收取|[办收出征罚查发支])?|增)|(?P<down>{DOWN}|少(?:受理|办理|审结|立案|查处|收取|[办收出征罚查发支])?))(?:幅度|比例|率)?(?:了|(?<=[幅速度例率别])为|约|近|超过?|达到?|高达|分别|各|均|逾|又|仅|了约|至少)*$"
)
_COMPARED = re.compile(
    r"同比|环比|同期|(?:比|较|与|同)(?:上年|去年|前年|20\d\d年|上一年|上半年|往年|前一年|年初|上季|上月)|上年(?:度)?相比"
)


JOINED = re.compile(r"[、和及与]")
_VERBS = (
    "保留|废止|修订|修改|清理|清查|受理|办理|办结|审结|审查|审核|建成|申请|注销|发放|制定|出台|取消|开展|组织|召开|举办|制发|发出|印发|报备|备案|"
    "评查|排查|化解|调解|收到|新增|增加|减少|梳理|编制|公布|公开|发布|聘请|配备|培养|培训|查处|立案|移送|检查|抽查|接听|解答|提供|列入|参加|承办"
)
_LEADS = re.compile(rf"^(?:拟|决定|已|共|累计|全年|依法)*(?P<verb>(?:宣布)?(?:{_VERBS}))")
_LEADS_TO = re.compile(rf"(?P<verb>{_VERBS})(?:了|过|的)?$")
_DONE = re.compile(_VERBS)


NOUNS = re.compile(
    r"部门|单位|事项|项目|案件|律师|顾问|规范性文件|文件|规章|法规|人员|代表|纠纷|(?<!依)申请|企业|学校|干部|工单|诉求|建议|提案|合同|协议|意见|地块|证|人|"
    r"会议|培训|讲座|案卷|信息|资料|活动|中心|工作站|工作室"
)
"""Things that are counted."""


def noun_of(label: str, *, attributive: bool) -> str:
    """The thing a label counts: the first one behind a number, the last one before it."""
    found = NOUNS.findall(label)
    return (found[0] if attributive else found[-1]) if found else ""


def leading_verb(words: str, *, at_end: bool) -> str:
    """The verb a phrase begins with, or with ``at_end`` the one that stands before its number."""
    found = (_LEADS_TO if at_end else _LEADS).search(words)
    return found["verb"] if found else ""


def from_verb(words: str) -> tuple[str, str]:
    """Who did it and what was done to what: (县司法局, 审查合同); who is empty where nobody is named, or no verb stands there."""
    found = list(_DONE.finditer(words))
    place = found[-1].start() if found else 0
    return words[:place], words[place:]


def predicate(words: str) -> str:
    """What is done to the thing a phrase names: 开展清理, 进行审查; empty where nothing is."""
    found = re.search(r"(?:开展|进行|实施|予以|作出)[^，。；、]{2,8}$", words)
    return found[0] if found else ""


def coordinated(words: str) -> list[str]:
    """Words joined by 、 和 及 与, each for itself."""
    return [item for item in _AND.split(words) if item.strip()]


def trimmed(words: str) -> str:
    """The words without what only leads to the number or away from it."""
    return _BACK.sub("", _FRONT.sub("", words))


_CHANGED = re.compile(
    rf"同比|环比|同期|同口径|(?:比|较|与)?(?:上年|去年|上一年|20\d\d年|年初)(?:度|同期|相比)*|相比|分别|幅度|(?:居|列|排名|位)?全[国省市州县区盟旗](?:第|前)?|(?:{UP}|{DOWN}|压缩|缩短|压减)(?:了|达|为)?|占比?|比例|比重"
)


def without_change(words: str) -> str:
    """The words without those that only say it rose or fell, or where it ranks."""
    return _CHANGED.sub("", words).strip("，、")


def each_of(left: str) -> list[str]:
    """What 各 before a number distributes it over, the verb behind it with each; empty where it distributes nothing."""
    found = _EACH.search(left)
    if found is None:
        return []
    items = coordinated(trimmed(left[: found.start()]))
    return [f"{item}{found['verb']}" for item in items] if len(items) > 1 else []


_AS_MANY = re.compile(r"(?:实现|达到|均达|均为)?[两二三四五六]个$")


def all_of(left: str) -> list[str]:
    """What 均 distributes a number over; 报备率、及时率、规范率三个100% too."""
    found = _ALL.search(left) or _AS_MANY.search(left)
    if found is None:
        return []
    items = coordinated(trimmed(left[: found.start()]))
    return items if len(items) > 1 else []


def all_are(left: str) -> bool:
    """Whether 均 says a number of all that was told before: 办复率均为100%."""
    return _ALL.search(left) is not None


def rates_of(left: str) -> list[str]:
    """Coordinated rates that share one percentage: 办结率、满意率达100%."""
    words = trimmed(left)
    items = coordinated(words)
    found: list[str] = []
    for item in reversed(items):
        if not _RATE_WORD.search(item):
            break
        found.insert(0, item)
    return found if len(found) > 1 else []


def is_rate(words: str) -> bool:
    """Whether words name a rate."""
    return bool(_RATE_WORD.search(trimmed(words)))


def change(left: str) -> int:
    """1 where the words before a number say it is a rise, -1 a fall, 0 neither."""
    found = _CHANGE.search(left)
    if found is None:
        return 0
    return 1 if found["up"] else -1


def compares(words: str) -> bool:
    """Whether words compare with an earlier period."""
    return bool(_COMPARED.search(words))
