"""Tells Django of the room reports, and local settings that a place may choose its outline."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "zhunsheng.reports"
    label = "reports"
    verbose_name = _("报告")

    def ready(self) -> None:
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.reports import outline_choice

        register_kind(outline_choice.KIND)
