from django.db import migrations, models
from django.db.models import F, Max, Q


def note_last(apps, schema_editor):
    """Of months closed before: the newest posting that stands in them and did not come late."""
    period, posting = (apps.get_model("ledger", name) for name in ("Period", "Posting"))
    in_time = posting.objects.filter(Q(adjusts=None) | ~Q(adjusts=F("month"))).order_by()
    newest = in_time.values_list("organ__region", "month").annotate(Max("pk"))
    last = {(region, month): pk for region, month, pk in newest}
    for one in period.objects.order_by("pk").iterator():
        one.last_posting = last.get((one.region_id, one.month), 0)
        one.save(update_fields=["last_posting"])


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0005_edition"),
    ]

    operations = [
        migrations.AddField(
            model_name="period",
            name="last_posting",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunPython(note_last, migrations.RunPython.noop),
    ]
