"""Tells Django of the room intake; registers what a place may decide in it, what is sealed, and what goes with a file."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "zhunsheng.intake"
    label = "intake"
    verbose_name = _("来件")

    def ready(self) -> None:
        from zhunsheng.intake.models import Begun, Receipt
        from zhunsheng.intake.offering import KIND
        from zhunsheng.local.kinds import register_kind
        from zhunsheng.retention.parts import Part, register_part
        from zhunsheng.security import resealing

        register_kind(KIND)
        register_part(Part("receipt", lambda case: Receipt.objects.filter(case=case).delete()[0]))
        resealing.register(resealing.Column(Begun, "typed"))
