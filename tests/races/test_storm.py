"""Everything at once for some seconds: only refusals of the contract, and rows that are right."""

from __future__ import annotations

import random
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.access import Access
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.models import Appointment, AppointmentEvent, Status
from appointments.openings import answer_openings, ask_openings
from appointments.queries import AppointmentRow, appointments, history
from appointments.safe_repeats import book_once
from appointments.schedules import answer_schedules, ask_schedules
from appointments.services import book_appointment, cancel_appointment, change_appointment
from doctors.services import create_doctor
from patients.services import create_patient, update_patient
from scheduler.errors import Refusal
from tests.appointments.scene import MONDAY, Scene, at, ranges, shift
from tests.races.threads import THREADS, at_once, no_deadlocks, say
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

SECONDS = 6
DAYS = [MONDAY + timedelta(days=n) for n in (1, 2, 3)]
PLANS = [["08:00-12:00", "13:00-17:00"], ["09:00-15:00"], ["12:00-24:00"], ["08:30-12:30"], []]
REFUSALS = {
    "invalid",
    "slot_taken",
    "slot_unavailable",
    "patient_busy",
    "availability_in_use",
    "invalid_transition",
    "version_conflict",
    "not_found",
    "permission_denied",
    "idempotency_key_reused",
}


@dataclass
class Caller:
    """One thread: a member of the staff, an admin or a doctor, who does whatever comes to mind."""

    access: Access
    admin: Access
    doctors: list[int]
    patients: list[int]
    rng: random.Random
    until: float
    counts: Counter[str] = field(default_factory=Counter)
    versions: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> Caller:
        calls: dict[Callable[[], Any], int] = {
            self.book: 30,
            self.book_any: 15,
            self.repeat: 10,
            self.change: 40,
            self.cancel: 15,
            self.read: 15,
            self.shifts: 8,
            self.doctor: 4,
            self.patient: 3,
            self.hospital: 2,
        }
        while clock.monotonic() < self.until:
            (call,) = self.rng.choices(list(calls), list(calls.values()))
            try:
                call()
                result = "done"
            except Refusal as refusal:
                result = refusal.code
            self.counts[f"{call.__name__} {result}"] += 1
        return self

    def _wanted(self) -> dict[str, Any]:
        return {
            "patient_id": self.rng.choice(self.patients),
            "starts_at": self._when(),
            "reason": self.rng.choice(["", "A cough"]),
        }

    def _when(self) -> str:
        return at(f"{self.rng.randrange(8, 18):02}:00", self._day())

    def _day(self) -> date:
        return self.rng.choice(DAYS)

    def _written(self, row: AppointmentRow) -> None:
        self.versions.append((row.id, row.version))

    def _some(self) -> AppointmentRow | None:
        page = appointments(self.access, start=DAYS[0], end=DAYS[-1], size=200)
        return self.rng.choice(page.rows) if page.rows else None

    def book(self) -> None:
        doctor_id = self.rng.choice(self.doctors)
        self._written(book_appointment(self.access, doctor_id=doctor_id, **self._wanted()))

    def book_any(self) -> None:
        self._written(book_appointment(self.access, **self._wanted()))

    def repeat(self) -> None:
        wanted = self._wanted()
        key = f"{self.access.user_id} {self.rng.randrange(200)}"
        for _ in range(2):
            row, replayed = book_once(
                self.access, key=key, doctor_id=None, specialty=None, **wanted
            )
            if not replayed:
                self._written(row)

    def change(self) -> None:
        row = self._some()
        if row is None:
            return
        changes: dict[str, Any] = {}
        if self.rng.random() < 0.5:
            changes["starts_at"] = self._when()
        if self.rng.random() < 0.3:
            changes["doctor_id"] = self.rng.choice(self.doctors)
        if self.rng.random() < 0.3:
            changes["reason"] = f"Reason {self.rng.randrange(1000)}"
        if not changes or self.rng.random() < 0.1:
            changes["status"] = self.rng.choice(Status.values)
        changed = change_appointment(
            self.access,
            row.id,
            expected_version=row.version,
            changes=changes,  # type: ignore[arg-type]
        )
        if changed.version != row.version:
            assert changed.version == row.version + 1
            self._written(changed)

    def cancel(self) -> None:
        row = self._some()
        if row is not None:
            self._written(cancel_appointment(self.access, row.id, expected_version=row.version))

    def read(self) -> None:
        days = answer_schedules(
            ask_schedules(self.access, doctor_ids=self.doctors, start=DAYS[0], end=DAYS[-1])
        )
        for day in days:
            for slot, bookable, booking in day.slots:
                assert not (bookable and booking), (day.doctor_id, slot)
        answer_openings(ask_openings(self.access, start=DAYS[0], end=DAYS[-1], limit=200))
        row = self._some()
        if row is not None:
            entries = history(self.access, row.id)
            assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))

    def shifts(self) -> None:
        days = [(day, ranges(*self.rng.choice(PLANS))) for day in DAYS if self.rng.random() < 0.5]
        set_availability(self.access, self.rng.choice(self.doctors), days=days)

    def doctor(self) -> None:
        if self.rng.random() < 0.1:
            create_doctor(self.admin, name="Dr New", specialty="Cardiology")
            return
        update_doctor(
            self.admin,
            self.rng.choice(self.doctors),
            expected_version=None,
            changes={"active": self.rng.random() < 0.7},
        )

    def patient(self) -> None:
        if self.rng.random() < 0.2:
            mrn = str(self.rng.randrange(20))
            create_patient(self.access, name="P New", date_of_birth=date(1990, 1, 1), mrn=mrn)
            return
        update_patient(
            self.access,
            self.rng.choice(self.patients),
            expected_version=None,
            changes={"name": f"Patient {self.rng.randrange(1000)}"},
        )

    def hospital(self) -> None:
        changes: dict[str, Any] = self.rng.choice(
            [
                {"timezone": "America/Chicago"},  # in use
                {"opens": time(self.rng.randrange(9)), "closes": time(0)},
                {"address": f"{self.rng.randrange(1000)} Main Street"},
            ]
        )
        update_hospital(self.admin, expected_version=None, changes=changes)  # type: ignore[arg-type]


