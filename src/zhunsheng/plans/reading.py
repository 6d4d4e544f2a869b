"""读规划: the numbered structure of an official plan, its measures and the tasks inside them.

A heading that has text of its own and no numbered measures is a measure itself (the guarantees of most plans), and so is a
part of a plan that goes no deeper; a row of a table of responsibilities is one too, or says more of one read before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from zhunsheng.kernel.words import chinese_number
from zhunsheng.plans.cleaning import LOST, Doubt, Line, clean
from zhunsheng.plans.deadlines import due_in
from zhunsheng.plans.numbering import Kind, Mark, Role, mark_of, roles_in, value_of, with_plain_numbers
from zhunsheng.plans.responsible import NOTHING, Remark, cut_remarks
from zhunsheng.plans.tables import TableRow, cells_of, columns_of, is_rule, row_of
from zhunsheng.plans.tasks import Task, tasks_of
from zhunsheng.plans.wrapping import unwrapped

_REMARK = re.compile(r"^（[^（）]{1,20}）$|^(分享到|抄送|印发单位|责任编辑)")
_ELSEWHERE = re.compile(r"^(?:解读文章|相关(?:链接|阅读|解读|信息|文章|新闻|附件)|上一[篇条页]|下一[篇条页])")
"""Below these a web page leads to other papers."""
_ANNEX = re.compile(r"^附\s*[件表]\s*\d*[：:]?")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar)$", re.IGNORECASE)
_DATE = re.compile(
    r"^(?:20\d\d|二[〇○零\d一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日$"
)
_SIGNED = re.compile(r"^[\u4e00-\u9fff（）]{4,30}(?:政府|办公室|委员会|领导小组|局|办|厅|党委)$")
_TITLE = re.compile(
    r"(方案|规划|纲要|计划|要点|报告|安排|清单|分工|分工表|任务表|分解表|任务分解|台账|举措|行动|要求|意见|通知|任务)(（[^）]*）)*$"
)
_YEAR = re.compile(r"(20\d\d)年?(?:度)?")
_RANGE = re.compile(r"20\d\d年?\s*[-—－–~至到]\s*20\d\d")
_NO_MEASURE = re.compile(r"目标|思想|思路|原则|总体要求|情况|问题|不足|依据|意义|背景|概况|期限|步骤|附则|成效")
_NO_ORDERS = re.compile(
    r"^(?:总体|指导|工作|基本|主要|建设|发展|重要|重大|编制|制定)*(?:思想|思路|原则|目标|(?<=总体)要求|(?<=基本)要求|依据|意义|背景|概况)(?:[和与及、](?:总体|指导|工作|基本|主要)*(?:思想|思路|原则|目标|要求))*$"
)
"""Headings whose text says in what mind and to what end, and orders nothing."""
LONGEST_TITLE = 40
"""A first sentence that is longer is no title."""


@dataclass(slots=True)
class Part:
    """一、 a part of the plan; ``text`` is what stands in it before its first heading."""

    number: str
    title: str
    text: str = ""
    line: int = 0


@dataclass(slots=True)
class Heading:
    """（一） a heading of a part; ``text`` is what stands under it before its first measure."""

    part: str
    number: str
    title: str
    text: str = ""


@dataclass(slots=True)
class Measure:
    """One measure with the tasks in it; ``number`` is its own, or that of the heading or part it is the text of. ``last``:
    the last line of it; ``standard``: what the table of responsibilities wants of it."""

    part: str
    heading: str
    number: str
    title: str
    text: str = ""
    line: int = 0
    last: int = 0
    of_heading: bool = False
    standard: str = ""
    stated: Remark = field(default_factory=Remark)
    is_sentence: bool = False
    """Its title with the remark behind it is a whole sentence: a paragraph below it is another."""
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What was read from a plan; ``year`` where it is of one year."""

    title: str = ""
    year: int | None = None
    parts: list[Part] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_plan(source: str, part: str = "") -> Plan:
    """A plan read from its text. ``part``: only the parts whose number or title has this in it (the plan for the next year
    in a report)."""
    lines, doubts = clean("\n".join(with_plain_numbers(list(unwrapped(source.splitlines())))))
    plan = Plan(_title(lines))
    plan.year = _one_year(plan.title)
    reader = _Reader(plan, roles_in(mark.kind for line in lines if (mark := mark_of(line.text))))
    for line in lines:
        reader.take(line)
    reader.finish()
    if part:
        _keep(plan, part)
        plan.year = _one_year(plan.parts[0].title) if plan.parts else None
    for measure in plan.measures:
        measure.tasks = list(tasks_of(measure.title, measure.text, plan.year, measure.stated)) or _whole(measure)
    _without_goals(plan)
    plan.doubts = [*_of_parts(doubts, plan, part), *_doubts(plan)]
    return plan


