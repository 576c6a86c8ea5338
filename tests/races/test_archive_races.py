"""The archive on a live system: beside bookings and changes, twice at once, and killed half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from appointments import archive
from appointments.consistency import faults
from appointments.models import AppointmentEvent
from appointments.queries import get_appointment
from tests.appointments.past import ARCHIVED, HERE, add_past, hours, places
from tests.appointments.scene import Scene
from tests.races.threads import another_way_in, at_once, no_deadlocks, outcomes, say, wait_until
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

BEFORE = date(2025, 6, 1)
DAY = date(2025, 3, 10)


def past(scene: Scene, count: int) -> dict[int, list[int]]:
    """Old appointments, so many of each of the two doctors."""
    return {
        doctor.pk: add_past(doctor, patient, hours(DAY, count), by=scene.staff.user_id)
        for doctor, patient in (
            (scene.doctor, scene.patient),
            (scene.colleague, scene.other_patient),
        )
    }


def move_all() -> None:
    for _ in archive.archive(BEFORE):
        pass


def test_bookings_beside_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BATCH", 5)
    old = past(scene, 60)
    doctors = (scene.doctor, scene.colleague)
    bookings = [
        partial(scene.book, f"{hour:02}:00", doctor=doctor, patient=scene.new_patient())
        for hour in (9, 10, 11)
        for doctor in doctors
    ]
    with no_deadlocks():
        answers = at_once([move_all, move_all, *bookings])
    say("bookings beside two archives", outcomes(answers))
    assert outcomes(answers) == Counter(done=8)
    ids = [id_ for of in old.values() for id_ in of]
    assert places(ids) == dict.fromkeys(ids, ARCHIVED)
    assert_consistent()


def test_a_change_of_an_old_one_is_kept_or_too_late(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "BATCH", 3)
    old = add_past(scene.doctor, scene.patient, hours(DAY, 30), by=scene.staff.user_id, versions=1)
    rows = [get_appointment(scene.staff, id_) for id_ in old]
    with no_deadlocks():
        answers = at_once([move_all, *(partial(scene.change, row, reason="x") for row in rows)])
    say("changes beside the archive", outcomes(answers))
    found = outcomes(answers)
    assert found["done"] + found["not_found"] == 31
    # Nothing was lost: who was told "done" finds the event with the row.
    events = places(old)
    for row, answer in zip(rows, answers[1:], strict=True):
        versions = 1 if hasattr(answer, "code") else 2
        assert events[row.id] == [
            "appointments_archive",
            *["appointment_events_archive"] * versions,
        ]
    assert_consistent()


def command() -> subprocess.Popen[str]:
    """The command in a process of its own, on the database of the tests."""
    known = connection.get_connection_params()
    url = f"postgres://{known['user']}:{known.get('password', '')}@"
    url += f"{str(known.get('host', '')).replace('/', '%2F')}:{known.get('port', '')}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "archive_appointments", "--before", str(BEFORE)],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DATABASE_URL": f"{url}/{known['dbname']}",
            "DB_LOCK_TIMEOUT_MS": "60000",
            "DB_STATEMENT_TIMEOUT_MS": "60000",
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_half_way_it_loses_and_doubles_nothing(scene: Scene) -> None:
    old = past(scene, 40)
    first, second = (old[doctor_id] for doctor_id in sorted(old))
    with another_way_in() as bare:
        # A row in the archive that is not committed: the second doctor's batch waits at it, with
        # everything that it moves taken out already.
        bare.execute(
            "INSERT INTO appointments_archive SELECT * FROM appointments WHERE id = %s", [second[7]]
        )
        running = command()
        wait_until(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')"
        )
        running.send_signal(signal.SIGKILL)
        running.communicate()
    wait_until(
        "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE '%%INTO appointments_archive%%' AND pid <> pg_backend_pid())"
    )
    assert places(first + second) == {
        **dict.fromkeys(first, ARCHIVED),
        **dict.fromkeys(second, HERE),
    }
    assert faults(now=timezone.now()) == {}
    scene.book("09:00")  # no lock is left
    again = command()
    assert again.communicate()[0].splitlines() == [
        "Before 2025-06-01: 40 appointments of 1 hospitals (40 fulfilled).",
        "40 appointments and 80 events were moved.",
    ]
    assert places(first + second) == dict.fromkeys(first + second, ARCHIVED)
    assert AppointmentEvent.objects.count() == 1
    assert_consistent()


def test_a_long_transaction_stops_it_and_it_goes_on(scene: Scene) -> None:
    old = past(scene, 5)
    ids = [id_ for of in old.values() for id_ in of]
    with another_way_in() as bare:
        bare.execute("SELECT FROM appointments WHERE id = %s FOR UPDATE", [ids[7]])
        (answer,) = at_once([move_all])
        assert answer.code == "unavailable"
        assert list(places(ids).values()).count(ARCHIVED) == 5
        scene.book("10:00")
    move_all()
    assert places(ids) == dict.fromkeys(ids, ARCHIVED)
    assert_consistent()
