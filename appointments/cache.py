"""Shifts and live appointments of doctors and dates, out of the cache where they are there.

The stamps that a reader has just read are part of the key, and a write counts them up in its own
transaction: what is found is never older than what the reader would find in the tables, so
nothing is ever taken out, and the age says only how long a place is held. What depends on the
clock or the caller (bookable, visible) is no part of it.

A write never reads this: it reads the tables, under its locks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import orjson
from django.conf import settings
from django.core.cache import cache

from appointments.slots import Booking
from scheduler.db import execute, is_writing

# Of a doctor: a day's shifts and live appointments, each in order of time, by the date's ordinal.
# Days with neither are left out.
Day = tuple[list[tuple[int, int]], list[Booking]]
Days = dict[int, Day]
NOTHING: Day = ([], [])

# Not for ever, were it only for a restored backup, whose stamps went back (docs/operations.md).
SECONDS = 600

# A doctor's days as one JSON text, which is kept as it is: [date, start, end] of shifts (minutes
# of wall time) and [date, start, end, id, patient, their name, status, version] of appointments
# (seconds since 1970), in any order. Dates are days since 0001-01-01, as in Python.
#
# Put together of texts: json_build_array, a line at a time, takes a quarter of the whole longer.
# Doctor by doctor, and with rows compared, as only the indexes of doctor and time can: a plan for
# all values, which has seen none, otherwise reads what all doctors have in these days.
_DAYS = """
    SELECT doctor.id, '[' || concat_ws(',', (
        SELECT string_agg('[' || concat_ws(',', date - '0001-01-01' + 1, start_minute, end_minute)
                              || ']', ',')
        FROM shifts
        WHERE hospital_id = %(hospital)s
          AND (doctor_id, date) >= (doctor.id, %(start)s::date)
          AND (doctor_id, date) <= (doctor.id, %(end)s::date)
    ), (
        SELECT string_agg('[' || concat_ws(',', a.date - '0001-01-01' + 1,
                                           extract(epoch FROM a.starts_at)::bigint,
                                           extract(epoch FROM a.ends_at)::bigint,
                                           a.id, a.patient_id, to_json(p.name),
                                           to_json(a.status), a.version)
                              || ']', ',')
        FROM appointments a
        JOIN patients p ON p.hospital_id = %(hospital)s AND p.id = a.patient_id
        WHERE a.hospital_id = %(hospital)s
          AND (a.doctor_id, a.starts_at)
              >= (doctor.id, %(start)s::timestamp AT TIME ZONE 'UTC' - interval '1 day')
          AND (a.doctor_id, a.starts_at)
              < (doctor.id, %(end)s::timestamp AT TIME ZONE 'UTC' + interval '2 days')
          AND a.status <> 'cancelled' AND a.date BETWEEN %(start)s AND %(end)s
    )) || ']'
    FROM unnest(%(doctors)s::bigint[]) AS doctor (id)
"""


def read_days(
    hospital_id: int, doctor_ids: Sequence[int], start: dt.date, end: dt.date
) -> dict[int, Days]:
    """Shifts and live appointments of each of these doctors, by wall date. One query."""
    return _parsed(_read(hospital_id, doctor_ids, start, end).items())


def kept_days(
    hospital_id: int,
    hospital_stamp: int,
    doctors: Iterable[tuple[int, int]],
    start: dt.date,
    end: dt.date,
) -> dict[int, Days]:
    """The same for doctors with their stamps, read before: one query for those not in the cache.

    No query where all are in it. In a transaction that writes: `read_days`, since what it reads
    may be undone; also without Redis, for each process keeps what it made of these rows.
    """
    keys = {
        f"days:{hospital_id}:{hospital_stamp}:{doctor_id}:{stamp}:{start}:{end}": doctor_id
        for doctor_id, stamp in doctors
    }
    if is_writing() or not settings.REDIS_URL:
        return read_days(hospital_id, list(keys.values()), start, end)
    found = {keys[key]: days for key, days in cache.get_many(keys).items()}
    missing = {key: doctor_id for key, doctor_id in keys.items() if doctor_id not in found}
    if missing:
        read = _read(hospital_id, list(missing.values()), start, end)
        new = {key: read[doctor_id] for key, doctor_id in missing.items()}
        cache.set_many(new, timeout=SECONDS)
        found |= read
    return _parsed(found.items())


def _read(
    hospital_id: int, doctor_ids: Sequence[int], start: dt.date, end: dt.date
) -> dict[int, str]:
    params = {"hospital": hospital_id, "doctors": list(doctor_ids), "start": start, "end": end}
    return dict(execute(_DAYS, params))


# `Booking._make` without its frames, which take longer than the rest: a calendar has hundreds.
_booking: Callable[[list[object]], Booking] = partial(tuple.__new__, Booking)


def _parsed(texts: Iterable[tuple[int, str]]) -> dict[int, Days]:
    return {doctor_id: _days(text) for doctor_id, text in texts}


def _days(text: str) -> Days:
    lines = orjson.loads(text)
    # Out of two indexes they come all but sorted; here that is cheaper than in PostgreSQL.
    lines.sort()
    days: Days = {}
    day = None
    for line in lines:
        if line[0] != day:
            day = line[0]
            shifts, bookings = days[day] = [], []
        if len(line) == 3:
            shifts.append((line[1], line[2]))
        else:
            bookings.append(_booking(line))
    return days
