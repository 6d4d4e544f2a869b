"""Tells Django of the room orgs, the search what of it is found, security what of it is never edited."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "zhunsheng.orgs"
    label = "orgs"
    verbose_name = _("机关与人员")

    def ready(self) -> None:
        from zhunsheng.orgs import finding, lines, models, proving
        from zhunsheng.orgs.reforming import register_touch
        from zhunsheng.search.asking import register_kind
        from zhunsheng.security.guards import protect
        from zhunsheng.security.verifying import register_proof

        register_kind(finding.ORGANS)
        register_kind(finding.PEOPLE)
        register_touch("lines", lines.touched, lines.move)
        protect(models.Duty, free=("valid_to",))
        protect(models.Delegation, once=("ended_at", "ended_by_id"))
        protect(models.Line, once=("ended_at", "ended_by_id"))
        of_account = {"id", "username", "is_service"}  # password and name change, being active is proven by ``proving``
        protect(
            models.Officer,
            free=[field.column for field in models.Officer._meta.concrete_fields if field.column not in of_account],
        )
        register_proof(proving.changed_unseen)
