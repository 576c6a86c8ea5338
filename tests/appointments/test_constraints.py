"""What the database itself refuses, whoever writes and whatever was checked before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from appointments.models import Appointment, AppointmentEvent, IdempotencyKey
from doctors.models import Doctor, Shift
from hospitals.models import Hospital, ScheduleStamp
from scheduler.db import execute
from tests.appointments.scene import HOUR, MONDAY, TUESDAY, Scene, new_york
from tests.factories.patients import PatientFactory
from tests.rows import snapshot

pytestmark = pytest.mark.django_db

UNIQUE, EXCLUSION, FOREIGN_KEY, CHECK, NOT_NULL = "23505", "23P01", "23503", "23514", "23502"


@contextmanager
def violates(scene: Scene, *codes: str) -> Iterator[None]:
    """Expect the database to refuse the block with one of these SQLSTATEs, and nothing written."""
    before = snapshot(scene.hospital)
    with pytest.raises(IntegrityError) as info, transaction.atomic():  # noqa: PT012
        yield
        connection.check_constraints()  # those that wait for the commit
    assert getattr(info.value.__cause__, "sqlstate", None) in codes, info.value
    assert snapshot(scene.hospital) == before


def write(scene: Scene, starts_at: datetime | None = None, **values: Any) -> Appointment:
    """An appointment past all services."""
    starts_at = starts_at or new_york("09:00")
    return Appointment.objects.create(
        **{
            "hospital": scene.hospital,
            "doctor_id": scene.doctor.pk,
            "patient_id": scene.patient.pk,
            "starts_at": starts_at,
            "ends_at": starts_at + HOUR,
            "date": MONDAY,
            "time": starts_at.time(),
        }
        | values
    )


# -- appointments -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["booked", "arrived", "fulfilled", "noshow"])
def test_a_doctor_is_never_double_booked(scene: Scene, status: str) -> None:
    write(scene)
    with violates(scene, UNIQUE, EXCLUSION):
        write(scene, patient_id=scene.other_patient.pk, status=status)


@pytest.mark.parametrize("status", ["booked", "arrived", "fulfilled", "noshow"])
def test_nor_is_a_patient(scene: Scene, status: str) -> None:
    write(scene, status=status)
    with violates(scene, UNIQUE, EXCLUSION):
        write(scene, doctor_id=scene.colleague.pk)


@pytest.mark.parametrize(
    ("begins", "minutes"),
    [(-59, 60), (-30, 60), (-30, 120), (0, 30), (15, 30), (30, 60), (59, 60)],
)
def test_not_for_a_minute(scene: Scene, begins: int, minutes: int) -> None:
    write(scene)
    starts_at = new_york("09:00") + timedelta(minutes=begins)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    with violates(scene, EXCLUSION, UNIQUE):
        write(scene, **times, patient_id=scene.other_patient.pk)
    with violates(scene, EXCLUSION, UNIQUE):
        write(scene, **times, doctor_id=scene.colleague.pk)
    assert write(scene, **times, doctor_id=scene.colleague.pk, patient_id=scene.other_patient.pk)


def test_one_may_begin_when_the_other_ends(scene: Scene) -> None:
    for hours in (0, -1, 1):
        assert write(scene, new_york("09:00") + hours * HOUR).pk


def test_cancelled_ones_are_in_nobodys_way(scene: Scene) -> None:
    for _ in range(2):
        write(scene, status="cancelled")
    live = write(scene)
    write(scene, status="cancelled")
    with violates(scene, UNIQUE, EXCLUSION):
        Appointment.objects.filter(status="cancelled").update(status="booked")
    Appointment.objects.filter(pk=live.pk).update(status="cancelled")
    assert write(scene).pk


def test_an_update_can_not_double_book_either(scene: Scene) -> None:
    write(scene)
    other = write(scene, new_york("10:00"), patient_id=scene.other_patient.pk)
    third = write(scene, new_york("10:00"), doctor_id=scene.colleague.pk)
    with violates(scene, UNIQUE, EXCLUSION):
        Appointment.objects.filter(pk=other.pk).update(starts_at=new_york("09:00"))
    with violates(scene, EXCLUSION):
        Appointment.objects.filter(pk=other.pk).update(starts_at=new_york("09:30"))
    with violates(scene, UNIQUE, EXCLUSION):
        Appointment.objects.filter(pk=third.pk).update(doctor_id=scene.doctor.pk)
    with violates(scene, UNIQUE, EXCLUSION):
        Appointment.objects.filter(pk=third.pk).update(patient_id=scene.other_patient.pk)


def test_two_in_one_statement(scene: Scene) -> None:
    with violates(scene, UNIQUE, EXCLUSION):
        execute(
            "INSERT INTO appointments (hospital_id, doctor_id, patient_id, starts_at, ends_at,"
            " date, time, status, reason, version)"
            " SELECT %s, %s, unnest(%s::bigint[]), %s, %s, %s, '09:00', 'booked', '', 1",
            (
                scene.hospital.pk,
                scene.doctor.pk,
                [scene.patient.pk, scene.other_patient.pk],
                new_york("09:00"),
                new_york("10:00"),
                MONDAY,
            ),
        )


def test_the_same_time_in_another_hospital(scene: Scene) -> None:
    write(scene)
    there = PatientFactory(hospital=scene.world.other_hospital)
    assert write(
        scene,
        hospital=scene.world.other_hospital,
        doctor_id=scene.world.other_doctor.pk,
        patient_id=there.pk,
    ).pk


def test_doctor_and_patient_are_of_the_same_hospital(scene: Scene) -> None:
    there = PatientFactory(hospital=scene.world.other_hospital)
    for values in (
        {"doctor_id": scene.world.other_doctor.pk},
        {"patient_id": there.pk},
        {"doctor_id": 2**62},
        {"patient_id": 2**62},
        {"hospital": scene.world.other_hospital},
    ):
        with violates(scene, FOREIGN_KEY):
            write(scene, **values)
    row = write(scene)
    for values in (
        {"doctor_id": scene.world.other_doctor.pk},
        {"patient_id": there.pk},
        {"hospital_id": scene.world.other_hospital.pk},  # it would change its partition
    ):
        with violates(scene, FOREIGN_KEY):
            Appointment.objects.filter(pk=row.pk).update(**values)


def test_doctors_and_patients_with_appointments_stay(scene: Scene) -> None:
    write(scene, status="cancelled")
    for table, id_ in (("doctors", scene.doctor.pk), ("patients", scene.patient.pk)):
        with violates(scene, FOREIGN_KEY):
            execute(f"DELETE FROM {table} WHERE id = %s", (id_,))  # noqa: S608
        with violates(scene, FOREIGN_KEY):
            execute(
                f"UPDATE {table} SET hospital_id = %s WHERE id = %s",  # noqa: S608
                (scene.world.other_hospital.pk, id_),
            )


@pytest.mark.parametrize("status", ["", "BOOKED", "pending", "booked "])
def test_an_unknown_status(scene: Scene, status: str) -> None:
    with violates(scene, CHECK):
        write(scene, status=status)


def test_an_end_that_is_not_after_the_start(scene: Scene) -> None:
    for length in (timedelta(0), -HOUR):
        with violates(scene, CHECK):
            write(scene, ends_at=new_york("09:00") + length)


@pytest.mark.parametrize("field", ["doctor_id", "patient_id", "date", "time", "reason", "status"])
def test_nothing_may_be_missing(scene: Scene, field: str) -> None:
    with violates(scene, NOT_NULL):
        write(scene, **{field: None})


def test_a_reason_that_is_too_long(scene: Scene) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write(scene, reason="x" * 501)


# -- events and stamps ----------------------------------------------------------------------------


def test_one_event_a_version_of_an_appointment_of_the_hospital(scene: Scene) -> None:
    row = write(scene)

    def event(**values: Any) -> AppointmentEvent:
        return AppointmentEvent.objects.create(
            **{
                "hospital": scene.hospital,
                "appointment_id": row.pk,
                "version": 1,
                "type": "booked",
                "at": new_york("08:00"),
                "by": scene.world.staff.user,
                "changes": {},
            }
            | values
        )

    event()
    event(version=2)
    with violates(scene, UNIQUE):
        event()
    for values in ({"appointment_id": 2**62}, {"hospital": scene.world.other_hospital}):
        with violates(scene, FOREIGN_KEY):
            event(version=3, **values)
    with violates(scene, FOREIGN_KEY):
        execute("DELETE FROM appointments WHERE id = %s", (row.pk,))


def test_one_stamp_a_doctor(scene: Scene) -> None:
    with violates(scene, UNIQUE):
        ScheduleStamp.objects.create(hospital=scene.hospital, doctor_id=scene.doctor.pk)


def test_one_answer_a_key(scene: Scene) -> None:
    key = {"hospital": scene.hospital, "user_id": 1, "key": "k", "request_hash": ""}
    IdempotencyKey.objects.create(**key)
    with violates(scene, UNIQUE):
        IdempotencyKey.objects.create(**key)


# -- shifts and hospitals -------------------------------------------------------------------------


def write_shift(scene: Scene, start: int, end: int, **values: Any) -> Shift:
    return Shift.objects.create(
        **{
            "hospital": scene.hospital,
            "doctor_id": scene.doctor.pk,
            "date": TUESDAY,
            "start_minute": start,
            "end_minute": end,
        }
        | values
    )


@pytest.mark.parametrize(
    ("start", "end"), [(540, 720), (0, 541), (719, 1440), (600, 601), (0, 1440)]
)
def test_shifts_of_a_date_never_overlap(scene: Scene, start: int, end: int) -> None:
    write_shift(scene, 540, 720)
    with violates(scene, EXCLUSION):
        write_shift(scene, start, end)
    write_shift(scene, start, end, doctor_id=scene.colleague.pk)
    write_shift(scene, start, end, date=TUESDAY + timedelta(days=1))


def test_shifts_may_adjoin(scene: Scene) -> None:
    for start, end in ((540, 720), (720, 780), (0, 540), (780, 1440)):
        assert write_shift(scene, start, end).pk


@pytest.mark.parametrize(("start", "end"), [(60, 60), (61, 60), (0, 1441), (-1, 60)])
def test_a_shift_lies_within_its_date(scene: Scene, start: int, end: int) -> None:
    with violates(scene, CHECK):
        write_shift(scene, start, end)


def test_a_shift_is_of_a_doctor_of_the_hospital(scene: Scene) -> None:
    for doctor_id in (scene.world.other_doctor.pk, 2**62):
        with violates(scene, FOREIGN_KEY):
            write_shift(scene, 0, 60, doctor_id=doctor_id)
    write_shift(scene, 0, 60)
    with violates(scene, FOREIGN_KEY):
        execute("DELETE FROM doctors WHERE id = %s", (scene.doctor.pk,))


def test_a_hospital_closes_after_it_opens(scene: Scene) -> None:
    for opens, closes in (("09:00", "09:00"), ("18:00", "08:00")):
        with violates(scene, CHECK):
            Hospital.objects.filter(pk=scene.hospital.pk).update(opens=opens, closes=closes)
    Hospital.objects.filter(pk=scene.hospital.pk).update(opens="18:00", closes="00:00")


def test_a_hospital_with_rows_stays(scene: Scene) -> None:
    with violates(scene, FOREIGN_KEY):
        execute("DELETE FROM hospitals WHERE id = %s", (scene.hospital.pk,))


def test_ids_are_unique_over_all_partitions(scene: Scene) -> None:
    """From one sequence each: (hospital_id, id) alone would allow one id in two hospitals."""
    there = PatientFactory(hospital=scene.world.other_hospital)
    assert there.pk not in (scene.patient.pk, scene.other_patient.pk)
    for model in (Appointment, Doctor, Shift, AppointmentEvent):
        name = model._meta.db_table
        sequence = execute("SELECT pg_get_serial_sequence(%s, 'id')", (name,))[0][0]
        assert sequence == f"public.{name}_id_seq"
        partition = execute("SELECT pg_get_serial_sequence(%s, 'id')", (f"{name}_07",))[0][0]
        assert partition in (None, sequence)
