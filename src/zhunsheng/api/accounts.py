"""Service accounts and their tokens (服务账号与令牌): who may have one, what a token opens, and who a caller is.

The only writer of both. An account is an officer nobody can sign in with, so that everything a program does stands in the
record under its name; what it may see and do follows from its duties within its organ.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from zhunsheng.api.models import ServiceAccount, Token
from zhunsheng.kernel.words import Words
from zhunsheng.orgs.access import Access, access_of
from zhunsheng.orgs.actions import add_service_officer
from zhunsheng.orgs.models import Officer, Organ
from zhunsheng.orgs.refusals import behalf, check_administrator, refused, text_of
from zhunsheng.security.audit import changed_of, record

SCOPES = {
    "cases:read": Words("查看办件", "read cases"),
    "cases:write": Words("办理办件", "open cases and take steps"),
    "cases:reveal": Words("查看未遮掩的个人信息", "see masked fields, giving a purpose"),
    "registers:read": Words("查看清单", "read lists"),
    "figures:read": Words("查看指标及其记录", "read figures and their records"),
    "reports:read": Words("撰写和核对报告", "compose and check reports"),
    "publications:read": Words("查看公布内容", "read what was published"),
    "exchange": Words("报送数据包", "hand in data packages of other installations"),
}
"""What a token may open, each by name. The calendar and the limits of the law are open to every token."""
LONGEST_DAYS = 366
_PREFIX = "zst_"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the account, its officer, what he may see, what the token opens."""

    account: int
    token: int
    officer: Officer
    access: Access
    scopes: frozenset[str]
    organ: int
    calls: int


@transaction.atomic
def open_account(
    by: Officer | None, organ: Organ, username: str, name: str, purpose: str, system: str, role: str,
    *, whole_tree: bool = False,
) -> ServiceAccount:  # fmt: skip
    """开立: an account for a program, with its first duty. ``by`` is None on the command line. Raises ``Refused``."""
    purpose = text_of(purpose, 200, "purpose", "用途", "purpose")
    officer = add_service_officer(by, username, name, organ, system, role, timezone.localdate(), whole_tree=whole_tree)
    account = ServiceAccount(
        officer=officer, organ=organ, purpose=purpose, made_by=by, made_at=timezone.now()
    )  # fmt: skip
    account.save()
    record("api.open_account", f"officer:{officer.pk}", by.pk if by else None, organ=organ.pk)
    return account


@transaction.atomic
def make_token(
    by: Officer | None, account: ServiceAccount, name: str, scopes: list[str], days: int
) -> tuple[Token, str]:
    """生成令牌: the row and the token itself, which is shown this once. Raises ``Refused``."""
    right = check_administrator(by, account.organ) if by else None
    name = text_of(name, 60, "name", "名称", "name")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        told = "、".join(SCOPES)
        raise refused("scope", f"请至少选择一项权限：{told}", f"choose at least one scope of {told}", "scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise refused("days", f"有效期为 1 至 {LONGEST_DAYS} 天", f"a token lasts 1 to {LONGEST_DAYS} days", "days")
    if not account.officer.is_active:
        raise refused("inactive", "该账号已停用", "the account is deactivated")
    text, now = _PREFIX + secrets.token_urlsafe(32), timezone.now()
    token = Token(
        account=account, name=name, hash=_hash(text), begins=text[:10], scopes=sorted(set(scopes)), made_by=by,
        made_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    token.save()
    record(
        "api.make_token", f"officer:{account.officer_id}", by.pk if by else None, token=token.pk, scopes=token.scopes,
        days=days, **behalf(right),
    )  # fmt: skip
    return token, text


@transaction.atomic
def end_token(by: Officer | None, token_id: int) -> Token:
    """停用令牌: it opens nothing from now on. Raises ``Refused``."""
    token = Token.objects.select_related("account__organ").filter(pk=token_id).first()
    if token is None:
        raise refused("unknown", "没有这个令牌", "there is no such token")
    right = check_administrator(by, token.account.organ) if by else None
    if token.ended_at is None:
        token.ended_at = timezone.now()
        token.save(update_fields=("ended_at",))
        record(
            "api.end_token", f"officer:{token.account.officer_id}", by.pk if by else None, token=token.pk,
            **changed_of(token), **behalf(right),
        )  # fmt: skip
    return token


def accounts_in_reach(access: Access) -> Any:
    """The accounts of the organs somebody administers."""
    from zhunsheng.orgs.refusals import ADMINISTRATOR, ROOM

    mine = tuple(h for h in access.holdings if h.system in ("*", ROOM) and h.role in ("*", ADMINISTRATOR))
    rows = replace(access, holdings=mine).rows(system_field=None, path_field="organ__path")
    return ServiceAccount.objects.filter(rows).select_related("officer", "organ").order_by("organ__path", "pk")


# --- who calls -------------------------------------------------------------------------------------------------------


def _hash(text: str) -> str:
    """A token is drawn from 256 bits, so that it needs no salt and no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def caller_of(text: str) -> Caller | None:
    """Who shows this token; None when it opens nothing. One statement lets him in, counts the call and notes the use."""
    now, minute, hashed = timezone.now(), int(time.time()) // 60, _hash(text)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(Token._meta.db_table)} SET calls = CASE WHEN minute = %s THEN calls + 1 ELSE 1 END, "  # noqa: S608 - names only
            "minute = %s, last_used_at = %s WHERE hash = %s AND ended_at IS NULL AND expires_at > %s RETURNING id, calls",
            [minute, minute, *(_moment(now), hashed, _moment(now))],
        )
        found = cursor.fetchone()
    if found is None:
        _note_refused(hashed)
        return None
    token = Token.objects.select_related("account__organ", "account__officer").get(pk=found[0])
    account = token.account
    if not account.officer.is_active:
        _note_refused(hashed)
        return None
    access = access_of_account(account)
    return Caller(
        account.pk, token.pk, account.officer, access, frozenset(token.scopes), account.organ_id, found[1]
    )  # fmt: skip


def access_of_account(account: ServiceAccount) -> Access:
    """What an account may see and do today: its duties as far as they lie within its organ, nothing held for others."""
    whole = access_of(account.officer, timezone.localdate())
    within = tuple(h for h in whole.holdings if h.path.startswith(account.organ.path) and h.principal is None)
    return replace(whole, holdings=within, noted={})


def _moment(at: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _note_refused(hashed: str) -> None:
    """Somebody still uses a token that was ended or has expired: that is written down, guesses are not."""
    known = Token.objects.filter(hash=hashed).values_list("pk", "account__officer").first()
    if known:
        record("api.refused_token", f"officer:{known[1]}", None, token=known[0])
