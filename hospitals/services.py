"""Writes of hospitals, and what a hospital's values may be.

Changing a hospital looks at shifts and appointments too, so `update_hospital` lives in
appointments/availability.py and judges its values here.
"""

from __future__ import annotations

from datetime import time
from typing import Any, TypedDict, cast

from accounts.access import SignedIn
from hospitals import wall_time
from hospitals.models import Hospital
from hospitals.queries import HospitalRow, row_of
from hospitals.stamps import add_schedule
from hospitals.text import text_errors
from scheduler.db import writes
from scheduler.errors import FieldError, Invalid

MIDNIGHT = time(0)


class HospitalChanges(TypedDict, total=False):
    """Values of a hospital; `opens` and `closes` are wall times of `timezone`."""

    name: str
    address: str
    timezone: str
    opens: time
    closes: time


def cleaned_hospital(values: HospitalChanges) -> HospitalChanges:
    """The values without the blanks around texts: judge, compare and write these."""
    stripped: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    return cast(HospitalChanges, stripped)


def hospital_errors(values: HospitalChanges) -> list[FieldError]:
    """What is wrong with cleaned values, each by itself and the opening hours together.

    A change of only one of `opens` and `closes` is judged with the row's value for the other.
    """
    errors = []
    if "name" in values:
        errors += text_errors("name", values["name"], max_length=200, required=True)
    if "address" in values:
        errors += text_errors("address", values["address"], max_length=500)
    if "timezone" in values:
        errors += _timezone_errors(values["timezone"])
    for field, value in (
        ("opens", values.get("opens", MIDNIGHT)),
        ("closes", values.get("closes", MIDNIGHT)),
    ):
        if value != value.replace(second=0, microsecond=0):
            errors.append(FieldError(field, "invalid", f"{field} is a whole minute, as 08:30."))
    if "opens" in values and "closes" in values:
        opens, closes = values["opens"], values["closes"]
        if closes <= opens and closes != MIDNIGHT:
            detail = "closes must be after opens; 00:00 is midnight at the end of the day."
            errors.append(FieldError("closes", "invalid", detail))
    return errors


def _timezone_errors(name: str) -> list[FieldError]:
    errors = text_errors("timezone", name, max_length=64, required=True)
    if errors:
        return errors
    try:
        wall_time.zone(name)
    except (KeyError, ValueError):
        detail = "timezone must be an IANA name, as Europe/Paris."
        return [FieldError("timezone", "invalid", detail)]
    return []


@writes
def create_hospital(
    caller: SignedIn, *, name: str, address: str, timezone: str, opens: time, closes: time
) -> HospitalRow:
    """Add a hospital; `opens` and `closes` are wall times there, both 00:00: open all day.

    Raises `PermissionDenied` for all but a platform admin, and `Invalid`. Two queries: the
    hospital and its stamp.
    """
    caller.require_platform_admin()
    values = cleaned_hospital(
        {"name": name, "address": address, "timezone": timezone, "opens": opens, "closes": closes}
    )
    errors = hospital_errors(values)
    if errors:
        raise Invalid(errors)
    hospital = Hospital.objects.create(**values)
    add_schedule(hospital.id)
    return row_of(hospital)
