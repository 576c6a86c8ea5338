"""Loading hospitals from files: each hospital in one transaction, whole or not at all.

The tables have no column for the files' codes; a row is known again by what it says. A hospital
by its name and time zone, a doctor by name and specialty, a patient by the mrn or, without one,
by name and date of birth. What two rows could be is refused. What a file leaves out stays as it
is, so a second load of the same files changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from accounts.access import Access, SignedIn
from accounts.models import Role
from appointments.availability import update_doctor, update_hospital
from appointments.bulk import bulk_load
from appointments.load_files import COLUMNS, CsvFile, Line, Problem
from appointments.load_patients import load_patients
from appointments.load_rows import Sheet, read_active, read_time
from appointments.load_shifts import load_shifts
from doctors.models import Doctor
from doctors.services import DoctorChanges, cleaned_doctor, create_doctor, doctor_errors
from hospitals.models import Hospital
from hospitals.queries import HospitalRow
from hospitals.services import (
    HospitalChanges,
    cleaned_hospital,
    create_hospital,
    hospital_errors,
)
from hospitals.stamps import HOSPITAL, lock_schedules
from scheduler.db import writes
from scheduler.errors import AvailabilityInUse

# A load is the work of whoever may run commands here; nothing that it writes names a user.
NOBODY = 0
Files = dict[str, CsvFile]
Names = dict[tuple[str, str], str]


class BadRows(Exception):
    """What is wrong with a hospital's rows; takes back what was written of it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        order = list(COLUMNS)
        self.problems = sorted(problems, key=lambda p: (order.index(p.file), p.line))


@dataclass(slots=True)
class Outcome:
    """How many hospitals were loaded and refused, and the rows that were added or changed."""

    loaded: int = 0
    refused: int = 0
    rows: Counter[str] = field(default_factory=Counter)


def load_hospitals(
    files: Files, *, report: Callable[[Problem], None], advance: Callable[[int], object]
) -> Outcome:
    """Load every hospital of the files; `report` gets each bad row, `advance` the bytes read."""
    outcome = Outcome()
    known = files["hospitals.csv"].groups
    homeless = list(_homeless(files))
    for _, problem in homeless:
        report(problem)
    outcome.refused += len({code for code, _ in homeless})
    names: Names = {}
    for code in known:
        try:
            outcome.rows += load_hospital(files, code, names)
            outcome.loaded += 1
        except BadRows as bad:
            outcome.refused += 1
            for problem in bad.problems:
                report(problem)
        advance(sum(file.groups[code].size for file in files.values() if code in file.groups))
    return outcome


def _homeless(files: Files) -> Iterator[tuple[str, Problem]]:
    """Where the rows of a hospital begin that hospitals.csv does not have."""
    known = files["hospitals.csv"].groups
    for name, file in files.items():
        for code, group in file.groups.items():
            if code not in known:
                detail = f"there is no hospital {code!r} in hospitals.csv."
                yield code, Problem(name, group.line, COLUMNS[name][0], detail)


@writes
def load_hospital(files: Files, code: str, names: Names) -> Counter[str]:
    """Load one hospital; counts the rows that it added or changed.

    `names` holds the code of each name and zone that the file has had so far. Raises `BadRows`.
    """
    sheet = Sheet()
    for file in files.values():
        sheet.problems += file.strays.get(code, ())
    with bulk_load():
        hospital = _load_hospital(sheet, files["hospitals.csv"].rows(code), code, names)
        # Without it the other rows are read all the same: every bad one is to be named.
        access = Access(NOBODY, hospital.id if hospital else NOBODY, Role.ADMIN)
        if hospital:
            _lock(access)
        doctors = _load_doctors(sheet, files["doctors.csv"].rows(code), hospital, access)
        load_patients(sheet, sheet.whole(files["patients.csv"].rows(code)), hospital, access)
        shifts = sheet.whole(files["shifts.csv"].rows(code))
        load_shifts(sheet, shifts, doctors, access if hospital else None)
        if sheet.problems:
            raise BadRows(sheet.problems)
    return sheet.counts


def _lock(access: Access) -> None:
    """Lock every schedule of the hospital, in the order of all locks."""
    lock_schedules(access.hospital_id, (HOSPITAL,))
    ids = Doctor.objects.filter(hospital_id=access.hospital_id).values_list("id", flat=True)
    lock_schedules(access.hospital_id, ids)


