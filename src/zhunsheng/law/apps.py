"""Tells Django of the room law, the organs of the duty of this room, and the search what of it is found."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawConfig(AppConfig):
    name = "zhunsheng.law"
    label = "law"
    verbose_name = _("法规与依据")

    def ready(self) -> None:
        from zhunsheng.law import duties, finding
        from zhunsheng.law.models import StatuteChange
        from zhunsheng.orgs.refusals import register_roles
        from zhunsheng.search.asking import register_kind
        from zhunsheng.security.guards import protect

        register_roles(duties.ROOM, duties.NAME, duties.ROLES)
        register_kind(finding.STATUTES)
        register_kind(finding.LIMITS)
        protect(StatuteChange, once=("voided_at", "voided_by_id", "void_reason"))
