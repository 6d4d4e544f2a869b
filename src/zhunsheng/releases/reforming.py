"""What a reform of organs touches of publications (机构改革中的公开件): they stay with their case's organ and follow it in the tree."""

from __future__ import annotations

from zhunsheng.kernel.words import Words
from zhunsheng.orgs.reforming import Move, Plan, Touched, path_after
from zhunsheng.releases.models import Release


def touched(plan: Plan) -> list[Touched]:
    """Publications of a subtree that hangs elsewhere."""
    if plan.kind != "move":
        return []
    count = Release.objects.filter(path__startswith=plan.sources[0].path).count()
    becomes = Words("随单位调整隶属", "move in the tree with the organ")
    return [Touched(Words("公开件", "Published papers"), count, becomes)]


def move(wanted: Move) -> None:
    """Let places in the tree follow."""
    for change in wanted.repathed:
        Release.objects.filter(path__startswith=change.before).update(path=path_after(change))
