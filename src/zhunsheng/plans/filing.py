"""归位: the lines of a plan taken one by one, each put where it belongs: a part, a heading, a measure, the text of one, a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from zhunsheng.kernel.words import chinese_number
from zhunsheng.plans.cleaning import SourceLine
from zhunsheng.plans.deadlines import due_in
from zhunsheng.plans.numbering import Kind, Mark, Role, mark_of
from zhunsheng.plans.outline import Heading, Measure, Part, Piece, Plan
from zhunsheng.plans.responsible import NOTHING, Remark
from zhunsheng.plans.tables import TableRow, cells_of, columns_of, is_rule, row_of
from zhunsheng.plans.tasks import asks
from zhunsheng.plans.titles import split, stated_behind

_ASIDE = re.compile(r"^（[^（）]{1,20}）$|^(分享到|抄送|印发单位|责任编辑)")
_ELSEWHERE = re.compile(r"^(?:解读文章|相关(?:链接|阅读|解读|信息|文章|新闻|附件)|上一[篇条页]|下一[篇条页])")
"""Below these a web page leads to other papers."""
_ANNEX = re.compile(r"^附\s*[件表]\s*\d*[：:]?")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar)$", re.IGNORECASE)
_DATE = re.compile(
    r"^(?:20\d\d|二[〇○零\d一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日$"
)
_SIGNED = re.compile(r"^[\u4e00-\u9fff（）]{4,30}(?:政府|办公室|委员会|领导小组|局|办|厅|党委)$")
_NO_MEASURE = re.compile(r"目标|思想|思路|原则|总体要求|情况|问题|不足|依据|意义|背景|概况|期限|步骤|附则|成效")
_NO_ORDERS = re.compile(
    r"^(?:总体|指导|工作|基本|主要|建设|发展|重要|重大|编制|制定)*(?:思想|思路|原则|目标|(?<=总体)要求|(?<=基本)要求|依据|意义|背景|概况)(?:[和与及、](?:总体|指导|工作|基本|主要)*(?:思想|思路|原则|目标|要求))*$"
)
"""Headings whose text says in what mind and to what end, and orders nothing."""
_SHOWN = {Kind.PART: "{}、", Kind.HEADING: "（{}）", Kind.ARTICLE: "第{}条"}
"""A number as a reader knows it: 3, （三）, 三、, 第三条."""


class Filing:
    """Fills a plan line by line; ``finish`` makes measures of what turned out to have none below it."""

    def __init__(self, plan: Plan, roles: Mapping[object, Role]) -> None:
        self.plan = plan
        self.roles = roles
        self.has_parts = Role.PART in roles.values()
        self.open: Piece | None = None
        self.columns: Mapping[str, int] = {}
        self.row: TableRow | None = None
        self.is_over = self.is_annex = self.lists_annexes = False

    def take(self, line: SourceLine) -> None:
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
            self._begin(Role.HEADING if is_known else role, mark, line)
            return
        self.columns = {}
        if mark is None or role is None or role is Role.ITEM or not self._fits(role):
            is_item = mark is not None and role is Role.ITEM
            self._take_text(mark.rest if mark and is_item else line.text, line, is_item=is_item)
        else:
            self._begin(role, mark, line)

    def _fits(self, role: Role) -> bool:
        """Before the first part of a plan that has parts stand the numbers of a web page, not of the plan."""
        return role is Role.PART or not self.has_parts or bool(self.plan.parts)

    # --- numbered lines ------------------------------------------------------------------------------------------------

    def _begin(self, role: Role, mark: Mark, line: SourceLine) -> None:
        plan = self.plan
        stated, bare = stated_behind(mark.rest, plan.year)
        title, rest = split(bare)
        shown = _SHOWN.get(mark.kind, "{}").format(mark.number)
        if role is Role.PART:
            self.is_annex = False
            self.open = Part(mark.number, title, rest, line.number, line.number, stated)
            plan.parts.append(self.open)
            return
        told = (title, rest, line.number, line.number, stated.over(self._said_above(role)))
        if role is Role.HEADING:
            self.open = Heading(mark.number, *told, part=self._part(), shown=shown)
            plan.headings.append(self.open)
        else:
            heading = self._heading()
            self.open = Measure(shown, *told, part=self._part(), heading=heading.number if heading else "")
            self.open.is_sentence = bare.endswith("。")
            plan.measures.append(self.open)

    def _part(self) -> str:
        """The number of the part a line stands in; an annex stands in none."""
        return self.plan.parts[-1].number if self.plan.parts and not self.is_annex else ""

    def _heading(self) -> Heading | None:
        """The heading a measure stands under."""
        last = self.plan.headings[-1] if self.plan.headings else None
        return last if last is not None and last.part == self._part() else None

    def _said_above(self, role: Role) -> Remark:
        """What its heading and its part say of all below them."""
        if role is Role.MEASURE and (heading := self._heading()) is not None:
            return heading.stated
        return self.plan.parts[-1].stated if self._part() else NOTHING

    # --- text ----------------------------------------------------------------------------------------------------------

    def _take_text(self, text: str, line: SourceLine, *, is_item: bool = False) -> None:
        if annex := _ANNEX.match(text):
            self.open, self.is_annex = None, True
            self.lists_annexes = mark_of(text[annex.end() :].strip()) is not None
        if _ELSEWHERE.match(text) and (self.plan.measures or self.plan.headings):
            self.open, self.is_over = None, True
        piece = self.open
        if piece is None or _ASIDE.match(text):
            return
        if _DATE.match(text):
            self._sign_off(piece)
            return
        begins = isinstance(piece, Measure) and piece.is_sentence and not (piece.text or is_item)
        if begins and (piece.stated or asks(piece.title)):
            piece.text, piece.stated = _saying(piece.title, piece.stated), NOTHING
        piece.text = f"{piece.text}\n{text}" if piece.text else text
        piece.last = line.number

    def _sign_off(self, piece: Piece) -> None:
        """The line before the date is the name of whoever signed, and after it the plan is over."""
        head, cut, last = piece.text.rpartition("\n")
        if cut and _SIGNED.match(last):
            piece.text = head
        self.open = None

    # --- rows of a table of responsibilities -----------------------------------------------------------------------------

    def _take_row(self, cells: Sequence[str], line: SourceLine) -> None:
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
        title, rest = split(row.title)
        if same and plan.measures:
            self._say_more(plan.measures[-1], row, line)
            return
        read: list[Piece] = [*plan.measures, *plan.headings]
        known = next((piece for piece in read if _plain(piece.title) == _plain(title)), None)
        if known is not None:
            known.stated = row.remark.over(known.stated)
            known.standard = known.standard or row.standard
            return
        part = self._part()
        measure = Measure(
            row.number or str(sum(m.part == part for m in plan.measures) + 1), title, row.text or rest, line.number,
            line.number, row.remark, row.standard, part, self._heading_called(row.heading),
        )  # fmt: skip
        plan.measures.append(measure)

    def _say_more(self, measure: Measure, row: TableRow, line: SourceLine) -> None:
        """A further row of the same measure: what it asks for is said with its own remark."""
        if measure.stated and "\n" not in measure.text:
            measure.text = _saying(measure.text, measure.stated)
        measure.stated = NOTHING if row.is_alone else measure.stated
        measure.text = f"{measure.text}\n{_saying(row.text, row.remark)}"
        measure.last = line.number

    def _heading_called(self, title: str) -> str:
        """The number of the heading a column of the table names, made where it is not there yet."""
        if not title:
            heading = self._heading()
            return heading.number if heading else ""
        mark, part = mark_of(title), self._part()
        name = mark.rest if mark else title
        own = [heading for heading in self.plan.headings if heading.part == part]
        found = next((heading for heading in own if heading.title == name), None)
        if found is None:
            found = Heading(mark.number if mark else chinese_number(len(own) + 1), name, part=part)
            self.plan.headings.append(found)
        return found.number

    # --- at the end ------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """A heading with text and no measures below it is a measure itself, and so is a part that goes no deeper."""
        plan = self.plan
        over = {(measure.part, measure.heading) for measure in plan.measures}
        names = [piece.title for piece in (*plan.headings, *plan.measures)]
        aims = {part.number for part in plan.parts if _NO_MEASURE.search(part.title)}
        for heading in plan.headings:
            if (heading.part, heading.number) in over or _NO_ORDERS.match(heading.title):
                continue
            # The line of a table of contents stands again further down.
            orders = _says_more(heading) and names.count(heading.title) == 1 and heading.part not in aims
            if heading.text or orders:
                plan.measures.append(_as_measure(heading, heading.shown, heading.part, heading.number))
        filled = {measure.part for measure in plan.measures} | {heading.part for heading in plan.headings}
        titles = [part.title for part in plan.parts]
        for part in plan.parts:
            orders = asks(part.title) and titles.count(part.title) == 1
            if part.number not in filled and (part.number not in aims if part.text else orders):
                plan.measures.append(_as_measure(part, f"{part.number}、", part.number))
        order = {part.number: place for place, part in enumerate(plan.parts)}
        plan.measures.sort(key=lambda measure: (measure.line, order.get(measure.part, 0)))


def _as_measure(piece: Piece, number: str, part: str, heading: str = "") -> Measure:
    """A heading or part as the measure it is."""
    told = (piece.title, piece.text, piece.line, piece.last, piece.stated, piece.standard)
    return Measure(number, *told, part, heading, of_heading=bool(heading))


def _says_more(piece: Piece) -> bool:
    """Whether a title says more than a name: who, by when, or more than one thing."""
    return bool(piece.stated) or "，" in piece.title or bool(due_in(piece.title).words)


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
