"""更正: a report may correct one that was published."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reportdraft",
            name="one_report_draft",
        ),
        migrations.AddField(
            model_name="reportdraft",
            name="corrects",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="reports.reportdraft",
                verbose_name="所更正的报告",
            ),
        ),
        migrations.AddField(
            model_name="reportdraft",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="更正理由"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="reportdraft",
            name="stage",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("confirmed", "已定稿"),
                    ("published", "已公开"),
                    ("corrected", "已更正"),
                    ("void", "已作废"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("stage", "void"), _negated=True), ("corrects", None)),
                fields=("region", "year", "outline"),
                name="one_report_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage", "void"), _negated=True), fields=("corrects",), name="one_correction"
            ),
        ),
    ]
