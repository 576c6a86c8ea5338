import django.contrib.postgres.constraints
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from scheduler.partitioning import CreatePartitionedModel, composite_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("doctors", "0001_initial"),
        ("hospitals", "0001_initial"),
        ("patients", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatePartitionedModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("doctor_id", models.BigIntegerField()),
                ("patient_id", models.BigIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("date", models.DateField()),
                ("time", models.TimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("fulfilled", "Fulfilled"),
                            ("noshow", "Noshow"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hospitals.hospital",
                    ),
                ),
                (
                    "patient",
                    models.ForeignObject(
                        from_fields=["hospital", "patient_id"],
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="patients.patient",
                        to_fields=["hospital", "id"],
                    ),
                ),
            ],
            options={
                "db_table": "appointments",
                "indexes": [
                    models.Index(
                        fields=["hospital", "starts_at", "id"], name="appointments_by_time"
                    ),
                    models.Index(
                        fields=["hospital", "doctor_id", "starts_at"],
                        name="appointments_of_a_doctor",
                    ),
                    models.Index(
                        fields=["hospital", "patient_id", "starts_at"],
                        name="appointments_of_a_patient",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["booked", "arrived", "fulfilled", "noshow", "cancelled"],
                            )
                        ),
                        name="appointment_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="appointment_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("hospital", "doctor_id", "starts_at"),
                        name="one_live_appointment_per_slot",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("hospital", "patient_id", "starts_at"),
                        name="one_live_appointment_per_patient_and_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        expressions=[
                            ("doctor_id", "="),
                            (
                                models.Func(
                                    models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                                ),
                                "&&",
                            ),
                            ("hospital", "="),
                        ],
                        name="doctors_live_appointments_never_overlap",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        expressions=[
                            ("patient_id", "="),
                            (
                                models.Func(
                                    models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                                ),
                                "&&",
                            ),
                            ("hospital", "="),
                        ],
                        name="patients_live_appointments_never_overlap",
                    ),
                ],
            },
        ),
        CreatePartitionedModel(
            name="AppointmentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("appointment_id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField()),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("moved", "Moved"),
                            ("edited", "Edited"),
                            ("arrived", "Arrived"),
                            ("fulfilled", "Fulfilled"),
                            ("noshow", "Noshow"),
                            ("cancelled", "Cancelled"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "changes",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hospitals.hospital",
                    ),
                ),
            ],
            options={
                "db_table": "appointment_events",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hospital", "appointment_id", "version"), name="one_event_a_version"
                    )
                ],
            },
        ),
        CreatePartitionedModel(
            name="IdempotencyKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hospital",
                        "user_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=255)),
                ("request_hash", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "hospital",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hospitals.hospital",
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_keys_by_age")],
            },
        ),
        composite_foreign_key(
            "appointments", ("hospital_id", "doctor_id"), "doctors", name="appointment_doctor_here"
        ),
        composite_foreign_key(
            "appointments",
            ("hospital_id", "patient_id"),
            "patients",
            name="appointment_patient_here",
        ),
        composite_foreign_key(
            "appointment_events",
            ("hospital_id", "appointment_id"),
            "appointments",
            name="event_of_an_appointment_here",
        ),
    ]
