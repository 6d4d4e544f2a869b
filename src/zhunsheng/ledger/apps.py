"""Tells Django of the room ledger, and the search what of it is found."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "zhunsheng.ledger"
    label = "ledger"
    verbose_name = _("台账与指标")

    def ready(self) -> None:
        from zhunsheng.ledger import finding
        from zhunsheng.search.asking import register_kind

        register_kind(finding.FIGURES)
