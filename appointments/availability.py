"""Changes of shifts, doctors and hospitals that live appointments may stand in the way of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.access import Access
from appointments.queries import AppointmentRow, select
from doctors.models import Doctor
from doctors.queries import (
    MAX_AVAILABILITY_DAYS,
    DayShifts,
    DoctorRow,
    availability,
    get_doctor,
)
from doctors.services import DoctorChanges, cleaned_doctor, doctor_errors
from hospitals.models import Hospital
from hospitals.queries import HospitalRow, get_hospital
from hospitals.services import HospitalChanges, cleaned_hospital, hospital_errors
from hospitals.stamps import HOSPITAL, bump_schedules, lock_schedules
from hospitals.wall_time import MAX_DATE, covers, end_minute, to_minute, wall, zone
from scheduler.db import RunAgain, execute, writes
from scheduler.errors import AvailabilityInUse, FieldError, Invalid, VersionConflict

# One each half hour: a bound on what a list of shifts can cost, which no calendar meets.
MOST_SHIFTS = 48
DayRanges = tuple[dt.date, Sequence[tuple[int, int]]]


@writes
def set_availability(
    access: Access,
    doctor_id: int,
    *,
    days: Sequence[DayRanges],
    names: str = "days.{}.",
    expected: Sequence[DayRanges] = (),
) -> list[DayShifts]:
    """Replace a doctor's shifts on each of `days`, all or nothing; no shifts clear a date.

    Dates and minutes (0 to 1440, midnight at the end) are the hospital's wall time. `names` says
    how the fields of a day are called in errors; `expected` what somebody saw of whole dates, in
    order. Returns the dates in order.

    Raises `NotFound`, `PermissionDenied`, `Invalid`, `VersionConflict` (`current` is the first
    date that is not as expected), and `AvailabilityInUse` with the live `appointments` from now on
    that would lie outside every shift.
    """
    get_doctor(access, doctor_id)
    access.require_availability_of(doctor_id)
    lock_schedules(access.hospital_id, (doctor_id,))
    hospital = get_hospital(access)
    now = timezone.now()
    today = wall(now, zone(hospital.timezone)).date()
    errors = _day_errors(days, names, hospital, today)
    if errors:
        raise Invalid(errors)
    for date, ranges in expected:
        found = availability(access, doctor_id, start=date, end=date) or [DayShifts(date, ())]
        if found[0].shifts != tuple(ranges):
            raise VersionConflict(current=found[0])
    dates = sorted(date for date, _ in days)
    wanted = {date: tuple(sorted(ranges)) for date, ranges in days}
    if _replace_shifts(access, doctor_id, dates, wanted):
        outside = _outside(access, doctor_id, wanted, hospital, now)
        if outside:
            raise AvailabilityInUse(appointments=outside)
        bump_schedules(access.hospital_id, (doctor_id,))
    return [DayShifts(date, wanted[date]) for date in dates]


def _day_errors(
    days: Sequence[DayRanges], names: str, hospital: HospitalRow, today: dt.date
) -> list[FieldError]:
    if len(days) > MAX_AVAILABILITY_DAYS:
        return [
            FieldError("days", "too_many_days", f"At most {MAX_AVAILABILITY_DAYS} days at once.")
        ]
    errors: list[FieldError] = []
    seen: set[dt.date] = set()
    for number, (date, ranges) in enumerate(days):
        name = names.format(number)
        if date in seen:
            errors.append(FieldError(f"{name}date", "duplicate", f"{date} is there twice."))
        elif date < today:
            errors.append(
                FieldError(f"{name}date", "in_past", f"{date} is past; today is {today} there.")
            )
        elif date > MAX_DATE:
            errors.append(FieldError(f"{name}date", "out_of_range", f"At most {MAX_DATE}."))
        seen.add(date)
        errors += _range_errors(ranges, f"{name}shifts.", hospital)
    return errors


def _range_errors(
    ranges: Sequence[tuple[int, int]], name: str, hospital: HospitalRow
) -> list[FieldError]:
    if len(ranges) > MOST_SHIFTS:
        detail = f"At most {MOST_SHIFTS} shifts a date."
        return [FieldError(name.rstrip("."), "too_many_shifts", detail)]
    errors: list[FieldError] = []
    opens, closes = to_minute(hospital.opens), end_minute(hospital.closes)
    detail = f"The hospital's hours are {hospital.opens:%H:%M}-{hospital.closes:%H:%M}."
    for number, (start, end) in enumerate(ranges):
        if start >= end:
            errors.append(
                FieldError(f"{name}{number}.end", "not_after_start", "'end' must be after 'start'.")
            )
        elif any(
            start < other_end and other_start < end for other_start, other_end in ranges[:number]
        ):
            errors.append(
                FieldError(f"{name}{number}.start", "overlap", "It overlaps another shift.")
            )
        else:
            errors += [
                FieldError(f"{name}{number}.{field}", "outside_opening_hours", detail)
                for field, outside in (
                    ("start", not opens <= start < closes),
                    ("end", not opens < end <= closes),
                )
                if outside
            ]
    return errors


def _replace_shifts(
    access: Access,
    doctor_id: int,
    dates: Sequence[dt.date],
    wanted: Mapping[dt.date, tuple[tuple[int, int], ...]],
) -> bool:
    """Delete what is no longer wanted, insert what is new; say whether anything changed."""
    found = {
        (date, start, end): id_
        for id_, date, start, end in execute(
            "SELECT id, date, start_minute, end_minute FROM shifts"
            " WHERE hospital_id = %s AND doctor_id = %s AND date = ANY(%s)",
            (access.hospital_id, doctor_id, list(dates)),
        )
    }
    new = {(date, start, end) for date, ranges in wanted.items() for start, end in ranges}
    gone = [id_ for shift, id_ in found.items() if shift not in new]
    added = sorted(new - found.keys())
    if gone:
        execute(
            "DELETE FROM shifts WHERE hospital_id = %s AND id = ANY(%s)",
            (access.hospital_id, gone),
        )
    if added:
        execute(
            "INSERT INTO shifts (hospital_id, doctor_id, date, start_minute, end_minute)"
            " SELECT %s, %s, * FROM unnest(%s::date[], %s::smallint[], %s::smallint[])",
            (access.hospital_id, doctor_id, *(list(column) for column in zip(*added, strict=True))),
        )
    return bool(gone or added)


def _outside(
    access: Access,
    doctor_id: int,
    wanted: Mapping[dt.date, Sequence[tuple[int, int]]],
    hospital: HospitalRow,
    now: dt.datetime,
) -> list[AppointmentRow]:
    tz = zone(hospital.timezone)
    return [
        row
        for row in _live_from(access, now, doctor_id=doctor_id)
        if row.date in wanted
        and not any(
            covers(start, end, row.date, tz, row.starts_at, row.ends_at)
            for start, end in wanted[row.date]
        )
    ]


def _live_from(access: Access, now: dt.datetime, *, doctor_id: int) -> list[AppointmentRow]:
    return select(
        access,
        "a.doctor_id = %(doctor)s AND a.starts_at >= %(now)s AND a.status <> 'cancelled'"
        " ORDER BY a.starts_at, a.id",
        doctor=doctor_id,
        now=now,
    )


@writes
def update_doctor(
    access: Access, doctor_id: int, *, expected_version: int | None, changes: DoctorChanges
) -> DoctorRow:
    """Change a doctor; what changes nothing writes nothing. `expected_version` None: any.

    Raises `NotFound`, `PermissionDenied`, `Invalid`, `VersionConflict` (with `current`), and
    `AvailabilityInUse` for making a doctor inactive with live `appointments` ahead.
    """
    get_doctor(access, doctor_id)
    access.require_hospital_admin()
    changes = cleaned_doctor(changes)
    errors = doctor_errors(changes)
    if errors:
        raise Invalid(errors)
    lock_schedules(access.hospital_id, (doctor_id,))
    doctor = get_doctor(access, doctor_id)
    new = _differences(doctor, changes, expected_version)
    if not new:
        return doctor
    if new.get("active") is False:
        ahead = _live_from(access, timezone.now(), doctor_id=doctor_id)
        if ahead:
            raise AvailabilityInUse(appointments=ahead)
    new["version"] = doctor.version + 1
    changed = Doctor.objects.filter(
        hospital_id=access.hospital_id, id=doctor_id, version=doctor.version
    ).update(**new)
    if not changed:
        raise RunAgain
    bump_schedules(access.hospital_id, (doctor_id,))
    return get_doctor(access, doctor_id)


@writes
def update_hospital(
    access: Access, *, expected_version: int | None, changes: HospitalChanges
) -> HospitalRow:
    """Change a hospital's name, address, zone or hours; shifts that are set stay as they are.

    Raises `PermissionDenied`, `Invalid` (`in_use`: another `timezone` with shifts or live
    appointments from today on) and `VersionConflict` (with `current`).
    """
    access.require_hospital_admin()
    changes = cleaned_hospital(changes)
    hospital = get_hospital(access)
    hours: HospitalChanges = {"opens": hospital.opens, "closes": hospital.closes}
    errors = hospital_errors(hours | changes)
    if errors:
        raise Invalid(errors)
    # Another zone must meet no shift or booking on its way: it locks every schedule here.
    _lock_hospital(access, everything="timezone" in changes)
    hospital = get_hospital(access)
    if changes.get("timezone", hospital.timezone) != hospital.timezone and _in_use(hospital):
        raise Invalid.field(
            "timezone", "in_use", "The hospital has shifts or appointments from today on."
        )
    new = _differences(hospital, changes, expected_version)
    if not new:
        return hospital
    new["version"] = hospital.version + 1
    if not Hospital.objects.filter(id=hospital.id, version=hospital.version).update(**new):
        raise RunAgain
    if "timezone" in new:
        _show_the_past_by(access, new["timezone"])
    bump_schedules(access.hospital_id, (HOSPITAL,))
    return get_hospital(access)


def _show_the_past_by(access: Access, timezone_name: str) -> None:
    """Write wall date and time of the hospital's appointments anew: none that is live lies ahead.

    Their instants stay, and so do their versions: it is the clock beside them that was mended.
    """
    instants = [
        instant
        for (instant,) in execute(
            "SELECT DISTINCT starts_at FROM appointments WHERE hospital_id = %s",
            (access.hospital_id,),
        )
    ]
    clocks = [wall(instant, zone(timezone_name)) for instant in instants]
    execute(
        "UPDATE appointments a SET date = clock.date, time = clock.time"
        " FROM unnest(%s::timestamptz[], %s::date[], %s::time[]) AS clock (instant, date, time)"
        " WHERE a.hospital_id = %s AND a.starts_at = clock.instant",
        (
            instants,
            [clock.date() for clock in clocks],
            [clock.time() for clock in clocks],
            access.hospital_id,
        ),
    )


def _lock_hospital(access: Access, *, everything: bool) -> None:
    # First the hospital's own row, which a new doctor locks too: then nobody is missing.
    lock_schedules(access.hospital_id, (HOSPITAL,))
    if everything:
        ids = Doctor.objects.filter(hospital_id=access.hospital_id).values_list("id", flat=True)
        lock_schedules(access.hospital_id, ids)


def _in_use(hospital: HospitalRow) -> bool:
    now = timezone.now()
    today = wall(now, zone(hospital.timezone)).date()
    params = {"hospital": hospital.id, "today": today, "now": now - dt.timedelta(days=1)}
    return bool(
        execute(
            "SELECT EXISTS (SELECT FROM shifts WHERE hospital_id = %(hospital)s"
            "               AND date >= %(today)s)"
            " OR EXISTS (SELECT FROM appointments WHERE hospital_id = %(hospital)s"
            "            AND starts_at >= %(now)s AND date >= %(today)s AND status <> 'cancelled')",
            params,
        )[0][0]
    )


def _differences(
    row: DoctorRow | HospitalRow, changes: Mapping[str, Any], expected_version: int | None
) -> dict[str, Any]:
    if expected_version is not None and row.version != expected_version:
        raise VersionConflict(current=row)
    return {name: value for name, value in changes.items() if value != getattr(row, name)}
