"""What lists are filtered by, repeated where indexes reach it, and the tally of closed cases. The worker fills the tally."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


AT_ONCE = 2_000


def fill_choices(apps, schema_editor):
    """What cases that are there already say in the fields that lists are filtered by."""
    from zhunsheng.cases.tallying import choices_of
    from zhunsheng.catalogue.loading import systems

    known = systems()
    rows = apps.get_model("cases", "Case").objects.filter(system__in=known).order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last).values_list("pk", "system", "version", "fields")[:AT_ONCE]):
        last = some[-1][0]
        said = [(choices_of(known[slug].procedure_of(version), fields), key) for key, slug, version, fields in some]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany("UPDATE cases_case SET choices = %s WHERE id = %s", [one for one in said if one[0]])


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_voided'),
        ('orgs', '0003_delegation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=60)),
                ('state', models.CharField(max_length=60)),
                ('outcome', models.CharField(max_length=60)),
                ('choices', models.TextField()),
                ('cases', models.IntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_list',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_due',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_number',
        ),
        migrations.AddField(
            model_name='case',
            name='choices',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='case',
            name='is_tallied',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(fill_choices, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['to_organ', 'case'], name='asked_of_organ'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['to_officer', 'case'], name='asked_of_officer'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['system', 'path', '-opened_on', '-id', 'state', 'outcome', 'choices'], name='case_list', opclasses=('', 'varchar_pattern_ops', '', '', '', '', '')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['system', '-opened_on', '-id', 'path', 'state', 'outcome', 'choices'], name='case_list_whole', opclasses=('', '', '', 'varchar_pattern_ops', '', '', '')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['system', 'number', 'id', 'path'], name='case_number', opclasses=('', '', '', 'varchar_pattern_ops')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_on__isnull', False)), fields=['system', 'closed_on', 'id', 'path'], name='case_closed', opclasses=('', '', '', 'varchar_pattern_ops')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_on', None)), fields=['path', 'system', 'state', 'next_due', 'opened_on', 'handler', 'organ', 'id', 'closed_on'], name='case_open', opclasses=('varchar_pattern_ops', '', '', '', '', '', '', '', '')),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_tallied', False)), fields=['system', 'path', 'state', 'outcome', 'choices', 'closed_on', 'next_due', 'is_tallied'], name='case_untallied', opclasses=('', 'varchar_pattern_ops', '', '', '', '', '', '')),
        ),
        migrations.AddField(
            model_name='tally',
            name='organ',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organ'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('system', 'organ', 'state', 'outcome', 'choices'), name='one_tally'),
        ),
    ]
