"""Tells Django of the room intake; registers what a place may decide in it and what is sealed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "zhunsheng.intake"
    label = "intake"
    verbose_name = _("来件")

    def ready(self) -> None:
        from zhunsheng.intake.models import Begun
        from zhunsheng.intake.offering import KIND
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.security import resealing

        register_kind(KIND)
        resealing.register(resealing.Column(Begun, "typed"))
