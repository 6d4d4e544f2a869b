"""What a reform of organs touches of settings (机构改革中的本地设定): nothing is passed on. What an organ decided for itself
is not its successor's decision; the reform says how much is left behind.
"""

from __future__ import annotations

from zhunsheng.kernel.words import Words
from zhunsheng.local.models import Setting
from zhunsheng.orgs.reforming import Move, Plan, Touched


def touched(plan: Plan) -> list[Touched]:
    """The decisions of organs that are no more."""
    count = Setting.objects.filter(organ__in=[o for o in plan.closes if o != plan.target], value__isnull=False).count()
    becomes = Words("不随之转移，须由承接单位另行设定", "do not go along; the successor has to decide anew")
    return [Touched(Words("本地设定", "Local settings"), count, becomes)]


def move(wanted: Move) -> None:
    """Nothing moves."""
