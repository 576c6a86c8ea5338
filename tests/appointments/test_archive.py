"""Old appointments go to the archive: whole, by the hospital's clock, and for good."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from appointments import archive
from appointments.consistency import faults
from appointments.models import (
    Appointment,
    AppointmentEvent,
    ArchivedAppointment,
    ArchivedEvent,
)
from appointments.queries import appointments, get_appointment, history
from appointments.schedules import ask_schedules
from scheduler.db import execute
from scheduler.errors import NotFound
from tests.accounts.sql import statements
from tests.appointments.past import ARCHIVED, HERE, add_past, hours, places
from tests.appointments.scene import NOW, Scene
from tests.appointments.test_partitions import partitions_of
from tests.factories.doctors import DoctorFactory
from tests.factories.hospitals import HospitalFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 10)


def run(before: str = "2025-06-01", *options: str) -> list[str]:
    out = StringIO()
    call_command("archive_appointments", "--before", before, *options, stdout=out)
    return out.getvalue().splitlines()


def past(scene: Scene, count: int = 3, **values: Any) -> list[int]:
    start = hours(values.pop("day", DAY), count, first=14)
    return add_past(scene.doctor, scene.patient, start, by=scene.staff.user_id, **values)


def rows_of(model: Any, ids: list[int], column: str) -> list[dict[str, Any]]:
    found = model.objects.filter(**{f"{column}__in": ids}).order_by("id")
    return list(found.values())


def test_rows_and_events_move_as_they_are(scene: Scene) -> None:
    old = past(scene)
    young = past(scene, day=date(2025, 6, 2))
    ahead = scene.book()
    rows, events = (
        rows_of(Appointment, old, "id"),
        rows_of(AppointmentEvent, old, "appointment_id"),
    )
    assert run() == [
        "Before 2025-06-01: 3 appointments of 1 hospitals (3 fulfilled).",
        "3 appointments and 6 events were moved.",
    ]
    assert rows_of(ArchivedAppointment, old, "id") == rows
    assert rows_of(ArchivedEvent, old, "appointment_id") == events
    assert places(old) == dict.fromkeys(old, ARCHIVED)
    assert places(young) == dict.fromkeys(young, HERE)
    assert get_appointment(scene.staff, ahead.id) == ahead
    assert faults(now=NOW) == {}


def test_every_status_moves(scene: Scene) -> None:
    statuses = ("booked", "arrived", "fulfilled", "noshow", "cancelled")
    for n, status in enumerate(statuses):
        past(scene, 1, day=DAY + timedelta(days=n), status=status)
    assert run()[0] == (
        "Before 2025-06-01: 5 appointments of 1 hospitals"
        " (1 arrived, 1 booked, 1 cancelled, 1 fulfilled, 1 noshow)."
    )
    assert not Appointment.objects.exists()


def test_a_second_run_finds_nothing(scene: Scene) -> None:
    past(scene)
    run()
    stamps = scene.stamps()
    assert run() == [
        "Before 2025-06-01: 0 appointments of 0 hospitals.",
        "0 appointments and 0 events were moved.",
    ]
    assert scene.stamps() == stamps


def test_a_dry_run_moves_nothing(scene: Scene) -> None:
    old, stamps = past(scene), scene.stamps()
    assert run("2025-06-01", "--dry-run") == [
        "Before 2025-06-01: 3 appointments of 1 hospitals (3 fulfilled).",
        "Nothing was moved.",
    ]
    assert places(old) == dict.fromkeys(old, HERE)
    assert scene.stamps() == stamps


@pytest.mark.parametrize(
    ("zone", "left"),
    # 10:00 UTC to 13:00 UTC of May 31: June begins there at 10:00 and at 12:00 of the 1st.
    [("Pacific/Kiritimati", 4), ("Etc/GMT+12", 0), ("UTC", 0)],
)
def test_the_date_is_that_of_the_hospitals_clock(scene: Scene, zone: str, left: int) -> None:
    hospital = HospitalFactory(timezone=zone)
    doctor, patient = DoctorFactory(hospital=hospital), PatientFactory(hospital=hospital)
    add_past(doctor, patient, hours(date(2025, 5, 31), 4, first=10), by=scene.staff.user_id)
    run("2025-06-01")
    assert Appointment.objects.filter(hospital=hospital).count() == left


def test_far_zones_are_not_cut_short_by_the_index(scene: Scene) -> None:
    hospital = HospitalFactory(timezone="Etc/GMT+12")  # May 31 ends there at 12:00 UTC of June 1
    doctor, patient = DoctorFactory(hospital=hospital), PatientFactory(hospital=hospital)
    add_past(doctor, patient, hours(date(2025, 6, 1), 4, first=10), by=scene.staff.user_id)
    run("2025-06-01")
    assert [each.starts_at.hour for each in Appointment.objects.order_by("id")] == [12, 13]


def test_batches_take_all(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BATCH", 2)
    old = past(scene, 5)
    assert run()[1] == "5 appointments and 10 events were moved."
    assert places(old) == dict.fromkeys(old, ARCHIVED)
    # A batch counts the stamp up once: 2, 2 and 1.
    assert scene.stamps()[scene.doctor.pk] == 1 + 3
    assert scene.stamps()[scene.colleague.pk] == 1


def test_reads_know_them_no_more(scene: Scene) -> None:
    old = past(scene)
    asked: dict[str, Any] = {"doctor_ids": [scene.doctor.pk], "start": DAY, "end": DAY}
    before = ask_schedules(scene.staff, **asked).etag
    run()
    for read in (get_appointment, history):
        with pytest.raises(NotFound):
            read(scene.staff, old[0])
    assert not appointments(scene.staff, size=50, patient_id=scene.patient.pk).rows
    # No ETag and no cache keeps what was there.
    assert ask_schedules(scene.staff, **asked).etag != before


@pytest.mark.parametrize("before", ["tomorrow", "2024-02-30", "01.02.2024"])
def test_what_is_no_date_is_told_so(before: str) -> None:
    with pytest.raises(CommandError, match=f"'{before}' is no date; write it as 2024-01-31"):
        call_command("archive_appointments", "--before", before)


@pytest.mark.parametrize("before", ["2026-11-30", "2026-11-01", "2027-01-01"])
def test_a_date_that_is_not_long_past_is_refused(scene: Scene, before: str) -> None:
    with pytest.raises(CommandError, match="must be 30 days ago or more: at most 2026-10-31"):
        run(before)
    run("2026-10-31")


def test_statements_stay_in_one_partition(scene: Scene) -> None:
    past(scene)
    ((name,),) = execute(
        "SELECT tableoid::regclass::text FROM doctors WHERE id = %s", (scene.doctor.pk,)
    )
    with statements() as found:
        archive._archive_hospital(
            scene.hospital.pk, date(2025, 6, 1), dry_run=False, summary=archive.Summary()
        )
    # Count; how to commit and to plan, lock, move, count the stamp up.
    assert len(found) == 6
    for sql in found:
        if not sql.startswith("SET"):
            for table, numbers in partitions_of(sql).items():
                assert numbers == {name[-2:]}, (table, numbers, sql)


def test_the_archive_has_the_columns_of_what_it_keeps() -> None:
    for table in ("appointments", "appointment_events"):
        columns = [
            execute(
                "SELECT attname, atttypid::regtype::text, atttypmod, attnotnull FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1",
                (name,),
            )
            for name in (table, f"{table}_archive")
        ]
        assert columns[0] == columns[1]


def test_consistency_sees_a_row_in_both_places(scene: Scene) -> None:
    (old,) = past(scene, 1, versions=1)
    run()
    execute("INSERT INTO appointments SELECT * FROM appointments_archive")
    execute("INSERT INTO appointment_events SELECT * FROM appointment_events_archive")
    assert faults(now=NOW) == {"appointments that are archived and not": [(scene.hospital.pk, old)]}
    execute("DELETE FROM appointment_events")
    execute("DELETE FROM appointments")
    execute("DELETE FROM appointment_events_archive")
    assert faults(now=NOW) == {
        "archived appointments whose versions are not those of their events": [
            (scene.hospital.pk, old)
        ]
    }
