"""Creating a hospital, and what its values may be."""

from datetime import time
from typing import Any

import pytest

from hospitals.models import Hospital, ScheduleStamp
from hospitals.services import (
    HospitalChanges,
    cleaned_hospital,
    create_hospital,
    hospital_errors,
)
from scheduler.errors import Invalid, PermissionDenied
from tests.world import World

GOOD: dict[str, Any] = {
    "name": "  Saint Mary ",
    "address": " 1 Main Street\nNew York ",
    "timezone": "America/New_York",
    "opens": time(8),
    "closes": time(0),
}


def test_create_hospital_writes_it_with_its_stamp(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2 + 2):  # a savepoint, the hospital, its stamp, release
        made = create_hospital(world.root.signed_in, **GOOD)
    hospital = Hospital.objects.get(id=made.id)
    assert (hospital.name, hospital.address) == ("Saint Mary", "1 Main Street\nNew York")
    assert (hospital.timezone, hospital.opens, hospital.closes, hospital.version) == (
        *("America/New_York", time(8), time(0), 1),
    )
    stamps = ScheduleStamp.objects.filter(hospital_id=hospital.id)
    assert list(stamps.values_list("doctor_id", "stamp")) == [(0, 1)]


@pytest.mark.parametrize("who", ["admin", "staff", "doctor", "stranger"])
def test_only_a_platform_admin_creates_hospitals(world: World, who: str) -> None:
    before = Hospital.objects.count()
    with pytest.raises(PermissionDenied):
        create_hospital(world[who].signed_in, **(GOOD | {"name": ""}))
    assert Hospital.objects.count() == before


def test_all_faults_are_named_at_once(world: World) -> None:
    before = Hospital.objects.count()
    with pytest.raises(Invalid) as refused:
        create_hospital(
            world.root.signed_in,
            name=" ",
            address="x" * 501,
            timezone="Mars/Olympus",
            opens=time(9),
            closes=time(9),
        )
    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("name", "blank"),
        ("address", "max_length"),
        ("timezone", "invalid"),
        ("closes", "invalid"),
    ]
    assert Hospital.objects.count() == before


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "x" * 200, "address": "", "timezone": "UTC"}, []),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"name": "a\0b"}, [("name", "invalid")]),
        ({"address": "\ud800"}, [("address", "invalid")]),
        ({"timezone": ""}, [("timezone", "blank")]),
        ({"timezone": "europe/paris"}, [("timezone", "invalid")]),
        ({"timezone": "../etc/passwd"}, [("timezone", "invalid")]),
        ({"opens": time(0), "closes": time(0)}, []),
        ({"opens": time(22), "closes": time(0)}, []),
        ({"opens": time(9), "closes": time(8)}, [("closes", "invalid")]),
        ({"closes": time(9, 0, 30)}, [("closes", "invalid")]),
        ({"opens": time(9)}, []),
    ],
)
def test_values_of_a_hospital(values: HospitalChanges, expected: list[tuple[str, str]]) -> None:
    errors = hospital_errors(cleaned_hospital(values))
    assert [(error.field, error.code) for error in errors] == expected
