"""Loading a hospital's shifts: each date of a doctor that differs is set as everybody sets it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from accounts.access import Access
from appointments.availability import set_availability
from appointments.load_files import Line
from appointments.load_rows import Sheet, read_date, read_end, read_start
from doctors.models import Shift
from doctors.queries import MAX_AVAILABILITY_DAYS
from scheduler.errors import AvailabilityInUse, FieldError, Invalid

Range = tuple[int, int]
Day = tuple[date, list[tuple[Range, Line]]]


def load_shifts(
    sheet: Sheet, lines: Iterable[Line], doctors: Mapping[str, int | None], access: Access | None
) -> None:
    """Replace the shifts of each date that the rows name, where they differ from what is there.

    `doctors` are the ids by code, None for one whose own row was refused. Without `access` (the
    hospital's own row was refused) rows are judged only.
    """
    by_doctor: dict[int, dict[date, list[tuple[Range, Line]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for line in lines:
        values = sheet.read(line, date=read_date, start=read_start, end=read_end)
        if line.values["doctor"] not in doctors:
            detail = "there is no such doctor of this hospital in doctors.csv."
            sheet.refuse(line, "doctor", detail)
        elif len(values) == len(line.values) and (doctor_id := doctors[values["doctor"]]):
            shift = ((values["start"], values["end"]), line)
            by_doctor[doctor_id][values["date"]].append(shift)
    if access:
        for doctor_id, days in by_doctor.items():
            changed = iter(_changed(access, doctor_id, days))
            while some := list(islice(changed, MAX_AVAILABILITY_DAYS)):
                _set(sheet, access, doctor_id, some)


def _changed(
    access: Access, doctor_id: int, days: Mapping[date, list[tuple[Range, Line]]]
) -> Iterator[Day]:
    there: dict[date, list[Range]] = defaultdict(list)
    for day, start, end in Shift.objects.filter(
        hospital_id=access.hospital_id, doctor_id=doctor_id, date__in=list(days)
    ).values_list("date", "start_minute", "end_minute"):
        there[day].append((start, end))
    for day, shifts in sorted(days.items()):
        if sorted(there[day]) != sorted(shift for shift, _ in shifts):
            yield day, shifts


def _set(sheet: Sheet, access: Access, doctor_id: int, days: Sequence[Day]) -> None:
    try:
        set_availability(
            access,
            doctor_id,
            days=[(day, [shift for shift, _ in shifts]) for day, shifts in days],
            names="{}.",
        )
    except Invalid as refused:
        for error in refused.errors:
            _refuse(sheet, days, error)
    except AvailabilityInUse as refused:
        first = {day: shifts[0][1] for day, shifts in days}
        for row in refused.members["appointments"]:
            detail = f"appointment {row.id} at {row.time:%H:%M} would lie outside every shift."
            sheet.refuse(first[row.date], "start", detail)
    sheet.counts["days of shifts set"] += len(days)


def _refuse(sheet: Sheet, days: Sequence[Day], error: FieldError) -> None:
    """Note an error of `set_availability` at its row: its fields are 0.date, 0.shifts.1.end."""
    number, column, *rest = error.field.split(".")
    shifts = days[int(number)][1]
    if rest:
        sheet.refuse(shifts[int(rest[0])][1], rest[1], error.detail)
    else:
        sheet.refuse(shifts[0][1], column, error.detail)
