import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from scheduler.partitioning import ReferenceTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('hospitals', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInFailures',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField()),
                ('window_ends_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'sign_in_failures',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(help_text='In lower case; signs in with it.', max_length=254, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('is_superuser', models.BooleanField(default=False, help_text='May do everything in every hospital.', verbose_name='platform admin')),
                ('is_active', models.BooleanField(default=True, help_text='An inactive user is out at once.', verbose_name='active')),
            ],
            options={
                'db_table': 'users',
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='email_lower_case')],
            },
        ),
        ReferenceTable('users'),
        migrations.CreateModel(
            name='TokenFamily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('generation', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_families', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'token_families',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('admin', 'Admin'), ('staff', 'Staff'), ('doctor', 'Doctor')], max_length=10)),
                ('doctor_id', models.BigIntegerField(blank=True, null=True)),
                ('hospital', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='hospitals.hospital')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'memberships',
                'constraints': [models.UniqueConstraint(fields=('hospital', 'user'), name='one_role_in_a_hospital'), models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'staff', 'doctor'])), name='membership_role_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('doctor_id__isnull', False), ('role', 'doctor')), models.Q(models.Q(('role', 'doctor'), _negated=True), ('doctor_id__isnull', True)), _connector='OR'), name='a_doctor_names_their_doctor')],
            },
        ),
        ReferenceTable('memberships'),
    ]
