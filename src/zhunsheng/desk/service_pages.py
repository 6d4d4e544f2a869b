"""Service accounts in the browser (服务账号): programs that call for an organ, their tokens, and where they are told what was
done. For administrators of organs and people.

What may be is decided in ``api.accounts`` and ``api.webhooks``; a token and a secret are shown once, in the answer itself.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from zhunsheng.api import accounts, webhooks
from zhunsheng.api.accounts import SCOPES, accounts_in_reach
from zhunsheng.api.models import Delivery, ServiceAccount, Subscription, Token
from zhunsheng.desk.frame import Crumb, officers_only, page, telling
from zhunsheng.desk.organ_forms import OfficeForm, choice, organ_choices, post_choices, several, text, tick
from zhunsheng.desk.organ_pages import GROUP, administered, form_page
from zhunsheng.desk.wording import Light, say
from zhunsheng.kernel.words import Words

TITLE = Words("服务账号", "Service accounts")
DAYS = (30, 90, 180, 366)


class AccountForm(OfficeForm):
    """开立服务账号, with a first duty."""

    def __init__(self, *args: Any, organs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organ"] = choice(_("所属单位"), organ_choices(organs))
        self.fields["username"] = text(_("账号"), longest=60, hint=_("如 svc-oa"))
        self.fields["name"] = text(_("名称"), longest=60, hint=_("办理记录里这样署名，如“办公系统”"))
        self.fields["purpose"] = text(_("用途"), longest=200)
        self.fields["post"] = choice(_("岗位"), post_choices())
        self.fields["whole_tree"] = tick(_("含下级单位"), _("同时管到下级单位"))


class TokenForm(OfficeForm):
    """生成令牌."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(_("名称"), longest=60, hint=_("用来辨认，如“正式环境”"))
        self.fields["scopes"] = several(_("权限"), [(key, say(words)) for key, words in SCOPES.items()], required=True)
        days = [(str(number), _("%(number)s 天") % {"number": number}) for number in DAYS]
        self.fields["days"] = choice(_("有效期"), days, initial="180")


