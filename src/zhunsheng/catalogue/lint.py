"""What is wrong with a declared system that its own file cannot show: it needs the law, the other systems or the folder.

Each finding is a sentence that names the system and the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zhunsheng.catalogue.crafts import craft_module
from zhunsheng.catalogue.levels import lint_levels
from zhunsheng.catalogue.loading import System
from zhunsheng.catalogue.placeholders import placeholders_of
from zhunsheng.catalogue.scenarios import read_scenarios
from zhunsheng.catalogue.versions import unchanged
from zhunsheng.kernel.action import OUTCOME, THE_LAW, DiscussedFact
from zhunsheng.kernel.body import EVENTS, Body, BodyGate
from zhunsheng.kernel.conditions import ConditionError, asked_fields, compile_condition
from zhunsheng.kernel.declaration import BasisDeclaration
from zhunsheng.kernel.fields import FieldError, FieldType
from zhunsheng.kernel.figures import OPENED_ON
from zhunsheng.kernel.meeting import Result
from zhunsheng.kernel.office import PREFIX
from zhunsheng.kernel.procedure import DONE, EACH, PAPER, RECKONED, TAKEN_OVER, TIMES, Procedure, SettingLimit, TakenAs
from zhunsheng.kernel.register import ENTRY, LIST_EVENTS, EntryGate, Register
from zhunsheng.kernel.service import PARTS
from zhunsheng.law.statutes import limits, statutes

BRACES = re.compile(r"\{([^{}]*)\}")
ADDRESSED = re.compile(r"^@to (\S+)$", re.MULTILINE)
SIGNED = re.compile(r"^@sign ?(\S*)$", re.MULTILINE)


def lint(system: System, systems: Mapping[str, System]) -> list[str]:
    """Every finding about one system, in words."""
    findings = [f"{system.slug}：{finding}" for finding in _lint_settings(system, systems)]
    for procedure in system.procedures:
        where = f"{system.slug}（{procedure.in_force.from_}）"
        findings += [f"{where}：{finding}" for finding in _lint_procedure(system, procedure, systems)]
        same = unchanged(system.folder / f"procedure-{procedure.in_force.from_}.yaml")
        findings += [f"{where}：「{name}」与较早版本相同，不必再写" for name in same]
    for register in system.registers:
        if register.basis.statute and register.basis.statute not in statutes():
            findings.append(f"{system.slug}：清单的依据 {register.basis.statute} 不是登记过的法规")
        findings += [f"{system.slug}：{finding}" for finding in _lint_entry_gates(register)]
        findings += [f"{system.slug}：{finding}" for finding in _lint_counterpart(register, systems)]
    for body in system.bodies:
        where = f"{system.slug}（{body.in_force.from_}）"
        findings += [f"{where}：{finding}" for finding in _lint_body(body, systems)]
    findings += [f"{system.slug}：网上办事：{finding}" for finding in _lint_service(system)]
    findings += [f"{system.slug}：{finding}" for finding in (*_lint_figures(system), *lint_levels(system))]
    if not (system.folder / "README.md").exists():
        findings.append(f"{system.slug}：缺少 README.md")
    findings += [f"{system.slug}：{finding}" for finding in _lint_substance(system, systems)]
    return findings


def _lint_substance(system: System, systems: Mapping[str, System]) -> Iterator[str]:
    """A system must be more than a shell: examples that refuse and that count, a figure, a list that is compared, shown to
    the public or kept by the steps of cases."""
    if system.procedures:
        examples = read_scenarios(system)
        if examples is None:
            yield "缺少 scenarios.yaml（办理示例）"
            return
        steps = [step for example in examples.scenarios for line in example.given for step in line.values()]
        if not any(not isinstance(step, str) and step.refused for step in steps):
            yield "没有一个办理示例说明什么情形下不予办理（refused）"
        counted = any(then.due for example in examples.scenarios for then in example.then.values())
        if any(procedure.deadlines for procedure in system.procedures) and not counted:
            yield "有期限，但没有一个办理示例算出期限届满日（due）"
        if not system.figures.accounts:
            yield "没有任何指标"
    for register in system.registers:
        if not register.compare and not register.public and not _is_kept_by_cases(system, systems):
            yield f"清单「{register.name.zh}」不与别的清单比对（compare），没有公开的字段（public），也没有环节写入"


def _is_kept_by_cases(system: System, systems: Mapping[str, System]) -> bool:
    return any(
        system.slug
        in [*(write.register_slug for write in action.registers), *(action.craft.writes if action.craft else ())]
        for other in systems.values()
        for procedure in other.procedures
        for action in procedure.actions.values()
    )


def _lint_procedure(system: System, procedure: Procedure, systems: Mapping[str, System]) -> Iterator[str]:
    yield from _lint_states(procedure)
    yield from _lint_citations(procedure)
    yield from _lint_limits(procedure)
    yield from _lint_outcomes(system, procedure)
    yield from _lint_papers(system, procedure)
    yield from _lint_other_systems(procedure, systems)
    yield from _lint_crafts(system, procedure, systems)
    for key, action in procedure.actions.items():
        try:
            compile_condition(action.when)
        except ConditionError as error:
            yield f"环节 {key}：{error}"


def _lint_counterpart(register: Register, systems: Mapping[str, System]) -> Iterator[str]:
    """The other list must be there, public, and know what is asked of it."""
    wanted = register.counterpart
    if wanted is None:
        return
    if not _has_register(systems, wanted.register_slug):
        yield f"应当一致的清单 {wanted.register_slug} 不存在"
        return
    other = systems[wanted.register_slug].registers[-1]
    asked = [*sorted(asked_fields(wanted.where)), *([] if wanted.by else register.compare)]
    yield from (
        f"应当一致的清单 {wanted.register_slug} 没有公开字段 {name}" for name in asked if name not in other.public
    )


def _lint_entry_gates(register: Register) -> Iterator[str]:
    """What an entry must say has a ground, and can be asked."""
    for index, gate in enumerate(register.gates, 1):
        if gate.basis.article is not None and gate.basis.statute not in statutes():
            yield f"清单「{register.name.zh}」的闸门 {index} 没有写明登记过的法规（statute）"
        yield from _unreadable(gate, f"清单「{register.name.zh}」的")


def _unreadable(gate: EntryGate | BodyGate, of: str = "") -> Iterator[str]:
    """The conditions of a gate that cannot be asked."""
    try:
        compile_condition(gate.when)
        compile_condition(gate.condition)
    except ConditionError as error:
        yield f"{of}闸门「{gate.zh}」：{error}"


def _lint_body(body: Body, systems: Mapping[str, System]) -> Iterator[str]:
    bases = [("依据", body.basis), ("会议通知", body.notice.basis), ("会议纪要", body.minutes.basis)]
    bases += [(f"闸门 {index}", gate.basis) for index, gate in enumerate(body.gates, 1)]
    for where, basis in bases:
        if basis.article is not None and basis.statute not in statutes():
            yield f"{where}没有写明登记过的法规（statute）"
    for gate in body.gates:
        if gate.linked and gate.linked.system not in systems:
            yield f"闸门「{gate.zh}」要求的关联系统 {gate.linked.system} 不存在"
        yield from _unreadable(gate)


def _lint_service(system: System) -> Iterator[str]:
    """What a party is asked must cite statutes that are known; whether it fits the procedure is seen to when it is read."""
    service = system.service
    if service is None:
        return
    own = [asked for step in service.steps.values() for asked in step.asks]
    bases = [(f"字段 {asked.field}", asked.basis) for asked in (*service.asks, *own)]
    bases += [(f"材料 {name}", material.basis) for name, material in service.materials.items()]
    bases += [("网上送达", service.by_site)] if service.by_site else []
    for where, basis in bases:
        if basis.statute is not None and basis.statute not in statutes():
            yield f"{where}的依据 {basis.statute} 不是登记过的法规"


def _lint_states(procedure: Procedure) -> Iterator[str]:
    reached = {action.to for action in procedure.actions.values() if action.to}
    left = {name for action in procedure.actions for name in procedure.states_before(action)}
    for name, state in procedure.states.items():
        if name not in reached:
            yield f"状态 {name} 没有任何环节能够到达"
        if not state.final and name not in left:
            yield f"状态 {name} 进得去出不来"


def _bases(procedure: Procedure) -> Iterator[tuple[str, BasisDeclaration | None]]:
    yield from ((f"环节 {key}", action.basis) for key, action in procedure.actions.items())
    yield from ((f"文书 {key}", paper.basis) for key, paper in procedure.papers.items())
    yield from ((f"期限 {key}", deadline.basis) for key, deadline in procedure.deadlines.items())
    yield from ((f"结果 {key}", outcome.basis) for key, outcome in procedure.outcomes.items())
    yield from ((f"闸门 {index}", gate.basis) for index, gate in enumerate(procedure.gates, 1))


def _lint_citations(procedure: Procedure) -> Iterator[str]:
    known = statutes()
    if procedure.basis not in known:
        yield f"依据 {procedure.basis} 不是登记过的法规"
    for where, basis in _bases(procedure):
        if basis is None:
            continue
        cited, article = known.get(basis.statute or procedure.basis), basis.article
        if basis.statute and cited is None:
            yield f"{where}引用了没有登记的法规 {basis.statute}"
        if article is not None and not re.search(r"[0-9一二三四五六七八九十百]", article):
            yield f"{where}的条文「{article}」没有条号"
        if article and cited is not None and cited.kind == "policy" and article[0].isdigit():
            yield f"{where}引用的{cited.short.zh}没有条，只有部分和项：写成 part {article} 或者 point {article}"


def _lint_limits(procedure: Procedure) -> Iterator[str]:
    for key, deadline in procedure.deadlines.items():
        if not isinstance(deadline.limit, str):
            continue
        found = limits().get(deadline.limit)
        if found is None:
            yield f"期限 {key} 用了不存在的编号 {deadline.limit}"
            continue
        if not found.verified or found.scope.startswith("local"):
            yield f"期限 {key} 用的 {deadline.limit} 未核实或者只在一地有效，应当写成 setting"
        if deadline.extended_by and found.extension is None:
            yield f"期限 {key} 写了延长，但 {deadline.limit} 没有延长的规定"
        if deadline.lapse and THE_LAW not in procedure.actions[deadline.lapse].by:
            yield f"期限 {key} 届满引起的 {deadline.lapse} 应当由 the_law 办理"


def _settings_of(system: System) -> set[str]:
    """The names under which a system leaves limits to the place."""
    limits = [deadline.limit for procedure in system.procedures for deadline in procedure.deadlines.values()]
    return {limit.setting for limit in limits if isinstance(limit, SettingLimit)}


def _lint_settings(system: System, systems: Mapping[str, System]) -> Iterator[str]:
    others = {name for other in systems.values() if other.slug != system.slug for name in _settings_of(other)}
    for name in sorted(_settings_of(system) & others):
        yield f"本地期限 {name} 另一个系统也在用，请改名：设定一个会改变另一个"


def _lint_outcomes(system: System, procedure: Procedure) -> Iterator[str]:
    posted = {action for account in system.figures.accounts.values() for action in (*account.on, *account.less)}
    given: dict[str, set[str]] = {}
    for key, action in procedure.actions.items():
        for outcome in action.outcome:
            given.setdefault(outcome, set()).add(key)
    for outcome in procedure.outcomes:
        if outcome not in given:
            yield f"结果 {outcome} 没有任何环节能够得出"
        elif not given[outcome] & posted:
            yield f"结果 {outcome} 不入任何账"


def _lint_papers(system: System, procedure: Procedure) -> Iterator[str]:
    known = placeholders_of(procedure)
    for key, paper in procedure.papers.items():
        path = system.folder / "papers" / f"{paper.template or key}.md"
        if not path.exists():
            yield f"文书 {key} 缺少 papers/{path.name}"
            continue
        text = path.read_text(encoding="utf-8")
        addressee, signer = ADDRESSED.search(text), SIGNED.search(text)
        if addressee and signer and addressee[1] == (signer[1] or "{organ}"):
            yield f"文书 {key} 的主送和落款是同一个单位"
        unknown = dict.fromkeys(name for name in BRACES.findall(text) if name not in known)
        yield from (
            f"文书 {key} 里的 {{{name}}} 不是办理流程声明的字段、期限（due:）或者当事人（address:）" for name in unknown
        )
    issued = {paper for action in procedure.actions.values() for paper in action.papers}
    yield from (f"文书 {key} 没有任何环节出具" for key in procedure.papers if key not in issued)


def _lint_given(
    procedure: Procedure, slug: str, taken: Mapping[str, Any], systems: Mapping[str, System]
) -> Iterator[str]:
    """Fixed values and choices by their own name that a new case begins with must fit their fields, and the choices be there."""
    theirs = [each.all_fields for each in systems[slug].procedures] if slug in systems else []
    for own, source in taken.items():
        if isinstance(source, str) or own not in procedure.all_fields:
            continue
        given = source.as_.values() if isinstance(source, TakenAs) else source.values()
        for value in given:
            try:
                procedure.all_fields[own].parse(value)
            except FieldError as error:
                yield f"承接 {slug} 的「{own}」：{error.words.zh}"
        if isinstance(source, TakenAs):
            offered = {choice for fields in theirs if source.field in fields for choice in fields[source.field].choices}
            unknown = sorted(source.as_.keys() - offered)
            yield from (f"承接 {slug} 的「{own}」：{source.field} 没有选项 {choice}" for choice in unknown)


def _lint_other_systems(procedure: Procedure, systems: Mapping[str, System]) -> Iterator[str]:
    yield from (f"关联的系统 {slug} 不存在" for slug in procedure.links if slug not in systems)
    for key, action in procedure.actions.items():
        for slug, taken in action.takes_over.items():
            yield from _lint_taken(f"环节 {key} ", slug, taken, systems)
    for slug, taken in procedure.takes_over.items():
        named = {own: source.field if isinstance(source, TakenAs) else source for own, source in taken.items()}
        yield from _lint_taken("", slug, {own: name for own, name in named.items() if isinstance(name, str)}, systems)
        yield from _lint_given(procedure, slug, taken, systems)
    for gate in procedure.gates:
        if gate.linked and gate.linked.system not in procedure.links:
            yield f"闸门「{gate.zh}」要求的关联系统 {gate.linked.system} 没有写在 links 里"
        if gate.registered and not _has_register(systems, gate.registered.register_slug):
            yield f"闸门「{gate.zh}」要求的清单 {gate.registered.register_slug} 不存在"
        elif gate.registered:
            fields = systems[gate.registered.register_slug].registers[-1].fields
            yield from (
                f"闸门「{gate.zh}」问到清单 {gate.registered.register_slug} 没有的字段 {name}"
                for name in sorted(
                    {
                        *asked_fields(gate.registered.where),
                        *gate.registered.gives.values(),
                        *filter(None, [gate.registered.until]),
                    }
                )
                if name not in fields and not (name == "organ" and name in gate.registered.gives.values())
            )
        if gate.discussed:
            yield from _lint_discussed(f"闸门「{gate.zh}」", gate.discussed, systems)
    yield from _lint_steps(procedure, systems)


def _lint_steps(procedure: Procedure, systems: Mapping[str, System]) -> Iterator[str]:
    """What steps ask of meetings, the ledger and lists that are not there."""
    for key, action in procedure.actions.items():
        if action.discussed:
            yield from _lint_discussed(f"环节 {key} ", action.discussed, systems)
        for read in action.reads.values():
            if isinstance(read.figure, str) and not _has_figure(systems, read.figure):
                yield f"环节 {key} 取的指标 {read.figure} 不存在"
            elif isinstance(read.figure, str):
                by = _breakdown(systems, read.figure)
                yield from (
                    f"环节 {key} 取的指标 {read.figure} 不按 {name} 分项" for name in read.part if name not in by
                )
        if action.list_change and not _has_register(systems, action.list_change.register_slug):
            yield f"环节 {key} 承接变更的清单 {action.list_change.register_slug} 不存在"
        for write in action.registers:
            if not _has_register(systems, write.register_slug):
                yield f"环节 {key} 写入的清单 {write.register_slug} 不存在"
                continue
            fields = systems[write.register_slug].registers[-1].fields
            yield from (
                f"环节 {key} 写入清单 {write.register_slug} 没有的字段 {name}"
                for name in write.values
                if name not in fields
            )


def _has_figure(systems: Mapping[str, System], name: str) -> bool:
    slug, _, key = name.partition(".")
    return slug in systems and key in {
        **systems[slug].figures.accounts,
        **systems[slug].figures.ratios,
        **systems[slug].figures.parts,
    }


def _lint_crafts(system: System, procedure: Procedure, systems: Mapping[str, System]) -> Iterator[str]:
    for key, action in procedure.actions.items():
        if action.craft is None:
            continue
        if not callable(getattr(craft_module(system.slug), action.craft.function, None)):
            yield f"环节 {key} 的专门计算 {action.craft.function} 不在 craft.py 中"
        for slug in action.craft.closed.of if action.craft.closed else ():
            if slug not in systems or not systems[slug].procedures:
                yield f"环节 {key} 的专门计算要读办结案件的系统 {slug} 不存在"
        for slug in (*action.craft.reads, *action.craft.writes):
            if not _has_register(systems, slug):
                yield f"环节 {key} 的专门计算要用的清单 {slug} 不存在"


def _breakdown(systems: Mapping[str, System], figure: str) -> list[str]:
    slug, _, key = figure.partition(".")
    account = systems[slug].figures.accounts.get(key) if slug in systems else None
    return account.by if account is not None else []


def _lint_discussed(where: str, wanted: DiscussedFact, systems: Mapping[str, System]) -> Iterator[str]:
    """Bodies and results of a discussion that are not there."""
    unknown = (slug for slug in wanted.bodies if slug not in systems or not systems[slug].bodies)
    yield from (f"{where}要求的议事机构 {slug} 不存在" for slug in unknown)
    yield from (f"{where}要求的议题结果 {result} 不存在" for result in wanted.result if result not in list(Result))


def _lint_taken(where: str, slug: str, taken: Mapping[str, str], systems: Mapping[str, System]) -> Iterator[str]:
    """Fields and papers that are taken over from a system that has none of that name, and parts of what is no party."""
    procedures = systems[slug].procedures if slug in systems else ()
    theirs = {name: field for procedure in procedures for name, field in procedure.all_fields.items()}
    papers = {paper for procedure in procedures for paper in procedure.papers}
    for source in taken.values():
        name, _, part = source.partition(".")
        if name == PAPER and name not in theirs:
            kind, _, what = part.partition(".")
            if kind not in papers or what not in ("", "issued_on"):
                yield f"{where}承接系统 {slug} 没有的文书 {part}"
        elif name in (*RECKONED, DONE) and name not in theirs:
            steps = {step for procedure in procedures for step in procedure.actions}
            if part not in (theirs if name == EACH else steps if name in (TIMES, DONE) else {*steps, ""}):
                yield f"{where}的 {source} 提到了系统 {slug} 没有的环节或者字段"
        elif name not in theirs and source not in TAKEN_OVER:
            yield f"{where}承接系统 {slug} 没有的字段 {name}"
        elif part and (theirs[name].type is not FieldType.PARTY or part not in PARTS):
            yield f"{where}承接系统 {slug} 的 {source} 不是当事人的一项"


def _has_register(systems: Mapping[str, System], slug: str) -> bool:
    return slug in systems and bool(systems[slug].registers)


def _lint_figures(system: System) -> Iterator[str]:
    actions = {name for procedure in system.procedures for name in procedure.actions}
    fields = {name for procedure in system.procedures for name in procedure.all_fields}
    begun = {OPENED_ON, *actions}
    deadlines = {name for procedure in system.procedures for name in procedure.deadlines}
    if system.registers:
        actions |= {*LIST_EVENTS, *(f"{ENTRY}{event}" for event in LIST_EVENTS)}
        fields |= {name for register in system.registers for name in register.fields}
    for key, account in system.figures.accounts.items():
        known = set(fields)
        for name in (*account.on, *account.less):
            if name not in actions and name not in EVENTS and not name.startswith(PREFIX):
                yield f"指标 {key} 由不存在的环节 {name} 入账"
            if name not in EVENTS:
                continue
            known |= EVENTS[name].values
            if "body" not in account.when:
                yield f"指标 {key} 由议事机构的 {name} 入账，须在 when 里写明是哪一种（body）"
        named = [*account.by, *sorted(asked_fields(account.when)), *account.sum, *(account.hours_between or ())]
        if account.days_since and account.days_since not in begun:
            named.append(account.days_since)
        if account.days_since in fields and account.days_since in begun:
            yield f"指标 {key} 的 days_since「{account.days_since}」既是字段又是环节，请改一个名称"
        named += [account.distinct.field] if account.distinct else []
        yield from (
            f"指标 {key} 要求不晚于不存在的期限 {name}"
            for name in (*account.in_time, *account.late)
            if name not in deadlines
        )
        yield from (f"指标 {key} 用了不存在的字段 {name}" for name in named if name not in known and name != OUTCOME)
