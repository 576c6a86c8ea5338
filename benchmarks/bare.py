"""The same work without the product: SQL through psycopg, the figures that others are divided by.

Each read in the forms known to be cheap; the cheapest of them counts.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import orjson

from appointments import cache, checks, events, openings
from benchmarks.data import Place
from benchmarks.slots import Booking
from hospitals import stamps

_DAYS = """
    SELECT doctor_id, date, start_minute, end_minute, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM shifts
    WHERE hospital_id = %(hospital)s AND doctor_id = ANY(%(doctors)s)
      AND date BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT a.doctor_id, a.date, NULL, NULL, a.starts_at, a.ends_at, a.id, a.patient_id, p.name,
           a.status, a.version
    FROM appointments a
    JOIN patients p ON p.hospital_id = %(hospital)s AND p.id = a.patient_id
    WHERE a.hospital_id = %(hospital)s AND a.doctor_id = ANY(%(doctors)s)
      AND a.status <> 'cancelled' AND a.date BETWEEN %(start)s AND %(end)s
      AND a.starts_at >= %(start)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
      AND a.starts_at < %(end)s::timestamp AT TIME ZONE 'UTC' + interval '2 days'
    ORDER BY 1, 2, 3, 5
"""
# The same rows, written as JSON by PostgreSQL.
_DAYS_TEXT = f"""
    SELECT coalesce(json_agg(json_build_array(d.doctor_id, d.date, d.start_minute, d.end_minute,
                                              d.starts_at, d.ends_at, d.id, d.patient_id, d.name,
                                              d.status, d.version))::text, '[]')
    FROM ({_DAYS}) AS d (doctor_id, date, start_minute, end_minute, starts_at, ends_at,
                                   id, patient_id, name, status, version)
"""
# The first openings, found by PostgreSQL: a day at a time, until there are enough.
_OPENINGS_TEXT = """
    SELECT json_agg(json_build_array(o.doctor_id, o.date, o.minute))::text
    FROM (
        SELECT o.* FROM generate_series(%(start)s::date, %(end)s::date, '1 day') AS days (day)
        CROSS JOIN LATERAL (
            SELECT s.doctor_id, s.date, minute
            FROM shifts s
            CROSS JOIN LATERAL generate_series(s.start_minute, s.end_minute - 60, 60) AS minute
            WHERE s.hospital_id = %(hospital)s AND s.doctor_id = ANY(%(doctors)s)
              AND s.date = days.day::date
              AND (s.doctor_id, time '00:00' + minute * interval '1 minute') NOT IN (
                    SELECT a.doctor_id, a.time FROM appointments a
                    WHERE a.hospital_id = %(hospital)s AND a.date = days.day::date
                      AND a.status <> 'cancelled'
                      AND a.starts_at >= days.day AT TIME ZONE 'UTC' - interval '1 day'
                      AND a.starts_at < days.day AT TIME ZONE 'UTC' + interval '2 days')
            ORDER BY minute, s.doctor_id
        ) AS o LIMIT 20
    ) AS o
"""
_KEY = """
    INSERT INTO idempotency_keys (hospital_id, user_id, key, request_hash, created_at)
    VALUES (%(hospital)s, %(by)s, %(key)s, %(digest)s, now())
    ON CONFLICT (hospital_id, user_id, key) DO NOTHING RETURNING 1
"""
_ANSWER = """
    UPDATE idempotency_keys SET answer = %(answer)s::jsonb
    WHERE hospital_id = %(hospital)s AND user_id = %(by)s AND key = %(key)s
"""
# All statements of a booking, in their order; pgbench runs the same.
BOOKING = (
    *(_KEY, checks._FACTS, stamps.LOCK_SCHEDULES, checks._LOCK_PATIENT),
    *(checks._CHECK, events._ADD, _ANSWER),
)


class Bare:
    """One connection of psycopg. Statements are prepared, as psycopg does by itself.

    With `one_plan`, PostgreSQL plans a prepared statement once, for all values.
    """

    def __init__(self, place: Place, *, one_plan: bool = False) -> None:
        self.place = place
        self.connection = place.connect()
        if one_plan:
            self.connection.execute("SET plan_cache_mode = force_generic_plan")
            self.connection.execute("SET jit = off")
        self.pid = self.connection.info.backend_pid

    def rows(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> bytes:
        """Shifts and appointments as rows, written by orjson."""
        asked = self._asked(doctors, start, end)
        return orjson.dumps(self.connection.execute(_DAYS, asked).fetchall())

    def text(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> bytes:
        """The same rows, written as JSON by PostgreSQL."""
        return self._text(_DAYS_TEXT, doctors, start, end)

    def own(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> object:
        """The product's own query, whose rows are text already."""
        return self.connection.execute(cache._DAYS, self._asked(doctors, start, end)).fetchall()

    def openings(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> bytes:
        """The first 20 openings, found and written by PostgreSQL."""
        return self._text(_OPENINGS_TEXT, doctors, start, end)

    def hours(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> object:
        """The same in the product's own statement, for a hospital in UTC."""
        begins = dt.datetime.combine(start, dt.time(), dt.UTC)
        asked = self._asked(doctors, start, end) | {
            "days": (end - start).days + 1,
            "begins": begins,
            "least": 0,
            "first_least": 0,
            "most": 1440,
            "slot": 60,
            "enough": 20,
        }
        return self.connection.execute(openings._FREE, asked).fetchall()

    def book(self, booking: Booking, key: str) -> None:
        """All statements of a booking in one transaction."""
        with self.connection.transaction():
            for sql in BOOKING:
                self.connection.execute(sql, booking_parameters(self.place, booking, key))

    def _text(self, sql: str, doctors: Sequence[int], start: dt.date, end: dt.date) -> bytes:
        row = self.connection.execute(sql, self._asked(doctors, start, end)).fetchone()
        return str(row and row[0]).encode()

    def _asked(self, doctors: Sequence[int], start: dt.date, end: dt.date) -> dict[str, object]:
        return {
            "hospital": self.place.read,
            "doctors": list(doctors),
            "start": start,
            "end": end,
        }


def booking_parameters(place: Place, booking: Booking, key: str) -> dict[str, object]:
    starts_at = booking.starts_at
    return {
        "hospital": place.book,
        "doctor": booking.doctor,
        "doctors": [booking.doctor],
        "patient": booking.patient,
        "date": starts_at.date(),
        "time": starts_at.time(),
        "starts": starts_at,
        "starts_at": starts_at,
        "ends": starts_at + dt.timedelta(hours=1),
        "ends_at": starts_at + dt.timedelta(hours=1),
        "except": 0,
        "reason": "",
        "at": dt.datetime.now(dt.UTC),
        "by": place.user,
        "key": key,
        "digest": "0" * 64,
        "changes": CHANGES,
        "answer": ANSWER,
    }


CHANGES = json.dumps({"status": {"from": None, "to": "booked"}})
ANSWER = json.dumps({"id": 1, "status": "booked", "starts_at": "2030-01-01T00:00:00Z"})
