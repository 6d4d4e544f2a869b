"""Tells Django of the room ledger. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "zhunsheng.ledger"
    label = "ledger"
    verbose_name = _("台账与指标")