def _one_year(title: str) -> int | None:
    """The year of a plan of one year; none of a plan of several."""
    years = set(_YEAR.findall(title))
    return int(years.pop()) if len(years) == 1 and not _RANGE.search(title) else None


def _whole(measure: Measure) -> list[Task]:
    """A measure for which somebody is named asks for something, whatever its words."""
    if not measure.stated:
        return []
    return [Task((measure.text or measure.title).strip("。")).under(measure.stated)]


class _Reader:
    """Takes the lines of a plan one by one and puts each where it belongs."""

    def __init__(self, plan: Plan, roles: Mapping[object, Role]) -> None:
        self.plan = plan
        self.roles = roles
        self.has_parts = Role.PART in roles.values()
        self.open: Part | Heading | Measure | None = None
        self.columns: Mapping[str, int] = {}
        self.row: TableRow | None = None
        self.said: dict[Role, Remark] = {}
        self.is_over = self.is_annex = self.lists_annexes = False

    def take(self, line: Line) -> None:
        if cells := cells_of(line.text):
            if not is_rule(cells) and not self.is_over:
                self._take_row(cells, line)
            return
        mark = mark_of(line.text)
        role = self.roles.get(mark.kind) if mark else None
        self.lists_annexes = self.lists_annexes and role is Role.MEASURE and "。" not in line.text
        self.is_over = self.is_over and role is not Role.PART
        if self.is_over or self.lists_annexes or _FILE.search(line.text):
            return
        self.row = None
        if self.columns and mark and role in (Role.PART, Role.HEADING):
            # A row as wide as the table names what stands below it in the table.
            is_known = any(part.number == mark.number for part in self.plan.parts)
            self._open(Role.HEADING if is_known else role, mark, line)
            return
        self.columns = {}
        if mark is None or role is None or role is Role.ITEM or not self._fits(role):
            is_item = mark is not None and role is Role.ITEM
            self._take_text(mark.rest if mark and is_item else line.text, line, is_item=is_item)
        else:
            self._open(role, mark, line)

    def _part(self) -> str:
        """The number of the part a line stands in; an annex stands in none."""
        return self.plan.parts[-1].number if self.plan.parts and not self.is_annex else ""

    def _fits(self, role: Role) -> bool:
        """Before the first part of a plan that has parts stand the numbers of a web page, not of the plan."""
        return role is Role.PART or not self.has_parts or bool(self.plan.parts)

    def _open(self, role: Role, mark: Mark, line: Line) -> None:
        plan = self.plan
        stated, bare = _stated(mark.rest, plan.year)
        title, rest = _split(bare)
        part = self._part()
        stated = self._under(role, stated)
        if role is Role.PART:
            self.is_annex = False
            self.open = Part(mark.number, title, rest, line.number)
            plan.parts.append(self.open)
        elif role is Role.HEADING:
            self.open = Heading(part, mark.number, title, rest)
            plan.headings.append(self.open)
            plan.measures.append(
                Measure(part, mark.number, _shown(mark), title, rest, line.number, line.number, True, stated=stated)
            )
        else:
            own = plan.headings[-1].number if plan.headings and plan.headings[-1].part == part else ""
            self.open = Measure(part, own, _shown(mark), title, rest, line.number, line.number, stated=stated)
            self.open.is_sentence = bare.endswith("。")
            plan.measures.append(self.open)

    def _under(self, role: Role, stated: Remark) -> Remark:
        """What is said of a line, with what its heading and part say of all below them where it says nothing itself."""
        if role is Role.PART:
            self.said = {Role.PART: stated}
            return stated
        above = self.said.get(Role.PART, NOTHING)
        if role is Role.HEADING:
            self.said[Role.HEADING] = stated.over(above)
            return self.said[Role.HEADING]
        return stated.over(self.said.get(Role.HEADING, above))

    def _take_text(self, text: str, line: Line, *, is_item: bool = False) -> None:
        if annex := _ANNEX.match(text):
            self.open, self.is_annex = None, True
            self.lists_annexes = mark_of(text[annex.end() :].strip()) is not None
        if _ELSEWHERE.match(text) and self.plan.measures:
            self.open, self.is_over = None, True
        if self.open is None or _REMARK.match(text):
            return
        if _DATE.match(text):
            self._sign_off()
            return
        holders: list[Part | Heading | Measure] = [self.open]
        if isinstance(self.open, Heading):
            holders.append(self.plan.measures[-1])
        for holder in holders:
            if isinstance(holder, Measure) and holder.is_sentence and holder.stated and not (holder.text or is_item):
                holder.text, holder.stated = _saying(holder.title, holder.stated), NOTHING
            holder.text = f"{holder.text}\n{text}" if holder.text else text
            if isinstance(holder, Measure):
                holder.last = line.number

    def _sign_off(self) -> None:
        """The line before the date is the name of whoever signed, and after it the plan is over."""
        open_ = self.open
        if open_ is not None:
            head, cut, last = open_.text.rpartition("\n")
            if cut and _SIGNED.match(last):
                open_.text = head
        self.open = None

    def _take_row(self, cells: Sequence[str], line: Line) -> None:
        if columns := columns_of(cells):
            self.columns, self.row = columns, None
            return
        if not self.columns:
            self._take_text("，".join(filter(None, cells)), line)
            return
        plan = self.plan
        row = row_of(cells, self.columns, self.row, plan.year)
        if not row.title:
            return
        same = self.row is not None and row.title == self.row.title
        self.row = row
        title, rest = _split(row.title)
        text = row.text or rest
        if same and plan.measures:
            self._say_more(plan.measures[-1], row, line)
            return
        known = next((m for m in plan.measures if _plain(m.title) == _plain(title)), None)
        if known is not None:
            known.stated = row.remark.over(known.stated)
            known.standard = known.standard or row.standard
            return
        part = self._part()
        heading = self._heading_called(part, row.heading)
        number = row.number or str(sum(m.part == part for m in plan.measures) + 1)
        measure = Measure(part, heading, number, title, text, line.number, line.number, False, row.standard, row.remark)
        plan.measures.append(measure)

    def _say_more(self, measure: Measure, row: TableRow, line: Line) -> None:
        """A further row of the same measure: what it asks for is said with its own remark."""
        if measure.stated and "\n" not in measure.text:
            measure.text = _saying(measure.text, measure.stated)
        measure.text = f"{measure.text}\n{_saying(row.text, row.remark)}"
        measure.last = line.number

    def _heading_called(self, part: str, title: str) -> str:
        """The heading a column of the table names, made where it is not there yet."""
        if not title:
            headings = self.plan.headings
            return headings[-1].number if headings and headings[-1].part == part else ""
        mark = mark_of(title)
        name = mark.rest if mark else title
        own = [heading for heading in self.plan.headings if heading.part == part]
        if found := next((heading for heading in own if heading.title == name), None):
            return found.number
        heading = Heading(part, mark.number if mark else chinese_number(len(own) + 1), name)
        self.plan.headings.append(heading)
        return heading.number

    def finish(self) -> None:
        """Headings without text of their own, or with measures under them, are no measures; parts that hold nothing but text
        are."""
        plan = self.plan
        over = {(m.part, m.heading) for m in plan.measures if not m.of_heading}
        said = [m.title for m in plan.measures]
        plan.measures = [
            m
            for m in plan.measures
            if not m.of_heading
            or ((m.part, m.heading) not in over and not _NO_ORDERS.match(m.title) and (m.text or self._orders(m, said)))
        ]
        filled = {m.part for m in plan.measures} | {h.part for h in plan.headings}
        for part in plan.parts:
            if part.text and part.number not in filled and not _NO_MEASURE.search(part.title):
                stated, title = _stated(part.title, plan.year)
                measure = Measure(
                    part.number, "", f"{part.number}、", title, part.text, part.line, part.line, stated=stated
                )
                plan.measures.append(measure)
        order = {part.number: place for place, part in enumerate(plan.parts)}
        plan.measures.sort(key=lambda m: (m.line, order.get(m.part, 0)))

    def _orders(self, measure: Measure, said: Sequence[str]) -> bool:
        """Whether a heading without text orders something: it says who, by when, or more than a name. The line of a table of
        contents, which stands again further down, does not, nor what a plan aims at."""
        part = next((part.title for part in self.plan.parts if part.number == measure.part), "")
        alone = bool(measure.stated) or "，" in measure.title or bool(due_in(measure.title).words)
        return alone and said.count(measure.title) == 1 and not _NO_MEASURE.search(part)


