# Sealed columns change nothing in the database; what stands in them already is sealed row by row.

from django.db import migrations

import zhunsheng.security.sealing
from zhunsheng.security.resealing import Column, reseal, telling


def seal(apps, schema_editor):
    reseal(Column(apps.get_model("desk", "Upload"), "checked"), telling())
    reseal(Column(apps.get_model("desk", "Upload"), "corrections"), telling())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("desk", "0004_tour_answers"),
        ("security", "0003_numberdigest"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="upload",
                    name="checked",
                    field=zhunsheng.security.sealing.SealedJSONField(null=True, whole=True, verbose_name="检查结果"),
                ),
                migrations.AlterField(
                    model_name="upload",
                    name="corrections",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, whole=True, verbose_name="改正"),
                ),
            ],
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
