"""Appointments, what happened to them, and the answers kept for safe repeats."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import User
from hospitals.models import Hospital
from patients.models import Patient

LIVE = ~Q(status="cancelled")


class Status(models.TextChoices):
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"


def _never_overlap(column: str, name: str) -> ExclusionConstraint:
    # GiST compares column by column until one differs. The hospital, which is the same for all
    # rows of a doctor or a patient, comes last: a fifth to a third less for each row checked.
    return ExclusionConstraint(
        name=name,
        expressions=[
            (column, RangeOperators.EQUAL),
            (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
            ("hospital", RangeOperators.EQUAL),
        ],
        # The second half holds for every row. No statement asks for it, so that the planner never
        # takes the index for one: GiST may lose live rows by that (docs/decisions.md).
        condition=LIVE & Q(starts_at__lt=F("ends_at")),
    )


class AppointmentFacts(models.Model):
    """The columns of an appointment, live or archived."""

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    doctor_id = models.BigIntegerField()
    patient_id = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    date = models.DateField()
    time = models.TimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    reason = models.CharField(max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.date} {self.time:%H:%M}, doctor {self.doctor_id}"


class Appointment(AppointmentFacts):
    """A patient booked with a doctor for [starts_at, ends_at).

    `date` and `time` are the hospital's wall clock at `starts_at`: what was agreed with the
    patient, kept so that answers need no conversion and a change of a country's clock rules can
    be worked in. Keys in the migration tie doctor and patient to the same hospital. Live means
    not cancelled.
    """

    patient = models.ForeignObject(
        Patient,
        on_delete=models.DO_NOTHING,
        from_fields=["hospital", "patient_id"],
        to_fields=["hospital", "id"],
        related_name="+",
        null=True,
    )

    class Meta:
        db_table = "appointments"
        indexes: ClassVar = [
            models.Index(fields=["hospital", "starts_at", "id"], name="appointments_by_time"),
            models.Index(
                fields=["hospital", "doctor_id", "starts_at"], name="appointments_of_a_doctor"
            ),
            models.Index(
                fields=["hospital", "patient_id", "starts_at"], name="appointments_of_a_patient"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="appointment_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointment_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["hospital", "doctor_id", "starts_at"],
                condition=LIVE,
                name="one_live_appointment_per_slot",
            ),
            models.UniqueConstraint(
                fields=["hospital", "patient_id", "starts_at"],
                condition=LIVE,
                name="one_live_appointment_per_patient_and_time",
            ),
            # These alone see partial overlaps: a half-hour clock change, later lengths of slots.
            _never_overlap("doctor_id", "doctors_live_appointments_never_overlap"),
            _never_overlap("patient_id", "patients_live_appointments_never_overlap"),
        ]


class ArchivedAppointment(AppointmentFacts):
    """What `archive_appointments` has moved out of `appointments`: no API reads it, SQL may.

    Without an index beside its key, which the check of its events' key might take instead: that
    check is planned while the table is still empty.
    """

    class Meta:
        db_table = "appointments_archive"


class EventType(models.TextChoices):
    """In the order in which a change that does several things takes its name."""

    BOOKED = "booked"
    MOVED = "moved"
    EDITED = "edited"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class EventFacts(models.Model):
    """The columns of an event, of a live appointment or an archived one."""

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    appointment_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    type = models.CharField(max_length=10, choices=EventType.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    changes = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.type} (version {self.version})"


class AppointmentEvent(EventFacts):
    """What one version of an appointment changed. Only ever added, in the change's transaction.

    `changes` is {"field": {"from": …, "to": …}}; in a cancellation `reason` is why it was
    cancelled, and the appointment keeps its own.
    """

    class Meta:
        db_table = "appointment_events"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hospital", "appointment_id", "version"], name="one_event_a_version"
            )
        ]


class ArchivedEvent(EventFacts):
    """The events of archived appointments, moved with them."""

    class Meta:
        db_table = "appointment_events_archive"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hospital", "appointment_id", "version"],
                name="one_archived_event_a_version",
            )
        ]


class IdempotencyKey(models.Model):
    """A caller's key and the answer that it got; `answer` is null while the call runs."""

    pk = models.CompositePrimaryKey("hospital", "user_id", "key")
    hospital = models.ForeignKey(
        Hospital, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "idempotency_keys"
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_keys_by_age")]

    def __str__(self) -> str:
        return self.key
