"""Loading the demonstration: places and people, then every case and list through the same actions an officer uses.

One transaction: it is there whole or not at all, and loading it again does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

import click
from django.core.management import call_command
from django.db import transaction
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from zhunsheng.bulk import filling
from zhunsheng.cases.replay import CaseScript, replay
from zhunsheng.demonstration import declared, disputes, legislation, lists, meetings, present, scripts
from zhunsheng.demonstration.in_public import show_the_public
from zhunsheng.demonstration.places import PASSWORD, REGION, SIGN_INS, City, found_city
from zhunsheng.demonstration.retelling import is_told, length, read_story, stories, tell_story
from zhunsheng.ledger.balances import fold
from zhunsheng.ledger.postings import forget_accounts
from zhunsheng.search.proving import is_current, mend, take_in_all
from zhunsheng.security.audit import record
from zhunsheng.security.models import AuditEntry

COLUMNS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
MARK = f"region:{REGION}"
"""The subject of the audit entry that tells every page: these records are invented."""

CASES: tuple[tuple[str, Callable[[City], Iterator[CaseScript]], int], ...] = (
    ("administrative_reconsideration", disputes.reconsiderations, 98),
    ("litigation_response", disputes.lawsuits, 99),
    ("normdoc_cleanup", scripts.cleanups, 324),
    ("info_disclosure_request", scripts.disclosure_requests, 228),
    ("disclosure_standard_catalog", scripts.disclosure_catalogues, 26),
    ("proposal_handling", scripts.proposals, 515),
    ("enforcement_supervision", scripts.supervisions, 41),
    ("enforcement_certificate", scripts.certificates, 11_920),
    ("people_mediation", disputes.mediations, 23_335),
    ("hotline_workorder", scripts.orders, 30_381),
    ("hotline_workorder", scripts.calls, 109_033),
)


def is_loaded() -> bool:
    """Whether the demonstration is there."""
    return AuditEntry.objects.filter(action="demo.load", subject=MARK).exists()


def load_places(codes: Iterable[str]) -> None:
    """Load places told from files, each in a transaction of its own, with a progress bar; says which are there already.

    Raises ``click.BadParameter`` for a code nobody tells of."""
    files = stories()
    for code in codes:
        if code not in files:
            known = "、".join(files)
            raise click.BadParameter(f"没有「{code}」的演示数据，可选：{known} · no demonstration of that region")
    _bring_up_to_date()
    if not is_current():  # afterwards every record is found by what it says from the moment it is written
        list(mend())
    for code in codes:
        story = read_story(files[code])
        if is_told(code):
            click.echo(f"{story.region.name}的演示数据已经载入，不再重复载入 · loaded already")
            continue
        with Progress(*COLUMNS) as bar:
            task = bar.add_task(f"载入{story.region.name}", total=length(story))
            tell_story(story, lambda count, task=task, bar=bar: bar.update(task, advance=count))
        fold()
        told = f"{length(story):,}"
        click.echo(f"已载入{story.region.name} {story.first} 至 {story.last}，记录 {told} 条 · loaded, {told} records")


def load_demonstration() -> None:
    """Bring the database up to date and load the demonstration, with a progress bar; says so when it is there already."""
    _bring_up_to_date()
    if is_loaded():
        click.echo("演示数据已经载入，不再重复载入 · the demonstration is loaded already")
        return
    started = time.monotonic()
    list(mend())  # nothing or little is there yet
    with Progress(*COLUMNS) as bar, filling(), transaction.atomic():
        total = (
            sum(count for _, _, count in CASES)
            + 183
            + lists.ITEMS
            + lists.SERVICES
            + sum(count for count, _, _ in lists.POINTS.values())
            + lists.MOBILE_ITEMS
        )
        task = bar.add_task("载入演示数据", total=total)

        def advance(count: int) -> None:
            bar.update(task, advance=count)

        city = found_city()
        cases, steps = tell_year(city, advance)
        lists.publish_lists(city, year()[1])
        present.open_today(city)
        show_the_public(city)
        sign_ins = [{"username": p.username, "password": PASSWORD, "duty": p.purpose} for p in SIGN_INS]
        record("demo.load", MARK, None, cases=cases, steps=steps, sign_ins=sign_ins)
    fold()
    with Progress(*COLUMNS) as bar:
        task = bar.add_task("编制索引")
        take_in_all(lambda done, total: bar.update(task, completed=done, total=total))
    seconds = time.monotonic() - started
    click.echo(
        f"已载入 {cases:,} 件、{steps:,} 个环节，用时 {seconds:.0f} 秒（{steps / seconds:,.0f} 个环节/秒） · "
        f"{cases:,} cases with {steps:,} steps loaded in {seconds:.0f} s"
    )


def _bring_up_to_date() -> None:
    click.echo("正在建立或者更新数据库 · bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    forget_accounts()


def tell_year(city: City, advance: Callable[[int], None], at_most: int | None = None) -> tuple[int, int]:
    """The lists, documents and cases of the year; gives how many cases and steps. ``at_most`` tells no more of each kind of
    case."""
    lists.makers(city)
    lists.returns(city)
    legislation.list_in_plan(city)
    advance(lists.power_items(city))
    advance(lists.service_items(city))
    advance(lists.points_of_legal_service(city))
    advance(lists.mobile_items(city))
    _documents(city, advance)
    cases = steps = 0
    for slug, told, _ in CASES:
        result = replay(slug, islice(told(city), at_most), officers=city.officers, progress=advance)
        cases, steps = cases + result.cases, steps + result.steps
    replay("assessment_rectification", scripts.rectifications(city), officers=city.officers)
    declared.state_figures(city)
    return cases, steps


def _documents(city: City, advance: Callable[[int], None]) -> None:
    """The year's reviews, and the normative documents that rest on the first of them and were passed at meetings."""
    reviewed = replay("legality_review", scripts.reviews(city), officers=city.officers, progress=advance)
    meetings.hold_year(city, reviewed.case_ids, advance)


def year() -> tuple[date, date]:
    """The year of the demonstration."""
    return date(2020, 1, 1), date(2020, 12, 31)
