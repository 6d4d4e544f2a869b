"""读数: every figure of a report: its value, unit, qualifier, kind, scope, period and the words it belongs to.

The rules are those of the language (how official Chinese tells a number), never of one report. Dates, document, index and
article numbers, ordinals of meetings and batches, and names with numbers in them are no figures.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from zhunsheng.reports.checking import wording
from zhunsheng.reports.checking.naming import listed_names, zeros
from zhunsheng.reports.checking.numerals import CHINESE, MULTIPLES, NUMBER, chinese_value, unit_of
from zhunsheng.reports.checking.structure import Sentence, Structure

COUNT, RATE, CHANGE, MONEY, RANK, TARGET, RATIO = "count", "rate", "change", "money", "rank", "target", "ratio"


@dataclass(slots=True)
class Figure:
    """One figure. ``start`` and ``end`` are places in the plain text; ``label`` is what it counts, ``within`` its clause."""

    value: Decimal
    unit: str
    base_value: Decimal
    base_unit: str
    kind: str
    start: int
    end: int
    sentence: Sentence
    within: tuple[int, int]
    label: str = ""
    qualifier: str = ""
    scope: str = ""
    period: str = ""
    verb: str = ""
    attributive: bool = False
    listed: int = 0
    account: str = ""
    sureness: float = 0.0

    @property
    def name(self) -> str:
        """Its words, short enough for a message."""
        return self.label[:18] if self.attributive else self.label[-18:]

    @property
    def noun(self) -> str:
        """The thing it counts, where its words name one."""
        return wording.noun_of(self.label, attributive=self.attributive)


@dataclass(slots=True)
class _Number:
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
    r"|\d{2,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d{2}|\d{4}[-—–―－~～]\d{4}年?|\d{1,2}[-—–~～至]\d{1,2}月"
    r"|[A-Za-z]+[-_]?\d+|\d+[A-Za-z]+|\d+[×xX*]\d+|\d{3,4}-\d{7,8}|\d{7,}(?=\D)|\d{1,4}(?:号|届|楼|路|栋|室|周年|年代|世纪|岁|时|度|级|版|G)"
    r"|24小时|365天"
)
_RANK = re.compile(
    rf"(?<=[居列排名为省市县区国盟州旗次获、和及])(?P<place>第|前)(?P<number>\d{{1,3}}|[{CHINESE[2:]}]{{1,3}})(?P<unit>位|名)?(?![{CHINESE[2:]}]|批|季|届|次|轮|个|方阵|梯队|期|书|责任|时间|年|条|款|章|产业|生产|手|资源|线|部|类|项|组|大|[、.%]|\d)"
)
_PLACE = re.compile(r"(?:全[国省市州县区盟旗镇系]|排名|位居|位列|名列|列|居|位次|名次|获)[^，。；]{0,12}$")
_FIRST = re.compile(r"(?:居|列|排名|排|处于|名列)[^，。；\d]{0,12}?(首位|榜首)")
_COUNTING_VERBS = (
    "召开|举办|开展|组织|举行|开办|制定|出台|修订|印发|发出|下发|受理|办结|查处|收到|新增|完成|培训|听取|学习|接受|进行|报送|建成|"
    "成立|设立|配备|选聘|聘请|审查|审核|审议|研究|化解|调解|发布|公布|提出|承办|办理|安排|建立|新建|清理|废止|修改|审结|参加|旁听|"
    "会前学法|学法|述法|督察|督导|检查|通报|约谈|移送|立案|评查|抽查|演练|评估|论证|听证|表彰|命名|创建|打造|推出|建设|梳理|增设|增加|减少|取消|有|共|为|达|计|各|均|少|于|分别|每年|每季度|每月|每周|每半年"
)
_COUNTED = re.compile(rf"(?:{_COUNTING_VERBS})(?:了|过|一|达到?|为|至少|不少于|共|的)?$")
_ONE_MAY_COUNT = {"次", "场", "期", "起", "例", "场次", "轮", "件"}
_CLOSES = _ONE_MAY_COUNT - {"期", "轮"}
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
_PER = re.compile(
    r"每人每(?P<person>年|季度|月)|每(?P<span>半年|季度|年|月|周|天|日)(?!度)|(?P<term>任期内|每届任期)|(?P<quarterly>按季度|逐季)"
)
_PERIODIC = {"次", "期", "场", "天", "学时", "课时", "小时", "场次", "轮", "堂", "节"}
_EVERY = re.compile(
    rf"每(?P<number>\d{{1,2}}|[{CHINESE[2:]}]{{1,2}})(?P<unit>年|个月|个季度|天|周)(?=[^，。；\d]{{0,8}}(?:一次|1次|清理|评估|修订|开展|轮))"
)
_CYCLE_BEFORE = re.compile(rf"每(?:\d{{1,2}}|[{CHINESE[2:]}]{{1,2}})(?:年|个月|个季度|天|周)[^，。；\d]{{0,8}}$")
_IMPLIED = re.compile(
    r"每人每(?P<span>年|季度|月)(?:均|都|必须|至少)?(?:接受|参加|完成)[^，。；\d一二三四五六七八九十]{2,30}?(?:培训|学习|考试|轮训)"
)
_SCOPE = re.compile(
    r"(?P<own>[省市县区州旗]本级|本级|[省市县区州旗]直(?:部门|单位|机关)?)"
    r"|(?P<below>各?县（市、区）|各?县（区）|县区|各县市区|各区县?|旗县区?|乡镇（街道）|镇（街道?）|乡（镇）|镇街|各乡镇|乡镇|各街道)"
    r"|(?P<whole>全[国省市县区州旗盟镇乡局]|全街道|全系统|全区域)(?!面|覆|过|程|域)"
)
_SUBJECT = re.compile(r"(?:两?级|政府|共|也|均|合计|分别|梳理|办理|收到|受理|开展|报送)|.{0,2}$")
_YEAR = re.compile(r"(20\d{2})年(?:度)?(?P<half>上半年|1[-—–至]6月)?(?!.{0,2}(?:相比|同期))")
_BEFORE_THIS = re.compile(r"(?<![较比与同])(?:上年|去年|上一年)(?:度|同期)?(?:的)?(?:为|是|共|仅|有)?$")
_PLANNED = re.compile(r"安排|打算|计划|下一步|思路|展望|努力方向|重点工作任务|工作目标")
_AIMS = re.compile(r"力争|确保|争取|目标|计划|原则上|应当|不得少于|要求|拟")
_SCORE = re.compile(r"得分|考核|满意度|评分|成绩|测评|分值|平均|总分|评估")
_TIME_CUT = re.compile(r"压缩|缩短|平均|减少|不超过|响应|提速|办理时间|用时|时长|时限")
_CLOSED = re.compile(
    r"[、，；。）】：！（]|$|和|及|与|以及|并|至|到|-|—|~|(?:增|减|降|升|提高|提升|压缩|压减|缩短|下降|上升|扩大|增加|减少|缩减|增长)(?:了|到|至|为)"
)
_BRACKETED = re.compile(r"（[^（）]{0,12}）")
_CONNECTED = re.compile(r"^[、和及与以]{1,2}$")
_RANGE = re.compile(r"^(?:至|到|-|—|–|~|～|－|——)$")


def figures_of(structure: Structure) -> list[Figure]:
    """Every figure of a text in its order."""
    text = structure.text
    masked = _Masks(text)
    found: list[Figure] = []
    for sentence in structure.sentences:
        found += _of_sentence(structure, sentence, masked, found)
    found += _named(structure, found)
    found.sort(key=lambda figure: (figure.start, figure.listed))
    for figure in found:
        _place(structure, figure)
    return found


class _Masks:
    """Spans whose numbers are no figures: titles, short quoted names, dates, document numbers."""

    def __init__(self, text: str) -> None:
        spans = [found.span() for found in _MASK.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def holds(self, start: int, end: int) -> bool:
        index = bisect_right(self.starts, end - 1) - 1
        return index >= 0 and self.ends[index] > start


def _of_sentence(structure: Structure, sentence: Sentence, masked: _Masks, earlier: Sequence[Figure]) -> list[Figure]:
    text = structure.text
    numbers = [n for n in _numbers(text, sentence, masked) if not _excluded(text, sentence, n)]
    numbers.sort(key=lambda number: number.start)
    _share_units(text, numbers)
    numbers = [n for n in numbers if n.counter or n.multiple in MULTIPLES or n.rank or n.fraction]
    found: list[Figure] = []
    for index, number in enumerate(numbers):
        before = numbers[index - 1] if index else None
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        found += _figures(structure, sentence, number, before, after, found)
    found += _cycles(structure, sentence)
    _pair_in_order(text, found, earlier)
    _share_verbs(text, found)
    return found


def _share_verbs(text: str, found: Sequence[Figure]) -> None:
    """拟保留规章3件、规范性文件235件: the verb before the first of a list is that of the others too. What is done to the last
    (对3件规章和321件文件开展清理) is done to the first."""
    for one, other in pairwise(found):
        if one.within != other.within or not wording.JOINED.search(text[one.end : other.start]):
            continue
        if one.attributive and other.attributive and (done := wording.predicate(other.label)):
            one.label = f"{one.label}{done}"
            continue
        verb = wording.leading_verb(one.verb if one.attributive else one.label, at_end=one.attributive)
        if not verb or wording.leading_verb(other.verb if other.attributive else other.label, at_end=other.attributive):
            continue
        if other.attributive:
            other.verb = f"{other.verb}{verb}"
        elif other.label != one.label:
            other.label = f"{verb}{other.label}"


def _numbers(text: str, sentence: Sentence, masked: _Masks) -> Iterator[_Number]:
    """The numbers the grammar finds in a sentence; ranks first, for they look like ordinals."""
    ranks: list[tuple[int, int]] = []
    for found in _RANK.finditer(text, sentence.start, sentence.end):
        left = text[max(sentence.start, found.start() - 24) : found.start()]
        if found["unit"] or _PLACE.search(left):
            value = Decimal(found["number"]) if found["number"].isdecimal() else chinese_value(found["number"])
            if value is not None and (_PLACE.search(left) or "第" in left[-8:]):
                ranks.append(found.span())
                yield _Number(
                    found, value, "", found["unit"] or "位", "前" if found["place"] == "前" else "", rank=True
                )
    for found in _FIRST.finditer(text, sentence.start, sentence.end):
        yield _Number(found, Decimal(1), "", "位", "", rank=True)
    for found in NUMBER.finditer(text, sentence.start, sentence.end):
        start, end = found.span()
        core = start + len(found["before"] or "")
        if masked.holds(core, end) or any(first < end and start < last for first, last in ranks):
            continue
        if (number := _number(found)) is not None:
            yield number


def _number(found: re.Match[str]) -> _Number | None:
    qualifier = "".join(found[name] or "" for name in ("before", "odd", "odd2", "odd3", "odd4", "after") if found[name])
    if found["percent"]:
        value = chinese_value(found["percent_value"])
        return None if value is None else _Number(found, value, "", "%", qualifier)
    if found["fraction"] or found["slash"]:
        over, under = (found["part"], found["whole"]) if found["fraction"] else (found["over"], found["under"])
        top, bottom = (Decimal(n) if n.isdecimal() else chinese_value(n) for n in (over, under))
        if not top or not bottom or top > bottom:
            return None
        return _Number(found, round(top / bottom, 4), "", "", qualifier, fraction=True)
    if found["arabic"]:
        counter = found["unit"] or ("成" if found["bare"] else "")
        return _Number(found, Decimal(found["arabic"]), found["multiple"] or "", counter, qualifier)
    value = chinese_value(found["chinese"])
    if value is None:
        return None
    counter = found["unit3"] or ("成" if found["bare3"] else "")
    return _Number(found, value, found["multiple3"] or "", counter, qualifier)


def _excluded(text: str, sentence: Sentence, number: _Number) -> bool:
    """Whether the number is an ordinal, a part of a name or of a word, and no figure."""
    if number.rank:
        return False
    match = number.match
    start = number.start + len(match["before"] or "")
    left, right = text[max(sentence.start, start - 12) : start], text[number.end : number.end + 8]
    counter = number.counter
    if _ends_cycle(text, start, number):
        return True
    if left.endswith("第") or left[-1:] in "×*#№" or re.search(r"第$|“$", left):
        return True
    following = text[number.end : number.end + 1]
    if following and not match["after"] and following in _GOES_ON.get(counter, ""):
        if f"{counter}{following}" not in _WITHOUT_MEASURE or match["chinese"]:
            return True
        number.counter, counter = "个", "个"
    if match["slash"] and not re.search(r"[的占约近达超余以]", left[-2:] + right[:2]):
        return True
    if counter == "分" and not _SCORE.search(text[max(sentence.start, start - 20) : number.end]):
        return True
    if counter in {"小时", "分钟", "个小时", "个月"} and not _TIME_CUT.search(
        text[max(sentence.start, start - 20) : number.end + 6]
    ):
        return True
    if counter == "成" and not re.search(r"[近超达占约逾过]$", (match["before"] or left)[-1:]) and not number.qualifier:
        return True
    if counter == "%" and left.endswith("前"):
        return True
    if counter == "条" and re.search(r"[》法例]$", left):
        return True
    if counter == "项" and right.startswith("制度") and number.value == 3:
        return True
    if (
        _NAMES_OF_NUMBERS.match(text[number.end - len(counter) : number.end + 6])
        and number.value < 10
        and match["chinese"]
    ):
        return True
    return bool(match["chinese"]) and _no_count(left, right, number)


def _ends_cycle(text: str, start: int, number: _Number) -> bool:
    """Whether it is the 一次 of 每两年一次, whose figure is the cycle."""
    return number.value == 1 and number.counter == "次" and bool(_CYCLE_BEFORE.search(text[max(0, start - 14) : start]))


def _no_count(left: str, right: str, number: _Number) -> bool:
    """Whether a number in words is part of a word or name: 一体化, 百姓, 三项制度, 十大."""
    written, counter = number.match["chinese"], number.counter
    if not counter and not number.multiple:
        return True
    if re.search(r"[统同唯专第进逐之万数几半周]$|星期$", left) or left.endswith(("跑", "新一")):
        return True
    if written in ("万", "亿") or (written in ("百", "千") and not number.qualifier):
        return True
    if not counter:
        return not number.qualifier
    if number.qualifier and number.value >= 10:
        return False
    at_end = not right or right[0] in "，。；、！）】”：（" or right.startswith(("以上", "以下"))
    if number.value >= 10:
        return (counter in {"个", "条", "门", "样", "面", "点"} or written == "十") and not (
            at_end or _COUNTED.search(left)
        )
    if number.value == 1 and (counter not in _ONE_MAY_COUNT or right.startswith(("性", "办", "办好", "事"))):
        return True
    if number.match["before"] or number.qualifier:
        return False
    if number.value == 1:
        return not (_COUNTED.search(left) and not left.endswith(("为", "有")))
    return not (_COUNTED.search(left) or (at_end and counter in _CLOSES))


def _share_units(text: str, numbers: list[_Number]) -> None:
    """A number without a unit in a range or a list takes the unit of the number after it: 3至5次, 分别为12、15和20件."""
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


def _figures(
    structure: Structure,
    sentence: Sentence,
    number: _Number,
    before: _Number | None,
    after: _Number | None,
    found: Sequence[Figure],
) -> list[Figure]:
    """The figures a number tells: mostly one; several where it is said of several things."""
    text = structure.text
    clause = structure.clause(sentence, number.start)
    left_start = max(clause[0], before.end) if before is not None else clause[0]
    left = text[left_start : number.start]
    right_end = min(clause[1], after.start) if after is not None and after.start > number.end else clause[1]
    right = text[number.end : right_end]
    whole_left = text[clause[0] : number.start]
    figure = _one(text, sentence, number, clause, whole_left)
    figure.verb = left
    figure.label, figure.attributive = _label(left, right, found, clause)
    if figure.kind == RANK or number.fraction:
        return [figure]
    if "分别" in left:
        return [figure]
    shared = wording.each_of(whole_left if before is None or before.end <= clause[0] else left)
    if not shared:
        shared = wording.all_of(left) or (
            wording.rates_of(left) if figure.unit == "%" and not figure.attributive else []
        )
    if not shared:
        return [figure]
    return [replace(figure, label=label, listed=index) for index, label in enumerate(shared)]


def _one(text: str, sentence: Sentence, number: _Number, clause: tuple[int, int], left: str) -> Figure:
    """A number as a figure, without its words."""
    unit = unit_of(number.multiple, number.counter)
    value, sign = number.value, wording.change(left)
    compared = wording.compares(left[-24:]) or wording.compares(text[max(sentence.start, clause[0] - 16) : clause[0]])
    listed = wording.change(re.sub(r"(?:[约近超]?\d+(?:\.\d+)?(?:%|个百分点|倍)[、和及]?)+$", "", left))
    sign = sign or (listed if listed and number.counter in ("%", "个百分点", "倍") and left[-1:] in "、和及" else 0)
    percent = number.counter in ("%", "个百分点", "‰", "倍")
    if number.rank:
        kind = RANK
    elif number.fraction:
        kind = RATIO
    elif sign and (percent or compared):
        kind = CHANGE
        value *= sign
    elif number.counter in ("%", "‰", "成"):
        kind = RATE
    elif number.counter == "个百分点":
        kind = CHANGE
    elif number.counter == "倍":
        kind = RATIO
    elif unit.base in ("元", "美元", "港元"):
        kind = MONEY
    else:
        kind = COUNT
    base, base_unit = value * unit.times, unit.base
    if number.fraction:
        base, base_unit = value * 100, "%"
    elif number.counter == "成":
        base, base_unit = value * 10, "%"
    elif number.counter == "‰":
        base = value / 10
    figure = Figure(
        value,
        unit.written,
        base,
        base_unit,
        kind,
        number.start,
        number.end,
        sentence,
        clause,
        qualifier=number.qualifier,
    )
    if per := _per(text, clause, number):
        figure.unit, figure.base_unit = f"{figure.unit}/{per}", f"{figure.base_unit}/{per}"
    return figure


def _per(text: str, clause: tuple[int, int], number: _Number) -> str:
    """The time a periodic figure is for: 每季度至少1次 is 次/季度."""
    if number.counter not in _PERIODIC:
        return ""
    spans = list(_PER.finditer(text, clause[0], number.start))
    if not spans:
        return ""
    found = spans[-1]
    if found["person"]:
        return f"人/{found['person']}"
    if found["term"]:
        return "任期"
    return found["span"] or "季度"


def _label(left: str, right: str, found: Sequence[Figure], clause: tuple[int, int]) -> tuple[str, bool]:
    """The words a number belongs to: those before it when it closes its phrase, those after it when a noun follows."""
    if _CLOSED.match(right) is None:
        words = wording.trimmed(re.split(r"[、：）]", _BRACKETED.sub("", right))[0])
        if len(words) > 1:
            return words, True
    words = wording.trimmed(left)
    own = wording.without_change(words)
    if len(own) > 1 or not found:
        return words, False
    return f"{found[-1].label}{words if words != own else ''}", found[-1].attributive and found[-1].end >= clause[0]


def _cycles(structure: Structure, sentence: Sentence) -> list[Figure]:
    """Cycles (每两年一次) and what each person must do in a year, told without a number."""
    text = structure.text
    found: list[Figure] = []
    for match in _EVERY.finditer(text, sentence.start, sentence.end):
        number, unit = match["number"], match["unit"]
        value = Decimal(number) if number.isdecimal() else chinese_value(number)
        if value is not None:
            clause = structure.clause(sentence, match.start())
            words = text[clause[0] : match.start()] + text[match.end() : clause[1]]
            found.append(Figure(value, unit, value, unit, TARGET, *match.span(), sentence, clause, words))
    for match in _IMPLIED.finditer(text, sentence.start, sentence.end):
        unit, one = f"次/人/{match['span']}", Decimal(1)
        found.append(Figure(one, unit, one, unit, TARGET, *match.span(), sentence, match.span(), match[0]))
    return found


def _pair_in_order(text: str, found: list[Figure], earlier: Sequence[Figure]) -> None:
    """分别: the figures behind it belong in order to the things before it, or to the figures told just before."""
    for mark in re.finditer("分别", text[found[0].within[0] : found[-1].end] if found else ""):
        place = found[0].within[0] + mark.start()
        listed = [f for f in found if f.start > place and f.within[0] <= place and f.within[1] > place and not f.listed]
        if len(listed) < 2:
            continue
        things = wording.coordinated(wording.trimmed(text[listed[0].within[0] : place]))
        if len(things) == len(listed):
            tail = things[-1]
            for figure, thing in zip(listed, things, strict=True):
                figure.label = thing if len(thing) > 2 or thing == tail else f"{thing}{tail[2:]}"
                figure.attributive = False
        else:
            told = [f for f in (*earlier, *found) if f.end <= place][-len(listed) :]
            if len(told) == len(listed) and told[0].sentence.paragraph == listed[0].sentence.paragraph:
                for figure, other in zip(listed, told, strict=True):
                    figure.label = f"{other.label}{figure.label if figure.kind == RANK else ''}"


def _named(structure: Structure, found: Sequence[Figure]) -> list[Figure]:
    """Figures told without a number of their own: names whose parts are listed, and reported zeros."""
    taken = {figure.start for figure in found}
    told: list[Figure] = []
    for part in (*listed_names(structure), *zeros(structure)):
        sentence = next((s for s in structure.sentences if s.start <= part.start < s.end), None)
        if sentence is None or part.start in taken:
            continue
        clause = structure.clause(sentence, part.start)
        value = Decimal(part.value)
        told.append(
            Figure(value, part.unit, value, part.unit, COUNT, part.start, part.end, sentence, clause, part.label)
        )
    return told


def _place(structure: Structure, figure: Figure) -> None:
    """Scope, period and whether it is an aim, from the words around."""
    text, sentence = structure.text, figure.sentence
    behind = text[figure.end : figure.end + 6] if figure.attributive else ""
    own = text[figure.within[0] : figure.start] + (behind if _SCOPE.match(behind) else "")
    figure.scope = _scope(own)
    if not figure.scope and (wider := _scope(text[sentence.start : figure.start])) not in ("县区", "乡镇"):
        figure.scope = wider
    figure.period = _period(structure, text[sentence.start : figure.start])
    if _BEFORE_THIS.search(text[figure.within[0] : figure.start]) and figure.period.isdecimal():
        figure.period = str(int(figure.period) - 1)
    if figure.kind in (COUNT, RATE, MONEY):
        planned = any(_PLANNED.search(heading.title) for heading in structure.above(figure.start))
        rule = "/" in figure.unit and bool(figure.qualifier)
        aims = _AIMS.search(text[figure.within[0] : figure.start]) if planned else None
        if rule or planned or aims or figure.unit.endswith(("/人/年", "/任期")):
            figure.kind = TARGET


def _scope(words: str) -> str:
    last = ""
    for found in _SCOPE.finditer(words):
        if found["whole"] and re.match(r"(?:第|前|首|率先|位居)", words[found.end() :]):
            continue
        if found["own"]:
            last = re.sub(r"(部门|单位|机关)$", "", found["own"])
        else:
            if found["below"] and not (found["below"].startswith("各") or _SUBJECT.match(words, found.end())):
                continue
            last = "县区" if found["below"] and "县" in found["below"] else "乡镇" if found["below"] else found["whole"]
    return last


def _period(structure: Structure, words: str) -> str:
    years = list(_YEAR.finditer(words))
    own = years[-1] if years else None
    year = own[1] if own else str(structure.year or "")
    if not year:
        return ""
    half = "上半年" in words or bool(own and own["half"]) or (structure.half and year == str(structure.year))
    return f"{year}H1" if half else year
