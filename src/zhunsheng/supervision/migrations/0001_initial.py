"""Adds plans that are being confirmed (规划文本)."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0003_delegation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=60, verbose_name='系统')),
                ('path', models.CharField(db_index=True, max_length=120)),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('mark', models.CharField(max_length=20, verbose_name='编号前缀')),
                ('level', models.CharField(choices=[('national', '国家'), ('province', '省级'), ('city', '市级'), ('county', '县级'), ('points', '年度工作要点')], max_length=10, verbose_name='层级')),
                ('is_own', models.BooleanField(default=True, verbose_name='本级规划')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年度')),
                ('source', models.TextField(verbose_name='原文')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='文件名')),
                ('proposal', models.JSONField(default=dict, verbose_name='读出的内容')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='修改次数')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='读入时间')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('result', models.JSONField(default=dict, verbose_name='结果')),
                ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('officer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organ', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organ')),
            ],
            options={
                'verbose_name': '规划文本',
                'verbose_name_plural': '规划文本',
                'ordering': ('-pk',),
            },
        ),
    ]
