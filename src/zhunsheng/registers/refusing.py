"""What cannot be done to a list (不予办理): why, and in whose right an officer does what he may. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from zhunsheng.catalogue.loading import system
from zhunsheng.kernel.register import Register
from zhunsheng.kernel.transition import Refusal
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.models import Officer
from zhunsheng.orgs.refusals import Refused, refused
from zhunsheng.registers.recording import LineRefusal, declared_on
from zhunsheng.registers.timeline import refusal


class ListRefused(Refused):
    """Lines of a list that cannot be taken: ``refusals`` say why, line by line, ``refusal`` is the first reason."""

    def __init__(self, refusals: Sequence[LineRefusal]) -> None:
        super().__init__(refusals[0].refusal)
        self.refusals = tuple(refusals)

    def sentence(self, language: str) -> str:
        """Every reason, one a line; with the number of the line where there are several."""
        sentences = []
        for number, found in self.refusals:
            text = found.sentence(language)
            prefix = f"line {number}: " if language.startswith("en") else f"第{number}行："
            sentences.append(prefix + text if number else text)
        return "\n".join(sentences)


def right_to(
    declared: Register, register: str, path: str, officer: Officer, wanted: Sequence[str], side: str
) -> Access:
    """In whose right the officer does it. Raises ``Refused`` when nobody's role that he holds is wanted."""

    def suffices(access: Access) -> bool:
        return not access.roles(register, path, frozenset(declared.roles)).isdisjoint(wanted)

    right = access_of(officer, timezone.localdate()).capacity_for(suffices)
    if suffices(right):
        return right
    what = Words("编制", "edited") if side == "editors" else Words("审定", "decided")
    names = "、".join(declared.roles[role].zh for role in wanted)
    names_en = ", ".join(declared.roles[role].en for role in wanted)
    words = Words(f"由{names}{what.zh}，您没有这一岗位", f"it is {what.en} by: {names_en}; you do not hold that role")
    raise Refused(refusal(declared, "role", words))


def reason_given(note: str) -> str:
    if not note.strip():
        raise refused("missing", "须写明理由", "the reason must be given", "note")
    return note.strip()


def declaration(register: str, day: date) -> Register:
    """The declaration on a day. Raises ``Refused``, or ``UnknownSystem`` for a list that does not exist."""
    declared = declared_on(system(register), day)
    if isinstance(declared, Refusal):
        raise Refused(declared)
    return declared
