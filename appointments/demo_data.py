"""The demo's data: hospitals, people, shifts and bookings around today, the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from random import Random
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.hashers import make_password
from tqdm import tqdm

from accounts.models import Membership, Role, User
from appointments.bulk import COLUMNS, analyze, bulk_load, copy_rows, take_ids
from appointments.demo_facts import (
    FULL_DAYS,
    HOSPITALS,
    NAMES,
    PASSWORD,
    REASONS,
    SPECIALTIES,
    WEEKS,
    HospitalFacts,
    Week,
)
from appointments.models import Appointment, AppointmentEvent
from appointments.slots import Slot, day_slots
from doctors.models import Doctor, Shift
from hospitals.models import Hospital
from hospitals.stamps import HOSPITAL
from hospitals.wall_time import date_range, end_minute, to_minute
from patients.models import Patient
from patients.search import keys
from scheduler.db import execute

SEED = 20261130
WEEKS_BEFORE, WEEKS_AFTER = 4, 8
BUSY_DAYS = 14  # from today on, half of whose slots are booked
ACCOUNTS = {
    "root@demo.test": "Robin Root",
    "admin@demo.test": "Adele Winter",
    "staff@demo.test": "Sam Porter",
    "doctor@demo.test": "Maya Lindqvist",
    "other@demo.test": "Owen Price",
    "regional@demo.test": "Regina Okoye",
}
Row = tuple[Any, ...]


@dataclass(slots=True)
class HospitalRows:
    """The rows of one hospital, by table."""

    hospital: Hospital
    by: int
    midnight: datetime
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})


def seed_demo(*, today: date, hospitals: int = len(HOSPITALS)) -> bool:
    """Write the demo's data where there is no hospital yet; says whether it did.

    `today` (UTC) is all that it depends on. One transaction.
    """
    with bulk_load():
        execute("LOCK TABLE hospitals IN SHARE ROW EXCLUSIVE MODE")  # against a second seed
        if Hospital.objects.exists():
            return False
        _restart_ids()
        users = _add_users()
        bookers = _bookers(users)
        made = [
            _make_hospital(number, facts, today, bookers[min(number, 3)])
            for number, facts in enumerate(tqdm(HOSPITALS[:hospitals], "Seeding", disable=None))
        ]
        for table in tqdm(COLUMNS, "Writing", disable=None):
            copy_rows(table, (row for hospital in made for row in hospital.rows[table]))
            analyze(table)
        _add_memberships(users, made)
        analyze("hospitals", "users", "memberships")
    return True


def _restart_ids() -> None:
    """Begin ids at 1 where a failed seed used some up: without hospitals these are empty."""
    for model in (Hospital, Doctor, Patient, Shift, Appointment, AppointmentEvent):
        execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", (model._meta.db_table,)
        )


def _add_users() -> dict[str, User]:
    users = {}
    for email, name in ACCOUNTS.items():
        users[email], _ = User.objects.update_or_create(
            email=email,
            defaults={
                "name": name,
                "password": make_password(PASSWORD),
                "is_superuser": email == "root@demo.test",
                "is_active": True,
            },
        )
    return users


def _bookers(users: dict[str, User]) -> list[int]:
    """Who books at the first, second and third hospital, and at all others."""
    names = ("staff@demo.test", "other@demo.test", "regional@demo.test", "root@demo.test")
    return [users[name].pk for name in names]


def _add_memberships(users: dict[str, User], made: Sequence[HospitalRows]) -> None:
    roles = [
        (0, "admin@demo.test", Role.ADMIN),
        (0, "staff@demo.test", Role.STAFF),
        (0, "doctor@demo.test", Role.DOCTOR),
        (1, "other@demo.test", Role.STAFF),
        *((number, "regional@demo.test", Role.STAFF) for number in range(3)),
    ]
    Membership.objects.bulk_create(
        Membership(
            hospital=made[number].hospital,
            user=users[email],
            role=role,
            doctor_id=made[number].rows["doctors"][0][1] if role == Role.DOCTOR else None,
        )
        for number, email, role in roles
        if number < len(made)
    )


def _make_hospital(number: int, facts: HospitalFacts, today: date, by: int) -> HospitalRows:
    rng = Random(f"{SEED} {number}")  # noqa: S311 (made-up data)
    hospital = Hospital.objects.create(
        name=facts.name,
        address=facts.address,
        timezone=facts.timezone,
        opens=facts.opens,
        closes=facts.closes,
    )
    made = HospitalRows(hospital, by, datetime.combine(today, time(), UTC))
    made.rows["schedule_stamps"].append((hospital.pk, HOSPITAL, 1))
    _make_patients(made, facts, rng, today)
    doctors = _make_doctors(
        made, facts, rng, first=ACCOUNTS["doctor@demo.test"] if not number else ""
    )
    days = date_range(today - timedelta(weeks=WEEKS_BEFORE), today + timedelta(weeks=WEEKS_AFTER))
    slots: dict[date, list[tuple[int, Slot]]] = {day: [] for day in days}
    # By name, as the board begins with the first of them.
    for position, (_, doctor_id, *_) in enumerate(sorted(made.rows["doctors"], key=itemgetter(2))):
        # The account's doctor has a plain week, so that every tour finds shifts and bookings.
        plain = doctor_id == doctors[0]
        week = FULL_DAYS if plain else WEEKS[(position + number) % len(WEEKS)]
        for day, shifts in _make_shifts(facts, week, days, None if plain else rng, today):
            made.rows["shifts"] += [(hospital.pk, doctor_id, day, *shift) for shift in shifts]
            slots[day] += [(doctor_id, slot) for slot in day_slots(facts.timezone, day, shifts)]
    for day, of_day in slots.items():
        _make_appointments(made, of_day, rng, days_ahead=(day - today).days)
    return made


def _make_doctors(
    made: HospitalRows, facts: HospitalFacts, rng: Random, *, first: str
) -> list[int]:
    ids = take_ids("doctors", facts.doctors)
    names = _names(facts, rng, facts.doctors)
    # About two doctors for each specialty; the two commonest are everywhere.
    count = min(max(5, facts.doctors // 2), len(SPECIALTIES))
    specialties = [*SPECIALTIES[:2], *rng.sample(SPECIALTIES[2:], count - 2)]
    for position, (doctor_id, name) in enumerate(zip(ids, names, strict=True)):
        named = first if first and not position else name
        specialty = specialties[position % count]
        made.rows["doctors"].append((made.hospital.pk, doctor_id, named, specialty, True, 1))
        made.rows["schedule_stamps"].append((made.hospital.pk, doctor_id, 1))
    return ids


def _make_patients(made: HospitalRows, facts: HospitalFacts, rng: Random, today: date) -> None:
    ids = take_ids("patients", facts.patients)
    prefix = "".join(word[0] for word in facts.name.split()[:2]).upper()
    for position, name in enumerate(_names(facts, rng, facts.patients)):
        address = name.lower().replace(" ", ".").replace("'", "")
        patient = SimpleNamespace(
            name=name,
            # Skewed towards the old, as in waiting rooms.
            date_of_birth=today - timedelta(days=int(rng.triangular(30, 35_000, 24_000))),
            phone=f"{facts.phone} {rng.randrange(10_000):04}" if rng.random() < 0.9 else "",
            email=f"{address}@example.org" if address.isascii() and rng.random() < 0.8 else "",
            mrn=f"{prefix}-{100_000 + position * 7:06}",
        )
        made.rows["patients"].append(
            (made.hospital.pk, ids[position], *vars(patient).values(), 1),
        )
        made.rows["patient_search_keys"] += [
            (made.hospital.pk, key, ids[position]) for key in sorted(keys(patient))
        ]


def _names(facts: HospitalFacts, rng: Random, count: int) -> list[str]:
    """Names, each once, of the languages that are spoken there."""
    found: dict[str, None] = {}
    while len(found) < count:
        firsts, lasts = (pool.split() for pool in NAMES[rng.choice(facts.people)])
        found[f"{rng.choice(firsts)} {rng.choice(lasts)}"] = None
    return list(found)


def _make_shifts(
    facts: HospitalFacts, week: Week, days: Sequence[date], rng: Random | None, today: date
) -> Iterator[tuple[date, list[tuple[int, int]]]]:
    """A doctor's shifts within the opening hours; with `rng`, a holiday and single days off."""
    opens, closes = to_minute(facts.opens), end_minute(facts.closes)
    by_weekday = {
        weekday: [(max(int(a * 60), opens), min(int(b * 60), closes)) for a, b in hours]
        for weekdays, hours in week
        for weekday in map(int, weekdays)
    }
    holiday = today + timedelta(days=rng.randrange(-21, 50)) if rng else date.max
    for day in days:
        shifts = [(a, b) for a, b in by_weekday.get(day.weekday(), ()) if b - a >= 60]
        off = rng is not None and (rng.random() < 0.04 or 0 <= (day - holiday).days < 7)
        if shifts and not off:
            yield day, shifts