class SubscriptionForm(OfficeForm):
    """登记接收地址."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"] = text(_("接收地址"), longest=300, hint=_("https 地址；内网地址须先由运维人员放行"))
        kinds = [(key, say(kind.words)) for key, kind in webhooks.KINDS.items()]
        self.fields["kinds"] = several(_("消息"), kinds, required=True)


def _trail(account: ServiceAccount | None = None) -> list[Crumb]:
    way = [Crumb(GROUP), Crumb(TITLE, reverse("desk:service-accounts"))]
    if account is not None:
        way.append(Crumb(account.officer.name, reverse("desk:service-account", args=[account.pk])))
    return way


def _account(request: Any, pk: int) -> ServiceAccount:
    return get_object_or_404(accounts_in_reach(request.access), pk=pk)


def _must_administer(request: Any) -> list[Any]:
    organs = administered(request.access, request.day)
    if not organs:
        raise Http404
    return organs


@officers_only
def service_accounts(request: Any) -> HttpResponse:
    """The accounts of the organs one administers."""
    _must_administer(request)
    now = timezone.now()
    valid = Q(tokens__ended_at=None, tokens__expires_at__gt=now)
    rows = accounts_in_reach(request.access).annotate(
        valid=Count("tokens", filter=valid, distinct=True), used=Max("tokens__last_used_at")
    )
    return page(request, "desk/service_accounts.html", {"accounts": list(rows)}, trail=[Crumb(GROUP), Crumb(TITLE)])


@officers_only
def open_account(request: Any) -> HttpResponse:
    """开立."""
    organs = _must_administer(request)
    form = AccountForm(request.POST or None, organs=organs)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        organ = next(one for one in organs if str(one.pk) == data["organ"])
        system, _colon, role = data["post"].partition(":")
        with form.refusals():
            made = accounts.open_account(
                request.user, organ, data["username"], data["name"], data["purpose"], system, role,
                whole_tree=data["whole_tree"],
            )  # fmt: skip
            messages.success(request, _("已开立：%(name)s") % {"name": made.officer.name})
            return HttpResponseRedirect(reverse("desk:service-account", args=[made.pk]))
    intro = _("程序用它的令牌调用接口；没有人能用它登录。能看什么、办什么由任职决定，并且不超出所属单位。")
    back = reverse("desk:service-accounts")
    return form_page(request, form, _("开立服务账号"), back, _trail(), verb=gettext_lazy("开立"), intro=intro)


@officers_only
def service_account(request: Any, pk: int) -> HttpResponse:
    """One account: its tokens, and where it is told what was done."""
    account = _account(request, pk)
    waiting = Count("deliveries", filter=Q(deliveries__next_at__isnull=False))
    given_up = Count("deliveries", filter=Q(deliveries__dead_at__isnull=False))
    subscriptions = account.subscriptions.annotate(waiting=waiting, given_up=given_up).order_by("-pk")
    dead = Delivery.objects.filter(subscription__account=account, dead_at__isnull=False).order_by("-dead_at")[:20]
    now = timezone.now()
    context = {
        "account": account,
        "tokens": [(token, _light_of(token, now), pgettext("并列", "、").join(say(SCOPES[s]) for s in token.scopes if s in SCOPES))
                   for token in account.tokens.order_by("-pk")],
        "subscriptions": [(one, pgettext("并列", "、").join(say(webhooks.KINDS[k].words) for k in one.kinds if k in webhooks.KINDS))
                          for one in subscriptions],
        "dead": [(one, say(webhooks.KINDS[one.kind].words), _problem_words(one.problem)) for one in dead],
    }  # fmt: skip
    return page(request, "desk/service_account.html", context, trail=[*_trail(), Crumb(account.officer.name)])


def _light_of(token: Token, now: Any) -> Light:
    if token.ended_at is not None:
        return Light("closed", _("已停用"))
    return Light("closed", _("已到期")) if token.expires_at <= now else Light("good", _("有效"))


def _problem_words(problem: str) -> str:
    """Why a message was not delivered. What the other machine or the network said follows in its own words."""
    if problem.startswith("HTTP "):
        return _("对方没有接受，应答 %(status)s") % {"status": problem.removeprefix("HTTP ")}
    kind, _colon, said = problem.partition(": ")
    return (
        _("连不上对方（%(said)s）") % {"said": said or kind}
        if kind.endswith(("Error", "Exception", "timeout"))
        else problem
    )


def _shown_once(request: Any, account: ServiceAccount, title: str, secret: str, about: str) -> HttpResponse:
    context = {"title": title, "secret": secret, "about": about, "account": account}
    return page(request, "desk/service_secret.html", context, trail=[*_trail(account), Crumb(title)])


@officers_only
def make_token(request: Any, pk: int) -> HttpResponse:
    """生成令牌; the answer shows it, once."""
    account = _account(request, pk)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with form.refusals():
            made, secret = accounts.make_token(request.user, account, data["name"], data["scopes"], int(data["days"]))
            about = _("%(name)s，%(day)s 到期。") % {
                "name": made.name,
                "day": timezone.localtime(made.expires_at).date().isoformat(),
            }
            return _shown_once(request, account, _("令牌"), secret, about)
    back = reverse("desk:service-account", args=[pk])
    intro = _("只选程序用得着的权限。")
    return form_page(request, form, _("生成令牌"), back, _trail(account), verb=gettext_lazy("生成"), intro=intro)


@officers_only
@require_POST
def end_token(request: Any, pk: int, token: int) -> HttpResponse:
    """停用令牌, at once."""
    account = _account(request, pk)
    found = get_object_or_404(Token, pk=token, account=account)
    return _done(request, account, lambda: accounts.end_token(request.user, found.pk), _("已停用"))


@officers_only
def subscribe(request: Any, pk: int) -> HttpResponse:
    """登记接收地址; the answer shows the secret of the signature, once."""
    account = _account(request, pk)
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with form.refusals():
            _made, secret = webhooks.subscribe(request.user, account, data["address"], data["kinds"])
            return _shown_once(request, account, _("签名密钥"), secret, _("接收方用它核对消息的签名。"))
    back = reverse("desk:service-account", args=[pk])
    intro = _("有新的办理记录或者公布版本时，平台向该地址发送一条签了名的消息，只说哪件事、哪个环节，不含内容。")
    return form_page(request, form, _("登记接收地址"), back, _trail(account), verb=gettext_lazy("登记"), intro=intro)


@officers_only
@require_POST
def end_subscription(request: Any, pk: int, subscription: int) -> HttpResponse:
    """停用 a receiving address."""
    account = _account(request, pk)
    found = get_object_or_404(Subscription, pk=subscription, account=account)
    return _done(request, account, lambda: webhooks.end_subscription(request.user, found.pk), _("已停用"))


@officers_only
@require_POST
def send_again(request: Any, pk: int, subscription: int) -> HttpResponse:
    """重新投递 what was given up."""
    account = _account(request, pk)
    found = get_object_or_404(Subscription, pk=subscription, account=account)
    return _done(request, account, lambda: webhooks.send_again(request.user, found.pk), _("已安排重新投递"))


def _done(request: Any, account: ServiceAccount, what: Any, told: str) -> HttpResponse:
    with telling(request, told):
        what()
    return HttpResponseRedirect(reverse("desk:service-account", args=[account.pk]))
