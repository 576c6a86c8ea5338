"""The textbook's REST API: viewsets and nested serializers."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import ClassVar

from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from benchmarks.textbook.models import Appointment, Patient
from benchmarks.textbook.slots import Refused, book, doctors_with_days, slots_of


class PatientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Patient
        fields: ClassVar = ["id", "name"]


class BriefAppointmentSerializer(serializers.ModelSerializer):
    patient = PatientSerializer()

    class Meta:
        model = Appointment
        fields: ClassVar = ["id", "patient", "status", "version"]


class SlotSerializer(serializers.Serializer):
    time = serializers.CharField()
    starts_at = serializers.DateTimeField(default_timezone=None)
    duration = serializers.IntegerField()
    bookable = serializers.BooleanField()
    appointment = BriefAppointmentSerializer()


class DoctorDaySerializer(serializers.Serializer):
    doctor_id = serializers.IntegerField()
    date = serializers.DateField()
    available_slots = SlotSerializer(many=True)


class OpeningSerializer(serializers.Serializer):
    doctor_id = serializers.IntegerField()
    date = serializers.DateField()
    time = serializers.CharField()
    starts_at = serializers.DateTimeField()
    duration = serializers.IntegerField()


def asked_dates(request):
    start = dt.date.fromisoformat(request.query_params["from"])
    return start, dt.date.fromisoformat(request.query_params["to"])


class ScheduleViewSet(viewsets.ViewSet):
    def list(self, request, hospital_id):
        start, end = asked_dates(request)
        doctors = doctors_with_days(hospital_id, start, end).filter(
            pk__in=request.query_params["doctor"].split(",")
        )
        days = []
        for doctor in doctors:
            slots = slots_of(
                doctor.shifts.all(), doctor.appointments.all(), doctor.hospital.timezone
            )
            for date, of_day in groupby(slots, key=lambda slot: slot["date"]):
                days.append({"doctor_id": doctor.pk, "date": date, "available_slots": list(of_day)})
        return Response({"schedules": DoctorDaySerializer(days, many=True).data})


class OpeningViewSet(viewsets.ViewSet):
    def list(self, request, hospital_id):
        start, end = asked_dates(request)
        openings = []
        for doctor in doctors_with_days(hospital_id, start, end):
            slots = slots_of(
                doctor.shifts.all(), doctor.appointments.all(), doctor.hospital.timezone
            )
            openings += [{"doctor_id": doctor.pk, **slot} for slot in slots if slot["bookable"]]
        openings.sort(key=lambda opening: (opening["starts_at"], opening["doctor_id"]))
        return Response({"results": OpeningSerializer(openings[:20], many=True).data})


class AppointmentSerializer(serializers.ModelSerializer):
    doctor_id = serializers.IntegerField()
    patient_id = serializers.IntegerField(write_only=True)
    patient = PatientSerializer(read_only=True)

    class Meta:
        model = Appointment
        fields: ClassVar = [
            *("id", "hospital_id", "doctor_id", "patient_id", "patient", "starts_at", "ends_at"),
            *("date", "time", "status", "reason", "version"),
        ]
        read_only_fields: ClassVar = ["ends_at", "date", "time", "status", "version"]

    def create(self, validated_data):
        request, view = self.context["request"], self.context["view"]
        try:
            return book(
                request.user,
                view.kwargs["hospital_id"],
                validated_data["doctor_id"],
                validated_data["patient_id"],
                validated_data["starts_at"],
                request.headers["Idempotency-Key"],
            )
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class AppointmentViewSet(viewsets.ModelViewSet):
    serializer_class = AppointmentSerializer

    def get_queryset(self):
        return Appointment.objects.filter(
            hospital_id=self.kwargs["hospital_id"], patient__hospital_id=self.kwargs["hospital_id"]
        ).select_related("patient")
