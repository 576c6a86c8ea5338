"""Writes of patients, and what a patient's values may be."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, TypedDict, cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone

from accounts.access import Access
from hospitals import wall_time
from hospitals.models import Hospital
from hospitals.stamps import HOSPITAL, bump_schedules, lock_schedules
from hospitals.text import text_errors
from patients.models import Patient, PatientSearchKey
from patients.queries import PatientRow, row_of
from patients.search import keys
from scheduler.db import execute, writes
from scheduler.errors import FieldError, Invalid, NotFound, VersionConflict

OLDEST_BIRTH = date(1850, 1, 1)
# As people write phones: +1 (555) 010-0199, 030/12345.6, 555 0100 x12, 555 0100 ext. 12
_PHONE = re.compile(r"\+?[0-9()./ -]*[0-9][0-9()./ -]*(?:(?:x|ext\.?|#) ?[0-9]+)?", re.IGNORECASE)


class PatientChanges(TypedDict, total=False):
    """Values of a patient; `date_of_birth` is a wall date."""

    name: str
    date_of_birth: date
    phone: str
    email: str
    mrn: str


def cleaned_patient(values: PatientChanges) -> PatientChanges:
    """The values without the blanks around texts: judge, compare and write these."""
    stripped: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    return cast(PatientChanges, stripped)


def patient_errors(values: PatientChanges, *, today: date) -> list[FieldError]:
    """What is wrong with cleaned values; `today` is the hospital's wall date.

    Whether the mrn is another patient's needs the database: see the services.
    """
    errors = []
    if "name" in values:
        errors += text_errors("name", values["name"], max_length=200, required=True)
    if "date_of_birth" in values:
        born = values["date_of_birth"]
        if born > today:
            detail = "date_of_birth must not be in the future."
            errors.append(FieldError("date_of_birth", "in_future", detail))
        elif born < OLDEST_BIRTH:
            detail = f"date_of_birth must not be before {OLDEST_BIRTH}."
            errors.append(FieldError("date_of_birth", "invalid", detail))
    if "phone" in values:
        errors += _phone_errors(values["phone"])
    if "email" in values:
        errors += _email_errors(values["email"])
    if "mrn" in values:
        errors += text_errors("mrn", values["mrn"], max_length=64)
    return errors


def _phone_errors(phone: str) -> list[FieldError]:
    errors = text_errors("phone", phone, max_length=40)
    if not errors and phone and not _PHONE.fullmatch(phone):
        detail = "phone holds digits, spaces and + ( ) - . / only, and perhaps an extension."
        return [FieldError("phone", "invalid", detail)]
    return errors


def _email_errors(email: str) -> list[FieldError]:
    errors = text_errors("email", email, max_length=254)
    if errors or not email:
        return errors
    try:
        validate_email(email)
    except ValidationError:
        return [FieldError("email", "invalid", "email is not an email address.")]
    return []


@writes
def create_patient(
    access: Access,
    *,
    name: str,
    date_of_birth: date,
    phone: str = "",
    email: str = "",
    mrn: str = "",
) -> PatientRow:
    """Add a patient to the hospital; every role may.

    Raises `Invalid`. Four queries: the hospital's zone, the mrn where there is one, the patient,
    their search keys.
    """
    values = cleaned_patient(
        {
            "name": name,
            "date_of_birth": date_of_birth,
            "phone": phone,
            "email": email,
            "mrn": mrn,
        }
    )
    errors = patient_errors(values, today=_today(access)) + _mrn_errors(access, values)
    if errors:
        raise Invalid(errors)
    patient = Patient.objects.create(hospital_id=access.hospital_id, **values)
    _write_keys(patient, keys(patient))
    return row_of(patient)


@writes
def update_patient(
    access: Access, patient_id: int, *, expected_version: int | None, changes: PatientChanges
) -> PatientRow:
    """Change a patient; every role may. What is no change makes no new version.

    Raises `NotFound`, `Invalid`, and `VersionConflict` with the patient as they are now, unless
    `expected_version` is None. At most eight queries.
    """
    # Stamps before patients is the order of all locks. Answers that bear a patient's name are
    # cached under the hospital's stamp.
    if "name" in changes:
        lock_schedules(access.hospital_id, [HOSPITAL])
    patient = (
        Patient.objects.select_for_update(no_key=True)
        .filter(hospital_id=access.hospital_id, id=patient_id)
        .first()
    )
    if patient is None:
        raise NotFound
    values = cleaned_patient(changes)
    today = _today(access) if "date_of_birth" in values else date.max
    errors = patient_errors(values, today=today) + _mrn_errors(access, values, of=patient)
    if errors:
        raise Invalid(errors)
    if expected_version is not None and patient.version != expected_version:
        raise VersionConflict(current=row_of(patient))
    changed = {name: value for name, value in values.items() if getattr(patient, name) != value}
    if not changed:
        return row_of(patient)
    old_keys = keys(patient)
    for name, value in changed.items():
        setattr(patient, name, value)
    # The row is locked, so its version is still the one just read.
    Patient.objects.filter(hospital_id=access.hospital_id, id=patient_id).update(
        version=F("version") + 1, **changed
    )
    patient.version += 1
    _write_keys(patient, keys(patient), old_keys)
    if "name" in changed:
        bump_schedules(access.hospital_id, [HOSPITAL])
    return row_of(patient)


def _today(access: Access) -> date:
    name = Hospital.objects.values_list("timezone", flat=True).get(id=access.hospital_id)
    return wall_time.wall(timezone.now(), wall_time.zone(name)).date()


def _mrn_errors(
    access: Access, values: PatientChanges, *, of: Patient | None = None
) -> list[FieldError]:
    """Whether the mrn is another patient's. Two at once: the constraint lets one of them in, and
    the other's call runs again and finds it here."""
    mrn = values.get("mrn", "")
    # An unstorable text was refused already, and can't be asked for.
    if not mrn or (of is not None and of.mrn == mrn) or text_errors("mrn", mrn, max_length=64):
        return []
    if not Patient.objects.filter(hospital_id=access.hospital_id, mrn=mrn).exists():
        return []
    return [FieldError("mrn", "unique", "Another patient of this hospital has that mrn.")]


def _write_keys(
    patient: Patient, new: AbstractSet[str], old: AbstractSet[str] = frozenset()
) -> None:
    if gone := old - new:
        PatientSearchKey.objects.filter(
            hospital_id=patient.hospital_id, patient_id=patient.id, key__in=gone
        ).delete()
    if added := sorted(new - old):
        # Not `bulk_create`, whose array of hospitals doesn't say that it is one.
        execute(
            "INSERT INTO patient_search_keys (hospital_id, patient_id, key)"
            " SELECT %s, %s, unnest(%s::text[])",
            (patient.hospital_id, patient.id, added),
        )
