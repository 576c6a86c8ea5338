"""The plain data of the schema: how each field is read off a row, as Python source.

`projection.py` makes functions of it. `{r}` stands for the row's variable and `{p}` for that of
the row around it. Fields with arguments are not plain and don't stand here. The resolvers in
types.py say the same things in the ordinary way, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api_graphql import rows
from api_graphql.scalars import HISTORY_NAMES, ROLE_NAMES, STATUS_NAMES
from hospitals.wall_time import SLOT_MINUTES
from scheduler.pages import Cursor, Page, encode_cursor


def page_cursor(page: Page[Any], place: int) -> str | None:
    """The cursor of a row of the page; None where the page is empty."""
    return encode_cursor(Cursor(page.keys[place])) if page.keys else None


# What the source below may call.
NAMES: dict[str, Callable[..., object] | dict[str, str] | tuple[str, ...]] = {
    "HISTORY": HISTORY_NAMES,
    "MINUTES": rows.MINUTE_TEXTS,
    "ROLES": ROLE_NAMES,
    "STATUSES": STATUS_NAMES,
    "changes": rows.changes,
    "ends_at": rows.ends_at,
    "page_cursor": page_cursor,
    "row_cursor": lambda key: encode_cursor(Cursor(key)),
    "starts_at": rows.starts_at,
}


@dataclass(frozen=True, slots=True)
class Below:
    """An object or list within a row.

    `row` is the expression of its row, or of its rows where `many`; `null` that of whether it is
    null. `needs` is what must have been loaded for it: see loads.py.
    """

    shape: str
    row: str = "{r}"
    many: bool = False
    null: str | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A GraphQL type over one kind of row. `target` is what a loop over such rows assigns to.

    Of several ways to a field the first is taken that has all of what is selected in it.
    """

    type: str
    leaves: dict[str, str] = field(default_factory=dict)
    below: dict[str, tuple[Below, ...]] = field(default_factory=dict)
    target: str = "{r}"


def _connection(name: str, shape: str) -> dict[str, Shape]:
    edge, info = f"{shape} edge", f"{shape} page info"
    return {
        f"{shape} connection": Shape(
            f"{name}Connection",
            below={
                "nodes": (Below(shape, "{r}.page.rows", many=True),),
                "edges": (Below(edge, "zip({r}.page.keys, {r}.page.rows)", many=True),),
                "pageInfo": (Below(info, "{r}.page"),),
            },
        ),
        edge: Shape(
            f"{name}Edge",
            leaves={"cursor": "row_cursor({r}_key)"},
            below={"node": (Below(shape, "{r}_row"),)},
            target="{r}_key, {r}_row",
        ),
        info: Shape(
            "PageInfo",
            leaves={
                "hasNextPage": "{r}.has_next",
                "hasPreviousPage": "{r}.has_previous",
                "startCursor": "page_cursor({r}, 0)",
                "endCursor": "page_cursor({r}, -1)",
            },
        ),
    }


_DOCTOR = (
    Below("doctor id"),
    Below("doctor", "doctors[{r}.doctor_id]", needs="doctors"),
)

