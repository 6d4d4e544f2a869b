"""责任: who leads and who cooperates, by when, where a plan says it in a remark: （牵头单位：…；配合单位：…；完成时限：…）, （司法局牵头，各街道配合）.

A remark speaks of what stands before it, back to the remark before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhunsheng.plans.deadlines import Due, due_in, due_stated, stands

_OPEN, _CLOSE = "（(〔[【", "）)〕]】"
_NAME = r"(?:单位|部门|机关|司局|厅局|处室|科室|股室|股|科所|街道|主体|领导|人)?"
LEADS = re.compile(rf"^(?:牵头|责任|主办|承办|主责|实施|负责|落实|牵头责任|责任落实){_NAME}(?:及责任人)?$")
JOINS = re.compile(rf"^(?:配合|指导|督导|协办|协同|参与|参加|协助|会办|责任配合){_NAME}$")
DUES = re.compile(
    r"^(?:完成|办结|办理|实施|落实|整改)?(?:时限|时间|期限|时间节点|时限要求|进度安排|进度要求|时间要求|完成时间节点)$"
)
_LABEL = re.compile(
    r"(?P<label>[\u4e00-\u9fff]{2,9}?)[：:](?P<value>[^。]*?)(?=[；;。，,\s]*(?:(?:牵头|责任|主办|承办|配合|指导|督导|协办|协同|参与|参加|完成|办结|办理|实施|落实|整改|时限|时间)[\u4e00-\u9fff]{0,7})[：:]|。|$)"
)
_VERBS = re.compile(
    r"^(?P<organs>.+?)(?P<verb>(?:按照?)?(?:各自)?职责(?:分工)?(?:分别|共同)?(?:负责|落实|推进)|分工负责|分别(?:负责|牵头|落实)|共同(?:负责|牵头|落实)|具体负责|总牵头|牵头(?:负责|推进|落实|实施|组织实施|抓总)?|主办|负责落实|负责|组织实施|落实|配合(?:落实|推进|实施)?|协办|协助|参与|参加)$"
)
_MONTHS = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月(?:份|底|[上中下]旬|\d{1,2}日)?(?:[、，至—－–-]+|$))*(?:20\d\d年)?\d{1,2}月(?:份|底|[上中下]旬|\d{1,2}日)?前?"
)
"""A bracket with nothing but months in it says when: （6月、11月）."""
_HEADS = re.compile(r"^(?:牵头|主办|主责)")
_HEADING = re.compile(r"（牵头[^）]{0,4}）$")
PERSONS = re.compile(r"(?:领导|人)$")
"""Labels behind which persons may stand, who are no organs."""
_PARTING = re.compile(r"[、，,；;\s]+")
_JOINING = ("配合", "配合落实", "配合推进", "配合实施", "协办", "协助", "参与", "参加")


@dataclass(frozen=True, slots=True)
class Remark:
    """What one remark says."""

    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    due: Due = field(default_factory=Due)

    def __bool__(self) -> bool:
        return bool(self.lead or self.joint or self.due.words)

    def over(self, other: Remark) -> Remark:
        """This remark, with what it leaves open taken from another."""
        return Remark(self.lead or other.lead, self.joint or other.joint, self.due if self.due.words else other.due)


NOTHING = Remark()


def remark_in(text: str, year: int | None = None) -> Remark:
    """What a remark says, without its brackets; nothing where it is an ordinary aside."""
    text = text.strip().strip("。；")
    if labelled := [m for m in _LABEL.finditer(text) if _kind(m["label"])]:
        lead: list[str] = []
        joint: list[str] = []
        due = Due()
        led = any(_HEADS.match(found["label"]) for found in labelled)
        said = text[: labelled[0].start()].strip("，；。 ")
        before = _said(said, year) or _bare(said, year)  # （市司法局、市财政局；完成时限：10月底）
        lead += before.lead
        joint += before.joint
        for found in labelled:
            kind = _kind(found["label"])
            if kind == "due":
                due = due_stated(found["value"], year)
                continue
            told = _said(found["value"], year)
            if told.lead or told.joint:  # 责任单位：司法局牵头，各街道配合
                lead += told.lead
                joint += told.joint
                continue
            pieces = [(piece, _when(piece, year)) for piece in _pieces(found["value"])]
            due = next((when for _piece, when in pieces if when), due)  # 责任单位：市司法局；长期坚持
            own_value, together = _with_others("、".join(piece for piece, when in pieces if not when))
            organs = organs_in(own_value)
            joint += together
            if heads := [_HEADING.sub("", name) for name in organs if _HEADING.search(name)]:  # 人事股（牵头）、法规股
                lead += heads
                joint += [name for name in organs if not _HEADING.search(name)]
                continue
            if PERSONS.search(found["label"]):
                organs = [name for name in organs if reads_like_organ(name)]
            # Where one leads, those who are responsible beside it carry it out with it.
            own = kind == "lead" and (not led or _HEADS.match(found["label"]))
            (lead if own else joint).extend(organs)
        return Remark(tuple(lead), tuple(joint), due)
    return _said(text, year)


def _kind(label: str) -> str:
    return next((kind for kind, names in (("lead", LEADS), ("joint", JOINS), ("due", DUES)) if names.match(label)), "")


def _said(text: str, year: int | None) -> Remark:
    """A remark in a sentence: 区司法局牵头，各街道配合，2022年12月底前完成."""
    if _MONTHS.fullmatch(text):
        return Remark(due=due_stated(text, year))
    told: list[tuple[str, list[str]]] = []
    lead: list[str] = []
    joint: list[str] = []
    due = Due()
    waiting = ""
    for piece in _pieces(text):
        if found := _VERBS.match(f"{waiting}{piece}"):
            leading, together = _with_others(found["organs"])
            organs = organs_in(leading)
            if not all(map(reads_like_organ, organs)):
                return NOTHING
            told.append((found["verb"], organs))
            joint += together
            waiting = ""
        elif when := _when(piece, year):
            due = when
        else:
            waiting = f"{waiting}{piece}、"
    if waiting and not told:
        return NOTHING
    led = any("牵头" in verb for verb, _organs in told)
    for verb, organs in told:
        # Where one leads, those who are responsible beside it carry it out with it.
        (joint if verb in _JOINING or (led and "牵头" not in verb) else lead).extend(organs)
    joint += organs_in(waiting) if lead else []
    return Remark(tuple(lead), tuple(joint), due)


def _when(piece: str, year: int | None) -> Due | None:
    """What a piece says that says nothing but when; None where it says more."""
    if standing := stands(piece):
        return Due(standing)
    due = due_in(piece, year)
    return due if due.words and len(piece) <= len(due.words) + 8 else None


def _with_others(text: str) -> tuple[str, list[str]]:
    """司法局会同各部门: who does it, and with whom."""
    own, _, others = text.partition("会同")
    return (own, organs_in(others)) if own.strip() else (text, [])


_NAMED = re.compile(
    r"^(?:[\u4e00-\u9fff（）、]{1,14}(?:局|委|办|厅|院|政府|部|部门|单位|街道|乡镇|中心|办公室|办事处|委员会|大队|县区|区县|市县|县（市、区）|处|科|股|处室|科室|股室|学校|(?:司法|派出|监管|财政|自然资源)所|(?:大|支|中|执法)队|村（社区）|社区)|办公室|司法所|派出所|村（社区）)$"
)


def _bare(text: str, year: int | None) -> Remark:
    """A bracket at the end of a sentence with nothing but names of organs in it, and by when: （县司法局、县财政局；年内完成）."""
    pieces = [(piece, _when(piece, year)) for piece in _pieces(text)]
    own, together = _with_others("、".join(piece for piece, when in pieces if when is None))
    names = organs_in(own)
    due = next((when for _piece, when in pieces if when), Due())
    return Remark(tuple(names), tuple(together), due) if names and all(map(_NAMED.match, names)) else NOTHING


def _pieces(text: str) -> Iterator[str]:
    """A text cut at commas and semicolons that stand in no bracket."""
    depth, piece = 0, ""
    for character in text:
        depth += (character in _OPEN) - (character in _CLOSE)
        if character in "，,；;" and depth <= 0:
            yield piece.strip()
            piece = ""
        else:
            piece += character
    if piece.strip():
        yield piece.strip()


_ORGAN_LIKE = re.compile(
    r"(?:局|委|办|厅|院|府|部|部门|机关|单位|街道|乡镇|镇|乡|中心|组|会|所|队|馆|站|室|股|公司|校|区|县|市|州|处|科|委员会|办公室|司|社|台|联|党组|党委|支行|银行|以上|[）)])$"
)


def reads_like_organ(name: str) -> bool:
    return _ORGAN_LIKE.search(name) is not None and len(name) <= 40


_BESIDE = re.compile(r"以及|及|会同|联合|等(?=有关|相关|各|部门|单位)|和(?=各|有关|相关|其他|[省市州县区镇乡])")
"""Parts two names where an organ stands on both sides of it: 住房和城乡建设局 is one."""
_TOGETHER = re.compile(r"各[省市州县区](?:、[市州县区旗](?=、|（|人民政府|政府|$|[，；。]))+")
"""各市、县人民政府 is one name."""
_HELD = "\0"
_ROUND = str.maketrans("〔〕", "（）")
_NOTED = re.compile(r"（(?:除|注|列)[^）]*）")
"""What a bracket behind a list says of the list."""


def organs_in(text: str) -> list[str]:
    """The organs of a list of names, 、 between them; brackets stay with their name: 各县（市、区）."""
    found, depth, name = [], 0, ""
    for character in _TOGETHER.sub(lambda many: many[0].replace("、", _HELD), _NOTED.sub("", _round(text.strip()))):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth <= 0 and _PARTING.fullmatch(character):
            found.append(name)
            name = ""
        else:
            name += character
    names = [part.replace(_HELD, "、").strip("。：: 等") for part in (*found, name)]
    return list(
        dict.fromkeys(
            name for one in names for name in _beside(one) if re.search(r"\w", name) and name not in ("各", "和", "无")
        )
    )


def _round(text: str) -> str:
    """各县〔市、区〕 within a bracket is 各县（市、区）."""
    return text.translate(_ROUND)


def _beside(name: str) -> list[str]:
    """市级有关部门及各县区政府 as the two it is."""
    parts = _BESIDE.split(name)
    return parts if all(map(reads_like_organ, parts)) else [name]


def cut_remarks(text: str, year: int | None = None) -> Iterator[tuple[str, Remark]]:
    """A text in pieces, each with the remark that stands behind it; the brackets of a remark are left out."""
    start = position = 0
    kept = ""
    while position < len(text):
        if text[position] in _OPEN:
            end = _closing(text, position)
            inner = text[position + 1 : end]
            remark = remark_in(inner, year) if end > position else NOTHING
            if not remark and (end + 1 == len(text) or text[end + 1] in "。；\n"):
                remark = _bare(inner, year)
            if remark:
                yield kept + text[start:position], remark
                kept, start = "", end + 1
                position = end + 1
                continue
            position = max(end, position) + 1
        else:
            position += 1
    if rest := kept + text[start:]:
        yield from _labels_behind(rest, year)


def _labels_behind(text: str, year: int | None) -> Iterator[tuple[str, Remark]]:
    """A text in pieces, each with what 责任单位： and the like say behind it, without brackets, up to the full stop."""
    start = 0
    for found in _BEHIND.finditer(text):
        label = _LABEL.match(text, found.end())
        if found.start() < start or label is None or not _kind(label["label"]):
            continue
        end = found.end()
        while (label := _LABEL.match(text, end)) is not None and _kind(label["label"]):
            end = text.find("。", end) + 1 or len(text)
        if remark := remark_in(text[found.end() : end], year):
            yield text[start : found.end()].rstrip("，, 　\t"), remark
            start = end
    if text[start:]:
        yield text[start:], NOTHING


def _closing(text: str, position: int) -> int:
    """Where the bracket opened here closes; the same place where it never does."""
    depth = 0
    for place in range(position, len(text)):
        depth += (text[place] in _OPEN) - (text[place] in _CLOSE)
        if depth == 0:
            return place
    return position


_BEHIND = re.compile(r"[。；;，,]\s*|[\s　]+")


def labelled_lines(lines: Sequence[str], year: int | None = None) -> Iterator[tuple[str, Remark]]:
    """The lines, those of their own with 责任单位： and the like put together with those below them and read as one remark."""
    labels: list[str] = []
    for line in lines:
        if labelled_line(line, year):
            labels.append(_unbracketed(line))
            continue
        if labels:
            yield "", remark_in("；".join(labels), year)
            labels = []
        yield line, NOTHING
    if labels:
        yield "", remark_in("；".join(labels), year)


def labelled_line(text: str, year: int | None = None) -> Remark:
    """What a line of its own says that begins with 责任单位： or the like; nothing where it does not."""
    text = _unbracketed(text)
    begins = _LABEL.match(text)
    return remark_in(text, year) if begins is not None and _kind(begins["label"]) else NOTHING


def _unbracketed(line: str) -> str:
    """A line without the brackets around the whole of it: not those of 各乡镇（街道） at its end."""
    text = line.strip().rstrip("。；")
    return text[1:].rstrip(_CLOSE) if text[:1] in _OPEN and _closing(text, 0) in (0, len(text) - 1) else text
