"""Drawing and naming experts: who of the pool may take part, the draw itself, and a replacement for one who withdraws.

Every choice is the smallest SHA-256 of the seed and the code of an expert, so that anybody who has the candidates and the
seed of the case gets the same experts. No database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zhunsheng.kernel.craft import ListEntry, NotPossible, Work, Worked
from zhunsheng.kernel.lots import rank

POOL = "expert_pool"


def parts(text: Any) -> list[str]:
    """The codes or names in a text, however they are parted; 无 is none."""
    for mark in "、，,；;\n":
        text = str(text or "").replace(mark, " ")
    return [part for part in dict.fromkeys(str(text).split()) if part != "无"]


def drawn_from(candidates: Iterable[str], seed: str, count: int) -> list[str]:
    """The first ``count`` of the candidates in the order of the draw."""
    return sorted(candidates, key=lambda code: (rank(seed, code), code))[:count]


def in_service(work: Work) -> dict[str, ListEntry]:
    """Who is in the pool, active and within the term on the day the experts are needed."""
    day = str(work.fields.get("held_on") or work.on.isoformat())
    return {
        entry.key: entry
        for entry in work.lists[POOL]
        if entry.values.get("status") == "active" and str(entry.values.get("term_until") or day) >= day
    }


def interest_of(values: Mapping[str, Any], interested: Sequence[str]) -> str:
    """The unit through which an expert has an interest in the matter; empty when there is none."""
    own = [str(values.get("unit") or ""), *parts(values.get("conflicts"))]
    return next((unit for unit in interested if unit in own), "")


def draw_experts(work: Work) -> Worked:
    """随机抽取."""
    candidates = _candidates(work)
    wanted = int(work.fields["wanted"])
    _enough(len(candidates), wanted)
    return _chosen(work, candidates, drawn_from(candidates, work.secret, wanted))


def name_experts(work: Work) -> Worked:
    """说明理由指定: only who is in service and has no interest."""
    pool, interested, named = in_service(work), parts(work.fields.get("interested")), parts(work.fields["choice"])
    if len(named) != int(work.fields["wanted"]):
        raise NotPossible(
            f"需要 {work.fields['wanted']} 名专家，指定了 {len(named)} 名，请核对",
            f"{work.fields['wanted']} experts are wanted and {len(named)} are named",
            "choice",
        )
    for code in named:
        if code not in pool:
            raise NotPossible(
                f"专家库中没有在聘期内的专家「{code}」", f"the pool has no expert {code} in service", "choice"
            )
        unit = interest_of(pool[code].values, interested)
        if unit:
            raise NotPossible(
                f"专家「{code}」与{unit}有利害关系，不得选用", f"expert {code} has an interest through {unit}", "choice"
            )
    return Worked({"drawn": "、".join(named), "experts": _names(work, named)})


def replace_expert(work: Work) -> Worked:
    """回避补抽: one leaves, another of those who were never chosen is drawn; the rest stay."""
    leaving, drawn = str(work.fields["recused_code"]).strip(), parts(work.fields.get("drawn"))
    if leaving not in drawn:
        raise NotPossible(
            f"「{leaving}」不在选用的专家之中（{'、'.join(drawn)}）",
            f"{leaving} is not among those chosen",
            "recused_code",
        )
    recused = [*parts(work.fields.get("recused")), leaving]
    candidates = [code for code in _candidates(work) if code not in {*drawn, *recused}]
    _enough(len(candidates), 1)
    kept = [code for code in drawn if code != leaving] + drawn_from(candidates, work.secret, 1)
    found = _chosen(work, candidates, kept)
    return found._replace(values={**found.values, "recused": "、".join(recused)})


def _candidates(work: Work) -> list[str]:
    interested, field = parts(work.fields.get("interested")), work.fields["field"]
    return sorted(
        code
        for code, entry in in_service(work).items()
        if entry.values.get("field") == field and not interest_of(entry.values, interested)
    )


def _enough(found: int, wanted: int) -> None:
    if found < wanted:
        raise NotPossible(
            f"符合条件（领域、聘期、没有利害关系）的专家只有 {found} 名，需要 {wanted} 名；请补充专家库或者共享上级专家库",
            f"only {found} experts qualify and {wanted} are wanted; add to the pool or share the one above",
        )


def _chosen(work: Work, candidates: Sequence[str], drawn: Sequence[str]) -> Worked:
    return Worked(
        {
            "candidates": "、".join(candidates),
            "seed": work.secret,
            "drawn": "、".join(drawn),
            "experts": _names(work, drawn),
        }
    )


def _names(work: Work, codes: Sequence[str]) -> str:
    names = {entry.key: str(entry.values.get("name") or entry.key) for entry in work.lists[POOL]}
    return "、".join(names.get(code, code) for code in codes)
