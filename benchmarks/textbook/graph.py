"""The textbook's GraphQL API: a DjangoObjectType for each model, resolvers that filter."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

import graphene
from django.utils.dateparse import parse_datetime
from graphene_django import DjangoObjectType
from graphene_django.views import GraphQLView
from graphql import GraphQLError
from rest_framework_simplejwt.authentication import JWTAuthentication

from benchmarks.textbook import models
from benchmarks.textbook.slots import (
    appointments_of,
    book,
    doctors_with_days,
    is_member,
    shifts_of,
    slots_of,
)


class Patient(DjangoObjectType):
    class Meta:
        model = models.Patient
        fields: ClassVar = ["id", "name"]


class Doctor(DjangoObjectType):
    class Meta:
        model = models.Doctor
        fields: ClassVar = ["id", "name", "specialty"]


class Appointment(DjangoObjectType):
    hospital_id = graphene.ID()
    doctor_id = graphene.ID()
    duration = graphene.Int()

    class Meta:
        model = models.Appointment
        fields: ClassVar = [
            *("id", "patient", "starts_at", "ends_at", "date", "time", "status", "reason"),
            "version",
        ]

    def resolve_duration(self, info):
        return (self.ends_at - self.starts_at).seconds // 60


class Slot(graphene.ObjectType):
    time = graphene.String()
    starts_at = graphene.DateTime()
    duration = graphene.Int()
    bookable = graphene.Boolean()
    appointment = graphene.Field(Appointment)


class DoctorDay(graphene.ObjectType):
    doctor = graphene.Field(Doctor)
    date = graphene.Date()
    available_slots = graphene.List(Slot)


class Opening(graphene.ObjectType):
    doctor = graphene.Field(Doctor)
    date = graphene.Date()
    time = graphene.String()
    starts_at = graphene.DateTime()
    duration = graphene.Int()


RANGE = {
    "from_": graphene.Date(required=True, name="from"),
    "to": graphene.Date(required=True),
}


class Hospital(DjangoObjectType):
    schedules = graphene.List(DoctorDay, doctor_ids=graphene.List(graphene.ID), **RANGE)
    openings = graphene.List(Opening, **RANGE)

    class Meta:
        model = models.Hospital
        fields: ClassVar = ["id", "name", "timezone"]

    def resolve_schedules(self, info, doctor_ids, from_, to):
        days = []
        for doctor in models.Doctor.objects.filter(hospital=self, pk__in=doctor_ids).order_by("pk"):
            slots = slots_of(
                shifts_of(self.pk, from_, to).filter(doctor=doctor),
                appointments_of(self.pk, from_, to).filter(doctor=doctor),
                self.timezone,
            )
            for date, of_day in groupby(slots, key=lambda slot: slot["date"]):
                days.append({"doctor": doctor, "date": date, "available_slots": list(of_day)})
        return days

    def resolve_openings(self, info, from_, to):
        openings = []
        for doctor in doctors_with_days(self.pk, from_, to):
            slots = slots_of(doctor.shifts.all(), doctor.appointments.all(), self.timezone)
            openings += [{"doctor": doctor, **slot} for slot in slots if slot["bookable"]]
        openings.sort(key=lambda opening: (opening["starts_at"], opening["doctor"].pk))
        return openings[:20]


def require_member(info, hospital_id):
    if not is_member(info.context.user, hospital_id):
        raise GraphQLError("Not a member of this hospital.")


class Query(graphene.ObjectType):
    hospital = graphene.Field(Hospital, id=graphene.ID(required=True))

    def resolve_hospital(self, info, id):
        require_member(info, id)
        return models.Hospital.objects.get(pk=id)


class BookAppointment(graphene.Mutation):
    class Arguments:
        hospital_id = graphene.ID(required=True)
        doctor_id = graphene.ID(required=True)
        patient_id = graphene.ID(required=True)
        starts_at = graphene.String(required=True)
        idempotency_key = graphene.String(required=True)

    appointment = graphene.Field(Appointment)

    def mutate(self, info, hospital_id, doctor_id, patient_id, starts_at, idempotency_key):
        require_member(info, hospital_id)
        return BookAppointment(
            book(
                info.context.user,
                hospital_id,
                doctor_id,
                patient_id,
                parse_datetime(starts_at),
                idempotency_key,
            )
        )


class Mutation(graphene.ObjectType):
    book_appointment = BookAppointment.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)


class View(GraphQLView):
    def get_context(self, request):
        request.user, _ = JWTAuthentication().authenticate(request)
        return request
