"""Users and their roles."""

from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Role, User

PASSWORD = "a long enough password"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A user who signs in with `PASSWORD`, or with the `password` given."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **values: Any) -> User:
        values["password"] = make_password(values["password"])
        return super()._create(model_class, *args, **values)


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A role in a hospital: staff, or the doctor given as `doctor`."""

    class Meta:
        model = Membership

    class Params:
        doctor = None

    hospital = factory.Maybe(
        "doctor",
        factory.SelfAttribute("doctor.hospital"),
        factory.SubFactory("tests.factories.hospitals.HospitalFactory"),
    )
    user = factory.SubFactory(UserFactory)
    role = factory.Maybe("doctor", Role.DOCTOR, Role.STAFF)
    doctor_id = factory.Maybe("doctor", factory.SelfAttribute("doctor.id"), None)
