"""Why an officer may see and do something, in sentences (权限说明): the duties that ``access`` goes by, said in words with their days.

Decides nothing: what holds is asked of ``Access``, so that the sentence and the check cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhunsheng.catalogue.loading import systems
from zhunsheng.kernel.action import THE_LAW
from zhunsheng.kernel.procedure import Procedure
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, Holding
from zhunsheng.orgs.actions import roles_of
from zhunsheng.orgs.models import EVERY_ROLE, EVERY_SYSTEM, Delegation, Duty, Line, Officer, Organ
from zhunsheng.orgs.refusals import rooms


@dataclass(frozen=True)
class Step:
    """One step of a procedure: whether the officer's roles allow it, and why or why not."""

    name: Words
    allowed: bool
    why: Words


def system_words(slug: str) -> Words:
    """The name of a system or room in which duties are held, also of one that is no more."""
    if slug == EVERY_SYSTEM:
        return Words("所有系统", "Every system")
    return rooms()[slug].name if slug in rooms() else systems()[slug].name if slug in systems() else Words(slug, slug)


def role_words(system: str, role: str) -> Words:
    """The name of a role."""
    return Words("所有岗位", "Every role") if role == EVERY_ROLE else roles_of(system).get(role, Words(role, role))


def sentences(access: Access, day: date) -> dict[Holding, Words]:
    """Every duty an access goes by, in a sentence; five queries whatever their number."""
    people = set(access.people)
    duties = Duty.objects.on(day).filter(officer__in=people)
    held = {(duty.officer_id, duty.organ_id, duty.role): duty for duty in duties}
    lines = Line.objects.in_bulk({holding.line for holding in access.holdings if holding.line is not None})
    wanted = {holding.organ for holding in access.holdings} | {line.superior_id for line in lines.values()}
    organs = Organ.objects.in_bulk(wanted)
    names = dict(Officer.objects.filter(pk__in=people).values_list("pk", "name"))
    lent = {row.delegator_id: row for row in Delegation.objects.on(day).filter(delegate=access.officer)}
    found = {}
    for holding in access.holdings:
        if holding.line is not None:
            found[holding] = _looking_on(holding, organs, lines[holding.line], names)
            continue
        duty = held.get((holding.principal or access.officer, holding.organ, holding.role))
        found[holding] = _sentence(holding, organs[holding.organ], duty, names, lent)
    return found


def _sentence(
    holding: Holding, organ: Organ, duty: Duty | None, names: dict[int, str], lent: dict[int, Delegation]
) -> Words:
    system, role = system_words(holding.system), role_words(holding.system, holding.role)
    zh, en = (
        f"在「{organ.name}」任「{system.zh}」的{role.zh}",
        f"holds “{role.en}” of “{system.en}” in “{organ.words.en}”",
    )
    if holding.whole_tree:
        zh, en = f"{zh}，含下级单位", f"{en}, with the organs below"
    if duty is not None:
        until = f"至 {duty.valid_to} 前" if duty.valid_to else "起"
        until_en = f" until before {duty.valid_to}" if duty.valid_to else ""
        zh, en = f"{zh}，{duty.valid_from} {until}", f"{en}, from {duty.valid_from}{until_en}"
    if holding.inherited:
        zh, en = f"{zh}（该单位已并入其任职单位）", f"{en} (that organ was merged into the one of the duty)"
    if holding.principal is not None and holding.principal in lent:
        row = lent[holding.principal]
        zh = f"{zh}——这是{names[holding.principal]}的任职，{row.first_day} 至 {row.last_day} 委托代办"
        en = f"{en} — a duty of {names[holding.principal]}, delegated from {row.first_day} to {row.last_day}"
    return Words(zh, en)


def _looking_on(holding: Holding, organs: dict[int, Organ], line: Line, names: dict[int, str]) -> Words:
    system, organ, superior = system_words(holding.system), organs[holding.organ], organs[line.superior_id]
    below = ("，含所属单位", ", with the organs below it") if line.whole_tree else ("", "")
    until = (f"至 {line.last_day}", f" to {line.last_day}") if line.last_day else ("起", "")
    zh = (
        f"「{superior.name}」按条线指导「{organ.name}」的「{system.zh}」{below[0]}，{line.first_day} {until[0]}（{line.basis}）："
        "只能查看，不能办理"
    )
    en = (
        f"“{superior.words.en}” looks at “{system.en}” of “{organ.words.en}” by line{below[1]}, "
        f"from {line.first_day}{until[1]} ({line.basis}): to look at, not to act on"
    )
    if holding.principal is not None:
        zh, en = f"{zh}——代{names[holding.principal]}", f"{en} — for {names[holding.principal]}"
    return Words(zh, en)


def why_seen(access: Access, system: str, organ: Organ, said: dict[Holding, Words]) -> list[Words]:
    """Because of which duties the officer sees the records of a system at an organ; none: he does not see them."""
    return [said[holding] for holding in access.reasons(system, organ.path)]


def steps_for(access: Access, slug: str, procedure: Procedure, organ: Organ) -> list[Step]:
    """Each step of a procedure at an organ, and whether the roles held there allow it."""
    names = {role: words.words for role, words in procedure.roles.items()}
    held = access.roles(slug, organ.path, frozenset(names))
    found = []
    for action in procedure.actions.values():
        needed = [role for role in action.by if role in names]
        having = [names[role] for role in needed if role in held]
        if THE_LAW in action.by:
            why = Words("依法自动发生，没有人办理", "takes place by law; nobody takes it")
        elif having:
            why = _joined("担任", "holds ", having)
        else:
            why = _joined("须由以下岗位办理：", "is for ", [names[role] for role in needed])
        found.append(Step(action.words, bool(having), why))
    return found


def _joined(zh: str, en: str, roles: list[Words]) -> Words:
    return Words(zh + "、".join(role.zh for role in roles), en + ", ".join(role.en for role in roles))
