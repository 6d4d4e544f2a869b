"""Tells Django of the room intake."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "zhunsheng.intake"
    label = "intake"
    verbose_name = _("来件")