def _shown(mark: Mark) -> str:
    """A number as a reader knows it: 3, （三）, 三、, 第三条."""
    forms = {Kind.PART: "{}、", Kind.HEADING: "（{}）", Kind.ARTICLE: "第{}条"}
    return forms.get(mark.kind, "{}").format(mark.number)


def _stated(text: str, year: int | None) -> tuple[Remark, str]:
    """What a remark at the end of a line that is all title says, and the title without it. One within the text stays."""
    pieces = list(cut_remarks(text, year))
    title, remark = pieces[0] if pieces else (text, NOTHING)
    if not remark or "。" in title.rstrip("。"):
        return NOTHING, text
    if len(pieces) == 1:
        return remark, title
    follows = len(title) <= LONGEST_TITLE and pieces[1][0].startswith("。")
    return (remark, f"{title}{text[text.index('。') :]}") if follows else (NOTHING, text)


def _saying(text: str, remark: Remark) -> str:
    """A text with the remark of its row behind it, as plans write it."""
    named = (
        ("牵头单位", "、".join(remark.lead)),
        ("配合单位", "、".join(remark.joint)),
        ("完成时限", remark.due.words),
    )
    said = "；".join(f"{name}：{value}" for name, value in named if value)
    return f"{text.rstrip('。；')}（{said}）" if said else text


