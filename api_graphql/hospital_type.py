"""The hospital: where most reads begin."""

from __future__ import annotations

import datetime as dt
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from accounts.access import Access
from accounts.queries import get_member, members
from api_graphql.appointment_types import (
    Appointment,
    AppointmentConnection,
    DoctorDay,
    Opening,
)
from api_graphql.connections import BY_NAME, BY_TIME, connection_of, page_arguments, read_page
from api_graphql.doors import read, row_of
from api_graphql.errors import renamed
from api_graphql.identifiers import given_id, listed_ids, path_id
from api_graphql.peers import HospitalNode
from api_graphql.scalars import AppointmentStatus, Date, Time
from api_graphql.types import (
    Doctor,
    DoctorConnection,
    Member,
    MemberConnection,
    Patient,
    PatientConnection,
    RowType,
    list_of,
)
from appointments.openings import answer_openings, ask_openings, free_doctor_ids
from appointments.queries import appointments, get_appointment
from appointments.schedules import answer_schedules, ask_schedules
from doctors.queries import doctors, get_doctor, specialties
from patients.queries import get_patient, patients
from scheduler.errors import FieldError, Invalid

DEFAULT_OPENINGS = 20


def _leaf(name: str, _default: Any, node: HospitalNode, info: GraphQLResolveInfo) -> Any:
    return getattr(node.known if hasattr(node.known, name) else row_of(node, info), name)


