# Sealed columns change nothing in the database; what stands in them already is sealed row by row.

from django.db import migrations

import zhunsheng.security.sealing
from zhunsheng.security.resealing import Column, reseal, telling


def seal(apps, schema_editor):
    reseal(Column(apps.get_model("cases", "Case"), "fields", "system", "case"), telling())
    reseal(Column(apps.get_model("cases", "Event"), "values", "case__system"), telling())
    reseal(Column(apps.get_model("cases", "Draft"), "typed"), telling())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cases", "0008_handed_in_online"),
        ("security", "0003_numberdigest"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="fields",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, verbose_name="内容"),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="values",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, verbose_name="填写内容"),
                ),
                migrations.AlterField(
                    model_name="draft",
                    name="typed",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, whole=True, verbose_name="填写内容"),
                ),
            ],
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
