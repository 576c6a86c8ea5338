import datetime

import django.db.models.deletion
from django.db import migrations, models

from scheduler.partitioning import CreatePartitionedModel, ReferenceTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Hospital',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='C', max_length=200)),
                ('address', models.CharField(blank=True, default='', max_length=500)),
                ('timezone', models.CharField(help_text='An IANA name, as Europe/Paris.', max_length=64)),
                ('opens', models.TimeField(default=datetime.time(0, 0))),
                ('closes', models.TimeField(default=datetime.time(0, 0), help_text="00:00 is midnight at the day's end.")),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'db_table': 'hospitals',
                'indexes': [models.Index(fields=['name', 'id'], name='hospitals_by_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes', datetime.time(0, 0)), _connector='OR'), name='closes_after_opens')],
            },
        ),
        ReferenceTable('hospitals'),
        CreatePartitionedModel(
            name='ScheduleStamp',
            fields=[
                ('pk', models.CompositePrimaryKey('hospital', 'doctor_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('doctor_id', models.BigIntegerField()),
                ('stamp', models.BigIntegerField(default=1)),
                ('hospital', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'schedule_stamps',
            },
        ),
    ]
