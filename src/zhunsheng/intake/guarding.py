"""Holding machines off (防机器提交) without a foreign service, a cookie or a script.

A form carries a signed mark with its time, and a field people leave empty. Who sends too quickly or too often, and everybody
while the site is flooded, is asked a small sum in words; whoever answers goes on. So a flood is held off and a person is not.
How often somebody did something is counted under a keyed hash, never with the address, and forgotten soon.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from zhunsheng.intake.models import Tried
from zhunsheng.kernel.fields import clean_text
from zhunsheng.kernel.words import Words, chinese_number

MARK, TRAP, ANSWER, QUESTION = "form_mark", "website", "answer", "question"
FIELDS = (MARK, TRAP, ANSWER, QUESTION)
"""The names of the fields of a guarded form."""

QUICKEST = 3
"""Seconds. Whoever fills in a form more quickly is asked, not refused."""
LASTS = timedelta(hours=12)
QUESTION_LASTS = timedelta(minutes=20)
HOUR = timedelta(hours=1)
FREE = 10
"""So many a person sends in an hour from one address without being asked; a whole office may share one."""
ANSWERED = 120
"""So many an hour are taken from one address although the sums are right: more is a machine that can do sums."""
FLOOD, FLOOD_WITHIN = 120, timedelta(minutes=1)
"""So many within this while, from wherever, and everybody is asked."""

_MARKS, _QUESTIONS = "zhunsheng.intake.mark", "zhunsheng.intake.question"


@dataclass(frozen=True)
class Guard:
    """What a page puts into its form: the mark, and where one is asked the question with what it is recognised by."""

    mark: str
    question: Words | None = None
    question_mark: str = ""


@dataclass(frozen=True)
class Passed:
    """The form may be taken. ``mark``: what makes it one form, however often it is sent (``receipts.issue``)."""

    mark: str


@dataclass(frozen=True)
class Held:
    """The form may not be taken as it is: why, and what the page shows with it. ``field``: where the reason stands."""

    reason: Words
    guard: Guard
    field: str = ""


def guard(purpose: str, mark: str = "") -> Guard:
    """For a form that is shown; with the ``mark`` it has already when it is shown again."""
    return Guard(signing.dumps([purpose, mark or new_mark()], salt=_MARKS))


def new_mark() -> str:
    """What makes a form one form. Whoever has it has the code of its receipt."""
    return secrets.token_urlsafe(18)


def check(
    purpose: str, posted: Mapping[str, str], address: str | None, *, quickest: int | None = None
) -> Passed | Held:
    """Whether a form that came in may be taken. Counts it."""
    try:
        said, mark = signing.loads(posted.get(MARK, ""), salt=_MARKS, max_age=LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        said, mark = "", ""
    if said != purpose:
        return Held(
            Words("页面打开得太久了，请核对填写的内容，再提交一次", "the page was open for too long; look it over and send it again"),
            guard(purpose),
        )  # fmt: skip
    if posted.get(TRAP, ""):
        return Held(
            Words("“请勿填写”一栏是防机器用的，请清空后再提交", "the field that says so is to be left empty; empty it and send again"),
            guard(purpose, mark),
        )  # fmt: skip
    is_often = tally(purpose, address or "", HOUR) > FREE
    is_flood = tally(purpose, "*", FLOOD_WITHIN) > FLOOD
    if _age(posted[MARK]) >= (QUICKEST if quickest is None else quickest) and not is_often and not is_flood:
        return Passed(mark)
    if not posted.get(ANSWER, "").strip():
        return _ask(
            purpose, mark, Words("请先回答下面的问题，再提交一次", "answer the question below and send it again")
        )
    if not _is_right(posted):
        return _ask(purpose, mark, Words("答得不对，请回答下面的新问题", "that is not right; answer this new question"))
    if tally(f"{purpose}.answered", address or "", HOUR) > ANSWERED:
        return Held(
            Words(
                "来自这个网络的提交太多，请一小时后再来，或者打电话、写信、到窗口办理",
                "too much was sent from this network; come back in an hour, or telephone, write or call in person",
            ),
            guard(purpose, mark),
        )
    return Passed(mark)


def _age(signed: str) -> float:
    """Seconds since a mark was made; that it is one of ours was seen before."""
    stamped = signed.rsplit(":", 2)[1]
    return time.time() - signing.b62_decode(stamped)


def _ask(purpose: str, mark: str, reason: Words) -> Held:
    one, other = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    takes = one > other and secrets.randbelow(2)
    answer = one - other if takes else one + other
    zh = f"{chinese_number(one)}{'减去' if takes else '加上'}{chinese_number(other)}等于几？"
    en = f"What is {_ENGLISH[one]} {'minus' if takes else 'plus'} {_ENGLISH[other]}?"
    once = secrets.token_urlsafe(9)
    recognised = signing.dumps([once, _sealed(once, answer)], salt=_QUESTIONS)
    made = guard(purpose, mark)
    return Held(reason, Guard(made.mark, Words(zh, en), recognised), ANSWER)


def _sealed(once: str, answer: int) -> str:
    return salted_hmac(_QUESTIONS, f"{once}:{answer}", algorithm="sha256").hexdigest()


def _is_right(posted: Mapping[str, str]) -> bool:
    """Whether the answer is right, in figures or in words; each question can be answered once."""
    try:
        once, sealed = signing.loads(posted.get(QUESTION, ""), salt=_QUESTIONS, max_age=QUESTION_LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        return False
    typed = clean_text(posted.get(ANSWER, "")).lower()[:20]
    number = int(typed) if typed.isascii() and typed.isdecimal() else _SPELT.get(typed, -1)
    return constant_time_compare(_sealed(once, number), sealed) and tally(_QUESTIONS, once, QUESTION_LASTS) == 1


_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
)  # fmt: skip
_SPELT = {
    **{word: n for n, word in enumerate(_ENGLISH)},
    **{chinese_number(n): n for n in range(len(_ENGLISH))},
    "两": 2,
}


# --- counting ----------------------------------------------------------------------------------------------------------


def tally(what: str, whom: str, within: timedelta) -> int:
    """Count that something was done, and say how often it was in this while. Kept whatever becomes of the request."""
    key, ends_at = _window(what, whom, within)
    table = connection.ops.quote_name(Tried._meta.db_table)
    statement = (
        f"INSERT INTO {table} (key, times, ends_at) VALUES (%s, 1, %s) "  # noqa: S608 - our own names
        f"ON CONFLICT (key) DO UPDATE SET times = {table}.times + 1 RETURNING times"
    )
    moment = connection.ops.adapt_datetimefield_value(ends_at)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, moment])
        return int(cursor.fetchone()[0])


def _window(what: str, whom: str, within: timedelta) -> tuple[str, datetime]:
    seconds = within.total_seconds()
    number = int(time.time() // seconds)
    key = salted_hmac("zhunsheng.intake.tried", f"{what}|{whom}|{number}", algorithm="sha256").hexdigest()
    return key, datetime.fromtimestamp((number + 1) * seconds, tz=timezone.get_default_timezone())


def forget_counts() -> None:
    """Counts whose while is over."""
    Tried.objects.filter(ends_at__lt=timezone.now()).delete()
