"""Tells Django of the room bodies, the ledger who recomputes the postings of bodies and meetings, reforms what they touch."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "zhunsheng.bodies"
    label = "bodies"
    verbose_name = _("议事机构")

    def ready(self) -> None:
        from zhunsheng.bodies import reforming
        from zhunsheng.bodies.models import MeetingPaper
        from zhunsheng.bodies.posting import verify_bodies, verify_meetings
        from zhunsheng.ledger.verification import register_verifier
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.security.guards import protect

        register_verifier("body", verify_bodies)
        register_verifier("meeting", verify_meetings)
        register_touch("bodies", reforming.touched, reforming.move)
        protect(MeetingPaper)
