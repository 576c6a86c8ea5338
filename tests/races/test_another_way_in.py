"""Sessions that take no locks of ours: the admin's SQL, a load. The constraints see to them.

Each holds rows that are not committed yet, so the check of a service does not see them and its
write waits for them. When they are committed the constraint fires, the call runs again, and its
check names the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection

from appointments.availability import set_availability
from appointments.models import Appointment, AppointmentEvent
from appointments.queries import get_appointment
from appointments.services import book_appointment
from doctors.queries import availability
from hospitals.stamps import LOCK_SCHEDULES
from scheduler.db import execute, writes
from scheduler.errors import PatientBusy, Refusal, SlotTaken, Unavailable, VersionConflict
from tests.appointments.scene import MONDAY, TUESDAY, Scene, at, new_york, ranges
from tests.races.threads import another_way_in, at_once, meanwhile
from tests.rows import snapshot

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

INSERT = """
    INSERT INTO appointments (hospital_id, doctor_id, patient_id, starts_at, ends_at, date, time,
                              status, reason, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'booked', '', 1)
"""


def insert(
    bare: psycopg.Connection, scene: Scene, starts_at: datetime, doctor_id: int, patient_id: int
) -> None:
    bare.execute(
        INSERT,
        (
            scene.hospital.pk,
            doctor_id,
            patient_id,
            starts_at,
            starts_at + timedelta(hours=1),
            MONDAY,
            starts_at.time(),
        ),
    )


def test_a_slot_taken_by_another_way_in(scene: Scene) -> None:
    for minutes in (0, 30, -30):
        starts_at = new_york("10:00") + timedelta(minutes=minutes)
        with another_way_in() as bare:
            insert(bare, scene, starts_at, scene.doctor.pk, scene.other_patient.pk)
            with meanwhile(partial(scene.book, "10:00")) as answer:
                bare.commit()
                refusal = answer()
        assert type(refusal) is SlotTaken
        assert len(refusal.members["alternatives"]) == 3
        Appointment.objects.get(starts_at=starts_at).delete()
    assert AppointmentEvent.objects.count() == 0


@pytest.mark.usefixtures("planned")
def test_a_check_sees_what_the_locks_waited_for(scene: Scene) -> None:
    with another_way_in() as bare:
        asked = {"hospital": scene.hospital.pk, "doctors": [scene.doctor.pk]}
        bare.execute(LOCK_SCHEDULES, asked)
        insert(bare, scene, new_york("10:00"), scene.doctor.pk, scene.other_patient.pk)
        before = last_id()
        with meanwhile(partial(scene.book, "10:00")) as answer:
            bare.commit()
            refusal = answer()
    assert type(refusal) is SlotTaken
    # A write that met the constraint, and was run again, would have taken an id.
    assert last_id() == before
    assert AppointmentEvent.objects.count() == 0


def last_id() -> int:
    """The last id of an appointment that anybody took, also in vain."""
    sequence = "pg_get_serial_sequence('appointments', 'id')::regclass"
    return int(execute(f"SELECT pg_sequence_last_value({sequence})")[0][0])


def test_a_patient_taken_by_another_way_in(scene: Scene) -> None:
    with another_way_in() as bare:
        insert(bare, scene, new_york("10:00"), scene.colleague.pk, scene.patient.pk)
        with meanwhile(partial(scene.book, "10:00")) as answer:
            bare.commit()
            refusal = answer()
    assert type(refusal) is PatientBusy
    assert refusal.members["appointment"].doctor_id == scene.colleague.pk


def test_another_way_in_that_gives_up(scene: Scene) -> None:
    with another_way_in() as bare:
        insert(bare, scene, new_york("10:00"), scene.doctor.pk, scene.other_patient.pk)
        with meanwhile(partial(scene.book, "10:00")) as answer:
            bare.rollback()
            row = answer()
    assert get_appointment(scene.staff, row.id) == row
    assert scene.stamps()[scene.doctor.pk] == 2


def test_any_doctor_goes_on_to_the_next(scene: Scene) -> None:
    wanted = partial(
        book_appointment, scene.staff, patient_id=scene.patient.pk, starts_at=at("10:00")
    )
    with another_way_in() as bare:
        insert(bare, scene, new_york("10:00"), scene.doctor.pk, scene.other_patient.pk)
        with meanwhile(wanted) as answer:
            bare.commit()
            row = answer()
    assert row.doctor_id == scene.colleague.pk
    assert scene.last_event(row)[1] == "booked"


def test_a_move_into_a_slot_taken_by_another_way_in(scene: Scene) -> None:
    row = scene.book("09:00")
    before = snapshot(scene.hospital)
    with another_way_in() as bare:
        insert(bare, scene, new_york("10:00"), scene.doctor.pk, scene.other_patient.pk)
        with meanwhile(partial(scene.change, row, starts_at=at("10:00"))) as answer:
            bare.commit()
            refusal = answer()
    assert type(refusal) is SlotTaken
    Appointment.objects.exclude(pk=row.id).delete()
    assert snapshot(scene.hospital) == before


def test_a_version_changed_by_another_way_in(scene: Scene) -> None:
    row = scene.book("09:00")
    for call in (partial(scene.change, reason="x"), scene.cancel):
        with another_way_in() as bare:
            bare.execute(
                "UPDATE appointments SET version = version + 1 WHERE hospital_id = %s AND id = %s",
                (scene.hospital.pk, row.id),
            )
            with meanwhile(partial(call, row)) as answer:
                bare.commit()
                refusal = answer()
        assert type(refusal) is VersionConflict
        assert refusal.members == {"current": replace(row, version=row.version + 1)}
        row = refusal.members["current"]
    assert AppointmentEvent.objects.count() == 1


def test_shifts_written_by_another_way_in(scene: Scene) -> None:
    """They were not seen, so they overlap; in the second round they are replaced."""
    with another_way_in() as bare:
        bare.execute(
            "INSERT INTO shifts (hospital_id, doctor_id, date, start_minute, end_minute)"
            " VALUES (%s, %s, %s, 600, 660)",
            (scene.hospital.pk, scene.doctor.pk, TUESDAY),
        )
        days = [(TUESDAY, ranges("09:00-12:00"))]
        with meanwhile(
            partial(set_availability, scene.staff, scene.doctor.pk, days=days)
        ) as answer:
            bare.commit()
            found = answer()
    assert found == availability(scene.staff, scene.doctor.pk, start=TUESDAY, end=TUESDAY)
    assert [day.shifts for day in found] == [((540, 720),)]


# -- locks and sessions that are lost -----------------------------------------------------------


def _lock_stamp(bare: psycopg.Connection, scene: Scene, doctor_id: int) -> None:
    bare.execute(
        "SELECT FROM schedule_stamps WHERE hospital_id = %s AND doctor_id = %s FOR UPDATE",
        (scene.hospital.pk, doctor_id),
    )


@pytest.mark.usefixtures("planned")
def test_a_deadlock_runs_the_call_again(scene: Scene) -> None:
    """The other session locks in the wrong order. PostgreSQL ends whoever waited first."""
    row = scene.book("09:00")
    with another_way_in() as bare:
        _lock_stamp(bare, scene, scene.colleague.pk)
        with meanwhile(partial(scene.change, row, doctor_id=scene.colleague.pk)) as answer:
            _lock_stamp(bare, scene, scene.doctor.pk)  # has it when the call was rolled back
            bare.commit()
            moved = answer()
    assert (moved.doctor_id, moved.version) == (scene.colleague.pk, 2)
    assert AppointmentEvent.objects.count() == 2


def _impatient(call: Any) -> Any:
    execute("SET lock_timeout = '200ms'")
    return call()


@pytest.mark.usefixtures("planned")
def test_a_lock_that_is_not_given_is_unavailable(scene: Scene) -> None:
    row = scene.book("09:00")
    before = snapshot(scene.hospital)
    calls: list[Any] = [
        partial(scene.book, "10:00"),
        partial(scene.change, row, starts_at=at("11:00")),
        partial(scene.cancel, row),
        partial(set_availability, scene.staff, scene.doctor.pk, days=[(TUESDAY, [])]),
    ]
    with another_way_in() as bare:
        _lock_stamp(bare, scene, scene.doctor.pk)
        refusals = at_once([partial(_impatient, call) for call in calls])
    assert [type(refusal) for refusal in refusals] == [Unavailable] * 4
    assert [refusal.members for refusal in refusals] == [{"retry_after": 2}] * 4
    assert snapshot(scene.hospital) == before


@pytest.mark.usefixtures("planned")
def test_a_session_that_is_lost_runs_the_call_again(scene: Scene) -> None:
    """As when the database restarts: nothing was committed, so nothing is done twice."""
    with another_way_in() as bare:
        _lock_stamp(bare, scene, scene.doctor.pk)
        with meanwhile(partial(scene.book, "10:00")) as answer:
            execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            bare.rollback()
            row = answer()
    assert not isinstance(row, Refusal)
    assert Appointment.objects.get().pk == row.id
    assert AppointmentEvent.objects.count() == 1
    assert connection.is_usable()


def test_a_refusal_is_explained_over_a_new_connection() -> None:
    """Its own was lost just when the transaction was rolled back."""

    @writes
    def refuse() -> None:
        connection.connection.close()
        raise SlotTaken(later=lambda: {"alternatives": execute("SELECT 1")})

    with pytest.raises(SlotTaken) as refused:
        refuse()
    assert refused.value.members == {"alternatives": [(1,)]}
