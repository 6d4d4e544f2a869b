"""Tells Django of the room bodies, the ledger who recomputes the postings of bodies and meetings, reforms what they touch."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "zhunsheng.bodies"
    label = "bodies"
    verbose_name = _("议事机构")

    def ready(self) -> None:
        from zhunsheng.bodies import reforming
        from zhunsheng.bodies.models import MeetingPaper
        from zhunsheng.bodies.posting import BODIES, MEETINGS
        from zhunsheng.ledger.owing import register_poster, verify_postings
        from zhunsheng.ledger.verification import register_verifier
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.security.guards import protect

        for poster in (BODIES, MEETINGS):
            register_poster(poster)
            register_verifier(poster.source, partial(verify_postings, poster))
        register_touch("bodies", reforming.touched, reforming.move)
        protect(MeetingPaper)
