"""A hospital as large as one asks for: doctors, days, and half of the slots booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from doctors.models import Doctor
from hospitals.models import ScheduleStamp
from patients.models import Patient
from scheduler.db import execute
from tests.appointments.scene import MONDAY, Scene

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Crowd:
    doctors: list[Doctor]
    first: date
    last: date
    slots: int
    booked: int

    @property
    def ids(self) -> list[int]:
        return [doctor.pk for doctor in self.doctors]


_SHIFTS = """
    INSERT INTO shifts (hospital_id, doctor_id, date, start_minute, end_minute)
    SELECT %(hospital)s, doctor, %(first)s::date + day::int, start, start + 240
    FROM unnest(%(doctors)s::bigint[]) doctor, generate_series(0, %(days)s - 1) day,
         unnest(ARRAY[480, 780]) start
"""
_APPOINTMENTS = """
    INSERT INTO appointments (hospital_id, doctor_id, patient_id, starts_at, ends_at, date, time,
                              status, reason, version)
    SELECT %(hospital)s, doctor, patient, at AT TIME ZONE %(zone)s,
           at AT TIME ZONE %(zone)s + interval '1 hour', at::date, at::time, 'booked', '', 1
    FROM unnest(%(doctors)s::bigint[], %(patients)s::bigint[]) pairs (doctor, patient),
         generate_series(0, %(days)s - 1) day, unnest(ARRAY[9, 11, 14, 16]) hour,
         LATERAL (SELECT (%(first)s::date + day::int) + make_interval(hours => hour) AS at) clock
    RETURNING id
"""


def make_crowd(scene: Scene, doctors: int, days: int) -> Crowd:
    """Doctors of a specialty of their own, from 08:00 to 12:00 and 13:00 to 17:00 every day.

    09:00, 11:00, 14:00 and 16:00 are booked. From the day
    after the scene's Monday on.
    """
    found = Doctor.objects.bulk_create(
        Doctor(hospital=scene.hospital, name=f"Dr {n:02}", specialty="Oncology")
        for n in range(doctors)
    )
    ScheduleStamp.objects.bulk_create(
        ScheduleStamp(hospital=scene.hospital, doctor_id=doctor.pk) for doctor in found
    )
    patients = Patient.objects.bulk_create(
        Patient(hospital=scene.hospital, name=f"P {n:02}", date_of_birth=date(1970, 1, 1))
        for n in range(doctors)
    )
    first, last = MONDAY + DAY, MONDAY + DAY * days
    params = {
        "hospital": scene.hospital.pk,
        "zone": scene.hospital.timezone,
        "doctors": [doctor.pk for doctor in found],
        "patients": [patient.pk for patient in patients],
        "first": first,
        "days": days,
    }
    execute(_SHIFTS, params)
    booked = len(execute(_APPOINTMENTS, params))
    return Crowd(found, first, last, doctors * days * 8, booked)
