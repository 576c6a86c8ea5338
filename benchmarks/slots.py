"""Free slots to book: a year of them, far ahead, in the hospital kept for it."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from benchmarks.data import Place

AHEAD, DAYS = 400, 365
OPENS, HOURS = 8, 12  # wall time, at which no clock is changed


@dataclass(frozen=True)
class Booking:
    """A free slot, and a patient for it."""

    doctor: int
    patient: int
    starts_at: dt.datetime


class Slots:
    """Gives out each slot once, to any thread. Making one takes back what was booked before."""

    def __init__(self, place: Place) -> None:
        self.place, self.number, self.lock = place, 0, threading.Lock()
        self.start = place.first_day + dt.timedelta(days=AHEAD)
        with place.connect() as connection:
            found = connection.execute(
                "SELECT timezone FROM hospitals WHERE id = %s", [place.book]
            ).fetchone()
            self.zone = ZoneInfo(str(found and found[0]))
        self.empty()

    def empty(self) -> None:
        """Begin anew: the tables are as large as they were."""
        self.number = 0
        place = self.place
        far = [place.book, place.first_day + dt.timedelta(days=AHEAD // 2)]
        with place.connect() as connection:
            connection.execute(
                "DELETE FROM appointment_events e USING appointments a"
                " WHERE e.hospital_id = a.hospital_id AND e.appointment_id = a.id"
                " AND a.hospital_id = %s AND a.date >= %s",
                far,
            )
            for table in ("appointments", "shifts"):
                connection.execute(
                    f"DELETE FROM {table} WHERE hospital_id = %s AND date >= %s", far
                )
            connection.execute("DELETE FROM idempotency_keys WHERE hospital_id = %s", far[:1])
            connection.execute(
                "UPDATE hospitals SET opens = '00:00', closes = '00:00' WHERE id = %s", far[:1]
            )
            connection.execute(
                "INSERT INTO shifts (hospital_id, doctor_id, date, start_minute, end_minute)"
                " SELECT %s, doctor, %s::date + day, %s, %s"
                " FROM unnest(%s::bigint[]) AS doctor, generate_series(0, %s - 1) AS day",
                [
                    *(place.book, self.start, OPENS * 60, (OPENS + HOURS) * 60),
                    *(place.book_doctors, DAYS),
                ],
            )
            connection.execute(
                "VACUUM (ANALYZE) shifts, appointments, appointment_events, idempotency_keys"
            )

    @property
    def used(self) -> float:
        """The part of them that was given out."""
        return self.number / (len(self.place.book_doctors) * DAYS * HOURS)

    def next(self) -> Booking:
        with self.lock:
            number, self.number = self.number, self.number + 1
        return self.at(number)

    def at(self, number: int) -> Booking:
        """The slot of that number: of one hour, each doctor has another patient."""
        hours, doctor = divmod(number, len(self.place.book_doctors))
        days, hour = divmod(hours, HOURS)
        if days >= DAYS:
            raise RuntimeError("All slots are booked: ask for fewer.")
        return Booking(
            self.place.book_doctors[doctor],
            self.place.book_patients[number % len(self.place.book_patients)],
            dt.datetime.combine(
                self.start + dt.timedelta(days=days), dt.time(OPENS + hour), self.zone
            ),
        )

    def take(self, count: int) -> int:
        """Give out so many in a row to somebody else; returns the first one's number."""
        with self.lock:
            number, self.number = self.number, self.number + count
        return number
