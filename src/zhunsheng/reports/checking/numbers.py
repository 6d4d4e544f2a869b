"""认数: the numbers of a sentence that are figures. Dates, document, index and article numbers, ordinals of meetings and batches,
parts of words and names with numbers in them are none. What a figure is of is read in ``reading``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from zhunsheng.reports.checking.numerals import CHINESE, NUMBER, UNIT, chinese_value
from zhunsheng.reports.checking.structure import Sentence


@dataclass(slots=True)
class Number:
    """A number under way: what the grammar matched and where."""

    match: re.Match[str]
    value: Decimal
    multiple: str
    counter: str
    qualifier: str
    rank: bool = False
    fraction: bool = False

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def end(self) -> int:
        return self.match.end()


_MASK = re.compile(
    r"《[^《》]{1,80}》|“[^“”]{1,16}”|<[^<>]{1,60}>|〈[^〈〉]{1,60}〉"
    r"|[〔\[【（]\d{4}[〕\]】）](?:第)?\d{1,4}号"
    r"|\d{4}年(?:度)?(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?(?:至\d{1,2}月)?(?:\d{1,2}日)?"
    r"|\d{2,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d{2}|\d{4}[-—–―－~～]\d{4}年?|\d{1,2}[-—–~～至]\d{1,2}(?:月|批(?=\d))"
    rf"|[A-Za-z]+[-_]?\d+(?![\d余多]|人|家|户|名|件)|\d+[A-Za-z]+|第\d+页，?共\d+页|\d+[×xX*]\d+|\d{{3,4}}-\d{{7,8}}|\d{{7,}}(?![\d余多]|{UNIT})|\d{{1,4}}(?:号|届|楼|路|室|周年|年代|世纪|岁|时|度|级|版|G)"
    r"|24小时|365天|每(?:[十百千]?万|[百千])(?:人口?|名|户|件)"
)
_RANK = re.compile(
    rf"(?:(?<=[居列排名为省市县区国盟州旗次获、和及）])|(?=第(?:\d{{1,3}}|[{CHINESE[2:]}]{{1,3}})[位名]))(?P<place>第|前)(?P<number>\d{{1,3}}|[{CHINESE[2:]}]{{1,3}})(?:(?P<unit>位(?![置于])|名(?![单称义]))|(?![{CHINESE[2:]}]|批|季|届|次|轮|个|方阵|梯队|期|书|责任|时间|年|条|款|章|产业|生产|手|资源|线|部|类|项|组|大|[、.%]|\d))"
)
_PLACE = re.compile(r"(?:全[国省市州县区盟旗镇系]|排名|位居|位列|名列|排在|位于|列|居|排|位次|名次|获)[^，。；]{0,12}$")
_LISTED_FIRST = re.compile(r"的?(?:是|有|依次|分别)|的[^，。；]{1,8}(?:是|为)")
"""居前五位的是…: the first five are listed; nobody's place is told."""
_FIRST = re.compile(r"(?:居|列|排名|排|处于|名列)[^，。；\d]{0,12}?(首位|榜首)")
_COUNTING_VERBS = (
    "召开|举办|开展|组织|举行|开办|制定|出台|修订|印发|发出|下发|受理|办结|查处|收到|新增|完成|培训|听取|学习|接受|进行|报送|建成|"
    "成立|设立|配备|选聘|聘请|审查|审核|审议|研究|化解|调解|发布|公布|提出|承办|办理|安排|建立|新建|清理|废止|修改|审结|参加|旁听|"
    "会前学法|学法|述法|督察|督导|检查|通报|约谈|移送|立案|评查|抽查|演练|评估|论证|听证|表彰|命名|创建|打造|推出|建设|梳理|增设|增加|减少|取消|有|共|为|达|计|各|均|少|于|分别|每年|每季度|每月|每周|每半年"
)
_COUNTED = re.compile(rf"(?:{_COUNTING_VERBS})(?:了|过|一|达到?|为|至少|不少于|共|的)?$")
_MADE = re.compile(r"建成|新建|建立|设立|打造|改建|修建|配备|购置|成立|创建|安装|设置|制作|聘请|培育|评为|获评")
_MADE_ONE = frozenset("处座条个所家间支部套辆台名份册场次期件起例")
_HELD = re.compile(r"开展|组织|举办|召开|举行|印发|出台|制定|修订|评选|命名|表彰|通报|约谈")
_ISSUES = re.compile(r"(?:班|讲座|简报|通报|专栏)$")
_HELD_AGAIN = re.compile(
    rf"(?:{_COUNTING_VERBS.split('|分别', maxsplit=1)[0]}|降低|下调|上调|调整|督办|调度|赴|深入|主持|带队|带领|率队|牵头|出席|专题|亲自|集中)"
)
_ONE_MAY_COUNT = {"次", "场", "期", "起", "例", "场次", "轮", "件"}
_CLOSES = _ONE_MAY_COUNT - {"期", "轮"} | {"宗", "户", "家", "名", "部", "份"}
# A measure word and the character after it that make another word of it: 12部门 are 个, 十四五期间 is no 期.
_GOES_ON = {
    "部": "门", "项": "目", "场": "所景馆地合", "单": "位", "期": "间限望", "名": "单称义", "条": "例件款", "本": "级年地市区县人报次期着",
    "处": "理罚置分", "位": "置于列居次", "所": "有长在属", "家": "庭", "人": "民员大社均", "组": "织长成", "类": "别似", "道": "路",
    "面": "积对", "次": "序数级", "批": "准复示", "起": "草诉始来到", "份": "额", "间": "接", "台": "账", "节": "约", "讲": "座解",
    "档": "案", "篇": "幅", "支": "持出部", "幅": "度", "户": "籍外", "种": "类植", "例": "如外", "队": "伍", "村": "民居", "分": "别类之管局为",
    "点": "击名", "站": "点", "案": "件例由", "章": "程", "样": "本", "张": "贴", "块": "链", "会": "议", "员": "工", "板": "块",
}  # fmt: skip
_WITHOUT_MEASURE = {"部门", "项目", "场所", "单位", "案件"}
_NAMES_OF_NUMBERS = re.compile(
    r"^(?:项制度|个一|个维护|个确立|个自信|个意识|个全面|个百年|个清单|项规定|次办|次性|件事|个坚持|个责任)"
)
_CYCLE_BEFORE = re.compile(rf"每(?:\d{{1,2}}|[{CHINESE[2:]}]{{1,2}})(?:年|个月|个季度|天|周)[^，。；\d]{{0,8}}$")
_SCORE = re.compile(r"得分|评价|打分|赋分|考核|满意度|评分|成绩|测评|分值|平均|总分|评估")
_TIME_CUT = re.compile(r"压缩|缩短|平均|减少|不超过|响应|提速|办理时间|用时|时长|时限")
_TENTHS_OF = re.compile(r"(?:[由从近超达占约逾过升降]|减少|增长|增加|提高|压缩|压减|精简|不足|仅为|为)$")
_MOVED = re.compile(r"(?:前移|后移|前进|上升|提升|跃升|下降|后退)了?$")
_CASES = frozenset(("件", "起", "宗", "例", "人", "名", "家", "户", "个", "项", "次"))
_PERSONS = frozenset(("人", "家", "户", "名", "件"))
_OPENS = re.compile(r"(?:[，；、：（]|其中)$|^$")
_CAME_TO = re.compile(r"(?:不予|未|已|予以|被|均|仍|正在|尚|获)")
"""十件不予受理, 三起被撤销: what a number in words at the head of a clause came to."""
_BODIES = re.compile(r"县|市|区|乡|镇|街道|村|社区|部门|单位|州|旗|委员会|司法所")
_WENT = re.compile(r"(?:到|赴|对|深入|走访|抽查|检查)了?$")
_THEN_COUNTED = re.compile(
    rf"的?[^，。；、：（）\d\n]{{1,9}}(?:达|共|有|为)?\d+(?:\.\d+)?[余多]?[万亿]?(?:{UNIT})|的(?:\d|[{CHINESE}]+(?:{UNIT}))"
)
_NOUN_ALONE = re.compile(
    r"(?P<户>(?:农|住|用|商|居民|贫困|脱贫)户)|(?P<人>群众|居民|人口|职工|农民|干部|学生|师生|党员|考生|游客)"
    r"|(?P<个>(?:县|市|区|乡|镇|街道|州|旗|村)(?![民级场本长域间容委政]))"
)
_BOUNDED = re.compile(r"(?P<bound>不足|不到|超过|近|逾)[^，。；、\d]{2,10}的$")
_REACHED = r"(?:已|均|由|从|[^，。；\d]{0,3}(?:达到?|高达|提高到?|上升到?|提升到?|增加?到?|升|为|至|到|超过?))*$"
_ENDS = re.compile(r"[，。；、）\n]|提高|提升|上升|增|降|$")
_UNSAID = (
    ("人/万人", re.compile(rf"万人(?:比|(?:拥有|配备)[^，。；\d]{{1,8}}|[^，。；\d]{{2,6}}[数率]){_REACHED}")),
    ("分", re.compile(rf"(?:得分|总分|评分|均分){_REACHED}")),
    ("件", re.compile(r"(?:审结|办结|受理|收到|办理|新收)[^，。；\d]{0,10}(?:案件|申请)(?:共计?|数?(?:达|为|有))?$")),
)
"""Numbers whose words alone say in what they count: 律师万人比达4.2, 考核得分96.8, 审结复议案件4696."""
_FROM_THERE = re.compile(r"[，（]?[^，。；\d]{0,8}(?:提高|提升|上升|增|升|降|下降)[^，。；\d]{0,4}")
_SHARE_IS = re.compile(r"(?:率|比例|比重|占比)(?:[^，。；\d]{0,3}[为是至到])?$")
"""What says that a number behind it is a share: 持证率仅为1/3, 再犯罪率为0."""
_CONNECTED = re.compile(r"^[、和及与以]{1,2}$")
_ABOUT = re.compile(r"大约|约[占有合达计为]")
_ITS_SHARE = re.compile(r"[，（]占[^，。；\d]{0,16}\d+(?:\.\d+)?%")
_RANGE = re.compile(r"^(?:至|到|-|—|–|~|～|－|——)$")


