"""Safe repeats: the header, and how a row is kept for its replay.

Kept are the row's values, not the answer: the other API replays them in its own form.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest

from appointments.queries import AppointmentRow
from patients.models import Patient
from scheduler.errors import Invalid

_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")
_PATIENT = ("id", "hospital_id", "name", "phone", "email", "mrn", "version")


def idempotency_key(request: HttpRequest) -> str | None:
    """The `Idempotency-Key`, None where there is none. Raises `Invalid`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        detail = "From 1 to 255 printable ASCII characters."
        raise Invalid.field("Idempotency-Key", "invalid", detail)
    return key


def keep_appointment(row: AppointmentRow) -> dict[str, Any]:
    values = asdict(row)
    return {
        name: value.isoformat() if isinstance(value, (dt.date, dt.time)) else value
        for name, value in values.items()
    }


def restore_appointment(kept: dict[str, Any]) -> AppointmentRow:
    read = {
        "starts_at": dt.datetime.fromisoformat(kept["starts_at"]),
        "ends_at": dt.datetime.fromisoformat(kept["ends_at"]),
        "date": dt.date.fromisoformat(kept["date"]),
        "time": dt.time.fromisoformat(kept["time"]),
    }
    return AppointmentRow(**(kept | read))


def keep_patient(row: Patient) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _PATIENT}
    return {**values, "date_of_birth": row.date_of_birth.isoformat()}


def restore_patient(kept: dict[str, Any]) -> Patient:
    return Patient(**(kept | {"date_of_birth": dt.date.fromisoformat(kept["date_of_birth"])}))
