# A sealed column changes nothing in the database; forms begun before are sealed when they are sent next, or forgotten.

from django.db import migrations

import zhunsheng.security.sealing


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="begun",
                    name="typed",
                    field=zhunsheng.security.sealing.SealedJSONField(default=dict, whole=True, verbose_name="填写内容"),
                ),
            ],
        ),
    ]