def _plain(title: str) -> str:
    return re.sub(r"[^\w]", "", title)


def _split(text: str) -> tuple[str, str]:
    """The title and what follows it in the same line: up to the first full stop. A long first sentence is text; what stands
    before its first comma names it."""
    title, stop, rest = text.partition("。")
    if len(title) > LONGEST_TITLE:
        return title.partition("，")[0][:LONGEST_TITLE], text
    return title.strip(), rest.strip() if stop else ""


def _title(lines: Sequence[Line]) -> str:
    """The last line before the first part that reads like the title of a plan; a plan without parts has it at the top."""
    named = ""
    for line in lines:
        mark = mark_of(line.text)
        if mark is not None and mark.kind != "measure":
            break
        text = re.sub(r"^关于印发《?(.+?)》?的通知$", r"\1", line.text)
        if len(text) <= 60 and _TITLE.search(text) and not text.endswith(("。", "：")):
            named = text.partition("：")[2].strip("《》") or text
    first = lines[0].text if lines and mark_of(lines[0].text) is None else ""
    if not named and _YEAR.search(first) and len(first) <= LONGEST_TITLE and not first.endswith(("。", "：")):
        return first  # called otherwise, but it stands at the top with its year
    return re.sub(r"^(?:名\s*称|标\s*题)\s+", "", named)


