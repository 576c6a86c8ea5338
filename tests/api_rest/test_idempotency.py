"""Safe repeats over HTTP: the same answer again, and nothing written."""

from __future__ import annotations

from typing import Any

import pytest

from appointments.models import IdempotencyKey
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.accounts import MembershipFactory

PATIENT = {"name": "Ada Lovelace", "date_of_birth": "1915-12-10", "mrn": "L-1"}


def booking(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "doctor_id": scene.own.pk,
        "patient_id": scene.other_patient.pk,
        "starts_at": "2026-11-30T11:00",
    } | more


def send(who: Rest, path: str, body: Any, key: str = "k-1") -> Any:
    return who("POST", path, body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("noun", ["appointments", "patients"])
def test_a_repeat_gets_the_same_answer(scene: Scene, noun: str) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/{noun}"
    body = booking(scene, reason="é\n") if noun == "appointments" else PATIENT
    first = send(staff, path, body)
    assert first.status == 201
    assert "Idempotency-Replayed" not in first.headers
    with nothing_written():
        second = send(staff, path, body)
    assert (second.status, second.body) == (201, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type", "Cache-Control"):
        assert second.headers[name] == first.headers[name]
    # By another order of fields, too.
    assert send(staff, path, dict(reversed(body.items()))).body == first.body


def test_the_answer_stays_as_it_was(scene: Scene) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/appointments"
    first = send(staff, path, booking(scene))
    changed = staff("DELETE", f"{path}/{first.json['id']}", headers={"If-Match": first.etag})
    assert changed.json["status"] == "cancelled"
    assert send(staff, path, booking(scene)).body == first.body


@pytest.mark.parametrize("noun", ["appointments", "patients"])
def test_the_same_key_with_another_request(scene: Scene, noun: str) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/{noun}"
    body = booking(scene) if noun == "appointments" else PATIENT
    other = {"reason": "x"} if noun == "appointments" else {"mrn": "L-2"}
    send(staff, path, body)
    with nothing_written():
        send(staff, path, body | other).refused("idempotency_key_reused")
        # What is invalid comes first: here, what only the database knows to be.
        if noun == "patients":
            assert send(staff, path, body | {"phone": "5"}).invalid() == [("mrn", "unique")]
        assert send(staff, path, {**body, "nope": 1}).invalid() == [("nope", "unknown_field")]


def test_one_key_for_both_nouns(scene: Scene) -> None:
    staff = scene.rest("staff")
    send(staff, f"{scene.path}/patients", PATIENT)
    with nothing_written():
        send(staff, f"{scene.path}/appointments", booking(scene)).refused("idempotency_key_reused")


def test_keys_are_the_callers_and_the_hospitals_own(scene: Scene) -> None:
    MembershipFactory(hospital=scene.world.other_hospital, user=scene["staff"].user)
    staff, body = scene.rest("staff"), {"name": "A", "date_of_birth": "1980-01-01"}
    answers = [
        send(staff, f"{scene.path}/patients", body),
        send(scene.rest("admin"), f"{scene.path}/patients", body),
        send(staff, f"hospitals/{scene.world.other_hospital.pk}/patients", body),
    ]
    assert [answer.status for answer in answers] == [201, 201, 201]
    assert len({answer.json["id"] for answer in answers}) == 3
    assert not any("Idempotency-Replayed" in answer.headers for answer in answers)


def test_a_refusal_leaves_nothing_behind(scene: Scene) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/appointments"
    taken = booking(scene, starts_at="2026-11-30T10:00")
    with nothing_written():
        send(staff, path, taken).refused("slot_taken")
    assert IdempotencyKey.objects.count() == 0
    staff("DELETE", f"{path}/{scene.appointment.id}", headers={"If-Match": '"1"'})
    again = send(staff, path, taken)
    assert again.status == 201
    assert "Idempotency-Replayed" not in again.headers


@pytest.mark.parametrize("key", ["", " ", " a", "x" * 256, "é", "\x7f"])
@pytest.mark.parametrize("noun", ["appointments", "patients"])
def test_keys_are_printable_ascii(scene: Scene, noun: str, key: str) -> None:
    body = booking(scene) if noun == "appointments" else PATIENT
    with nothing_written():
        answer = send(scene.rest("staff"), f"{scene.path}/{noun}", body, key)
        assert answer.invalid() == [("Idempotency-Key", "invalid")]


@pytest.mark.parametrize("key", ["x", "a b", "!~" * 127 + "!", '"8e03978e-40d5"'])
def test_any_such_key_will_do(scene: Scene, key: str) -> None:
    path = f"{scene.path}/patients"
    first, second = (send(scene.rest("staff"), path, PATIENT, key) for _ in range(2))
    assert first.body == second.body


def test_without_a_key_every_request_counts(scene: Scene) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/patients"
    body = PATIENT | {"mrn": ""}
    assert staff("POST", path, body).json["id"] != staff("POST", path, body).json["id"]
    assert IdempotencyKey.objects.count() == 0