SHAPES: dict[str, Shape] = {
    "hospital": Shape(
        "Hospital",
        leaves={
            "id": "str({r}.id)",
            "name": "{r}.name",
            "address": "{r}.address",
            "timezone": "{r}.timezone",
            "opens": "{r}.opens.isoformat('minutes')",
            "closes": "{r}.closes.isoformat('minutes')",
            "version": "{r}.version",
        },
    ),
    "hospital id": Shape("Hospital", leaves={"id": "str({r}.hospital_id)"}),
    "doctor": Shape(
        "Doctor",
        leaves={
            "id": "str({r}.id)",
            "name": "{r}.name",
            "specialty": "{r}.specialty",
            "active": "{r}.active",
            "version": "{r}.version",
        },
        below={
            "hospital": (
                Below("hospital id"),
                Below("hospital", "hospitals[{r}.hospital_id]", needs="hospitals"),
            )
        },
    ),
    # Where nothing but the id is asked for, the doctors need not be read.
    "doctor id": Shape("Doctor", leaves={"id": "str({r}.doctor_id)"}),
    "patient": Shape(
        "Patient",
        leaves={
            "id": "str({r}.id)",
            "name": "{r}.name",
            "dateOfBirth": "{r}.date_of_birth.isoformat()",
            "phone": "{r}.phone",
            "email": "{r}.email",
            "mrn": "{r}.mrn",
            "version": "{r}.version",
        },
    ),
    # A booking and an appointment know their patient's name.
    "patient name": Shape(
        "Patient", leaves={"id": "str({r}.patient_id)", "name": "{r}.patient_name"}
    ),
    "appointment": Shape(
        "Appointment",
        leaves={
            "id": "str({r}.id)",
            "hospitalId": "str({r}.hospital_id)",
            "doctorId": "str({r}.doctor_id)",
            "startsAt": "starts_at({r})",
            "endsAt": "ends_at({r})",
            "date": "{r}.date.isoformat()",
            "time": "{r}.time.isoformat('minutes')",
            "duration": "{r}.duration",
            "status": "STATUSES[{r}.status]",
            "reason": "{r}.reason",
            "version": "{r}.version",
        },
        below={
            "doctor": _DOCTOR,
            "patient": (
                Below("patient name"),
                Below("patient", "patients[{r}.patient_id]", needs="patients"),
            ),
            "history": (Below("history", "histories[{r}.id]", many=True, needs="histories"),),
        },
    ),
    "booking": Shape(
        "Appointment",
        leaves={
            "id": "str({r}.appointment_id)",
            "status": "STATUSES[{r}.status]",
            "version": "{r}.version",
        },
        below={
            "patient": (
                Below("patient name"),
                Below("patient", "patients[{r}.patient_id]", needs="patients"),
            )
        },
    ),
    "history": Shape(
        "HistoryEntry",
        leaves={
            "type": "HISTORY[{r}.type]",
            "at": "{r}.at.isoformat()",
            "version": "{r}.version",
            "changes": "changes({r})",
        },
        below={"by": (Below("changed by"),)},
    ),
    "changed by": Shape("ChangedBy", leaves={"id": "str({r}.by_id)", "name": "{r}.by_name"}),
    "day": Shape(
        "DoctorDay",
        leaves={"date": "{r}.date.isoformat()"},
        below={
            "doctor": _DOCTOR,
            "availableSlots": (Below("slot", "{r}.slots", many=True),),
        },
    ),
    "slot": Shape(
        "Slot",
        leaves={
            "time": "{r}_slot.time",
            "startsAt": "{r}_slot.text",
            "duration": str(SLOT_MINUTES),
            "bookable": "{r}_bookable",
        },
        below={
            "appointment": (
                Below("booking", "{r}_booking", null="{r}_booking is None or not {p}.visible"),
                # Not there: it was cancelled or given to a colleague since the schedule was read.
                Below(
                    "appointment",
                    "appointments[{r}_booking.appointment_id]",
                    null="{r}_booking is None or {r}_booking.appointment_id not in appointments",
                    needs="appointments",
                ),
            )
        },
        target="{r}_slot, {r}_bookable, {r}_booking",
    ),
    "opening": Shape(
        "Opening",
        leaves={
            "date": "{r}.slot.date.isoformat()",
            "time": "{r}.slot.time",
            "startsAt": "{r}.slot.text",
            "duration": str(SLOT_MINUTES),
        },
        below={"doctor": _DOCTOR},
    ),
    "availability": Shape(
        "Availability",
        leaves={"date": "{r}.date.isoformat()"},
        below={"shifts": (Below("shift", "{r}.shifts", many=True),)},
    ),
    "shift": Shape(
        "Shift",
        leaves={"start": "MINUTES[{r}_start]", "end": "MINUTES[{r}_end]"},
        target="{r}_start, {r}_end",
    ),
    "member": Shape(
        "Member",
        leaves={
            "id": "str({r}.id)",
            "role": "ROLES[{r}.role]",
            "doctorId": "None if {r}.doctor_id is None else str({r}.doctor_id)",
        },
        below={"user": (Below("member user"),)},
    ),
    "member user": Shape(
        "MemberUser",
        leaves={"id": "str({r}.user_id)", "email": "{r}.email", "name": "{r}.name"},
    ),
    **_connection("Hospital", "hospital"),
    **_connection("Doctor", "doctor"),
    **_connection("Patient", "patient"),
    **_connection("Appointment", "appointment"),
    **_connection("Member", "member"),
}

# The kind of row that a list of each type has, and a connection: where a projection may begin.
ROOTS = {
    "Appointment": "appointment",
    "Availability": "availability",
    "Doctor": "doctor",
    "DoctorDay": "day",
    "HistoryEntry": "history",
    "Hospital": "hospital",
    "Member": "member",
    "Opening": "opening",
    "Patient": "patient",
    "HospitalConnection": "hospital connection",
    "DoctorConnection": "doctor connection",
    "PatientConnection": "patient connection",
    "AppointmentConnection": "appointment connection",
    "MemberConnection": "member connection",
}
