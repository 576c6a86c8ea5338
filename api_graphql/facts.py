"""Rows within refusals: what the schema's types say of them, without their lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_graphql.shapes import NAMES, SHAPES
from appointments.openings import Opening
from appointments.queries import AppointmentRow
from doctors.queries import DoctorRow
from hospitals.queries import HospitalRow
from patients.queries import PatientRow


def _writer(shape: str, **more: str) -> Callable[[Any], dict[str, Any]]:
    """A function that writes all leaves of a shape, and `more` by their own expressions."""
    leaves = {**SHAPES[shape].leaves, **more}
    items = ", ".join(f"{name!r}: {source.format(r='v')}" for name, source in leaves.items())
    # The source is that of shapes.py and of this file.
    written: Callable[[Any], dict[str, Any]] = eval(f"lambda v: {{{items}}}", dict(NAMES))  # noqa: S307
    return written


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    AppointmentRow: _writer(
        "appointment", patient="dict(id=str({r}.patient_id), name={r}.patient_name)"
    ),
    DoctorRow: _writer("doctor"),
    HospitalRow: _writer("hospital"),
    Opening: _writer("opening", doctorId="str({r}.doctor_id)"),
    PatientRow: _writer("patient"),
}


def facts(value: Any) -> Any:
    """A member of a refusal as plain values: rows, lists of them, or what is plain already."""
    if isinstance(value, list | tuple):
        return [facts(each) for each in value]
    written = _WRITERS.get(type(value))
    return value if written is None else written(value)
