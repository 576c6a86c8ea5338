"""Loading a hospital's patients: the new ones with COPY, the changed ones as everybody does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from appointments.bulk import copy_rows, take_ids
from appointments.load_files import Line
from appointments.load_rows import Sheet, read_date
from hospitals.queries import HospitalRow
from hospitals.wall_time import wall, zone
from patients.models import Patient
from patients.search import keys
from patients.services import PatientChanges, cleaned_patient, patient_errors, update_patient

CHUNK = 2000
# By what a patient is known again: the mrn, or name and date of birth where there is none.
Identity = tuple[str, str, date | None]
Read = tuple[Line, PatientChanges]


def load_patients(
    sheet: Sheet, lines: Iterator[Line], hospital: HospitalRow | None, access: Access
) -> None:
    """Add and change patients of a hospital whose schedules are locked; one query a thousand.

    Without a hospital (its own row was refused), and once something was refused, rows are judged
    only.
    """
    name = hospital.timezone if hospital else "UTC"
    today = wall(timezone.now().astimezone(UTC), zone(name)).date()
    seen: dict[Identity, int] = {}
    while chunk := list(islice(lines, CHUNK)):
        read = [
            (line, values)
            for line in chunk
            if (values := _judge(sheet, line, seen, today)) is not None
        ]
        if hospital and read:
            _write(sheet, read, access)


def _judge(
    sheet: Sheet, line: Line, seen: dict[Identity, int], today: date
) -> PatientChanges | None:
    before = len(sheet.problems)
    values = sheet.read(line, date_of_birth=read_date)
    del values["hospital"]
    patient = cleaned_patient(cast(PatientChanges, values))
    sheet.refuse_all(line, patient_errors(patient, today=today))
    first = seen.setdefault(_identity(patient), line.number)
    if first != line.number:
        column, what = ("mrn", "mrn") if patient["mrn"] else ("name", "name and date of birth")
        sheet.refuse(line, column, f"line {first} has the same {what}.")
    return patient if len(sheet.problems) == before else None


def _identity(values: PatientChanges) -> Identity:
    mrn = values["mrn"]
    return (mrn, "", None) if mrn else ("", values["name"], values.get("date_of_birth"))


def _write(sheet: Sheet, read: Sequence[Read], access: Access) -> None:
    found: dict[Identity, list[Patient]] = defaultdict(list)
    mrns = [values["mrn"] for _, values in read if values["mrn"]]
    names = [values["name"] for _, values in read if not values["mrn"]]
    for patient in Patient.objects.filter(
        Q(mrn__in=mrns) | Q(mrn="", name__in=names), hospital_id=access.hospital_id
    ):
        known: PatientChanges = {"mrn": patient.mrn, "name": patient.name}
        found[_identity(known | {"date_of_birth": patient.date_of_birth})].append(patient)
    new: list[PatientChanges] = []
    for line, values in read:
        matches = found[_identity(values)]
        if len(matches) > 1:
            sheet.refuse(line, "name", "several patients here have that name and date of birth.")
        elif not matches:
            new.append(values)
        elif any(getattr(matches[0], name) != value for name, value in values.items()):
            update_patient(access, matches[0].pk, expected_version=None, changes=values)
            sheet.counts["patients changed"] += 1
    if not sheet.problems:
        _copy(access.hospital_id, new)
    sheet.counts["patients added"] += len(new)


def _copy(hospital_id: int, new: Sequence[PatientChanges]) -> None:
    ids = take_ids("patients", len(new))
    rows: list[tuple[Any, ...]] = []
    search_keys: list[tuple[Any, ...]] = []
    for id_, values in zip(ids, new, strict=True):
        patient = SimpleNamespace(**values)
        born, phone = patient.date_of_birth, patient.phone
        rows.append((hospital_id, id_, patient.name, born, phone, patient.email, patient.mrn, 1))
        search_keys += [(hospital_id, key, id_) for key in sorted(keys(patient))]
    copy_rows("patients", rows)
    copy_rows("patient_search_keys", search_keys)
