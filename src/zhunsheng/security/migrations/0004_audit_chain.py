"""The chain over rows that are never edited, and the kinds of entries of the audit trail."""

from django.conf import settings
from django.db import migrations, models


TAKEN_OUT = (
    "annotated", "download", "export", "export_unmasked", "file", "file_list", "outline_file", "print", "resting", "reveal",
    "table", "urging_notice",
)
PASSWORDS = ("orgs.change_password", "orgs.set_password")


def tell_kinds(apps, schema_editor):
    """Those written before there were kinds; by the rules of that day (``audit.kind_of``)."""
    security = [action for action in PASSWORDS] + ["security.%"] + [f"%.{verb}" for verb in TAKEN_OUT]
    marks = " OR ".join(["action LIKE %s"] * len(security))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE security_auditentry SET kind = 'change' WHERE action NOT LIKE 'case.%%' AND action NOT LIKE 'material.%%'", []
        )
        cursor.execute(f"UPDATE security_auditentry SET kind = 'security' WHERE {marks}", security)


def forget(apps, schema_editor):
    """Nothing to take back: the column goes."""


class Migration(migrations.Migration):

    dependencies = [
        ('security', '0003_numberdigest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
                ('tables', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': '链头',
                'verbose_name_plural': '链头',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('algorithm', models.CharField(max_length=10, verbose_name='算法')),
                ('previous', models.CharField(max_length=64, verbose_name='上一节')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('columns', models.JSONField(default=dict)),
                ('parts', models.JSONField(default=list)),
                ('keys', models.BinaryField()),
                ('marks', models.BinaryField()),
            ],
            options={
                'verbose_name': '防篡改链',
                'verbose_name_plural': '防篡改链',
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
            ],
            options={
                'verbose_name': '通行',
                'verbose_name_plural': '通行',
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63, verbose_name='表')),
                ('row', models.BigIntegerField(verbose_name='记录')),
                ('digests', models.JSONField(default=list, verbose_name='摘要')),
                ('ground', models.CharField(max_length=120, verbose_name='依据')),
                ('at', models.DateTimeField(verbose_name='时间')),
            ],
            options={
                'verbose_name': '依法销毁',
                'verbose_name_plural': '依法销毁',
            },
        ),
        migrations.AddField(
            model_name='auditentry',
            name='kind',
            field=models.CharField(choices=[('course', '办理经过'), ('change', '数据变更'), ('security', '安全事件')], db_default='course', max_length=8, verbose_name='类别'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('kind', 'course'), _negated=True), fields=['kind', '-id'], name='audit_kind'),
        ),
        migrations.AddIndex(
            model_name='release',
            index=models.Index(fields=['table_name', 'row'], name='released_row'),
        ),
        migrations.RunPython(tell_kinds, forget, elidable=False),
    ]
