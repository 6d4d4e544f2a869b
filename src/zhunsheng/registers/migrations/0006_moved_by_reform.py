from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0005_sealed"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="moved_in",
            field=models.BooleanField(default=False, verbose_name="机构改革划入"),
        ),
        migrations.AddField(
            model_name="revision",
            name="moved_out",
            field=models.BooleanField(default=False, verbose_name="机构改革划出"),
        ),
    ]
