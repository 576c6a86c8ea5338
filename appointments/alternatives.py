"""Who else, and when else: free doctors at a time, and the slots nearest to one that is gone."""

from __future__ import annotations

import datetime as dt

from accounts.access import Access
from appointments.cache import NOTHING, read_days
from appointments.openings import Opening, all_openings, answer_openings, ask_openings
from appointments.schedules import MOST_DAYS
from appointments.slots import day_slots, fill
from doctors.models import Doctor
from hospitals.wall_time import MAX_DATE, MIN_DATE

MOST = 3
DAYS_BEFORE, DAYS_AFTER = 3, 14


def alternatives(
    access: Access,
    *,
    doctor_id: int | None,
    specialty: str | None,
    wanted: dt.datetime,
    date: dt.date,
) -> list[Opening]:
    """Up to three bookable slots near `wanted` (UTC; `date` is its wall date).

    One of each kind where there are such: the same doctor's nearest, another doctor of the same
    specialty at that very time, the next opening of anyone of it. What is left is filled from
    the same kinds in that order, then from what is free before, the nearest first. Where three
    days before and a fortnight after have no three, the 42 days after that are searched, too. A
    doctor is offered their own slots alone.
    """
    if doctor_id is not None:
        specialty = (
            Doctor.objects.filter(hospital_id=access.hospital_id, id=doctor_id)
            .values_list("specialty", flat=True)
            .first()
        )
    last = min(MAX_DATE, date + dt.timedelta(days=DAYS_AFTER))
    of = None if access.only_doctor_id is None else [access.only_doctor_id]
    question = ask_openings(
        access,
        start=max(MIN_DATE, date - dt.timedelta(days=DAYS_BEFORE)),
        end=last,
        specialty=specialty,
        doctor_ids=of,
    )
    openings = all_openings(question)
    if len(openings) < MOST:
        further = ask_openings(
            access,
            start=min(MAX_DATE, last + dt.timedelta(days=1)),
            end=min(MAX_DATE, last + dt.timedelta(days=MOST_DAYS)),
            specialty=specialty,
            doctor_ids=of,
            limit=MOST,
        )
        openings += [o for o in answer_openings(further) if o not in openings]
    same_doctor = sorted(
        (o for o in openings if o.doctor_id == doctor_id),
        key=lambda o: abs(o.slot.starts_at - wanted),
    )
    same_time = [o for o in openings if o.slot.starts_at == wanted]
    later = [o for o in openings if o.slot.starts_at > wanted]
    before = sorted(
        (o for o in openings if o.slot.starts_at < wanted),
        key=lambda o: wanted - o.slot.starts_at,
    )
    ranked = list(dict.fromkeys((*same_doctor, *same_time, *later, *before)))
    chosen: list[Opening] = []
    for kind in (same_doctor, same_time, later, ranked):
        most = MOST if kind is ranked else len(chosen) + 1
        chosen += [o for o in kind if o not in chosen][: most - len(chosen)]
    return [o for o in ranked if o in chosen[:MOST]]


def free_doctors(
    access: Access, *, specialty: str | None, wanted: dt.datetime, date: dt.date
) -> list[int] | None:
    """The active doctors who are free at `wanted` (UTC): the least booked of `date` first.

    Lowest id first among equals. Empty where all who have a slot there are booked. Two
    queries, no locks. None where no doctor has a slot there.
    """
    question = ask_openings(access, start=date, end=date, specialty=specialty)
    rows = read_days(access.hospital_id, [d.id for d in question.doctors], date, date)
    booked: dict[int, int] = {}
    with_a_slot = False
    for doctor_id, days in rows.items():
        shifts, live = days.get(date.toordinal(), NOTHING)
        slots = day_slots(question.hospital.timezone, date, shifts)
        for slot, bookable, _ in fill(slots, live, now=question.now):
            if slot.starts_at == wanted:
                with_a_slot = True
                if bookable:
                    booked[doctor_id] = len(live)
    if not with_a_slot:
        return None
    return sorted(booked, key=lambda doctor_id: (booked[doctor_id], doctor_id))
