"""Finding and reading the declared systems (系统): one folder each under ``systems/<field of work>/<slug>/``.

A folder holds ``procedure-DATE.yaml`` (one for each version of the law), ``register-DATE.yaml``, ``body-DATE.yaml``,
``service.yaml``, ``figures.yaml``, ``papers/*.md`` and ``scenarios.yaml``. What is read is validated by the kernel's
declarations; a file that does not hold is an error that names the file and the place in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

import zhunsheng
from zhunsheng.catalogue.fields_of_work import FIELDS_OF_WORK
from zhunsheng.catalogue.versions import written
from zhunsheng.kernel.body import Body, CompiledBody
from zhunsheng.kernel.citing import citation_of
from zhunsheng.kernel.declaration import BasisDeclaration, Declaration
from zhunsheng.kernel.figures import Figures
from zhunsheng.kernel.levels import with_levels
from zhunsheng.kernel.limits import Amount, Basis, Extension, Kind, Limit, Unit, end_rolls
from zhunsheng.kernel.postings import PostingRule, posting_rules
from zhunsheng.kernel.procedure import DeadlineDeclaration, Procedure, SettingLimit, SpecifiedLimit, Version
from zhunsheng.kernel.register import ENTRY, LIST_EVENTS, Register
from zhunsheng.kernel.service import Service, problems
from zhunsheng.kernel.transition import CompiledProcedure
from zhunsheng.kernel.words import BilingualError, Words
from zhunsheng.law.statutes import LawDataError, cite, limit, load_yaml, statutes

SYSTEMS_FOLDER = Path(zhunsheng.__file__).parent / "systems"
_DATED = re.compile(r"^(procedure|register|body)-(\d{4}-\d{2}-\d{2})\.yaml$")
Declared = TypeVar("Declared", bound=Declaration)


class DeclarationError(ValueError):
    """A declaration that does not hold; the message names the file and every place that is wrong."""


class UnknownSystem(BilingualError):
    """No system of that slug, or none in force on that day."""


@dataclass
class System:
    """One system: everything its folder declares."""

    slug: str
    field_of_work: str
    folder: Path
    procedures: list[Procedure] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    service: Service | None = None

    @property
    def name(self) -> Words:
        declared = self.procedures or self.registers or self.bodies
        return declared[-1].name.words if declared else Words(self.slug, self.slug)

    @cached_property
    def posting_rules(self) -> Mapping[str, list[PostingRule]]:
        return posting_rules(self.slug, self.figures)

    @cached_property
    def list_rules(self) -> Mapping[str, list[PostingRule]]:
        """What each event of its list posts. Where a step of a procedure is called the same (``change``), the plain name is the
        step and ``entry.change`` the event."""
        steps = {name for procedure in self.procedures for name in procedure.actions}
        rules = self.posting_rules
        return {
            event: [*([] if event in steps else rules.get(event, ())), *rules.get(f"{ENTRY}{event}", ())]
            for event in LIST_EVENTS
        }

    def is_stock(self, account: str) -> bool:
        """Whether an account (``system.account``) of this system is a level that is carried over."""
        return self.figures.accounts[account.rpartition(".")[2]].stock

    @cached_property
    def compiled(self) -> dict[date, CompiledProcedure]:
        """Day of coming into force -> the procedure of that version, ready to be walked."""
        return {p.in_force.from_: compile_procedure(self, p) for p in self.procedures}

    def procedure_on(self, day: date) -> CompiledProcedure:
        """The procedure in force on a day. Raises ``UnknownSystem``."""
        for version in sorted(self.compiled, reverse=True):
            if version <= day:
                in_force = self.compiled[version].procedure.in_force
                if in_force.until is None or day <= in_force.until:
                    return self.compiled[version]
        raise self._not_in_force(day, Words("程序版本", "procedure"))

    def procedure_of(self, version: date) -> CompiledProcedure:
        """The procedure that came into force on a day. Raises ``UnknownSystem``."""
        try:
            return self.compiled[version]
        except KeyError:
            raise UnknownSystem(
                f"「{self.name.zh}」没有 {version} 起施行的版本",
                f"“{self.name.en}” has no version in force from {version}",
            ) from None

    def register_on(self, day: date) -> Register:
        """The declaration of the list in force on a day. Raises ``UnknownSystem``."""
        for register in sorted(self.registers, key=lambda r: r.in_force.from_, reverse=True):
            if register.in_force.from_ <= day:
                return register
        raise self._not_in_force(day, Words("清单声明", "declaration of the list"))

    def body_on(self, day: date) -> CompiledBody:
        """The declaration of these bodies in force on a day. Raises ``UnknownSystem``."""
        for body in sorted(self.bodies, key=lambda b: b.in_force.from_, reverse=True):
            if body.in_force.from_ <= day:
                return CompiledBody(self.slug, body, _statute_names())
        raise self._not_in_force(day, Words("议事机构声明", "declaration of such bodies"))

    def _not_in_force(self, day: date, what: Words) -> UnknownSystem:
        return UnknownSystem(
            f"「{self.name.zh}」在 {day} 没有有效的{what.zh}", f"“{self.name.en}” has no {what.en} in force on {day}"
        )


def read_declaration(path: Path, declared: type[Declared]) -> Declared:
    """One declaration file. Raises ``DeclarationError`` naming the file and every place that is wrong."""
    try:
        data = written(path) if declared is Procedure else load_yaml(path)
    except LawDataError as error:
        raise DeclarationError(str(error)) from error
    try:
        return declared.model_validate(data or {})
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in item['loc']) or '（整体）'}：{_MISSING if item['type'] == 'missing' else item['msg']}"
            for item in error.errors()
        ]
        raise _does_not_hold(path, lines) from error


_MISSING = "必须写明 · must be there"


def _does_not_hold(path: Path, wrong: Iterable[str]) -> DeclarationError:
    lines = "".join(f"\n  {line}" for line in wrong)
    return DeclarationError(f"{_shown(path)} 的声明不成立 · this declaration does not hold:{lines}")


def _shown(path: Path) -> str:
    return str(path.relative_to(SYSTEMS_FOLDER)) if path.is_relative_to(SYSTEMS_FOLDER) else str(path)


def read_system(folder: Path, field_of_work: str) -> System:
    """The system declared in one folder. Raises ``DeclarationError``."""
    system = System(folder.name, field_of_work, folder)
    for path in sorted(folder.glob("*-*.yaml")):
        found = _DATED.match(path.name)
        if found is None:
            raise DeclarationError(
                f"{_shown(path)}：文件名应为 procedure-日期.yaml、register-日期.yaml 或者 body-日期.yaml"
            )
        declared: Procedure | Register | Body
        if found[1] == "procedure":
            declared = read_declaration(path, Procedure)
            system.procedures.append(declared)
        elif found[1] == "register":
            declared = read_declaration(path, Register)
            system.registers.append(declared)
        else:
            declared = read_declaration(path, Body)
            system.bodies.append(declared)
        if declared.in_force.from_ != date.fromisoformat(found[2]):
            raise DeclarationError(f"{_shown(path)}：in_force.from 与文件名的日期不一致")
    system.procedures = _versions_in_order(system, system.procedures)
    figures = folder / "figures.yaml"
    if figures.exists():
        system.figures = read_declaration(figures, Figures)
    if (service := folder / "service.yaml").exists():
        system.service = _service(system, service)
    return system


def _service(system: System, path: Path) -> Service:
    """What a party may do of the newest procedure. Raises ``DeclarationError``."""
    service = read_declaration(path, Service)
    wrong = list(problems(service, system.procedures[-1])) if system.procedures else ["没有程序"]
    if wrong:
        raise _does_not_hold(path, wrong)
    return service


def _versions_in_order(system: System, procedures: list[Procedure]) -> list[Procedure]:
    """Each version ends the day before the next begins; a gap or an overlap that is written down is an error."""
    ordered = sorted(procedures, key=lambda p: p.in_force.from_)
    result: list[Procedure] = []
    for index, declared in enumerate(ordered):
        procedure = declared
        following = ordered[index + 1].in_force.from_ if index + 1 < len(ordered) else None
        until = procedure.in_force.until
        if following is not None:
            last = following - timedelta(days=1)
            if until is not None and until != last:
                raise DeclarationError(f"「{system.slug}」{procedure.in_force.from_} 的版本应当止于 {last}")
            if until is None:
                in_force = Version.model_validate({"from": procedure.in_force.from_, "until": last})
                procedure = procedure.model_copy(update={"in_force": in_force})
        result.append(procedure)
    return result


@cache
def systems() -> Mapping[str, System]:
    """Slug -> system, every folder of every field of work."""
    found: dict[str, System] = {}
    for field_of_work in FIELDS_OF_WORK:
        for folder in sorted((SYSTEMS_FOLDER / field_of_work).glob("*/")):
            if not any(folder.glob("*.yaml")):
                continue
            if folder.name in found:
                raise DeclarationError(f"系统 {folder.name} 声明了两次")
            found[folder.name] = read_system(folder, field_of_work)
    return found


def system(slug: str) -> System:
    """The system of a slug. Raises ``UnknownSystem``."""
    try:
        return systems()[slug]
    except KeyError:
        raise UnknownSystem(f"没有「{slug}」这个系统", f"there is no system “{slug}”") from None


def ground_of(basis: BasisDeclaration | None) -> Words:
    """A basis in words that names its statute itself."""
    return citation_of(basis, "", _statute_names())


@cache
def _statute_names() -> dict[str, Words]:
    return {key: found.short for key, found in statutes().items()}


def compile_procedure(owner: System, procedure: Procedure) -> CompiledProcedure:
    """Resolve the limits and citations of a declaration. Raises ``DeclarationError``."""
    names = _statute_names()
    if procedure.basis not in names:
        raise DeclarationError(f"「{owner.slug}」的依据 {procedure.basis} 不是登记过的法规")
    limits = {key: _resolve(owner, procedure, key, deadline) for key, deadline in procedure.deadlines.items()}
    return CompiledProcedure(owner.slug, procedure, limits, with_levels(owner.posting_rules, procedure), names)


def _resolve(owner: System, procedure: Procedure, key: str, deadline: DeadlineDeclaration) -> Limit:
    wanted = deadline.limit
    if isinstance(wanted, str):
        try:
            return limit(wanted)
        except LawDataError as error:
            raise DeclarationError(f"「{owner.slug}」的期限 {key}：{error}") from error
    if isinstance(wanted, SpecifiedLimit):
        basis = _basis(procedure, deadline)
        return Limit(f"{owner.slug}.{key}", wanted.words, Kind.DOCUMENT_SET, Unit.CALENDAR_DAY, 0, basis)
    return _setting_limit(owner, procedure, key, deadline, wanted)


def _setting_limit(
    owner: System, procedure: Procedure, key: str, deadline: DeadlineDeclaration, wanted: SettingLimit
) -> Limit:
    unit = wanted.unit
    extension = Extension(Amount(wanted.extension, unit)) if wanted.extension else None
    return Limit(
        f"setting:{wanted.setting}", wanted.words, wanted.kind, unit, wanted.value, _basis(procedure, deadline),
        extension=extension, rolls=end_rolls(wanted.kind, unit, statute_has_own_rule=False), scope="setting", verified=False,
        setting=wanted.setting,
    )  # fmt: skip


def _basis(procedure: Procedure, deadline: DeadlineDeclaration) -> Basis:
    declared = deadline.basis
    if declared.article:
        return cite(declared.statute or procedure.basis, None, declared.article)
    source = declared.setting or declared.practice
    words: Any = source.words if source else Words("", "")
    label = Words("本地设定", "local setting") if declared.setting else Words("通行做法", "office practice")
    return Basis(procedure.basis, "", "", Words(f"{label.zh}：{words.zh}", f"{label.en}: {words.en}"))
