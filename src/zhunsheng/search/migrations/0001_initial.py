"""The texts of records by which they are found, and over them the index of each database: FTS5 on SQLite, GIN on PostgreSQL."""

from django.db import migrations, models

INDEX = {
    # Without positions and content: what the index gives is looked at again in the text itself.
    "sqlite": (
        "CREATE VIRTUAL TABLE search_tokens USING fts5(tokens, content='', detail=none, tokenize=\"ascii tokenchars '@=#_'\")",
    ),
    "postgresql": (
        "ALTER TABLE search_text ADD COLUMN tokens tsvector",
        "CREATE INDEX text_tokens ON search_text USING gin (tokens)",
    ),
}


def make_index(apps, schema_editor):
    for statement in INDEX[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE search_tokens")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("made_at", models.DateTimeField(auto_now=True, verbose_name="编制时间")),
            ],
            options={"verbose_name": "索引版本", "verbose_name_plural": "索引版本"},
        ),
        migrations.CreateModel(
            name="Text",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("record", models.BigIntegerField(verbose_name="记录")),
                ("part", models.PositiveIntegerField(default=0, verbose_name="序号")),
                ("system", models.CharField(max_length=60, verbose_name="系统")),
                ("path", models.CharField(max_length=120)),
                ("on", models.DateField(verbose_name="日期")),
                ("text", models.TextField(verbose_name="内容")),
                ("indexed", models.BooleanField(default=False, verbose_name="已编入索引")),
            ],
            options={
                "verbose_name": "可查内容",
                "verbose_name_plural": "可查内容",
                "indexes": [
                    models.Index(fields=["kind", "-on", "-id"], name="text_newest"),
                    models.Index(fields=["record", "kind"], name="text_of_record"),
                    models.Index(condition=models.Q(("indexed", False)), fields=["id"], name="text_waiting"),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index, elidable=False),
    ]
