"""Patients over REST."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.patients import PatientFactory

NEW = {
    "name": "José Ángel Núñez",
    "date_of_birth": "1980-02-29",
    "phone": "+1 (555) 010-0199",
    "email": "jose@example.org",
    "mrn": "B-77",
}


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_add_look_up_and_change(scene: Scene, who: str) -> None:
    rest, path = scene.rest(who), f"{scene.path}/patients"
    new = rest("POST", path, NEW)
    assert (new.status, new.etag) == (201, '"1"')
    assert new.json == {"id": new.json["id"], **NEW, "version": 1}
    one = f"{path}/{new.json['id']}"
    assert new.headers["Location"] == f"http://testserver/api/v1/{one}"
    assert rest.get(one).json == new.json
    changed = rest("PATCH", one, {"phone": "", "mrn": " C-1 "}, headers={"If-Match": new.etag})
    assert changed.json == {**new.json, "phone": "", "mrn": "C-1", "version": 2}
    with nothing_written():
        assert rest("PATCH", one, {}).json == changed.json
        stale = rest("PATCH", one, {"phone": "1"}, headers={"If-Match": new.etag})
        assert stale.refused("version_conflict")["current"] == changed.json


def test_least(scene: Scene) -> None:
    body = {"name": "A", "date_of_birth": "1980-01-01"}
    patient = scene.rest("staff")("POST", f"{scene.path}/patients", body).json
    assert (patient["phone"], patient["email"], patient["mrn"]) == ("", "", "")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Ada Byron", "Bea Cole", "José Ángel Núñez"]),
        ("nun", ["José Ángel Núñez"]),
        ("JOSE ang", ["José Ángel Núñez"]),
        ("B-77", ["José Ángel Núñez"]),
        ("jose@example.org", ["José Ángel Núñez"]),
        ("0100199", ["José Ángel Núñez"]),
        ("1980-02-29", ["José Ángel Núñez"]),
        ("osé", []),
        ("zoe", []),
    ],
)
def test_search(scene: Scene, search: str, found: list[str]) -> None:
    PatientFactory(hospital=scene.world.hospital, **NEW | {"date_of_birth": date(1980, 2, 29)})
    answer = scene.rest("doctor").get(f"{scene.path}/patients", search=search)
    assert [row["name"] for row in answer.json["results"]] == found


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, [("name", "blank")]),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"date_of_birth": "1980-02-30"}, [("date_of_birth", "invalid")]),
        ({"date_of_birth": "29.02.1980"}, [("date_of_birth", "invalid")]),
        ({"date_of_birth": "2026-11-25"}, [("date_of_birth", "in_future")]),
        ({"date_of_birth": "1849-12-31"}, [("date_of_birth", "invalid")]),
        ({"email": "nope", "phone": "call me"}, [("phone", "invalid"), ("email", "invalid")]),
        ({"phone": "1" * 41, "mrn": "x" * 65}, [("phone", "max_length"), ("mrn", "max_length")]),
        ({"mrn": "A-1"}, [("mrn", "unique")]),
        ({"mrn": "A-1", "email": "x"}, [("email", "invalid"), ("mrn", "unique")]),
        ({"hospital_id": 1}, [("hospital_id", "unknown_field")]),
    ],
)
def test_invalid_patients(
    scene: Scene, change: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/patients"
    with nothing_written():
        assert staff("POST", path, NEW | change).invalid() == fields
        one = f"{path}/{scene.other_patient.pk}"
        assert staff("PATCH", one, change).invalid() == fields
        # What is invalid comes before the version.
        headers = {"If-Match": '"9"'}
        assert staff("PATCH", one, change, headers=headers).invalid() == fields


def test_the_same_mrn_in_another_hospital(scene: Scene) -> None:
    path = f"hospitals/{scene.world.other_hospital.pk}/patients"
    assert scene.rest("stranger")("POST", path, NEW | {"mrn": "A-1"}).status == 201


def test_who_may(scene: Scene) -> None:
    path = f"{scene.path}/patients"
    one, foreign = f"{path}/{scene.patient.pk}", f"{path}/{scene.foreign_patient.pk}"
    with nothing_written():
        for who, code in ((scene.rest("stranger"), "not_found"), (Rest(), "not_authenticated")):
            who.get(path, x=1).refused(code)
            who("POST", path, {"x": 1}).refused(code)
            who.get(one, x=1).refused(code)
            who("PATCH", one, {"x": 1}).refused(code)
        for who in ("root", "admin", "staff", "doctor"):
            for other in (foreign, f"{path}/999999"):
                scene.rest(who).get(other, x=1).refused("not_found")
                scene.rest(who)("PATCH", other, {"x": 1}).refused("not_found")
    assert (
        len(
            scene.rest("stranger")
            .get(f"hospitals/{scene.world.other_hospital.pk}/patients")
            .json["results"]
        )
        == 1
    )


def test_queries(scene: Scene, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the door, the patients
        scene.rest("staff").get(f"{scene.path}/patients", search="ada")
    with django_assert_num_queries(2):  # the door, the patient
        scene.rest("staff").get(f"{scene.path}/patients/{scene.patient.pk}")
