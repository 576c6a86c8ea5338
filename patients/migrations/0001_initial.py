import django.db.models.deletion
from django.db import migrations, models

from scheduler.partitioning import CreatePartitionedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('hospitals', '0001_initial'),
    ]

    operations = [
        CreatePartitionedModel(
            name='Patient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='C', max_length=200)),
                ('date_of_birth', models.DateField()),
                ('phone', models.CharField(blank=True, default='', max_length=40)),
                ('email', models.CharField(blank=True, default='', max_length=254)),
                ('mrn', models.CharField(blank=True, db_collation='C', default='', max_length=64, verbose_name='medical record number')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('hospital', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'patients',
                'indexes': [models.Index(fields=['hospital', 'name', 'id'], name='patients_by_name'), models.Index(fields=['id'], name='patients_by_id')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('mrn', ''), _negated=True), fields=('hospital', 'mrn'), name='one_patient_for_an_mrn')],
            },
        ),
        CreatePartitionedModel(
            name='PatientSearchKey',
            fields=[
                ('pk', models.CompositePrimaryKey('hospital', 'key', 'patient_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(db_collation='C', max_length=260)),
                ('patient_id', models.BigIntegerField()),
                ('hospital', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hospitals.hospital')),
            ],
            options={
                'db_table': 'patient_search_keys',
                'indexes': [models.Index(fields=['hospital', 'patient_id'], name='search_keys_of_a_patient')],
            },
        ),
    ]