class Masks:
    """Spans whose numbers are no figures: titles, short quoted names, dates, document numbers."""

    def __init__(self, text: str) -> None:
        spans = [found.span() for found in _MASK.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def holds(self, start: int, end: int) -> bool:
        index = bisect_right(self.starts, end - 1) - 1
        return index >= 0 and self.ends[index] > start


def numbers_of(text: str, sentence: Sentence, masked: Masks) -> Iterator[Number]:
    """The numbers the grammar finds in a sentence; ranks first, for they look like ordinals."""
    ranks: list[tuple[int, int]] = []
    for found in _RANK.finditer(text, sentence.start, sentence.end):
        left = text[max(sentence.start, found.start() - 24) : found.start()]
        if found["unit"] or _PLACE.search(left):
            value = Decimal(found["number"]) if found["number"].isdecimal() else chinese_value(found["number"])
            if _LISTED_FIRST.match(text, found.end()):
                continue
            if value is not None and (_PLACE.search(left) or "第" in left[-8:]):
                ranks.append(found.span())
                yield Number(found, value, "", found["unit"] or "位", "前" if found["place"] == "前" else "", rank=True)
    for found in _FIRST.finditer(text, sentence.start, sentence.end):
        yield Number(found, Decimal(1), "", "位", "", rank=True)
    for found in NUMBER.finditer(text, sentence.start, sentence.end):
        start, end = found.span()
        core = start + len(found["before"] or "")
        if masked.holds(core, end) or any(first < end and start < last for first, last in ranks):
            continue
        if (number := _number(found)) is not None:
            yield number


def _number(found: re.Match[str]) -> Number | None:
    qualifier = "".join(
        found[name] or "" for name in ("before", "nearly", "odd", "odd2", "odd3", "odd4", "after") if found[name]
    )
    qualifier = _ABOUT.sub("约", qualifier)
    if found["whole_of"]:
        return Number(found, Decimal(100), "", "%", qualifier)
    if found["percent"]:
        value = _value(found["percent_value"])
        return None if value is None else Number(found, value, "", "%" if found["of"] == "百" else "‰", qualifier)
    if found["doubled"]:
        value = _value(found["doublings"] or "一")
        return None if value is None else Number(found, value, "", "番", qualifier)
    if found["fraction"] or found["slash"]:
        over, under = (found["part"], found["whole"]) if found["fraction"] else (found["over"], found["under"])
        top, bottom = (Decimal(n) if n.isdecimal() else chinese_value(n) for n in (over, under))
        if not top or not bottom or top > bottom:
            return None
        if not qualifier and (bound := _BOUNDED.search(found.string[max(0, found.start() - 16) : found.start()])):
            qualifier = bound["bound"]
        return Number(found, round(top / bottom, 4), "", "", qualifier, fraction=True)
    if found["arabic"]:
        counter, more = _counter(found["unit"], found["bare"])
        if not counter and (noun := _NOUN_ALONE.match(found.string, found.end())):  # 8县（市）, 29.6万农户
            counter = next(measure for measure in ("户", "人", "个") if noun[measure])
            if counter == "个" and (found["multiple"] or len(found["arabic"]) > 3):
                counter = ""
        if not counter and not found["multiple"] and _ENDS.match(found.string, found.end()):
            left = found.string[max(0, found.start() - 24) : found.start("arabic")]
            counter = next((unit for unit, words in _UNSAID if words.search(left)), "")
            if not counter and not Decimal(found["arabic"]) and _SHARE_IS.search(left):
                counter = "%"
        return Number(found, Decimal(found["arabic"]) + more, found["multiple"] or "", counter, qualifier)
    value = chinese_value(found["chinese"])
    if value is None:
        return None
    counter, more = _counter(found["unit3"], found["bare3"])
    return Number(found, value + more, found["multiple3"] or "", counter, qualifier)


def _value(written: str) -> Decimal | None:
    return Decimal(written) if written[0].isdecimal() else chinese_value(written)


def _counter(unit: str | None, tenths: str | None) -> tuple[str, Decimal]:
    """The measure word of a number, and what stands behind 成: 三成五 is 3.5 成."""
    if not tenths:
        return unit or "", Decimal(0)
    return "成", (chinese_value(tenths[1:]) or Decimal(0)) / 10


def is_no_figure(text: str, sentence: Sentence, number: Number) -> bool:
    """Whether the number is an ordinal, a part of a name or of a word, and no figure."""
    if number.rank:
        return False
    match = number.match
    start = number.start + len(match["before"] or "")
    left, right = text[max(sentence.start, start - 12) : start], text[number.end : number.end + 8]
    counter = number.counter
    if _ends_cycle(text, start, number):
        return True
    if re.search(r"[第“×*#№]$", left):
        return True
    following = text[number.end : number.end + 1]
    if following and not match["after"] and following in _GOES_ON.get(counter, ""):
        if f"{counter}{following}" not in _WITHOUT_MEASURE or match["chinese"]:
            return True
        number.counter, counter = "个", "个"
    if match["slash"] and not (re.search(r"[的占约近达超余以]", left[-2:] + right[:2]) or _SHARE_IS.search(left)):
        return True
    if _limits_what_is_counted(text, number) or _ends_a_word(text, number):
        return True
    if _told_otherwise(text, sentence, number, start):
        return True
    if counter == "成":
        return not (number.qualifier or len(match["bare"] or match["bare3"]) > 1 or _TENTHS_OF.search(left))
    if (
        _NAMES_OF_NUMBERS.match(text[number.end - len(counter) : number.end + 6])
        and number.value < 10
        and match["chinese"]
    ):
        return True
    if not match["chinese"] or counter in {"个百分点", "百分点", "%"}:
        return False
    clause = re.split(r"[，。；：]", text[max(sentence.start, start - 40) : start])[-1]
    return _no_count(left, right, number) and not _in_inventory(clause, right, number)


def _told_otherwise(text: str, sentence: Sentence, number: Number, start: int) -> bool:
    """Whether its measure word counts only beside other words than those that stand here: 4.98分 where a score is told."""
    left, right = text[max(sentence.start, start - 12) : start], text[number.end : number.end + 8]
    near = text[max(sentence.start, start - 20) : number.end + 6]
    match number.counter:
        case "分":
            return left.endswith("满分") or not _SCORE.search(text[max(sentence.start, start - 20) : number.end])
        case "小时" | "分钟" | "个小时" | "个月" | "日":
            return not _TIME_CUT.search(near)
        case "%":
            return left.endswith("前")
        case "条":
            return bool(re.search(r"[》法例]$", left))
        case "项":
            return right.startswith("制度") and number.value == 3
    return False


def _ends_a_word(text: str, number: Number) -> bool:
    """Whether Latin letters stand before it: A4纸, but 培训企业HR2100余人 is a figure."""
    before = text[number.start - 1 : number.start]
    return before.isascii() and before.isalpha() and number.counter not in _PERSONS


def _limits_what_is_counted(text: str, number: Number) -> bool:
    """Whether it only says which things are counted: 10人以上集体争议19件, 90分以上的214本."""
    if number.match["after"] not in ("以上", "以下", "以内") or number.counter == "成":
        return False
    return bool(_THEN_COUNTED.match(text, number.end))


def _in_inventory(clause: str, right: str, number: Number) -> bool:
    """Whether it closes the phrase of what was made or held: 建成法治广场一处、长廊两条; 开展轮训两轮."""
    if (right and right[0] not in "，。；、！）：") or number.match["chinese"] not in "一二两三四五六七八九十":
        return False
    if re.search(r"[统同唯专第每逐之几半周全新这某另哪]$", clause):
        return False
    made = _MADE.search(clause) is not None
    if number.value == 1:
        return made and number.counter in _MADE_ONE
    if number.counter in ("期", "批"):  # 碧道二期: a phase of a work; 培训班三期 were held
        return _ISSUES.search(clause) is not None
    return bool(number.counter) and (made or _HELD.search(clause) is not None)


def _ends_cycle(text: str, start: int, number: Number) -> bool:
    """Whether it is the 一次 of 每两年一次, whose figure is the cycle."""
    return number.value == 1 and number.counter == "次" and bool(_CYCLE_BEFORE.search(text[max(0, start - 14) : start]))


def _no_count(left: str, right: str, number: Number) -> bool:
    """Whether a number in words is part of a word or name: 一体化, 百姓, 三项制度, 十大."""
    written, counter = number.match["chinese"], number.counter
    if not counter and not number.multiple:
        return True
    if re.search(r"[统同唯专第进逐之万数几半周]$|星期$", left) or left.endswith(("跑", "新一")):
        return True
    if counter == "倍" and re.search(r"(?:增长|增加|提高|提升|扩大|翻|达|快|高出?)(?:了|约|近|将近|超|逾)*$", left):
        return False
    if counter in ("次", "轮") and number.value > 1 and (_HELD_AGAIN.match(right) or left.endswith("经过")):
        return False
    if counter in ("个", "家") and number.value > 1 and _WENT.search(left) and _BODIES.match(right):
        return False
    if counter == "位" and _MOVED.search(left):
        return False
    if number.value > 1 and counter in _CASES and re.search(r"(?:除|其余|余下|剩余|另有|尚有)$", left):
        return False
    if number.value > 1 and counter in _CASES and _OPENS.search(left) and _CAME_TO.match(right):
        return False
    if written in ("万", "亿", "百", "千") and (not (number.qualifier and counter) or counter == "元"):
        return True
    if not counter:
        return not number.qualifier
    if number.qualifier and number.value >= 10:
        return False
    at_end = not right or right[0] in "，。；、！）】”：（" or right.startswith(("以上", "以下"))
    if number.value >= 10:
        return (counter in {"个", "条", "门", "样", "面", "点"} or written == "十") and not (
            at_end or _COUNTED.search(left) or (counter == "个" and written != "十" and _BODIES.search(right))
        )
    if number.value == 1 and (counter not in _ONE_MAY_COUNT | {"宗"} or right.startswith(("性", "办", "办好", "事"))):
        return True
    if number.match["before"] or number.qualifier:
        return False
    if number.value == 1:
        return not (_COUNTED.search(left) and not re.search(r"(?:为|(?<![只仅])有)$", left))
    return not (_COUNTED.search(left) or (at_end and counter in _CLOSES))


def is_joined(between: str) -> bool:
    """Whether two numbers stand in one list: 75%、95%."""
    return bool(_CONNECTED.match(between))


def _share_units_of_parts(text: str, numbers: list[Number]) -> None:
    """行政处罚2100，占33.9%；行政强制705，占11.4%；行政征收232件，占3.7%: the parts of a whole told with their shares are counted
    in one unit, told with one of them."""
    parts = [number for number in numbers if _ITS_SHARE.match(text, number.end)]
    unit = next((number.counter for number in parts if number.counter in _CASES | {"份", "次"}), "")
    for number in parts:
        if unit and not number.counter and not number.multiple and not number.fraction:
            number.counter = unit


def share_units(text: str, numbers: list[Number]) -> None:
    """A number without a unit in a range or a list takes the unit of the number after it: 3至5次, 分别为12、15和20件. One that
    says how far a number rose whose words are its unit takes that: 万人比达3.1，较上年增0.4."""
    for before, number in pairwise(numbers):
        by_words = before.counter in dict(_UNSAID) and not before.match["unit"]
        if by_words and not number.counter and _FROM_THERE.fullmatch(text[before.end : number.start]):
            number.counter = before.counter
    _share_units_of_parts(text, numbers)
    for index in range(len(numbers) - 2, -1, -1):
        number, following = numbers[index], numbers[index + 1]
        points = following.counter == "个百分点" and number.counter == "个" and not number.multiple
        if points and _CONNECTED.match(text[number.end : following.start]):
            number.counter = following.counter
        if number.counter or number.multiple or number.rank or number.fraction:
            continue
        between = text[number.end : following.start]
        ranges = bool(_RANGE.match(between)) and not number.match["before"]
        clause = re.split(r"[，。；：]", text[max(0, number.start - 60) : number.start])[-1]
        if following.counter and (ranges or (_CONNECTED.match(between) and "分别" in clause)):
            number.counter, number.multiple = following.counter, following.multiple