def assert_constraints_know(rows: Iterable[Appointment]) -> None:
    """Expect both constraints against overlaps to refuse a row that overlaps one of these.

    Their indexes are asked by what they are for, since they may forget (tests/appointments/
    test_overlap_indexes.py) without any row being wrong yet.
    """
    later = timedelta(minutes=30)
    for row in rows:
        for column in ("doctor_id", "patient_id"):
            # A partition's constraint, or a shard's.
            name = f"{column}_tstzrange|{column[:-3]}s_live_appointments_never_overlap"
            values = {"doctor_id": 0, "patient_id": 0, column: getattr(row, column)}
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Appointment.objects.create(
                    hospital_id=row.hospital_id,
                    starts_at=row.starts_at + later,
                    ends_at=row.ends_at + later,
                    date=row.date,
                    time=row.time,
                    **values,
                )


def test_everything_at_once(scene: Scene) -> None:
    doctors = [scene.doctor.pk, scene.colleague.pk]
    others = [scene.new_doctor() for _ in range(4)]
    doctors += [doctor.pk for doctor in others]
    for doctor in (scene.doctor, scene.colleague, *others):
        for day in DAYS:
            shift(doctor, day, "08:00", "17:00")
    patients = [scene.new_patient().pk for _ in range(25)]
    people = [scene.world[name].access for name in ("staff", "admin", "root", "staff")]
    people += [scene.as_doctor, scene.as_colleague]
    until = clock.monotonic() + SECONDS
    callers = [
        Caller(
            access=people[n % len(people)],
            admin=scene.world.admin.access,
            doctors=doctors,
            patients=patients,
            rng=random.Random(n),
            until=until,
        )
        for n in range(THREADS)
    ]
    with no_deadlocks():
        at_once([partial(caller.run) for caller in callers])

    counts: Counter[str] = Counter()
    for caller in callers:
        counts += caller.counts
    say(f"{THREADS} threads, {SECONDS} s, {counts.total()} calls", counts)
    codes = {name.split()[1] for name in counts}
    assert codes - {"done"} <= REFUSALS
    assert {f"{name} done" for name in ("book", "book_any", "repeat", "change", "cancel")} <= (
        counts.keys()
    )
    # Every version that a caller was told of is there, once, and no other.
    told = sorted(version for caller in callers for version in caller.versions)
    events = AppointmentEvent.objects.filter(hospital=scene.hospital)
    assert told == sorted(events.values_list("appointment_id", "version"))
    assert Appointment.objects.count() == sum(version == 1 for _, version in told)
    assert_consistent()
    assert_constraints_know(Appointment.objects.exclude(status=Status.CANCELLED))
