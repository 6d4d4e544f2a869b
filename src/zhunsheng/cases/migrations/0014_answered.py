"""What those have answered who were asked is found by them again."""

from django.db import migrations, models

OVER = models.Q(state__in=("answered", "ended"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_needed_only_if")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=("to_organ", "case"), name="answered_by_organ", condition=OVER),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=("to_officer", "case"), name="answered_by_officer", condition=OVER),
        ),
    ]
