"""Conditional requests, packing, and who may keep an answer."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.core.cache import cache

from accounts import tokens
from api_rest import etags, render
from api_rest.negotiation import quality
from appointments.days import DoctorDay
from appointments.questions import Question
from appointments.services import book_appointment
from tests.api_rest.client import Answer, Rest, nothing_written
from tests.api_rest.conftest import MONDAY, Scene
from tests.factories.doctors import DoctorFactory
from tests.factories.patients import PatientFactory


def _single(scene: Scene) -> list[str]:
    return [
        scene.path,
        f"{scene.path}/doctors/{scene.own.pk}",
        f"{scene.path}/patients/{scene.patient.pk}",
        f"{scene.path}/appointments/{scene.appointment.id}",
    ]


def _every_get(scene: Scene) -> list[str]:
    days = f"from={MONDAY}&to={MONDAY}"
    return [
        *_single(scene),
        "me",
        "hospitals",
        f"{scene.path}/members",
        f"{scene.path}/members/{scene['staff'].member_id}",
        f"{scene.path}/doctors",
        f"{scene.path}/specialties",
        f"{scene.path}/schedules?doctor={scene.own.pk},{scene.colleague.pk}&{days}",
        f"{scene.path}/openings?{days}",
        f"{scene.path}/doctors/{scene.own.pk}/availability?{days}",
        f"{scene.path}/patients",
        f"{scene.path}/appointments",
        f"{scene.path}/appointments/{scene.appointment.id}/history",
    ]


def test_every_get_is_conditional_and_its_callers_alone(scene: Scene) -> None:
    admin = scene.rest("admin")
    for path in _every_get(scene):
        found = admin.get(path)
        assert found.status == 200, path
        assert found.headers["Cache-Control"] == "private, no-cache"
        assert found.headers["Vary"].split(", ")[0] == "Authorization"
        assert found.headers["Content-Type"] == "application/json"
        assert found.etag.startswith('"')
        for header in (found.etag, f"W/{found.etag}", f'"x" , {found.etag},"y"', "*"):
            again = admin("GET", path, headers={"If-None-Match": header})
            assert (again.status, again.body) == (304, b""), path
            assert again.etag == found.etag
            assert again.headers["Cache-Control"] == "private, no-cache"
            assert again.headers["Vary"] == "Authorization"
            assert "Content-Type" not in again.headers
            assert "Content-Length" not in again.headers
        for header in ('"x"', found.etag.strip('"'), "", '"'):
            assert admin("GET", path, headers={"If-None-Match": header}).status == 200
        head = admin("HEAD", path)
        assert (head.status, head.body, head.etag) == (200, b"", found.etag)
        assert head.headers["Content-Length"] == str(len(found.body))


def test_nothing_is_not_modified_for_those_who_may_not_look(scene: Scene) -> None:
    etag = scene.rest("admin").get(scene.path).etag
    for who, code in ((Rest(), "not_authenticated"), (scene.rest("stranger"), "not_found")):
        answer = who("GET", scene.path, headers={"If-None-Match": etag})
        answer.refused(code)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Vary"] == "Authorization"
        assert "ETag" not in answer.headers


def test_the_etag_of_a_single_object_is_its_version(scene: Scene) -> None:
    admin = scene.rest("admin")
    for path in _single(scene):
        assert admin.get(path).etag == '"1"'
    changes: dict[str, Any] = {
        scene.path: {"address": "1 Main Street"},
        f"{scene.path}/doctors/{scene.own.pk}": {"specialty": "Neurology"},
        f"{scene.path}/patients/{scene.patient.pk}": {"phone": "555 0100"},
        f"{scene.path}/appointments/{scene.appointment.id}": {"reason": "other"},
    }
    for path, body in changes.items():
        changed = admin("PATCH", path, body, headers={"If-Match": '"1"'})
        assert (changed.status, changed.etag, changed.json["version"]) == (200, '"2"', 2)
        assert changed.headers["Cache-Control"] == "private, no-cache"
        assert admin("GET", path, headers={"If-None-Match": '"1"'}).json == changed.json
        assert admin("GET", path, headers={"If-None-Match": '"2"'}).status == 304


def test_a_schedule_changes_its_etag_with_all_it_shows(scene: Scene, frozen: Any) -> None:
    def etag(name: str = "staff") -> str:
        who = scene.rest(name)
        who.token = tokens.issue(scene[name].user).access  # an hour is longer than one lives
        days = f"from={MONDAY}&to={MONDAY}"
        return who.get(f"{scene.path}/schedules?doctor={scene.colleague.pk}&{days}").etag

    admin, first = scene.rest("admin"), etag()
    assert etag("doctor") != first  # who may not see what others may
    assert etag() == first
    book_appointment(
        scene["staff"].access,
        doctor_id=scene.colleague.pk,
        patient_id=scene.patient.pk,
        starts_at="2026-11-30T11:00",
    )
    second = etag()
    admin("PATCH", f"{scene.path}/patients/{scene.patient.pk}", {"name": "Ada King"})
    third = etag()
    admin("PATCH", f"{scene.path}/doctors/{scene.own.pk}", {"specialty": "Neurology"})
    assert etag() == third  # another doctor
    frozen.shift(3600)
    assert len({first, second, third, etag()}) == 4


def test_a_304_costs_the_door_alone(scene: Scene, django_assert_num_queries: Any) -> None:
    staff = scene.rest("staff")
    days = f"from={MONDAY}&to={MONDAY}"
    paths = [f"schedules?doctor={scene.own.pk},{scene.colleague.pk}&{days}", f"openings?{days}"]
    for path in paths:
        cache.clear()  # both want the same rows
        with django_assert_num_queries(2):  # the door with the stamps, the rows
            etag = staff.get(f"{scene.path}/{path}").etag
        with django_assert_num_queries(1):  # the door with the stamps
            answer = staff("GET", f"{scene.path}/{path}", headers={"If-None-Match": etag})
        assert answer.status == 304


def test_an_answer_is_made_once_for_all_who_may_have_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    schedule = render.schedule

    def watched(question: Question, days: list[DoctorDay]) -> dict[str, Any]:
        made.append(question.etag)
        return schedule(question, days)

    monkeypatch.setattr(render, "schedule", watched)
    doctors = f"{scene.own.pk},{scene.colleague.pk}"
    path = f"{scene.path}/schedules?doctor={doctors}&from={MONDAY}&to={MONDAY}"

    def get(who: str, accepted: str = "") -> Answer:
        return scene.rest(who)("GET", path, headers={"Accept-Encoding": accepted})

    first = get("staff")
    assert get("admin").body == first.body
    assert len(made) == 1
    assert get("colleague").body != first.body  # who may not see what others may
    assert len(made) == 2
    packed = get("admin", "gzip")
    assert (packed.headers["Content-Encoding"], packed.etag) == ("gzip", f"W/{first.etag}")
    assert gzip.decompress(packed.body) == first.body
    assert get("staff", "gzip").body == packed.body
    assert len(made) == 3
    for name in ("ETag", "Vary", "Cache-Control", "Content-Type", "Content-Length"):
        assert get("staff").headers[name] == first.headers[name]
    scene.rest("admin")("PATCH", f"{scene.path}/patients/{scene.patient.pk}", {"name": "Ada King"})
    assert b"Ada King" in get("staff").body
    assert len(made) == 4


def test_an_answer_too_long_to_be_kept_is_made_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "LONGEST_KEPT", 100)
    path = f"{scene.path}/schedules?doctor={scene.own.pk}&from={MONDAY}&to={MONDAY}"
    first = scene.rest("staff").get(path)
    assert len(first.body) > 100
    assert not etags._kept
    assert scene.rest("staff").get(path).body == first.body


# -- If-Match ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"1"', 200),
        (' "1" ', 200),
        ('"2"', 412),
        ('W/"1"', 412),
        ('"01"', 412),
        ('"x"', 412),
        ('""', 412),
        ('"' + "9" * 5000 + '"', 412),
        ('"3", "1"', 200),
        ('"3","4" , W/"1"', 412),
        ('"x", "1"', 200),
        ("*", 200),
        ("", 400),
        ("1", 400),
        ('"1', 400),
        ('"1" "2"', 400),
        ("w/1", 400),
        ('"1", *', 400),
    ],
)
@pytest.mark.parametrize("noun", ["hospital", "doctor", "patient", "appointment"])
def test_if_match(scene: Scene, noun: str, header: str, status: int) -> None:
    path, body = {
        "hospital": (scene.path, {"address": "there"}),
        "doctor": (f"{scene.path}/doctors/{scene.own.pk}", {"specialty": "Neurology"}),
        "patient": (f"{scene.path}/patients/{scene.patient.pk}", {"phone": "555"}),
        "appointment": (f"{scene.path}/appointments/{scene.appointment.id}", {"reason": "other"}),
    }[noun]
    admin = scene.rest("admin")
    before = admin.get(path).json
    if noun == "appointment" and header == "*":
        status = 428
    if status == 200:
        assert admin("PATCH", path, body, headers={"If-Match": header}).json["version"] == 2
        return
    with nothing_written():
        answer = admin("PATCH", path, body, headers={"If-Match": header})
        assert answer.status == status
        if status == 400:
            assert answer.invalid() == [("If-Match", "invalid")]
        elif status == 412:
            assert answer.refused("version_conflict")["current"] == before
        else:
            answer.refused("precondition_required")


# -- packing -----------------------------------------------------------------------------------


def _long_list(scene: Scene) -> str:
    for number in range(30):
        DoctorFactory(hospital=scene.world.hospital, name=f"Doctor {number:02}")
    return f"{scene.path}/doctors"


def test_a_long_list_is_packed_and_its_etag_weak(scene: Scene) -> None:
    path, staff = _long_list(scene), scene.rest("staff")
    plain = staff.get(path)
    packed = staff("GET", path, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.etag == f"W/{plain.etag}"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 4
    assert packed.headers["Content-Length"] == str(len(packed.body))
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Authorization, Accept-Encoding"
    for etag in (plain.etag, packed.etag):
        headers = {"If-None-Match": etag, "Accept-Encoding": "gzip"}
        assert staff("GET", path, headers=headers).status == 304


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("deflate, *;q=0.1", True),
        ("gzip;q=0", False),
        ("*, gzip;q=0", False),
        ("identity", False),
        ("br", False),
        ("", False),
    ],
)
def test_only_what_the_client_takes_is_packed(scene: Scene, accepted: str, packed: bool) -> None:
    path = _long_list(scene)
    answer = scene.rest("staff")("GET", path, headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer.headers) is packed


def test_a_single_object_is_never_packed(scene: Scene) -> None:
    path = f"{scene.path}/patients/{PatientFactory(hospital=scene.world.hospital).pk}"
    scene.rest("staff")("PATCH", path, {"name": "x" * 200, "email": f"{'x' * 60}@example.org"})
    long = f"{scene.path}/appointments/{scene.appointment.id}"
    body = {"reason": "é" * 500}
    scene.rest("staff")("PATCH", long, body, headers={"If-Match": '"1"'})
    for single in (path, long, "me"):
        answer = scene.rest("staff")("GET", single, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers
        assert answer.etag.startswith('"')
        json.loads(answer.body)


def test_a_short_list_is_not_worth_packing(scene: Scene) -> None:
    path = f"{scene.path}/specialties"
    answer = scene.rest("staff")("GET", path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_quality() -> None:
    assert quality(None, "application/json") == 1
    assert quality("a/b;q=2", "a/b") == 1
    assert quality("a/b;q=x", "a/b") == 1
    assert quality("a/b;q=-1", "a/b") == 0
    assert quality("a/*;q=0.3, */*;q=0.9", "a/b") == 0.3
    assert quality("a/b;level=1;q=0.2, a/*", "a/b") == 0.2
    assert quality(",;,", "a/b") == 0
