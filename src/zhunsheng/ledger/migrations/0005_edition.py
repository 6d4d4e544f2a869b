from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0004_newest_and_late"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("rules", models.JSONField(default=dict, verbose_name="入账规则")),
                ("plan", models.JSONField(null=True, verbose_name="补记进度")),
            ],
            options={"verbose_name": "入账版本", "verbose_name_plural": "入账版本"},
        ),
    ]