class Hospital(RowType):
    """A hospital: all that follows belongs to it alone."""

    class Meta:
        default_resolver = _leaf

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    address = graphene.String(required=True)
    timezone = graphene.String(required=True, description="An IANA name: America/New_York.")
    opens = graphene.Field(Time, required=True)
    closes = graphene.Field(Time, required=True, description="00:00 is midnight at the day's end.")
    version = graphene.Int(required=True)

    doctors = graphene.Field(
        DoctorConnection,
        required=True,
        search=graphene.String(),
        specialty=graphene.String(),
        available_from=graphene.Argument(Date),
        available_to=graphene.Argument(Date),
        active=graphene.Boolean(),
        **page_arguments(),
        description="By name; active ones unless `active` is false. With dates (both, at most 42 "
        "days): who has a bookable slot from `availableFrom` to `availableTo`, inclusive.",
    )
    doctor = graphene.Field(Doctor, id=graphene.ID(required=True))
    specialties = list_of(graphene.String, description="Of the active doctors.")
    schedules = list_of(
        DoctorDay,
        doctor_ids=graphene.Argument(graphene.List(graphene.NonNull(graphene.ID)), required=True),
        from_=graphene.Argument(Date, name="from", required=True),
        to=graphene.Argument(Date, required=True),
        description="The calendar: for each doctor in the order asked each date, empty ones "
        "included. At most 100 doctors, 42 days and 2,100 doctor-days.",
    )
    openings = list_of(
        Opening,
        from_=graphene.Argument(Date, name="from", required=True),
        to=graphene.Argument(Date, required=True),
        specialty=graphene.String(),
        doctor_ids=graphene.Argument(graphene.List(graphene.NonNull(graphene.ID))),
        time_from=graphene.Argument(Time, description="The earliest wall time, included."),
        time_to=graphene.Argument(Time, description="The wall time before which it starts."),
        limit=graphene.Int(description="From 1 to 200; 20 where absent."),
        description="The next bookable slots across doctors, earliest first. At most 42 days.",
    )
    patients = graphene.Field(
        PatientConnection,
        required=True,
        search=graphene.String(
            description="The beginning of any word of the name, the whole MRN or email, the "
            "digits that end the phone number, or a date of birth."
        ),
        **page_arguments(),
        description="By name.",
    )
    patient = graphene.Field(Patient, id=graphene.ID(required=True))
    appointments = graphene.Field(
        AppointmentConnection,
        required=True,
        doctor_id=graphene.ID(),
        patient_id=graphene.ID(),
        from_=graphene.Argument(Date, name="from"),
        to=graphene.Argument(Date),
        status=graphene.Argument(AppointmentStatus),
        **page_arguments(),
        description="In order of time; dates are inclusive.",
    )
    appointment = graphene.Field(Appointment, id=graphene.ID(required=True))
    members = graphene.Field(
        MemberConnection, required=True, **page_arguments(), description="By name."
    )
    member = graphene.Field(Member, id=graphene.ID(required=True))

    @staticmethod
    def resolve_id(node: HospitalNode, _info: GraphQLResolveInfo) -> int:
        return node.id

    @staticmethod
    def resolve_doctors(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        search: str | None = None,
        specialty: str | None = None,
        available_from: dt.date | None = None,
        available_to: dt.date | None = None,
        active: bool | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        cursor, size = read_page(first, after, BY_NAME)

        def query(access: Access) -> Any:
            only = _available(access, available_from, available_to)
            return doctors(
                access,
                search=search,
                specialty=specialty,
                active=active is not False,
                only=only,
                after=cursor,
                size=size,
            )

        return read(node, info, query)

    @staticmethod
    def resolve_doctor(node: HospitalNode, info: GraphQLResolveInfo, id: str) -> Any:
        return read(node, info, lambda access: get_doctor(access, path_id(id)))

    @staticmethod
    def resolve_specialties(node: HospitalNode, info: GraphQLResolveInfo) -> list[str]:
        return [each.row for each in read(node, info, specialties)]

    @staticmethod
    def resolve_schedules(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        doctor_ids: list[str],
        from_: dt.date,
        to: dt.date,
    ) -> Any:
        def query(access: Access) -> Any:
            with renamed(doctor="doctor_ids"):
                numbers = listed_ids("doctor", doctor_ids)
                stamps = info.context.stamps(access, numbers)
                question = ask_schedules(
                    access, doctor_ids=numbers, start=from_, end=to, stamps=stamps
                )
                return answer_schedules(question)

        return read(node, info, query)

    @staticmethod
    def resolve_openings(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        from_: dt.date,
        to: dt.date,
        specialty: str | None = None,
        doctor_ids: list[str] | None = None,
        time_from: dt.time | None = None,
        time_to: dt.time | None = None,
        limit: int | None = None,
    ) -> Any:
        def query(access: Access) -> Any:
            with renamed(doctor="doctor_ids"):
                numbers = None if doctor_ids is None else listed_ids("doctor", doctor_ids)
                question = ask_openings(
                    access,
                    start=from_,
                    end=to,
                    specialty=specialty or None,
                    doctor_ids=numbers,
                    time_from=time_from,
                    time_to=time_to,
                    limit=DEFAULT_OPENINGS if limit is None else limit,
                    stamps=info.context.stamps(access, numbers),
                )
                return answer_openings(question)

        return read(node, info, query)

    @staticmethod
    def resolve_patients(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        search: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        cursor, size = read_page(first, after, BY_NAME)
        return read(
            node, info, lambda access: patients(access, search=search, after=cursor, size=size)
        )

    @staticmethod
    def resolve_patient(node: HospitalNode, info: GraphQLResolveInfo, id: str) -> Any:
        return read(node, info, lambda access: get_patient(access, path_id(id)))

    @staticmethod
    def resolve_appointments(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        doctor_id: str | None = None,
        patient_id: str | None = None,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        status: Any = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        cursor, size = read_page(first, after, BY_TIME)

        def query(access: Access) -> Any:
            with renamed(doctor="doctor_id", patient="patient_id"):
                return appointments(
                    access,
                    doctor_id=given_id("doctor", doctor_id),
                    patient_id=given_id("patient", patient_id),
                    start=from_,
                    end=to,
                    status=status and status.value,
                    after=cursor,
                    size=size,
                )

        return read(node, info, query)

    @staticmethod
    def resolve_appointment(node: HospitalNode, info: GraphQLResolveInfo, id: str) -> Any:
        return read(node, info, lambda access: get_appointment(access, path_id(id)))

    @staticmethod
    def resolve_members(
        node: HospitalNode,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        def query(access: Access) -> Any:
            access.require_hospital_admin()
            cursor, size = read_page(first, after, BY_NAME)
            return members(access, after=cursor, size=size)

        return read(node, info, query)

    @staticmethod
    def resolve_member(node: HospitalNode, info: GraphQLResolveInfo, id: str) -> Any:
        return read(node, info, lambda access: get_member(access, path_id(id)))


def _available(access: Access, start: dt.date | None, end: dt.date | None) -> set[int] | None:
    """Who has a bookable slot between the dates; None where none are given."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        field = "available_from" if start is None else "available_to"
        raise Invalid([FieldError(field, "required", "Give both dates, or neither.")])
    return free_doctor_ids(access, start=start, end=end)


HospitalConnection = connection_of(Hospital)
