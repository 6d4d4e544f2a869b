"""Tells Django of the room reports. Only its name lives here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "zhunsheng.reports"
    label = "reports"
    verbose_name = _("报告")
