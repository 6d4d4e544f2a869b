"""Tells Django of the room ledger, the organs of the duty of this room, the search what of it is found, and the audit which
rows are never edited."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "zhunsheng.ledger"
    label = "ledger"
    verbose_name = _("台账与指标")

    def ready(self) -> None:
        from zhunsheng.kernel.words import Words
        from zhunsheng.ledger import finding, models
        from zhunsheng.ledger.completing import note_new_place
        from zhunsheng.ledger.stating import LEDGER, STATISTICIAN
        from zhunsheng.orgs.refusals import register_roles
        from zhunsheng.search.asking import register_kind
        from zhunsheng.security.guards import protect

        roles = {STATISTICIAN: Words("统计人员", "Statistician")}
        register_roles(LEDGER, Words("统计台账", "Ledger of figures"), roles)
        register_kind(finding.FIGURES)
        for model in (models.Posting, models.Statement, models.Period, models.HandedOut):
            protect(model)
        post_migrate.connect(note_new_place, sender=self, dispatch_uid="completing")
