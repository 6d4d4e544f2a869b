"""Tells Django of the room api, and security what of it is never edited. Nothing else lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "zhunsheng.api"
    label = "api"
    verbose_name = _("接口")

    def ready(self) -> None:
        from django.db.models import Q

        from zhunsheng.api.models import Installation, ServiceAccount, Subscription, Token
        from zhunsheng.orgs.proving import changed_unseen
        from zhunsheng.security.guards import protect
        from zhunsheng.security.verifying import register_proof

        protect(ServiceAccount)
        protect(Token, once=("ended_at",), free=("last_used_at", "minute", "calls"))
        protect(Subscription, once=("ended_at",), free=("marks",))
        told = Q(action__in=("api.end_token", "api.end_subscription", "exchange.trust", "exchange.distrust"))
        ended = tuple((model, "ended_at") for model in (Token, Subscription, Installation))
        register_proof(lambda: changed_unseen(told, (*ended, (Installation, "public_key"))))
