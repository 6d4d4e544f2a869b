"""Adds the register of figures told to others (报数登记)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("orgs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandedOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=120, verbose_name="指标")),
                ("first", models.PositiveIntegerField(verbose_name="起始月份")),
                ("last", models.PositiveIntegerField(verbose_name="终止月份")),
                ("value", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="数值")),
                ("told", models.CharField(max_length=60, verbose_name="报出写法")),
                ("to_whom", models.CharField(max_length=120, verbose_name="报给谁")),
                ("purpose", models.CharField(max_length=120, verbose_name="用途")),
                ("paper", models.CharField(blank=True, max_length=200, verbose_name="文件")),
                ("at", models.DateTimeField(verbose_name="报出时间")),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("region", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.region")),
            ],
            options={
                "verbose_name": "报出数",
                "verbose_name_plural": "报出数",
                "indexes": [models.Index(fields=["region", "account", "last"], name="handed_out_figure")],
            },
        ),
    ]
