"""The calendar and the openings over REST."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from appointments.models import Appointment
from appointments.services import book_appointment
from tests.api_rest.client import Rest
from tests.api_rest.conftest import MONDAY, NOW, Scene
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.factories.patients import PatientFactory

DAYS = {"from_": MONDAY, "to": MONDAY}


def slot(time: str, *, bookable: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "time": time,
        "starts_at": f"2026-11-30T{time}:00-05:00",
        "duration": 60,
        "bookable": bookable,
        **more,
    }


def schedule(scene: Scene, who: str, **query: Any) -> Any:
    return scene.rest(who).get(f"{scene.path}/schedules", **(DAYS | query))


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_the_calendar_as_the_contract_has_it(scene: Scene, who: str) -> None:
    answer = schedule(scene, who, doctor=f"{scene.own.pk},{scene.colleague.pk}", to="2026-12-01")
    hours = [f"{hour:02}:00" for hour in range(9, 17)]
    filled = {
        "id": scene.appointment.id,
        "patient": {"id": scene.patient.pk, "name": "Ada Byron"},
        "status": "booked",
        "version": 1,
    }
    own = [slot(time) for time in hours]
    own[1] = slot("10:00", bookable=False, appointment=filled)
    assert answer.json == {
        "hospital": {
            "id": scene.world.hospital.pk,
            "name": "General",
            "timezone": "America/New_York",
        },
        "from": "2026-11-30",
        "to": "2026-12-01",
        "schedules": [
            {"doctor_id": scene.own.pk, "date": "2026-11-30", "available_slots": own},
            {"doctor_id": scene.own.pk, "date": "2026-12-01", "available_slots": []},
            {
                "doctor_id": scene.colleague.pk,
                "date": "2026-11-30",
                "available_slots": [slot(time) for time in hours],
            },
            {"doctor_id": scene.colleague.pk, "date": "2026-12-01", "available_slots": []},
        ],
    }


def test_a_colleague_sees_a_busy_slot_without_the_patient(scene: Scene) -> None:
    slots = schedule(scene, "colleague", doctor=scene.own.pk).json["schedules"][0]
    assert slots["available_slots"][1] == slot("10:00", bookable=False, appointment=None)


NAMES = ['"Q" \\ \'}]', "Zoë 山 \U0001f600", "\x01\t\n\x7f\u2028", "</script>&", "%s {0} $"]


@pytest.mark.parametrize("who", ["staff", "colleague"])
def test_every_byte_of_it(scene: Scene, frozen: Any, who: str) -> None:
    """Slots that are over, free, busy and half busy; names that a hasty writer would trip over."""
    for doctor in (scene.own, scene.colleague):
        ShiftFactory(doctor=doctor, date=date(2026, 11, 24))
    frozen.move_to("2026-11-24T08:00:00-05:00")
    rows = {
        hour: book_appointment(
            scene["staff"].access,
            doctor_id=scene.own.pk,
            patient_id=PatientFactory(hospital=scene.world.hospital, name=name).pk,
            starts_at=f"2026-11-24T{hour:02}:00",
        )
        for hour, name in zip((9, 11, 12, 14, 16), NAMES, strict=True)
    }
    # As when the clocks change by half an hour: it fills two slots.
    late = Appointment.objects.filter(hospital=scene.world.hospital, id=rows[14].id)
    late.update(starts_at="2026-11-24T14:30-05:00", ends_at="2026-11-24T15:30-05:00")
    rows[15] = rows[14]
    frozen.move_to(NOW)

    def expected(hour: int, *, of_own: bool) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if of_own and hour in rows:
            patient = {"id": rows[hour].patient_id, "name": rows[hour].patient_name}
            shown = {"id": rows[hour].id, "patient": patient, "status": "booked", "version": 1}
            more["appointment"] = None if who == "colleague" else shown
        found = slot(f"{hour:02}:00", bookable=hour > 10 and not more, **more)
        return found | {"starts_at": f"2026-11-24T{hour:02}:00:00-05:00"}

    doctors = scene.own.pk, scene.colleague.pk
    answer = schedule(
        scene, who, doctor=",".join(map(str, doctors)), from_="2026-11-24", to="2026-11-25"
    )
    assert answer.body == orjson.dumps(
        {
            "hospital": {
                "id": scene.world.hospital.pk,
                "name": "General",
                "timezone": "America/New_York",
            },
            "from": "2026-11-24",
            "to": "2026-11-25",
            "schedules": [
                {
                    "doctor_id": doctor,
                    "date": day,
                    "available_slots": [
                        expected(hour, of_own=doctor == scene.own.pk)
                        for hour in (range(9, 17) if day == "2026-11-24" else ())
                    ],
                }
                for doctor in doctors
                for day in ("2026-11-24", "2026-11-25")
            ],
        }
    )


def test_the_order_asked_and_each_doctor_once(scene: Scene) -> None:
    own, colleague = scene.own.pk, scene.colleague.pk
    for asked, expected in (
        ((colleague, own), [colleague, own]),
        ((own, colleague, own), [own, colleague]),
    ):
        answer = schedule(scene, "staff", doctor=",".join(map(str, asked)))
        assert [row["doctor_id"] for row in answer.json["schedules"]] == expected


def test_the_night_the_clocks_go_back(scene: Scene) -> None:
    night = date(2027, 11, 7)
    ShiftFactory(doctor=scene.own, date=night, start_minute=0, end_minute=180)
    answer = schedule(scene, "staff", doctor=scene.own.pk, from_=night, to=night)
    found = [
        (row["time"], row["starts_at"]) for row in answer.json["schedules"][0]["available_slots"]
    ]
    assert found == [
        ("00:00", "2027-11-07T00:00:00-04:00"),
        ("01:00", "2027-11-07T01:00:00-04:00"),
        ("01:00", "2027-11-07T01:00:00-05:00"),
        ("02:00", "2027-11-07T02:00:00-05:00"),
    ]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"doctor": None}, [("doctor", "required")]),
        ({"doctor": ""}, [("doctor", "invalid")]),
        ({"doctor": "1,"}, [("doctor", "invalid")]),
        ({"doctor": "1,,2"}, [("doctor", "invalid")]),
        ({"doctor": "1, 2"}, [("doctor", "invalid")]),
        ({"doctor": "-1"}, [("doctor", "not_found")]),
        ({"doctor": "x"}, [("doctor", "invalid")]),
        ({"doctor": "0"}, [("doctor", "not_found")]),
        ({"doctor": "9223372036854775808"}, [("doctor", "not_found")]),
        ({"doctor": "999999999"}, [("doctor", "not_found")]),
        ({"doctor": ",".join(map(str, range(1, 102)))}, [("doctor", "too_many")]),
        ({"from_": "2026-12-01"}, [("from", "after_to")]),
        ({"from_": None, "to": None}, [("from", "required"), ("to", "required")]),
        ({"from_": "2026-11-31"}, [("from", "invalid")]),
        ({"from_": "2026-1-1"}, [("from", "invalid")]),
        ({"from_": "20261130"}, [("from", "invalid")]),
        ({"from_": "2026-11-30T00:00"}, [("from", "invalid")]),
        ({"from_": "0001-01-01", "to": "0001-01-02"}, [("from", "out_of_range")]),
        ({"to": "9999-12-31"}, [("to", "out_of_range")]),
        ({"to": "2027-01-11"}, [("to", "too_many_days")]),
        ({"limit": "3"}, [("limit", "unknown_field")]),
    ],
)
def test_invalid_questions(
    scene: Scene, query: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    asked = DAYS | {"doctor": scene.own.pk} | query
    sent = {name: value for name, value in asked.items() if value is not None}
    assert scene.rest("staff").get(f"{scene.path}/schedules", **sent).invalid() == fields


def test_the_largest_questions(scene: Scene, django_assert_num_queries: Any) -> None:
    doctors = [scene.own.pk, scene.colleague.pk]
    doctors += [DoctorFactory(hospital=scene.world.hospital).pk for _ in range(98)]

    def ask(number: int, days: int) -> Any:
        last = date.fromordinal(MONDAY.toordinal() + days - 1)
        asked = ",".join(map(str, doctors[:number]))
        return schedule(scene, "staff", doctor=asked, to=last)

    with django_assert_num_queries(2):  # the door with the stamps, the rows
        assert len(ask(1, 1).json["schedules"]) == 1
    with django_assert_num_queries(2):
        assert len(ask(50, 42).json["schedules"]) == 2100
    assert len(ask(100, 21).json["schedules"]) == 2100
    assert ask(51, 42).invalid() == [("to", "too_many_doctor_days")]
    assert ask(100, 22).invalid() == [("to", "too_many_doctor_days")]


def test_a_foreign_doctor_does_not_exist(scene: Scene) -> None:
    for path in ("schedules", "openings"):
        answer = scene.rest("staff").get(
            f"{scene.path}/{path}", doctor=f"{scene.own.pk},{scene.world.other_doctor.pk}", **DAYS
        )
        assert answer.invalid() == [("doctor", "not_found")]


@pytest.mark.parametrize("path", ["schedules", "openings"])
def test_who_may(scene: Scene, path: str) -> None:
    scene.rest("stranger").get(f"{scene.path}/{path}", x=1).refused("not_found")
    Rest().get(f"{scene.path}/{path}", x=1).refused("not_authenticated")


# -- openings ----------------------------------------------------------------------------------


def openings(scene: Scene, **query: Any) -> list[tuple[int, str]]:
    answer = scene.rest("staff").get(f"{scene.path}/openings", **(DAYS | query))
    assert answer.status == 200, answer.body
    return [(row["doctor_id"], row["time"]) for row in answer.json["results"]]


def test_the_earliest_first_then_by_doctor(scene: Scene) -> None:
    own, colleague = scene.own.pk, scene.colleague.pk
    assert own < colleague
    found = openings(scene)
    assert found[:4] == [(own, "09:00"), (colleague, "09:00"), (colleague, "10:00"), (own, "11:00")]
    assert len(found) == 15
    answer = scene.rest("doctor").get(f"{scene.path}/openings", **DAYS, limit=1)
    assert answer.json == {
        "results": [
            {
                "doctor_id": own,
                "date": "2026-11-30",
                "time": "09:00",
                "starts_at": "2026-11-30T09:00:00-05:00",
                "duration": 60,
            }
        ]
    }


def test_filters_of_openings(scene: Scene) -> None:
    own, here = scene.own.pk, scene.world.hospital
    neurologist = DoctorFactory(hospital=here, specialty="Neurology")
    ShiftFactory(doctor=neurologist, date=MONDAY, start_minute=22 * 60, end_minute=1440)
    asleep = DoctorFactory(hospital=here, active=False)
    ShiftFactory(doctor=asleep, date=MONDAY)
    assert openings(scene, specialty="Neurology") == [
        (neurologist.pk, "22:00"),
        (neurologist.pk, "23:00"),
    ]
    assert openings(scene, specialty="neurology") == []
    assert len(openings(scene, specialty="")) == 17
    assert openings(scene, doctor=own, time_from="10:00", time_to="12:00") == [(own, "11:00")]
    assert openings(scene, time_from="23:00", time_to="00:00") == [(neurologist.pk, "23:00")]
    assert openings(scene, doctor=asleep.pk) == []
    assert openings(scene, from_="2026-11-01", to="2026-11-02") == []
    for row in range(11, 17):
        book_appointment(
            scene["staff"].access,
            doctor_id=own,
            patient_id=scene.other_patient.pk,
            starts_at=f"2026-11-30T{row}:00",
        )
    assert openings(scene, doctor=own) == [(own, "09:00")]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"limit": "0"}, [("limit", "out_of_range")]),
        ({"limit": "201"}, [("limit", "out_of_range")]),
        ({"limit": "x"}, [("limit", "out_of_range")]),
        ({"time_from": "9:00"}, [("time_from", "invalid")]),
        ({"time_to": "24:00"}, [("time_to", "invalid")]),
        ({"time_from": "12:00", "time_to": "11:00"}, [("time_from", "after_to")]),
        ({"to": "2027-01-11"}, [("to", "too_many_days")]),
        ({"doctor": "x"}, [("doctor", "invalid")]),
        ({"page_size": "1"}, [("page_size", "unknown_field")]),
    ],
)
def test_invalid_openings(
    scene: Scene, query: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    answer = scene.rest("staff").get(f"{scene.path}/openings", **(DAYS | query))
    assert answer.invalid() == fields
