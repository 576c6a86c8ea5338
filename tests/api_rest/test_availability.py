"""Availability over REST."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hospitals.models import Hospital
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import MONDAY, Scene

TUESDAY = "2026-12-01"


def path(scene: Scene, doctor_id: int | None = None) -> str:
    return f"{scene.path}/doctors/{doctor_id or scene.own.pk}/availability"


def shift(start: str, end: str) -> dict[str, str]:
    return {"start": start, "end": end}


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_set_and_clear_a_date(scene: Scene, who: str) -> None:
    rest, day = scene.rest(who), f"{path(scene)}/{TUESDAY}"
    shifts = [shift("14:00", "00:00"), shift("09:00", "12:30")]
    answer = rest("PUT", day, {"shifts": shifts})
    expected = {"date": TUESDAY, "shifts": shifts[::-1]}
    assert (answer.status, answer.json) == (200, expected)
    assert rest.get(path(scene), from_=TUESDAY, to=TUESDAY).json == {"results": [expected]}
    with nothing_written():
        assert rest("PUT", day, {"shifts": shifts[::-1]}).json == expected
    assert rest("PUT", day, {"shifts": []}).json == {"date": TUESDAY, "shifts": []}
    assert rest.get(path(scene), from_=TUESDAY, to=TUESDAY).json == {"results": []}


def test_many_dates_at_once(scene: Scene) -> None:
    days = [
        {"date": "2026-12-03", "shifts": [shift("09:00", "10:00")]},
        {"date": TUESDAY, "shifts": []},
        {"date": "2026-12-02", "shifts": [shift("00:00", "00:00")]},
    ]
    answer = scene.rest("staff")("PUT", path(scene), {"days": days})
    assert answer.json == {"results": [days[1], days[2], days[0]]}
    found = scene.rest("colleague").get(path(scene), from_=MONDAY, to="2026-12-31").json
    assert [day["date"] for day in found["results"]] == ["2026-11-30", "2026-12-02", "2026-12-03"]
    assert scene.rest("staff")("PUT", path(scene), {"days": []}).json == {"results": []}


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ("x", [("days", "not_a_list")]),
        (None, [("days", "null")]),
        ({}, [("days", "not_a_list")]),
        ([1], [("days.0", "invalid")]),
        ([{}], [("days.0.date", "required"), ("days.0.shifts", "required")]),
        (
            [{"date": TUESDAY, "shifts": [], "x": 1}, {"date": "x", "shifts": [[]]}],
            [
                ("days.0.x", "unknown_field"),
                ("days.1.date", "invalid"),
                ("days.1.shifts.0", "invalid"),
            ],
        ),
        (
            [
                {"date": TUESDAY, "shifts": [shift("09:00", "10:00")]},
                {"date": "2026-12-02", "shifts": [shift("09:00", "10:00"), shift("x", "24:00")]},
            ],
            [("days.1.shifts.1.start", "invalid"), ("days.1.shifts.1.end", "invalid")],
        ),
        (
            [{"date": TUESDAY, "shifts": [{"start": None, "end": 5, "z": 1}]}],
            [
                ("days.0.shifts.0.z", "unknown_field"),
                ("days.0.shifts.0.start", "null"),
                ("days.0.shifts.0.end", "invalid"),
            ],
        ),
        (
            [{"date": TUESDAY, "shifts": [shift("10:00", "09:00"), shift("11:00", "11:00")]}],
            [
                ("days.0.shifts.0.end", "not_after_start"),
                ("days.0.shifts.1.end", "not_after_start"),
            ],
        ),
        (
            [{"date": TUESDAY, "shifts": [shift("09:00", "12:00"), shift("11:00", "13:00")]}],
            [("days.0.shifts.1.start", "overlap")],
        ),
        ([{"date": "2026-11-23", "shifts": []}], [("days.0.date", "in_past")]),
        ([{"date": TUESDAY, "shifts": []}] * 2, [("days.1.date", "duplicate")]),
        ([{"date": "9999-12-31", "shifts": []}], [("days.0.date", "out_of_range")]),
    ],
)
def test_invalid_days(scene: Scene, days: Any, fields: list[tuple[str, str]]) -> None:
    with nothing_written():
        answer = scene.rest("staff")("PUT", path(scene), {"days": days})
        assert answer.invalid() == fields


def test_at_most_366_dates(scene: Scene) -> None:
    dates = [f"20{30 + n // 336}-{n % 336 // 28 + 1:02}-{n % 28 + 1:02}" for n in range(367)]
    days = [{"date": date, "shifts": [shift("09:00", "17:00")]} for date in dates]
    with nothing_written():
        answer = scene.rest("staff")("PUT", path(scene), {"days": days})
        assert answer.invalid() == [("days", "too_many_days")]
    answer = scene.rest("staff")("PUT", path(scene), {"days": days[:366]})
    assert len(answer.json["results"]) == 366


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ('{"days": []}', "days", "too_many_days"),
        (
            '{"days": [{"date": "2026-12-01", "shifts": []}]}',
            "days.0.shifts",
            "too_many_shifts",
        ),
        ('{"shifts": []}', "shifts", "too_many_shifts"),
    ],
    ids=["days", "shifts of a day", "shifts"],
)
def test_a_flood_costs_little(scene: Scene, body: str, field: str, code: str) -> None:
    where = f"{path(scene)}/{TUESDAY}" if field == "shifts" else path(scene)
    sent = body.replace("[]", f"[{','.join(['{}'] * 170_000)}]").encode()
    begun = time.perf_counter()
    with nothing_written():
        assert scene.rest("staff")("PUT", where, sent).invalid() == [(field, code)]
    assert time.perf_counter() - begun < 5


def test_an_answer_names_a_hundred_faults(scene: Scene) -> None:
    body = {f"x{number}": 1 for number in range(30_000)}
    answer = scene.rest("staff")("PUT", path(scene), body)
    assert answer.invalid()[:2] == [("x0", "unknown_field"), ("x1", "unknown_field")]
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize(
    ("date", "body", "fields"),
    [
        (TUESDAY, {}, [("shifts", "required")]),
        (TUESDAY, {"shifts": [shift("09:00", "08:00")]}, [("shifts.0.end", "not_after_start")]),
        (TUESDAY, {"shifts": [{}]}, [("shifts.0.start", "required"), ("shifts.0.end", "required")]),
        (TUESDAY, {"date": TUESDAY, "shifts": []}, [("date", "unknown_field")]),
        ("2026-11-23", {"shifts": []}, [("date", "in_past")]),
        ("2026-02-30", {"shifts": []}, [("date", "invalid")]),
        ("tomorrow", {"shifts": []}, [("date", "invalid")]),
        ("0001-01-01", {"shifts": []}, [("date", "in_past")]),
    ],
)
def test_an_invalid_day(
    scene: Scene, date: str, body: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with nothing_written():
        answer = scene.rest("staff")("PUT", f"{path(scene)}/{date}", body)
        assert answer.invalid() == fields


def test_outside_of_the_opening_hours(scene: Scene) -> None:
    Hospital.objects.filter(pk=scene.world.hospital.pk).update(opens="08:00", closes="18:00")
    with nothing_written():
        body = {"shifts": [shift("07:00", "09:00"), shift("17:00", "00:00")]}
        answer = scene.rest("staff")("PUT", f"{path(scene)}/{TUESDAY}", body)
        assert answer.invalid() == [
            ("shifts.0.start", "outside_opening_hours"),
            ("shifts.1.end", "outside_opening_hours"),
        ]


def test_live_appointments_stand_in_the_way(scene: Scene) -> None:
    staff = scene.rest("staff")
    appointment = staff.get(f"{scene.path}/appointments/{scene.appointment.id}").json
    for method_path, body in (
        (f"{path(scene)}/{MONDAY}", {"shifts": []}),
        (
            path(scene),
            {
                "days": [
                    {"date": TUESDAY, "shifts": [shift("09:00", "12:00")]},
                    {"date": str(MONDAY), "shifts": [shift("11:00", "17:00")]},
                ]
            },
        ),
    ):
        with nothing_written():
            problem = staff("PUT", method_path, body).refused("availability_in_use")
            assert problem["appointments"] == [appointment]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, [("from", "required"), ("to", "required")]),
        ({"from_": TUESDAY, "to": MONDAY}, [("from", "after_to")]),
        ({"from_": TUESDAY, "to": "2027-12-02"}, [("to", "too_many_days")]),
        ({"from_": "x", "to": "", "z": 1}, None),
    ],
)
def test_invalid_ranges(
    scene: Scene, query: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("z", "unknown_field"), ("from", "invalid"), ("to", "invalid")]
    assert scene.rest("staff").get(path(scene), **query).invalid() == expected
    assert scene.rest("staff").get(path(scene), from_=TUESDAY, to="2027-12-01").status == 200


def test_who_may(scene: Scene) -> None:
    day, bad = f"{path(scene)}/{TUESDAY}", {"nope": 1}
    with nothing_written():
        for target in (day, f"{path(scene)}/nope", path(scene)):
            scene.rest("colleague")("PUT", target, bad).refused("permission_denied")
            scene.rest("stranger")("PUT", target, bad).refused("not_found")
            Rest()("PUT", target, bad).refused("not_authenticated")
        scene.rest("stranger").get(path(scene)).refused("not_found")
        for who in ("admin", "doctor"):
            for other in (999_999, scene.world.other_doctor.pk):
                scene.rest(who)("PUT", path(scene, other), bad).refused("not_found")
                scene.rest(who)("PUT", f"{path(scene, other)}/x", bad).refused("not_found")
                scene.rest(who).get(path(scene, other), nope=1).refused("not_found")
