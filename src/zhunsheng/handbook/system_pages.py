"""The reference of one system: everything its declarations say, in one language, as a page to be printed for a lawyer."""

from __future__ import annotations

from collections.abc import Iterable

from zhunsheng.catalogue.explaining import Explained, LimitTold, Step, explain
from zhunsheng.catalogue.explaining_bodies import BodyTold, explain_body
from zhunsheng.catalogue.explaining_figures import figures_of, relations_of
from zhunsheng.catalogue.explaining_lists import ListTold, explain_list, field_told
from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.loading import System
from zhunsheng.catalogue.matrix import BY_LAW, matrix_of
from zhunsheng.catalogue.wording import Citation, listed
from zhunsheng.handbook.markdown import bullets, code, page, plain, table
from zhunsheng.kernel.compiled import CompiledProcedure
from zhunsheng.kernel.words import Words

STEP, STATE, ROLE, LIMIT, PAPER = (
    Words("环节", "Step"), Words("状态", "State"), Words("角色", "Role"), Words("期限", "Limit"), Words("文书", "Paper"),
)  # fmt: skip
GROUND, FIGURE, UNIT = Words("依据", "Ground"), Words("指标", "Figure"), Words("计量单位", "Unit")


class SystemPage:
    """Writes the page of a system in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, words: Words) -> str:
        return plain(words.within(self.language))

    def t(self, zh: str, en: str) -> str:
        return Words(zh, en).within(self.language)

    def named(self, label: Words, text: str) -> str:
        return f"{label.zh}：{text}" if self.language == "zh" else f"{label.en}: {text}"

    def cited(self, cited: Citation) -> str:
        return f"〔{self.say(cited.words)}〕" if self.language == "zh" else f"({self.say(cited.words)})"

    def text(self, system: System) -> str:
        """The whole page."""
        lines = [
            f"# {self.say(system.name)}",
            "",
            f"{code(system.slug)} · {self.say(FIELDS_OF_WORK[system.field_of_work])}",
            "",
        ]
        newest_first = sorted(system.compiled, reverse=True)
        for index, version in enumerate(newest_first):
            told = explain(system, system.compiled[version])
            lines += self.procedure(told) if index == 0 else self.earlier(told)
        for declared in system.registers[-1:]:
            lines += self.register(explain_list(system, declared))
        for body in reversed(system.bodies):
            lines += self.body(explain_body(system.body_on(body.in_force.from_)))
        lines += self.figures(system)
        return page(lines)

    # --- a procedure ---------------------------------------------------------------------------------------------

    def procedure(self, told: Explained) -> Iterable[str]:
        """The newest version in full."""
        procedure = told.compiled.procedure
        yield from self._head(told.compiled)
        if procedure.description:
            yield from (self.say(procedure.description.words), "")
        yield from (f"## {self.t('角色', 'Roles')}", "")
        yield from table(
            [ROLE.within(self.language), self.t("环节", "Steps")],
            [(f"{code(key)} {self.say(words)}", self.say(listed(steps)))
             for key, (words, steps) in zip(procedure.roles, told.roles, strict=True)],
        )  # fmt: skip
        yield from (f"## {self.t('状态', 'States')}", "")
        yield from table(
            [STATE.within(self.language), self.t("可以办的环节", "Steps that may be taken")],
            [(f"{code(key)} {self.say(words)}{self.t('（终结）', ' (final)') if final else ''}", self.say(listed(steps)))
             for key, words, final, steps in told.states],
        )  # fmt: skip
        yield from (f"## {self.t('环节', 'Steps')}", "")
        for step in told.steps:
            yield from self.step(step)
        yield from self.matrix(told.compiled)
        yield from self.limits(told)
        yield from self.papers(told)
        if told.outcomes:
            yield from (f"## {self.t('结果', 'Outcomes')}", "")
            yield from bullets(
                f"{code(key)} {self.say(words)}{self.cited(cited) if cited else ''}"
                for key, (words, cited) in zip(procedure.outcomes, told.outcomes, strict=True)
            )
        yield from (f"## {self.t('填写的内容', 'Fields')}", "")
        fields = {key: field_told(field) for key, field in told.compiled.all_fields.items()}
        yield from table(
            [self.t("内容", "Field"), self.t("形式", "Form"), self.t("说明", "Remark")],
            [(f"{code(key)} {self.say(field.name)}", self.say(field.kind), self.say(field.hint) if field.hint else "")
             for key, field in fields.items()],
        )  # fmt: skip

    def _head(self, compiled: CompiledProcedure) -> Iterable[str]:
        in_force = compiled.procedure.in_force
        until = self.t(f" 至 {in_force.until}", f" to {in_force.until}") if in_force.until else ""
        yield self.t(
            f"适用于 {in_force.from_}{until or ' 起'}开始的案件。", f"For cases begun from {in_force.from_}{until} on." if not until
            else f"For cases begun from {in_force.from_}{until}.",
        )  # fmt: skip
        yield ""

    def step(self, step: Step) -> Iterable[str]:
        """One step with all that belongs to it."""
        yield from (f"### {self.say(step.name)}", "")
        before = self.say(listed(step.before)) if step.before else self.t("开始一件案件", "opens a case")
        after = self.say(step.after) if step.after else self.t("状态不变", "the state stays")
        by = self.say(listed(step.by)) if step.by else self.t("由法律规定自动发生", "takes place by law")
        lines = [
            f"{code(step.key)} {self.cited(step.cited)}",
            f"{before} → {after}",
            self.named(Words("谁办", "By"), by),
        ]
        if step.hint:
            lines.append(self.say(step.hint))
        if step.condition:
            lines.append(self.named(Words("只适用于", "Applies only where"), self.say(step.condition)))
        lines += [
            self.named(Words("不予办理的理由", "Refused where"), f"{self.say(demand.words)}{self.cited(demand.cited)}")
            for demand in step.demands
        ]
        for label, names in (
            (Words("必填", "To be filled in"), step.asks), (Words("选填", "May be filled in"), step.may_fill),
            (Words("结果", "Outcome"), step.outcomes), (Words("出具", "Issues"), step.papers),
        ):  # fmt: skip
            if names:
                lines.append(self.named(label, self.say(listed(names))))
        lines += [self.say(effect) for effect in step.effects]
        yield from bullets(lines)

    def matrix(self, compiled: CompiledProcedure) -> Iterable[str]:
        """Role × state × step."""
        matrix = matrix_of(compiled)
        yield from (f"## {self.t('谁在什么状态可以办什么', 'Who may do what in which state')}", "")
        marks = [f"{mark} {self.say(role)}" for mark, role in matrix.roles]
        marks.append(f"{BY_LAW} {self.t('由法律规定自动发生', 'takes place by law')}")
        yield from ("　".join(marks), "")
        yield from table(
            [STEP.within(self.language), *(self.say(state) for state in matrix.states)],
            [(self.say(step), *cells) for step, cells in matrix.rows],
        )

    def limits(self, told: Explained) -> Iterable[str]:
        if told.limits:
            yield from (f"## {self.t('期限', 'Limits')}", "")
        for limit in told.limits:
            yield from self.limit(limit)

    def limit(self, limit: LimitTold) -> Iterable[str]:
        known = f" {code(limit.law_id)}" if limit.law_id else ""
        yield from (f"### {self.say(limit.name)}", "")
        yield from bullets([
            f"{self.say(limit.length)}{self.cited(limit.cited)}{known}", *(self.say(sentence) for sentence in limit.sentences),
        ])  # fmt: skip

    def papers(self, told: Explained) -> Iterable[str]:
        if told.papers:
            yield from (f"## {self.t('文书', 'Papers')}", "")
        yield from table(
            [PAPER.within(self.language), self.t("哪个环节出具", "Issued by"), self.t("文号", "Number"), GROUND.within(self.language)],
            [(self.say(paper.name), self.say(listed(paper.steps)), code(paper.number) if paper.number else "",
              self.say(paper.cited.words)) for paper in told.papers],
        )  # fmt: skip

    def earlier(self, told: Explained) -> Iterable[str]:
        """An earlier version: what a lawyer asks of it first, its steps and limits with their articles."""
        procedure = told.compiled.procedure
        yield from (f"## {self.t(f'{told.compiled.version} 的版本', f'The version of {told.compiled.version}')}", "")
        yield from self._head(told.compiled)
        yield from table(
            [STEP.within(self.language), STATE.within(self.language), self.t("谁办", "By"), GROUND.within(self.language)],
            [(self.say(step.name),
              f"{self.say(listed(step.before)) or '—'} → {self.say(step.after) if step.after else '—'}",
              self.say(listed(step.by)) or BY_LAW, self.say(step.cited.words)) for step in told.steps],
        )  # fmt: skip
        yield from table(
            [LIMIT.within(self.language), self.t("长度", "Length"), GROUND.within(self.language)],
            [(self.say(limit.name), self.say(limit.length), self.say(limit.cited.words)) for limit in told.limits],
        )
        if procedure.papers:
            yield from (self.named(Words("文书", "Papers"), self.say(listed(p.name for p in told.papers))), "")

    # --- a list and figures --------------------------------------------------------------------------------------

    def register(self, told: ListTold) -> Iterable[str]:
        declared = told.declared
        yield from (f"## {self.t('清单', 'List')}", "")
        if declared.description:
            yield from (self.say(declared.description.words), "")
        lines = [
            self.named(GROUND, self.say(told.cited.words)),
            self.named(Words("拟订变更", "Changes prepared by"), self.say(listed(told.editors))),
            self.named(Words("审定", "Approved by"), self.say(listed(told.approvers))),
        ]
        if told.compared:
            lines.append(
                self.named(Words("与上级清单比对", "Compared with the list above"), self.say(listed(told.compared)))
            )
        for words, cited in told.demands:
            label = Words("条目要求", "An entry must")
            lines.append(
                self.named(label, self.say(Words(f"{words.zh}（{cited.words.zh}）", f"{words.en} ({cited.words.en})")))
            )
        for label, found in (
            (Words("由办理写入", "Written by"), told.written_by), (Words("办理时核对", "Asked by"), told.asked_by),
        ):  # fmt: skip
            if found:
                steps = (Words(f"{system.zh}「{step.zh}」", f"{system.en} “{step.en}”") for system, step in found)
                lines.append(self.named(label, self.say(listed(steps))))
        yield from bullets(lines)
        keys = dict(zip(declared.fields, told.fields, strict=True))
        yield from table(
            [self.t("内容", "Field"), self.t("形式", "Form"), self.t("说明", "Remark")],
            [(f"{code(key)} {self.say(field.name)}", self.say(field.kind),
              self.say(listed([*field.marks, *([field.hint] if field.hint else [])]))) for key, field in keys.items()],
        )  # fmt: skip

    def body(self, told: BodyTold) -> Iterable[str]:
        """A kind of body in one version."""
        declared = told.declared
        heading = self.t(f"议事机构（{declared.in_force.from_} 起）", f"Body (from {declared.in_force.from_})")
        yield from (f"## {heading}", "")
        if declared.description:
            yield from (self.say(declared.description.words), "")
        lines = [
            self.named(GROUND, self.say(told.cited.words)),
            self.named(Words("谁办", "By"), self.say(told.keeper)),
            self.named(Words("组成", "Members"), self.say(listed(told.offices))),
            self.named(Words("会议", "Meetings"), self.say(listed(told.forms))),
            self.named(Words("议题", "Items"), self.say(listed(told.items))),
        ]
        if told.matters:
            lines.append(self.named(Words("决定事项", "Matters decided"), self.say(listed(told.matters))))
        for label, demands in (
            (Words("不得列入议题", "Not put where"), told.before), (Words("不得作出结论", "Not settled where"), told.ending),
        ):  # fmt: skip
            lines += [self.named(label, f"{self.say(demand.words)}{self.cited(demand.cited)}") for demand in demands]
        lines += [
            self.named(PAPER, f"{self.say(name)}{f' {code(number)}' if number else ''}") for name, number in told.papers
        ]
        yield from bullets(lines)

    def figures(self, system: System) -> Iterable[str]:
        told = figures_of(system)
        if told:
            yield from (f"## {self.t('指标', 'Figures')}", "")
        yield from table(
            [FIGURE.within(self.language), UNIT.within(self.language), self.t("怎么来的", "How it comes about")],
            [(f"{code(figure.key)} {self.say(figure.name)}", self.say(figure.unit), self._comes_about(figure.definition, figure.sentences))
             for figure in told],
        )  # fmt: skip
        relations = relations_of(system)
        if relations:
            yield from (f"### {self.t('勾稽关系', 'Relations')}", "")
            yield from bullets(self.say(relation) for relation in relations)

    def _comes_about(self, definition: Words | None, sentences: Iterable[Words]) -> str:
        said = [*([definition] if definition else []), *sentences]
        return self.t("。", ". ").join(self.say(words).rstrip("。.") for words in said)
