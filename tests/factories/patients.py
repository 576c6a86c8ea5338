"""Patients, with the keys by which they are found."""

from datetime import date
from typing import Any

import factory

from patients.models import Patient, PatientSearchKey
from patients.search import keys
from tests.factories.hospitals import HospitalFactory


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    """A patient with a name and a date of birth."""

    class Meta:
        model = Patient

    hospital = factory.SubFactory(HospitalFactory)
    name = factory.Sequence(lambda n: f"Patient {n}")
    date_of_birth = date(1980, 5, 17)

    @classmethod
    def _create(cls, model_class: type[Patient], *args: Any, **values: Any) -> Patient:
        patient = super()._create(model_class, *args, **values)
        PatientSearchKey.objects.bulk_create(
            PatientSearchKey(hospital_id=patient.hospital_id, key=key, patient_id=patient.pk)
            for key in sorted(keys(patient))
        )
        return patient
