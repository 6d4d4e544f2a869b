"""Tells Django of the room registers, and the ledger who recomputes the postings of lists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "zhunsheng.registers"
    label = "registers"
    verbose_name = _("清单")

    def ready(self) -> None:
        from zhunsheng.ledger.verification import register_verifier
        from zhunsheng.registers.verification import verify_registers

        register_verifier("register", verify_registers)
