"""Tells Django of the room registers, the ledger who recomputes the postings of lists, reforms what they touch of lists,
the law which entries rest on a statute, the search what of them is found, security what of them is sealed and which rows
are never edited."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "zhunsheng.registers"
    label = "registers"
    verbose_name = _("清单")

    def ready(self) -> None:
        from zhunsheng.law.usage import register_resting
        from zhunsheng.ledger.owing import register_poster
        from zhunsheng.ledger.verification import register_verifier
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.registers import finding, reforming, resting
        from zhunsheng.registers.models import ChangeLine, Entry, PublishedVersion, Revision
        from zhunsheng.registers.verification import ENTRIES, verify_registers
        from zhunsheng.search.asking import register_kind
        from zhunsheng.search.proving import register_keeper
        from zhunsheng.security import resealing
        from zhunsheng.security.guards import protect

        register_verifier("register", verify_registers)
        register_poster(ENTRIES)
        register_touch("registers", reforming.touched, reforming.move)
        register_resting("registers", resting.resting)
        register_keeper(finding.KEEPER)
        register_keeper(finding.PUBLIC_KEEPER)
        register_kind(finding.ENTRIES)
        resealing.register(
            resealing.Column(Revision, "values", "entry__register", finding.ENTRY, "entry"),
            resealing.Column(ChangeLine, "values", "change_set__register"),
        )
        protect(Entry, free=("organ_id", "path"))
        protect(Revision, once=("known_to",))
        protect(PublishedVersion, once=("withdrawn_at", "withdrawn_by_id", "withdrawal"))
