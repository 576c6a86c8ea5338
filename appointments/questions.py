"""What every reader of calendars asks first: the stamps, in one small query.

They know the answer's ETag, so that an unchanged answer costs nothing more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from accounts.access import Access, Aside
from hospitals.stamps import HOSPITAL
from hospitals.wall_time import wall, zone
from scheduler.db import execute
from scheduler.errors import Invalid


@dataclass(frozen=True, slots=True)
class HospitalFacts:
    id: int
    name: str
    timezone: str


class DoctorFacts(NamedTuple):
    id: int
    stamp: int
    active: bool
    specialty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, by whom, and what was true when it was asked (`now`, UTC)."""

    access: Access
    hospital: HospitalFacts
    hospital_stamp: int
    doctors: tuple[DoctorFacts, ...]
    start: dt.date
    end: dt.date
    now: dt.datetime

    @property
    def etag(self) -> str:
        """What the answer depends on, in a few characters: rows, question, caller and clock."""
        facts = (
            type(self).__name__,
            self.access.hospital_id,
            self.access.only_doctor_id,
            self.hospital_stamp,
            orjson.dumps(list(map(tuple, self.doctors))),
            self.start.toordinal(),
            self.end.toordinal(),
            hour_of(self.wall_now),
            self.also_asked(),
        )
        return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()

    def also_asked(self) -> tuple[object, ...]:
        """What else the question names."""
        return ()

    @property
    def wall_now(self) -> dt.datetime:
        return wall(self.now, zone(self.hospital.timezone))


# Of all active doctors where none is named. As one JSON text: 50 rows take the client as long as
# the rest.
_STAMPS = """(
    SELECT json_build_array(h.name, h.timezone, s.stamp, (
        SELECT coalesce(json_agg(json_build_array(d.id, ds.stamp, d.active, d.specialty)
                                 ORDER BY d.id), '[]')
        FROM doctors d
        JOIN schedule_stamps ds ON ds.hospital_id = %(hospital)s AND ds.doctor_id = d.id
        WHERE d.hospital_id = %(hospital)s
          AND (%(doctors)s::bigint[] IS NULL AND d.active OR d.id = ANY(%(doctors)s))
    ))::text
    FROM hospitals h
    JOIN schedule_stamps s ON s.hospital_id = %(hospital)s AND s.doctor_id = %(own)s
    WHERE h.id = %(hospital)s
)"""


def stamps_of(doctor_ids: Sequence[int] | None) -> Aside:
    """The stamps of these doctors, or of all active ones, to be read together with the rights.

    Whoever asks a question about them can hand over what was read.
    """
    doctors = None if doctor_ids is None else list(doctor_ids)
    return Aside(_STAMPS, {"own": HOSPITAL, "doctors": doctors})


def read_stamps(
    access: Access, *, doctor_ids: Sequence[int] | None, read: str | None
) -> tuple[HospitalFacts, int, tuple[DoctorFacts, ...]]:
    """The hospital, its own stamp, and these doctors, or all active ones, by id.

    One query; none where they were `read` with the rights. Raises `Invalid` where one of
    `doctor_ids` does not exist here.
    """
    if read is None:
        aside = stamps_of(doctor_ids)
        params = {"hospital": access.hospital_id, **aside.params}
        ((read,),) = execute(f"SELECT {aside.sql}", params)
    name, timezone, stamp, rows = orjson.loads(read)
    doctors = tuple(map(DoctorFacts._make, rows))
    missing = set(doctor_ids or ()) - {doctor.id for doctor in doctors}
    if missing:
        names = ", ".join([str(id_) for id_ in doctor_ids or () if id_ in missing][:5])
        raise Invalid.field("doctor", "not_found", f"There is no doctor {names} in this hospital.")
    return HospitalFacts(access.hospital_id, name, timezone), stamp, doctors


def hour_of(wall_now: dt.datetime) -> tuple[int, int, dt.timedelta | None]:
    """The clock as far as a calendar depends on it: slots begin on the hour."""
    return wall_now.toordinal(), wall_now.hour, wall_now.utcoffset()
