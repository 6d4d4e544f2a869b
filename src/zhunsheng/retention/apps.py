"""保管与销毁: the retention app; tells organs which duties are held here, the ledger which cases were destroyed, security which rows
are never edited."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """保管与销毁."""

    name = "zhunsheng.retention"
    label = "retention"
    verbose_name = _("保管与销毁")

    def ready(self) -> None:
        from zhunsheng.ledger.models import Source
        from zhunsheng.ledger.owing import register_destroyed
        from zhunsheng.orgs.refusals import register_roles
        from zhunsheng.retention import models
        from zhunsheng.retention.actions import NAME, ROLES
        from zhunsheng.security.chain import register_decisions
        from zhunsheng.security.guards import protect

        register_roles(models.ROOM, NAME, ROLES)
        register_destroyed(Source.CASE, models.destroyed_among)
        register_decisions(models.decided)
        protect(models.Review)
        protect(models.Tombstone)
        protect(models.Hold, once=("lifted_at", "lifted_by_id", "lifting"))