def _load_hospital(
    sheet: Sheet, rows: Iterable[Line | Problem], code: str, names: Names
) -> HospitalRow | None:
    lines = list(sheet.whole(rows))
    for twin in lines[1:]:
        sheet.refuse(twin, "code", f"hospital {code} is there twice.")
    if not lines:
        return None
    line, before = lines[0], len(sheet.problems)
    if not code:
        sheet.refuse(line, "code", "it must not be empty.")
    read = sheet.read(line, opens=read_time, closes=read_time)
    identity = (line.values["name"], line.values["timezone"])
    if (other := names.setdefault(identity, code)) != code:
        sheet.refuse(line, "name", f"hospital {other} has that name and time zone too.")
    del read["code"]
    values = cleaned_hospital(cast(HospitalChanges, read))
    sheet.refuse_all(line, hospital_errors(values))
    return _write_hospital(sheet, line, values) if len(sheet.problems) == before else None


def _write_hospital(sheet: Sheet, line: Line, values: HospitalChanges) -> HospitalRow | None:
    found = list(Hospital.objects.filter(name=values["name"], timezone=values["timezone"])[:2])
    if len(found) > 1:
        sheet.refuse(line, "name", "several hospitals here have that name and time zone.")
        return None
    if not found:
        sheet.counts["hospitals added"] += 1
        return create_hospital(SignedIn(NOBODY, NOBODY, is_superuser=True), **values)
    access = Access(NOBODY, found[0].pk, Role.ADMIN)
    changed = update_hospital(access, expected_version=None, changes=values)
    sheet.counts["hospitals changed"] += changed.version != found[0].version
    return changed


def _load_doctors(
    sheet: Sheet, rows: Iterable[Line | Problem], hospital: HospitalRow | None, access: Access
) -> dict[str, int | None]:
    """The hospital's doctors by their codes in the files; None for one that was refused."""
    there: dict[tuple[str, str], list[Doctor]] = defaultdict(list)
    for doctor in Doctor.objects.filter(hospital_id=access.hospital_id):
        there[doctor.name, doctor.specialty].append(doctor)
    doctors: dict[str, int | None] = {}
    lines: dict[tuple[str, str], int] = {}
    for line in sheet.whole(rows):
        values = _judge_doctor(sheet, line, doctors, lines)
        code = line.values["code"]
        doctors.setdefault(code, None)
        if values and hospital:
            matches = there[values["name"], values["specialty"]]
            doctors[code] = _write_doctor(sheet, line, values, matches, access)
    return doctors


def _judge_doctor(
    sheet: Sheet,
    line: Line,
    doctors: dict[str, int | None],
    lines: dict[tuple[str, str], int],
) -> DoctorChanges | None:
    before = len(sheet.problems)
    values = sheet.read(line, active=read_active)
    code = line.values["code"]
    if not code:
        sheet.refuse(line, "code", "it must not be empty.")
    elif code in doctors:
        sheet.refuse(line, "code", f"doctor {code} is there twice.")
    identity = (line.values["name"], line.values["specialty"])
    if (first := lines.setdefault(identity, line.number)) != line.number:
        sheet.refuse(line, "name", f"line {first} has the same name and specialty.")
    del values["hospital"], values["code"]
    cleaned = cleaned_doctor(cast(DoctorChanges, values))
    sheet.refuse_all(line, doctor_errors(cleaned))
    return cleaned if len(sheet.problems) == before else None


def _write_doctor(
    sheet: Sheet, line: Line, values: DoctorChanges, matches: Sequence[Doctor], access: Access
) -> int | None:
    if len(matches) > 1:
        sheet.refuse(line, "name", "several doctors here have that name and specialty.")
        return None
    if not matches:
        sheet.counts["doctors added"] += 1
        return create_doctor(access, **values).id
    doctor = matches[0]
    try:
        changed = update_doctor(access, doctor.pk, expected_version=None, changes=values)
        sheet.counts["doctors changed"] += changed.version != doctor.version
    except AvailabilityInUse as refused:
        count = len(refused.members["appointments"])
        sheet.refuse(line, "active", f"{count} live appointments ahead stand in the way.")
    return doctor.pk
