"""Tells Django of the room intake; registers what a place may decide in it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "zhunsheng.intake"
    label = "intake"
    verbose_name = _("来件")

    def ready(self) -> None:
        from zhunsheng.intake.offering import KIND
        from zhunsheng.local.kinds import register_kind

        register_kind(KIND)
