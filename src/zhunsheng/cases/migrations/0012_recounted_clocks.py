"""A clock may be recorded anew after the declaration of its procedure was put right."""

from django.db import migrations, models

KINDS = ["armed", "stopped", "resumed", "extended", "corrected", "revalued", "recounted", "met", "lapsed", "voided"]


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_requests_that_ended")]

    operations = [
        migrations.AlterField(
            model_name="clockentry",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=12, verbose_name="事项"),
        ),
    ]
