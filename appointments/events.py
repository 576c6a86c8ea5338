"""Writing an appointment: its row, its event and the doctors' stamps in one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import orjson
from django.utils import timezone

from accounts.access import Access
from appointments.models import EventType, Status
from appointments.queries import AppointmentRow
from appointments.slots import Slot
from hospitals.wall_time import format_instant, zone
from scheduler.db import RunAgain, execute

Changes = dict[str, dict[str, Any]]

_ADD = """
    WITH booked AS (
        INSERT INTO appointments (hospital_id, doctor_id, patient_id, starts_at, ends_at, date,
                                  time, status, reason, version)
        VALUES (%(hospital)s, %(doctor)s, %(patient)s, %(starts_at)s, %(ends_at)s, %(date)s,
                %(time)s, 'booked', %(reason)s, 1)
        RETURNING id
    ), event AS (
        INSERT INTO appointment_events (hospital_id, appointment_id, version, type, at, by_id,
                                        changes)
        SELECT %(hospital)s, id, 1, 'booked', %(at)s, %(by)s, %(changes)s::jsonb FROM booked
    ), stamps AS (
        UPDATE schedule_stamps SET stamp = stamp + 1
        WHERE hospital_id = %(hospital)s AND doctor_id = %(doctor)s
    )
    SELECT booked.id, p.name, h.timezone
    FROM booked
    JOIN patients p ON p.hospital_id = %(hospital)s AND p.id = %(patient)s
    JOIN hospitals h ON h.id = %(hospital)s
"""


def add_appointment(
    access: Access, *, doctor_id: int, patient_id: int, slot: Slot, reason: str
) -> AppointmentRow:
    """Write a new appointment into a slot that was found free. Needs the locks. One query."""
    new = {
        "doctor_id": doctor_id,
        "patient_id": patient_id,
        "starts_at": slot.text,
        "status": Status.BOOKED.value,
        "reason": reason,
    }
    time = dt.time.fromisoformat(slot.time)
    id_, patient_name, timezone_name = execute(
        _ADD,
        {
            "hospital": access.hospital_id,
            "doctor": doctor_id,
            "patient": patient_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "date": slot.date,
            "time": time,
            "reason": reason,
            "at": timezone.now(),
            "by": access.user_id,
            "changes": _to_json({name: {"from": None, "to": new[name]} for name in new}),
        },
    )[0]
    return AppointmentRow(
        id_,
        access.hospital_id,
        doctor_id,
        patient_id,
        patient_name,
        slot.starts_at,
        slot.ends_at,
        slot.date,
        time,
        Status.BOOKED.value,
        reason,
        1,
        timezone_name,
    )


_CHANGE = """
    WITH changed AS (
        UPDATE appointments
        SET doctor_id = %(doctor)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
            date = %(date)s, time = %(time)s, status = %(status)s, reason = %(reason)s,
            version = version + 1
        WHERE hospital_id = %(hospital)s AND id = %(id)s AND version = %(version)s
        RETURNING id, version
    ), event AS (
        INSERT INTO appointment_events (hospital_id, appointment_id, version, type, at, by_id,
                                        changes)
        SELECT %(hospital)s, id, version, %(type)s, %(at)s, %(by)s, %(changes)s::jsonb
        FROM changed
    ), stamps AS (
        UPDATE schedule_stamps SET stamp = stamp + 1
        WHERE hospital_id = %(hospital)s AND doctor_id = ANY(%(doctors)s)
          AND EXISTS (SELECT FROM changed)
    )
    SELECT version FROM changed
"""


def write_change(
    access: Access,
    row: AppointmentRow,
    type_: EventType | None,
    changes: Changes,
    *,
    slot: Slot | None = None,
) -> AppointmentRow:
    """Write the next version of `row`; `slot` where it moves. Needs the locks. One query.

    `changes` goes to the history as it is, instants as RFC 3339 in the hospital's offset. A row
    that another way in changed all the same runs the call again.
    """
    new: dict[str, Any] = {name: change["to"] for name, change in changes.items()}
    if type_ == EventType.CANCELLED:
        # The reason of a cancellation is the event's alone.
        new.pop("reason", None)
    tz = zone(row.timezone)
    if "starts_at" in changes:
        changes = changes | {
            "starts_at": {k: format_instant(v, tz) for k, v in changes["starts_at"].items()}
        }
    after = replace(row, **new, version=row.version + 1)
    if slot is not None:
        time = dt.time.fromisoformat(slot.time)
        after = replace(after, ends_at=slot.ends_at, date=slot.date, time=time)
    written = execute(
        _CHANGE,
        {
            "hospital": access.hospital_id,
            "id": row.id,
            "version": row.version,
            "doctor": after.doctor_id,
            "doctors": sorted({row.doctor_id, after.doctor_id}),
            "starts_at": after.starts_at,
            "ends_at": after.ends_at,
            "date": after.date,
            "time": after.time,
            "status": after.status,
            "reason": after.reason,
            "type": type_,
            "at": timezone.now(),
            "by": access.user_id,
            "changes": _to_json(changes),
        },
    )
    if not written:
        raise RunAgain
    return after


def _to_json(changes: Changes) -> str:
    return orjson.dumps(changes).decode()
