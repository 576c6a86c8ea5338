import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scheduler.partitioning import CreatePartitionedModel, composite_foreign_key


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0001_initial'),
        ('hospitals', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatePartitionedModel(
            name='ArchivedAppointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doctor_id', models.BigIntegerField()),
                ('patient_id', models.BigIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('date', models.DateField()),
                ('time', models.TimeField()),
                ('status', models.CharField(choices=[('booked', 'Booked'), ('arrived', 'Arrived'), ('fulfilled', 'Fulfilled'), ('noshow', 'Noshow'), ('cancelled', 'Cancelled')], default='booked', max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('hospital', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'appointments_archive',
            },
        ),
        CreatePartitionedModel(
            name='ArchivedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('appointment_id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('type', models.CharField(choices=[('booked', 'Booked'), ('moved', 'Moved'), ('edited', 'Edited'), ('arrived', 'Arrived'), ('fulfilled', 'Fulfilled'), ('noshow', 'Noshow'), ('cancelled', 'Cancelled'), ('undone', 'Undone')], max_length=10)),
                ('at', models.DateTimeField()),
                ('changes', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hospital', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'appointment_events_archive',
                'constraints': [models.UniqueConstraint(fields=('hospital', 'appointment_id', 'version'), name='one_archived_event_a_version')],
            },
        ),
        composite_foreign_key(
            "appointments_archive",
            ("hospital_id", "doctor_id"),
            "doctors",
            name="archived_doctor_here",
        ),
        composite_foreign_key(
            "appointments_archive",
            ("hospital_id", "patient_id"),
            "patients",
            name="archived_patient_here",
        ),
        composite_foreign_key(
            "appointment_events_archive",
            ("hospital_id", "appointment_id"),
            "appointments_archive",
            name="event_of_an_archived_appointment_here",
        ),
    ]