def _make_appointments(
    made: HospitalRows, slots: Sequence[tuple[int, Slot]], rng: Random, *, days_ahead: int
) -> None:
    """Book some of a day's slots, each with a patient who has no other that day."""
    share = 0.5 if 0 <= days_ahead < BUSY_DAYS else 0.4 if days_ahead < 0 else 0.08
    patients = [row[1] for row in made.rows["patients"]]
    free = iter(rng.sample(patients, len(patients)))
    chosen = []
    for doctor_id, slot in slots:
        if rng.random() < 0.03:
            chosen.append((doctor_id, rng.choice(patients), slot, "cancelled"))
        if rng.random() < share and (patient := next(free, None)):
            # What ended before today began is over whatever the time is now.
            past = slot.ends_at <= made.midnight
            status = rng.choices(("fulfilled", "noshow"), (92, 8))[0] if past else "booked"
            chosen.append((doctor_id, patient, slot, status))
    ids = take_ids("appointments", len(chosen))
    for id_, (doctor_id, patient_id, slot, status) in zip(ids, chosen, strict=True):
        reason = rng.choice(REASONS)
        history = _history(slot, status, rng, before=made.midnight)
        new = {
            "doctor_id": doctor_id,
            "patient_id": patient_id,
            "starts_at": slot.text,
            "status": "booked",
            "reason": reason,
        }
        changes: dict[str, Any] = {name: {"from": None, "to": new[name]} for name in new}
        for version, (type_, at) in enumerate(history, 1):
            made.rows["appointment_events"].append(
                (made.hospital.pk, id_, version, type_, at, made.by, json.dumps(changes))
            )
            changes = (
                {"status": {"from": type_, "to": history[version][0]}}
                if version < len(history)
                else {}
            )
        made.rows["appointments"].append(
            (
                *(made.hospital.pk, id_, doctor_id, patient_id, slot.starts_at, slot.ends_at),
                *(slot.date, slot.time, status, reason, len(history)),
            )
        )


def _history(
    slot: Slot, status: str, rng: Random, *, before: datetime
) -> list[tuple[str, datetime]]:
    """The types and instants of an appointment's events, all `before` today, oldest first."""
    booked_at = min(slot.starts_at, before) - timedelta(minutes=rng.randrange(60, 20 * 24 * 60))
    history = [("booked", booked_at)]
    if status == "fulfilled":
        history.append(("arrived", slot.starts_at - timedelta(minutes=rng.randrange(20))))
        history.append(("fulfilled", slot.ends_at - timedelta(minutes=rng.randrange(15))))
    elif status == "noshow":
        history.append(("noshow", slot.starts_at + timedelta(minutes=20)))
    elif status == "cancelled":
        left = min(slot.starts_at, before) - booked_at
        history.append(("cancelled", booked_at + left * rng.random()))
    return history
