"""Appointments and what time is free: how each of their fields is resolved, one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from accounts.access import Access
from api_graphql.connections import connection_of
from api_graphql.loads import visible_bookings
from api_graphql.peers import Node, for_peers
from api_graphql.rows import changes, ends_at, slot_row, starts_at
from api_graphql.scalars import AppointmentStatus, Changes, Date, DateTime, HistoryType, Time
from api_graphql.types import Doctor, Patient, RowType, doctor_of, list_of
from appointments.days import DoctorDay as DoctorDayRow
from appointments.queries import AppointmentRow
from appointments.together import appointments_by_id, histories
from hospitals.wall_time import SLOT_MINUTES
from patients.together import patients_by_id

NOBODY = 0  # no appointment has this id


class ChangedBy(RowType):
    """Who changed an appointment."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)

    @staticmethod
    def resolve_id(node: Node, _info: GraphQLResolveInfo) -> int:
        return int(node.row.by_id)

    @staticmethod
    def resolve_name(node: Node, _info: GraphQLResolveInfo) -> str:
        return str(node.row.by_name)


class HistoryEntry(RowType):
    """What one version of an appointment changed."""

    type = graphene.Field(HistoryType, required=True)
    at = graphene.Field(DateTime, required=True)
    by = graphene.Field(ChangedBy, required=True)
    version = graphene.Int(required=True)
    changes = graphene.Field(
        Changes, required=True, description='`{"doctorId": {"from": 1, "to": 2}}`; null: not set.'
    )

    @staticmethod
    def resolve_by(node: Node, _info: GraphQLResolveInfo) -> Node:
        return node

    @staticmethod
    def resolve_changes(node: Node, _info: GraphQLResolveInfo) -> dict[str, Any]:
        return changes(node.row)


class Appointment(RowType):
    """A patient booked with a doctor for one slot."""

    id = graphene.ID(required=True)
    hospital_id = graphene.ID(required=True)
    doctor_id = graphene.ID(required=True)
    doctor = graphene.Field(Doctor, required=True)
    patient = graphene.Field(Patient, required=True)
    starts_at = graphene.Field(DateTime, required=True)
    ends_at = graphene.Field(DateTime, required=True)
    date = graphene.Field(Date, required=True)
    time = graphene.Field(Time, required=True)
    duration = graphene.Int(required=True, description="In minutes.")
    status = graphene.Field(AppointmentStatus, required=True)
    reason = graphene.String(required=True)
    version = graphene.Int(required=True)
    history = list_of(HistoryEntry, description="What happened to it, oldest first.")

    @staticmethod
    def resolve_doctor(node: Node, info: GraphQLResolveInfo) -> Node:
        return doctor_of(node, info)

    @staticmethod
    def resolve_patient(node: Node, info: GraphQLResolveInfo) -> Any:
        def load(access: Access, rows: list[AppointmentRow]) -> Any:
            return patients_by_id(access, {row.patient_id for row in rows})

        return for_peers(info, node, node.row.patient_id, load)

    @staticmethod
    def resolve_history(node: Node, info: GraphQLResolveInfo) -> Any:
        return for_peers(info, node, node.row.id, histories)

    @staticmethod
    def resolve_starts_at(node: Node, _info: GraphQLResolveInfo) -> str:
        return starts_at(node.row)

    @staticmethod
    def resolve_ends_at(node: Node, _info: GraphQLResolveInfo) -> str:
        return ends_at(node.row)


class Slot(RowType):
    """One bookable hour of a shift."""

    time = graphene.Field(Time, required=True)
    starts_at = graphene.Field(DateTime, required=True)
    duration = graphene.Int(required=True, description="In minutes.")
    bookable = graphene.Boolean(
        required=True, description="In a shift, not begun, and no live appointment overlaps it."
    )
    appointment = graphene.Field(
        Appointment, description="What fills it; null where the caller may not see the patient."
    )

    @staticmethod
    def resolve_appointment(node: Node, info: GraphQLResolveInfo) -> Any:
        def load(access: Access, rows: list[Any]) -> dict[int, Any]:
            ids = {row.booking.appointment_id for row in rows if row.booking is not None}
            # Not there: it was cancelled or given to a colleague since the schedule was read.
            return dict.fromkeys((NOBODY, *ids)) | appointments_by_id(access, ids)

        booking = node.row.booking
        return for_peers(info, node, booking.appointment_id if booking else NOBODY, load)


class DoctorDay(RowType):
    """A doctor's slots of one date."""

    doctor = graphene.Field(Doctor, required=True)
    date = graphene.Field(Date, required=True)
    available_slots = list_of(Slot)

    @staticmethod
    def resolve_doctor(node: Node, info: GraphQLResolveInfo) -> Node:
        return doctor_of(node, info)

    @staticmethod
    def resolve_available_slots(node: Node, info: GraphQLResolveInfo) -> Any:
        def load(_access: Access, rows: list[DoctorDayRow]) -> Any:
            visible = {b.appointment_id for b in visible_bookings(rows)}
            return {
                (day.doctor_id, day.date): [
                    slot_row(
                        slot,
                        bookable,
                        booking if booking and booking.appointment_id in visible else None,
                    )
                    for slot, bookable, booking in day.slots
                ]
                for day in rows
            }

        return for_peers(info, node, (node.row.doctor_id, node.row.date), load)


class Opening(RowType):
    """A bookable slot of a doctor."""

    doctor = graphene.Field(Doctor, required=True)
    date = graphene.Field(Date, required=True)
    time = graphene.Field(Time, required=True)
    starts_at = graphene.Field(DateTime, required=True)
    duration = graphene.Int(required=True, description="In minutes.")

    @staticmethod
    def resolve_doctor(node: Node, info: GraphQLResolveInfo) -> Node:
        return doctor_of(node, info)

    @staticmethod
    def resolve_date(node: Node, _info: GraphQLResolveInfo) -> dt.date:
        date: dt.date = node.row.slot.date
        return date

    @staticmethod
    def resolve_time(node: Node, _info: GraphQLResolveInfo) -> str:
        return str(node.row.slot.time)

    @staticmethod
    def resolve_starts_at(node: Node, _info: GraphQLResolveInfo) -> str:
        return str(node.row.slot.text)

    @staticmethod
    def resolve_duration(_node: Node, _info: GraphQLResolveInfo) -> int:
        return SLOT_MINUTES


AppointmentConnection = connection_of(Appointment)
