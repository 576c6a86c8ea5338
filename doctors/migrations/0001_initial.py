import django.contrib.postgres.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

from scheduler.partitioning import CreatePartitionedModel, composite_foreign_key


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('hospitals', '0001_initial'),
    ]

    operations = [
        # Equality beside a range in an exclusion constraint needs it.
        BtreeGistExtension(),
        CreatePartitionedModel(
            name='Doctor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='C', max_length=200)),
                ('specialty', models.CharField(max_length=100)),
                ('active', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('hospital', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='doctors', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'doctors',
                'indexes': [models.Index(fields=['hospital', 'name', 'id'], name='doctors_by_name'), models.Index(fields=['id'], name='doctors_by_id')],
            },
        ),
        CreatePartitionedModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doctor_id', models.BigIntegerField()),
                ('date', models.DateField()),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('hospital', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'shifts',
                'indexes': [models.Index(fields=['hospital', 'doctor_id', 'date'], name='shifts_of_a_doctor')],
                'constraints': [models.CheckConstraint(condition=models.Q(('start_minute__lt', models.F('end_minute')), ('end_minute__lte', 1440)), name='shift_ends_after_it_starts'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('doctor_id', '='), ('date', '='), (models.Func(models.F('start_minute'), models.F('end_minute'), function='int4range'), '&&'), ('hospital', '=')], name='shifts_of_a_date_never_overlap')],
            },
        ),
        composite_foreign_key(
            "shifts", ("hospital_id", "doctor_id"), "doctors", name="shift_of_a_doctor_here"
        ),
        composite_foreign_key(
            "memberships", ("hospital_id", "doctor_id"), "doctors", name="member_is_a_doctor_here",
            from_reference=True,
        ),
    ]