def _keep(plan: Plan, part: str) -> None:
    kept = {p.number for p in plan.parts if part == p.number or part in p.title}
    plan.parts = [p for p in plan.parts if p.number in kept]
    plan.headings = [h for h in plan.headings if h.part in kept]
    plan.measures = [m for m in plan.measures if m.part in kept]


def _without_goals(plan: Plan) -> None:
    """A part of plain text in which nothing is asked of anybody is no measure, nor is a word an annex explains."""
    plan.measures = [
        m for m in plan.measures if m.tasks or not (m.number.endswith("、") or (plan.parts and not m.part))
    ]


def _of_parts(doubts: Sequence[Doubt], plan: Plan, part: str) -> Iterator[Doubt]:
    """The doubts of the cleaning, said of the measure where they lie in one; of a part alone those that lie in it."""
    for doubt in doubts:
        place = int(doubt.where.strip("第行"))
        within = next((m for m in reversed(plan.measures) if m.line <= place and LOST in f"{m.title}{m.text}"), None)
        if within is not None and LOST in doubt.text:
            yield Doubt(f"{doubt.where}，措施{within.number}", doubt.text)
        elif not part:
            yield doubt


def _doubts(plan: Plan) -> Iterator[Doubt]:
    """What a person should look at: numbers that jump, measures in which no task was found, days without a year, no parts."""
    if not plan.parts and not plan.measures:
        yield Doubt("全文", "没有找到“一、”“第一条”“1.”这样的编号，请核对文件")
    elif not plan.parts:
        yield Doubt("全文", "没有找到“一、”这样编号的部分，措施按所见编号读出，请核对")
    for name, numbers in (("部分", [p.number for p in plan.parts]), *_headings_by_part(plan)):
        yield from _jumps(name, [value_of(number) for number in numbers])
    for part in [part.number for part in plan.parts] or [""]:
        counted = [value_of(m.number.strip("第条（）、")) for m in plan.measures if m.part == part and not m.of_heading]
        yield from _jumps(f"第{part}部分的措施" if part else "措施", [number for number in counted if number])
    for heading in plan.headings:
        own = [m for m in plan.measures if (m.part, m.heading) == (heading.part, heading.number)]
        if heading.text and any(not measure.of_heading for measure in own):
            yield Doubt(f"标题（{heading.number}）{heading.title}", "标题下有引导语，未列为措施；其中有任务的请补上")
    for measure in plan.measures:
        where = f"措施{measure.number} {measure.title}"
        if not measure.tasks:
            yield Doubt(where, "没有读出任务，请核对")
        for task in measure.tasks:
            if (
                task.due
                and not task.due_on
                and re.search(r"\d月|[上下]半年|季度[前内底末]|年底前|年内", task.due)
                and "每" not in task.due
            ):
                yield Doubt(where, f"期限没有写年份，请补上：{task.due}")


def _headings_by_part(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    for part in plan.parts:
        yield f"第{part.number}部分的标题", [h.number for h in plan.headings if h.part == part.number]


def _jumps(name: str, numbers: Sequence[int]) -> Iterator[Doubt]:
    """Numbers go on by one, or begin anew under another heading."""
    for before, after in pairwise(numbers):
        if after not in (before + 1, 1):
            yield Doubt(name, f"编号从 {before} 到 {after}，可能漏读或者原文缺号")
