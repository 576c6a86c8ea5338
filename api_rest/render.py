"""Rows as the JSON that answers hold; the types here are the OpenAPI document's schemas, too.

`Annotated` bears what JSON Schema says beyond the type, in a `Facet`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import orjson

from accounts.queries import Me, Member
from appointments.days import DoctorDay
from appointments.openings import Opening
from appointments.queries import AppointmentRow, HistoryEntry
from appointments.questions import Question
from appointments.slots import Booking, Slot
from doctors.queries import DayShifts, DoctorRow
from hospitals.queries import HospitalRow
from hospitals.wall_time import SLOT_MINUTES, format_instant, to_time, zone
from patients.queries import PatientRow


class Facet:
    """Keywords of JSON Schema."""

    def __init__(self, **keywords: Any) -> None:
        self.keywords = keywords


Id = Annotated[int, Facet(minimum=1, maximum=2**63 - 1, format="int64")]
Version = Annotated[int, Facet(minimum=1)]
Minutes = Annotated[int, Facet(minimum=1, example=60)]
Clock = Annotated[str, Facet(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", example="09:00")]
Moment = Annotated[str, Facet(format="date-time", example="2026-11-30T09:00:00-05:00")]
Role = Literal["admin", "staff", "doctor"]
Status = Literal["booked", "arrived", "fulfilled", "noshow", "cancelled"]
HistoryType = Literal[
    "booked", "moved", "edited", "arrived", "fulfilled", "noshow", "cancelled", "undone"
]


class HospitalJson(TypedDict):
    id: Id
    name: str
    address: str
    timezone: str
    opens: Clock
    closes: Clock
    version: Version


def hospital(row: HospitalRow) -> HospitalJson:
    return {
        "id": row.id,
        "name": row.name,
        "address": row.address,
        "timezone": row.timezone,
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "version": row.version,
    }


class HospitalFactsJson(TypedDict):
    id: Id
    name: str
    timezone: str


class MembershipJson(TypedDict):
    hospital: HospitalFactsJson
    role: Role
    doctor_id: Id | None


class MeJson(TypedDict):
    id: Id
    email: str
    name: str
    is_superuser: bool
    memberships: list[MembershipJson]


def me(row: Me) -> dict[str, Any]:
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "is_superuser": row.is_superuser,
        "memberships": [
            {
                "hospital": {
                    "id": membership.hospital_id,
                    "name": membership.hospital_name,
                    "timezone": membership.timezone,
                },
                "role": membership.role,
                "doctor_id": membership.doctor_id,
            }
            for membership in row.memberships
        ],
    }


class UserJson(TypedDict):
    id: Id
    email: str
    name: str


class MemberJson(TypedDict):
    id: Id
    user: UserJson
    role: Role
    doctor_id: Id | None


def member(row: Member) -> dict[str, Any]:
    return {
        "id": row.id,
        "user": {"id": row.user_id, "email": row.email, "name": row.name},
        "role": row.role,
        "doctor_id": row.doctor_id,
    }


class DoctorJson(TypedDict):
    id: Id
    name: str
    specialty: str
    active: bool
    version: Version


def doctor(row: DoctorRow) -> DoctorJson:
    return {
        "id": row.id,
        "name": row.name,
        "specialty": row.specialty,
        "active": row.active,
        "version": row.version,
    }


class PatientJson(TypedDict):
    id: Id
    name: str
    date_of_birth: dt.date
    phone: str
    email: str
    mrn: str
    version: Version


def patient(row: PatientRow) -> PatientJson:
    return {
        "id": row.id,
        "name": row.name,
        "date_of_birth": row.date_of_birth,
        "phone": row.phone,
        "email": row.email,
        "mrn": row.mrn,
        "version": row.version,
    }


class NamedJson(TypedDict):
    id: Id
    name: str


class AppointmentJson(TypedDict):
    id: Id
    hospital_id: Id
    doctor_id: Id
    patient: NamedJson
    starts_at: Moment
    ends_at: Moment
    date: dt.date
    time: Clock
    duration: Minutes
    status: Status
    reason: str
    version: Version


def appointment(row: AppointmentRow) -> dict[str, Any]:
    tz = zone(row.timezone)
    return {
        "id": row.id,
        "hospital_id": row.hospital_id,
        "doctor_id": row.doctor_id,
        "patient": {"id": row.patient_id, "name": row.patient_name},
        "starts_at": format_instant(row.starts_at, tz),
        "ends_at": format_instant(row.ends_at, tz),
        "date": row.date,
        "time": f"{row.time:%H:%M}",
        "duration": row.duration,
        "status": row.status,
        "reason": row.reason,
        "version": row.version,
    }


# "from" is a word of the language, so no class can have it.
ChangeJson = TypedDict("ChangeJson", {"from": Any, "to": Any})


class HistoryEntryJson(TypedDict):
    type: HistoryType
    at: Moment
    by: NamedJson
    version: Version
    changes: dict[str, ChangeJson]


def history_entry(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "type": entry.type,
        "at": entry.at,
        "by": {"id": entry.by_id, "name": entry.by_name},
        "version": entry.version,
        "changes": entry.changes,
    }


class OpeningJson(TypedDict):
    doctor_id: Id
    date: dt.date
    time: Clock
    starts_at: Moment
    duration: Minutes


def opening(row: Opening) -> OpeningJson:
    return {
        "doctor_id": row.doctor_id,
        "date": row.slot.date,
        "time": row.slot.time,
        "starts_at": row.slot.text,
        "duration": SLOT_MINUTES,
    }


class ShiftJson(TypedDict):
    start: Clock
    end: Clock


class DayJson(TypedDict):
    date: dt.date
    shifts: list[ShiftJson]


def day(row: DayShifts) -> DayJson:
    return {
        "date": row.date,
        "shifts": [
            {"start": f"{to_time(start):%H:%M}", "end": f"{to_time(end):%H:%M}"}
            for start, end in row.shifts
        ],
    }


class BookingJson(TypedDict):
    id: Id
    patient: NamedJson
    status: Status
    version: Version


class SlotJson(TypedDict):
    time: Clock
    starts_at: Moment
    duration: Minutes
    bookable: bool
    appointment: NotRequired[BookingJson | None]


class DoctorDayJson(TypedDict):
    doctor_id: Id
    date: dt.date
    available_slots: list[SlotJson]


ScheduleJson = TypedDict(
    "ScheduleJson",
    {
        "hospital": HospitalFactsJson,
        "from": dt.date,
        "to": dt.date,
        "schedules": list[DoctorDayJson],
    },
)


def schedule(question: Question, days: list[DoctorDay]) -> dict[str, Any]:
    """The calendar. On the hot path: thousands of slots in one answer."""
    facts = question.hospital
    return {
        "hospital": {"id": facts.id, "name": facts.name, "timezone": facts.timezone},
        "from": question.start,
        "to": question.end,
        "schedules": [orjson.Fragment(day.as_made_by(_day)) for day in days],
    }


def _day(day: DoctorDay) -> bytes:
    slots = [
        _slot(slot, bookable)
        if booking is None
        else _filled(slot, booking if day.visible else None)
        for slot, bookable, booking in day.slots
    ]
    return orjson.dumps({"doctor_id": day.doctor_id, "date": day.date, "available_slots": slots})


def _slot(slot: Slot, bookable: bool) -> dict[str, Any]:
    return {
        "time": slot.time,
        "starts_at": slot.text,
        "duration": SLOT_MINUTES,
        "bookable": bookable,
    }


def _filled(slot: Slot, booking: Booking | None) -> dict[str, Any]:
    """`booking` None: the slot is busy, and this caller may not see with whom."""
    return {
        "time": slot.time,
        "starts_at": slot.text,
        "duration": SLOT_MINUTES,
        "bookable": False,
        "appointment": booking
        and {
            "id": booking.appointment_id,
            "patient": {"id": booking.patient_id, "name": booking.patient_name},
            "status": booking.status,
            "version": booking.version,
        },
    }
