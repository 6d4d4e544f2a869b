"""``zhunsheng work``: doing in the background what takes too long for a page."""

from __future__ import annotations

import os
import signal
from types import FrameType

import click

from zhunsheng.runtime import with_django


@click.command()
@click.option("--once", is_flag=True, help="做完等候的任务就结束 · end when nothing waits any more")
@click.option(
    "--jobs-only",
    is_flag=True,
    help="只做导入、导出，作为第二个及以后的进程 · only jobs, as a second process and further ones",
)
@click.option("--beside", type=int, hidden=True, help="这个进程结束时一起结束 · end with this process")
@with_django
def work(once: bool, jobs_only: bool, beside: int | None) -> None:
    """进行后台任务（导入、导出），按 Ctrl+C 停止 · do background work until stopped.

    zhunsheng serve 会自己启动一个，不必另开（--without-worker 除外）；须与网站在同一台机器上。 zhunsheng serve starts one by
    itself unless told not to; it runs on the machine of the site.
    """
    from zhunsheng.desk.background import do_jobs, next_waiting, work

    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    at_it = do_jobs if jobs_only else work
    at_it(until=lambda: stopped or (once and next_waiting() is None) or (beside is not None and os.getppid() != beside))
