"""What mutations take, and how it is read: absent, null and given are three different things.

An input is a dict of what was given. The schema has judged the types and what must be there; ids,
and nulls where REST takes none, are judged here.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import graphene

from api_graphql.identifiers import id_error, read_id
from api_graphql.scalars import AppointmentStatus, Date, Role, Time
from api_graphql.types import list_of
from appointments.idempotency import KEY, UNFIT_KEY
from doctors.models import SPECIALTY_LENGTH
from hospitals.text import text_errors
from hospitals.wall_time import end_minute, to_minute
from scheduler.errors import FieldError, Invalid

Given = Mapping[str, Any]
# What says which row is meant, and how; the rest of an input are values.
_NO_VALUES = frozenset({"hospital_id", "id", "expected_version", "idempotency_key"})


def _expected_version(*, required: bool = False) -> graphene.Int:
    return graphene.Int(required=required, description="The version that the caller saw.")


def _idempotency_key() -> graphene.String:
    return graphene.String(
        description="1 to 255 printable ASCII characters. The repeat of a call that succeeded, "
        "within 24 hours, writes nothing and gets the same answer."
    )


def _starts_at(*, required: bool = False) -> graphene.String:
    return graphene.String(
        required=required,
        description="RFC 3339 with any offset or Z; without one, the hospital's wall time.",
    )


class ShiftInput(graphene.InputObjectType):
    start = graphene.InputField(Time, required=True)
    end = graphene.InputField(
        Time, required=True, description="00:00 is midnight at the end of the date."
    )


class AvailabilityInput(graphene.InputObjectType):
    date = graphene.InputField(Date, required=True)
    shifts = list_of(ShiftInput, description="All of the date's shifts; none clear it.")


class SetAvailabilityInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    doctor_id = graphene.ID(required=True)
    days = list_of(AvailabilityInput, description="At most 366, no date twice; all or nothing.")


class BookAppointmentInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    doctor_id = graphene.ID(description="Without it: any doctor who is free then.")
    specialty = graphene.String(description="Of any doctor who is free; or a check.")
    patient_id = graphene.ID(required=True)
    starts_at = _starts_at(required=True)
    reason = graphene.String()
    idempotency_key = _idempotency_key()


class ChangeAppointmentInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)
    expected_version = _expected_version(required=True)
    starts_at = _starts_at()
    doctor_id = graphene.ID()
    reason = graphene.String()
    status = graphene.InputField(AppointmentStatus)


class CancelAppointmentInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)
    expected_version = _expected_version(required=True)
    reason = graphene.String(description="Why it is cancelled, for the history.")


class CreatePatientInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    name = graphene.String(required=True)
    date_of_birth = graphene.InputField(Date, required=True)
    phone = graphene.String()
    email = graphene.String()
    mrn = graphene.String()
    idempotency_key = _idempotency_key()


class UpdatePatientInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)
    expected_version = _expected_version()
    name = graphene.String()
    date_of_birth = graphene.InputField(Date)
    phone = graphene.String()
    email = graphene.String()
    mrn = graphene.String()


class CreateDoctorInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    name = graphene.String(required=True)
    specialty = graphene.String(required=True)
    active = graphene.Boolean(description="True where absent.")


class UpdateDoctorInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)
    expected_version = _expected_version()
    name = graphene.String()
    specialty = graphene.String()
    active = graphene.Boolean()


class CreateHospitalInput(graphene.InputObjectType):
    name = graphene.String(required=True)
    address = graphene.String()
    timezone = graphene.String(required=True)
    opens = graphene.InputField(Time, description="00:00 where absent.")
    closes = graphene.InputField(Time, description="00:00 where absent: midnight at day's end.")


class UpdateHospitalInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    expected_version = _expected_version()
    name = graphene.String()
    address = graphene.String()
    timezone = graphene.String()
    opens = graphene.InputField(Time)
    closes = graphene.InputField(Time)


class AddMemberInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    email = graphene.String(required=True)
    name = graphene.String(description="Of a user who is new.")
    role = graphene.InputField(Role, required=True)
    doctor_id = graphene.ID(description="Of a member with the role DOCTOR.")
    password = graphene.String(description="For an email that is new.")


class ChangeMemberInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)
    role = graphene.InputField(Role)
    doctor_id = graphene.ID()


class RemoveMemberInput(graphene.InputObjectType):
    hospital_id = graphene.ID(required=True)
    id = graphene.ID(required=True)


def values_of(
    given: Given,
    *,
    nullable: Collection[str] = (),
    also: Callable[[Any], Iterable[FieldError]] = lambda values: (),
) -> dict[str, Any]:
    """The values of an input: ids as numbers, enums as what is stored, what is absent left out.

    Raises `Invalid` with every malformed id and every null that is not `nullable`, and for what
    only GraphQL leaves open: an idempotency key and a specialty as REST takes them. Where there is
    any, `also` judges the values that are good, as the service would have, so that the caller
    learns of all faults at once.
    """
    errors: list[FieldError] = []
    values: dict[str, Any] = {}
    for name, value in given.items():
        if value is None and name not in (*nullable, "expected_version", "idempotency_key"):
            errors.append(FieldError(name, "null", f"{name} must not be null."))
        elif name == "idempotency_key":
            if value is not None and not KEY.fullmatch(value):
                errors.append(FieldError(name, "invalid", UNFIT_KEY))
        elif name not in _NO_VALUES:
            values[name] = _value(name, value, errors)
    if errors:
        known = {error.field for error in errors}
        raise Invalid([*errors, *(error for error in also(values) if error.field not in known)])
    return values


def _value(name: str, value: Any, errors: list[FieldError]) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if name.endswith("_id") and value is not None:
        number = read_id(value)
        if number is None:
            errors.append(id_error(name, value))
        return number
    if name == "specialty" and value is not None:
        errors += text_errors(name, value, max_length=SPECIALTY_LENGTH, required=True)
    return value


def days_of(days: Sequence[Given]) -> list[tuple[dt.date, list[tuple[int, int]]]]:
    """Dates with their shifts in minutes of wall time."""
    return [
        (
            day["date"],
            [(to_minute(shift["start"]), end_minute(shift["end"])) for shift in day["shifts"]],
        )
        for day in days
    ]


@contextmanager
def judged_after(*checks: Callable[[], object]) -> Iterator[None]:
    """Where input turns out to be invalid, let `checks` say first what the contract ranks higher.

    They are what the service would check first: that the row is there, and that the role allows
    the call. Valid input costs no look at them.
    """
    try:
        yield
    except Invalid:
        for check in checks:
            check()
        raise
