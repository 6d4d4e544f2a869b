"""Whether this machine's clock can be believed (时钟): limits lapse by it. It is held against the database server's and against
what has been recorded. SQLite has no clock of its own, so there only one that was set back is seen.

What is done about it stands with who asks: ``/healthz`` says so, and what records lapses by itself waits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from zhunsheng.orgs.refusals import refused
from zhunsheng.security.models import Link


class Clock(NamedTuple):
    """How far it is ahead of the database server's, behind it where negative; and how far records are ahead of it."""

    ahead: timedelta
    behind_records: timedelta

    @property
    def is_right(self) -> bool:
        return max(abs(self.ahead), self.behind_records) <= timedelta(seconds=settings.CLOCK_SECONDS)


def look() -> Clock:
    """The clock now."""
    newest = Link.objects.order_by("-number").values_list("at", flat=True).first()
    now = timezone.now()
    ahead = timedelta()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            ahead = timezone.now() - cursor.fetchone()[0]
    return Clock(ahead, max(timedelta(), newest - now) if newest else timedelta())


def check() -> None:
    """Before lapses are recorded. Raises ``Refused``: by a clock that runs ahead a limit would have run out too early."""
    clock = look()
    if clock.is_right:
        return
    seconds, most = round(clock.ahead.total_seconds()), settings.CLOCK_SECONDS
    behind = round(clock.behind_records.total_seconds())
    zh = [f"比数据库服务器{'快' if seconds > 0 else '慢'} {abs(seconds)} 秒"] if abs(seconds) > most else []
    en = [f"{abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} the database server's"] if zh else []
    if behind > most:
        zh.append(f"比已有记录慢 {behind} 秒")
        en.append(f"{behind} seconds behind what is recorded")
    raise refused(
        "clock",
        f"本机时钟{'，'.join(zh)}，允许相差 {most} 秒；没有写入任何内容，请先校准时钟",
        f"this machine's clock is {' and '.join(en)}, {most} seconds are allowed; nothing was written, set the clock right first",
    )
