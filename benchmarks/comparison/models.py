"""The tables in which the compared software keeps its orders: a row of serialised workflow and a row for each event."""

from django.db import models


class SpiffOrder(models.Model):
    """An order whose course is a serialised workflow of SpiffWorkflow."""

    state = models.CharField(max_length=60)
    workflow = models.JSONField()

    class Meta:
        app_label = "comparison"

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class SpiffEvent(models.Model):
    """One step of such an order."""

    order = models.ForeignKey(SpiffOrder, models.PROTECT)
    action = models.CharField(max_length=60)
    on = models.DateField()
    officer = models.ForeignKey("orgs.Officer", models.PROTECT)
    values = models.JSONField()

    class Meta:
        app_label = "comparison"

    def __str__(self) -> str:
        return f"{self.order_id} {self.action}"
