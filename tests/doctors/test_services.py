"""Adding a doctor."""

import pytest

from doctors.models import Doctor
from doctors.services import create_doctor
from hospitals.models import ScheduleStamp
from scheduler.errors import Invalid, PermissionDenied
from tests.world import World


@pytest.mark.parametrize("who", ["root", "admin"])
def test_create_doctor_writes_them_with_their_stamp(world: World, who: str) -> None:
    access = world[who].access
    made = create_doctor(access, name=" Ada Fern ", specialty=" Neurology ", active=False)
    doctor = Doctor.objects.get(hospital=world.hospital, id=made.id)
    assert (doctor.name, doctor.specialty, doctor.active, doctor.version) == (
        *("Ada Fern", "Neurology", False, 1),
    )
    stamp = ScheduleStamp.objects.get(hospital=world.hospital, doctor_id=made.id)
    assert stamp.stamp == 1


@pytest.mark.parametrize("who", ["staff", "doctor", "colleague"])
def test_others_may_not(world: World, who: str) -> None:
    before = Doctor.objects.count()
    with pytest.raises(PermissionDenied):
        create_doctor(world[who].access, name="", specialty="")
    assert Doctor.objects.count() == before


@pytest.mark.parametrize(
    ("name", "specialty", "expected"),
    [
        ("", " ", [("name", "blank"), ("specialty", "blank")]),
        ("x" * 201, "x" * 101, [("name", "max_length"), ("specialty", "max_length")]),
        ("\0", "Neurology", [("name", "invalid")]),
    ],
)
def test_values_of_a_doctor(
    world: World, name: str, specialty: str, expected: list[tuple[str, str]]
) -> None:
    before = Doctor.objects.count()
    with pytest.raises(Invalid) as refused:
        create_doctor(world.admin.access, name=name, specialty=specialty)
    assert [(error.field, error.code) for error in refused.value.errors] == expected
    assert Doctor.objects.count() == before
