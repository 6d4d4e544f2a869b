# Sealed columns change nothing in the database; what stands in them already is sealed row by row.

from django.db import migrations

import zhunsheng.security.sealing
from zhunsheng.security.resealing import Column, reseal, telling


def seal(apps, schema_editor):
    reseal(Column(apps.get_model("registers", "Revision"), "values", "entry__register", "entry", "entry"), telling())
    reseal(Column(apps.get_model("registers", "ChangeLine"), "values", "change_set__register"), telling())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("registers", "0004_withdrawn_versions"),
        ("security", "0003_numberdigest"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="revision",
                    name="values",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, verbose_name="内容"),
                ),
                migrations.AlterField(
                    model_name="changeline",
                    name="values",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, verbose_name="内容"),
                ),
            ],
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
