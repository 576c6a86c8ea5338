"""Writes: each field is one service call, and one transaction of its own.

Rights are read afresh by every field. A field is null where it is refused, so that one refusal
does not hide what another field has done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from accounts.access import Access
from api_graphql import inputs
from api_graphql.account_mutations import AccountMutation
from api_graphql.appointment_types import Appointment
from api_graphql.hospital_type import Hospital
from api_graphql.identifiers import path_id, read_id
from api_graphql.inputs import Given, days_of, judged_after, values_of
from api_graphql.peers import HospitalNode, with_peers
from api_graphql.types import Availability, Doctor, Patient
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.checks import shape_errors
from appointments.queries import get_appointment
from appointments.safe_repeats import book_once, create_patient_once
from appointments.services import cancel_appointment, change_appointment
from doctors.queries import get_doctor
from doctors.services import cleaned_doctor, create_doctor, doctor_errors
from hospitals.queries import HospitalRow
from hospitals.services import cleaned_hospital, create_hospital, hospital_errors
from patients.queries import get_patient
from patients.services import cleaned_patient, patient_errors, update_patient
from scheduler.errors import FieldError

MIDNIGHT = dt.time(0)


class Mutation(AccountMutation, graphene.ObjectType):
    set_availability = graphene.List(
        graphene.NonNull(Availability),
        input=inputs.SetAvailabilityInput(required=True),
        description="Replace the shifts of each of the days; they come back in order.",
    )
    book_appointment = graphene.Field(Appointment, input=inputs.BookAppointmentInput(required=True))
    change_appointment = graphene.Field(
        Appointment,
        input=inputs.ChangeAppointmentInput(required=True),
        description="Move it, edit its reason, set its status: one or several at once.",
    )
    cancel_appointment = graphene.Field(
        Appointment, input=inputs.CancelAppointmentInput(required=True)
    )
    create_patient = graphene.Field(Patient, input=inputs.CreatePatientInput(required=True))
    update_patient = graphene.Field(Patient, input=inputs.UpdatePatientInput(required=True))
    create_doctor = graphene.Field(Doctor, input=inputs.CreateDoctorInput(required=True))
    update_doctor = graphene.Field(Doctor, input=inputs.UpdateDoctorInput(required=True))
    create_hospital = graphene.Field(Hospital, input=inputs.CreateHospitalInput(required=True))
    update_hospital = graphene.Field(Hospital, input=inputs.UpdateHospitalInput(required=True))

    @staticmethod
    def resolve_set_availability(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, doctor_id = info.context.opened(input["hospital_id"]), path_id(input["doctor_id"])
        return with_peers(set_availability(access, doctor_id, days=days_of(input["days"])), access)

    @staticmethod
    def resolve_book_appointment(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access = info.context.opened(input["hospital_id"])
        with judged_after(lambda: _require_booking(access, input)):
            values = values_of(input, nullable=("doctor_id", "specialty"), also=shape_errors)
        row, replayed = book_once(
            access,
            key=input.get("idempotency_key"),
            **{"doctor_id": None, "specialty": None, "reason": "", **values},
        )
        info.context.replayed |= replayed
        return with_peers(row, access)

    @staticmethod
    def resolve_change_appointment(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, id_ = info.context.opened(input["hospital_id"]), path_id(input["id"])
        with judged_after(
            lambda: get_appointment(access, id_), lambda: _require_booking(access, input)
        ):
            changes: Any = values_of(input, also=shape_errors)
        row = change_appointment(
            access, id_, expected_version=input["expected_version"], changes=changes
        )
        return with_peers(row, access)

    @staticmethod
    def resolve_cancel_appointment(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, id_ = info.context.opened(input["hospital_id"]), path_id(input["id"])
        with judged_after(lambda: get_appointment(access, id_)):
            values = values_of(input, also=shape_errors)
        row = cancel_appointment(access, id_, expected_version=input["expected_version"], **values)
        return with_peers(row, access)

    @staticmethod
    def resolve_create_patient(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access = info.context.opened(input["hospital_id"])
        values = values_of(input, also=_patient_errors)
        values = {"phone": "", "email": "", "mrn": "", **values}
        row, replayed = create_patient_once(access, key=input.get("idempotency_key"), values=values)
        info.context.replayed |= replayed
        return with_peers(row, access)

    @staticmethod
    def resolve_update_patient(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, id_ = info.context.opened(input["hospital_id"]), path_id(input["id"])
        with judged_after(lambda: get_patient(access, id_)):
            changes: Any = values_of(input, also=_patient_errors)
        row = update_patient(
            access, id_, expected_version=input.get("expected_version"), changes=changes
        )
        return with_peers(row, access)

    @staticmethod
    def resolve_create_doctor(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access = info.context.opened(input["hospital_id"])
        with judged_after(access.require_hospital_admin):
            values = values_of(input, also=_doctor_errors)
        return with_peers(create_doctor(access, **values), access)

    @staticmethod
    def resolve_update_doctor(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, id_ = info.context.opened(input["hospital_id"]), path_id(input["id"])
        with judged_after(lambda: get_doctor(access, id_), access.require_hospital_admin):
            changes: Any = values_of(input, also=_doctor_errors)
        row = update_doctor(
            access, id_, expected_version=input.get("expected_version"), changes=changes
        )
        return with_peers(row, access)

    @staticmethod
    def resolve_create_hospital(
        _root: None, info: GraphQLResolveInfo, input: Given
    ) -> HospitalNode:
        info.context.begin_mutation()
        caller = info.context.signed_in()
        with judged_after(caller.require_platform_admin):
            values = values_of(input, also=_hospital_errors)
        row = create_hospital(
            caller, **{"address": "", "opens": MIDNIGHT, "closes": MIDNIGHT, **values}
        )
        return _hospital(row)

    @staticmethod
    def resolve_update_hospital(
        _root: None, info: GraphQLResolveInfo, input: Given
    ) -> HospitalNode:
        access = info.context.opened(input["hospital_id"])
        with judged_after(access.require_hospital_admin):
            changes: Any = values_of(input, also=_hospital_errors)
        row = update_hospital(
            access, expected_version=input.get("expected_version"), changes=changes
        )
        return _hospital(row)


def _patient_errors(values: Any) -> Iterable[FieldError]:
    # What today is there is not known yet; only the service judges that.
    return patient_errors(cleaned_patient(values), today=dt.date.max)


def _doctor_errors(values: Any) -> Iterable[FieldError]:
    return doctor_errors(cleaned_doctor(values))


def _hospital_errors(values: Any) -> Iterable[FieldError]:
    return hospital_errors(cleaned_hospital(values))


def _hospital(row: HospitalRow) -> HospitalNode:
    return HospitalNode(row.id, row=row)


def _require_booking(access: Access, given: Given) -> None:
    """Where the input names a doctor, the right to book with them comes before its other faults."""
    doctor_id = read_id(given.get("doctor_id") or "")
    if doctor_id is not None:
        access.require_booking_with(doctor_id)
