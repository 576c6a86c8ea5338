"""Hospitals, with the stamp that each has."""

from typing import Any

import factory

from hospitals.models import Hospital
from hospitals.stamps import add_schedule


class HospitalFactory(factory.django.DjangoModelFactory[Hospital]):
    """A hospital in New York that is open all day."""

    class Meta:
        model = Hospital

    name = factory.Sequence(lambda n: f"Hospital {n}")
    timezone = "America/New_York"

    @classmethod
    def _create(cls, model_class: type[Hospital], *args: Any, **values: Any) -> Hospital:
        hospital = super()._create(model_class, *args, **values)
        add_schedule(hospital.pk)
        return hospital
