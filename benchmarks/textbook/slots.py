"""What both of the textbook's APIs share: who may, which slots there are, how one is booked."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone

from benchmarks.textbook.models import (
    Appointment,
    AppointmentEvent,
    Doctor,
    IdempotencyKey,
    Membership,
    Patient,
    ScheduleStamp,
    Shift,
)

HOUR = dt.timedelta(hours=1)


def is_member(user, hospital_id):
    if user.is_superuser:
        return True
    return Membership.objects.filter(user=user, hospital_id=hospital_id).exists()


def shifts_of(hospital_id, start, end):
    return Shift.objects.filter(hospital_id=hospital_id, date__range=(start, end))


def appointments_of(hospital_id, start, end):
    return (
        Appointment.objects.filter(
            hospital_id=hospital_id, patient__hospital_id=hospital_id, date__range=(start, end)
        )
        .exclude(status="cancelled")
        .select_related("patient")
        .order_by("starts_at")
    )


def doctors_with_days(hospital_id, start, end):
    """The hospital's doctors with the shifts and live appointments of some dates."""
    return (
        Doctor.objects.filter(hospital_id=hospital_id, active=True)
        .select_related("hospital")
        .prefetch_related(
            Prefetch("shifts", shifts_of(hospital_id, start, end)),
            Prefetch("appointments", appointments_of(hospital_id, start, end)),
        )
        .order_by("id")
    )


def slots_of(shifts, appointments, zone_name):
    """Every slot of some shifts, as the serializers want it."""
    zone, now = ZoneInfo(zone_name), timezone.now()
    booked = {appointment.starts_at: appointment for appointment in appointments}
    slots = []
    for shift in shifts:
        for minute in range(shift.start_minute, shift.end_minute, 60):
            starts_at = dt.datetime.combine(shift.date, dt.time(minute // 60), zone)
            appointment = booked.get(starts_at)
            slots.append(
                {
                    "date": shift.date,
                    "time": f"{minute // 60:02}:00",
                    "starts_at": starts_at,
                    "duration": 60,
                    "bookable": appointment is None and starts_at > now,
                    "appointment": appointment,
                }
            )
    return slots


class Refused(Exception):
    pass


@transaction.atomic
def book(user, hospital_id, doctor_id, patient_id, starts_at, key):
    stored = IdempotencyKey.objects.create(
        hospital_id=hospital_id, user_id=user.pk, key=key, request_hash="0" * 64
    )
    doctor = Doctor.objects.select_related("hospital").get(hospital_id=hospital_id, pk=doctor_id)
    ScheduleStamp.objects.select_for_update().get(hospital_id=hospital_id, doctor_id=doctor_id)
    patient = Patient.objects.select_for_update().get(hospital_id=hospital_id, pk=patient_id)
    ends_at = starts_at + HOUR
    wall = starts_at.astimezone(ZoneInfo(doctor.hospital.timezone))
    if starts_at <= timezone.now():
        raise Refused("The slot is in the past.")
    minute = wall.hour * 60
    if not Shift.objects.filter(
        hospital_id=hospital_id,
        doctor=doctor,
        date=wall.date(),
        start_minute__lte=minute,
        end_minute__gte=minute + 60,
    ).exists():
        raise Refused("The doctor is not available then.")
    live = Appointment.objects.filter(
        hospital_id=hospital_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exclude(status="cancelled")
    if live.filter(doctor=doctor).exists():
        raise Refused("The slot is taken.")
    if live.filter(patient=patient).exists():
        raise Refused("The patient is busy.")
    appointment = Appointment.objects.create(
        hospital_id=hospital_id,
        doctor=doctor,
        patient=patient,
        starts_at=starts_at,
        ends_at=ends_at,
        date=wall.date(),
        time=wall.time(),
    )
    AppointmentEvent.objects.create(
        hospital_id=hospital_id,
        appointment_id=appointment.pk,
        version=1,
        type="booked",
        by=user,
        changes={"status": {"from": None, "to": "booked"}},
    )
    ScheduleStamp.objects.filter(hospital_id=hospital_id, doctor_id=doctor_id).update(
        stamp=F("stamp") + 1
    )
    stored.answer = {"id": appointment.pk}
    stored.save(update_fields=["answer"])
    return appointment
