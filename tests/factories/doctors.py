"""Doctors, with the stamp that each has, and their shifts."""

from datetime import date
from typing import Any

import factory

from doctors.models import Doctor, Shift
from hospitals.stamps import add_schedule
from tests.factories.hospitals import HospitalFactory


class DoctorFactory(factory.django.DjangoModelFactory[Doctor]):
    """An active doctor without shifts."""

    class Meta:
        model = Doctor

    hospital = factory.SubFactory(HospitalFactory)
    name = factory.Sequence(lambda n: f"Doctor {n}")
    specialty = "Cardiology"

    @classmethod
    def _create(cls, model_class: type[Doctor], *args: Any, **values: Any) -> Doctor:
        doctor = super()._create(model_class, *args, **values)
        add_schedule(doctor.hospital_id, doctor.pk)
        return doctor


class ShiftFactory(factory.django.DjangoModelFactory[Shift]):
    """A shift of `doctor`, from nine to five of a Monday. Minutes of wall time."""

    class Meta:
        model = Shift

    class Params:
        doctor = factory.SubFactory(DoctorFactory)

    hospital = factory.SelfAttribute("doctor.hospital")
    doctor_id = factory.SelfAttribute("doctor.id")
    date = date(2026, 11, 30)
    start_minute = 9 * 60
    end_minute = 17 * 60
