"""What only this API writes: absent, null and given; and fields one by one."""

from __future__ import annotations

import pytest

from accounts.models import Membership, User
from hospitals.models import Hospital
from patients.models import Patient
from tests.api_graphql.stage import MONDAY, book, write
from tests.factories.accounts import PASSWORD


def test_book_change_cancel(stage):
    booked = book(stage, reason="Knee").data["bookAppointment"]
    id_ = booked.pop("id")
    assert booked == {
        "doctor": {"name": "Dr Own"},
        "patient": {"name": "Pat 0"},
        "time": "11:00",
        "status": "BOOKED",
        "reason": "Knee",
        "version": 1,
    }
    moved = write(
        stage,
        "staff",
        "changeAppointment",
        "{ doctor { name } time reason version history { type } }",
        id=id_,
        expectedVersion=1,
        startsAt=f"{MONDAY}T12:00",
        doctorId=stage.doctor_ids[1],
    )
    assert moved.data["changeAppointment"] == {
        "doctor": {"name": "Dr Colleague"},
        "time": "12:00",
        "reason": "Knee",
        "version": 2,
        "history": [{"type": "BOOKED"}, {"type": "MOVED"}],
    }
    cancelled = write(
        stage,
        "staff",
        "cancelAppointment",
        "{ status reason version }",
        id=id_,
        expectedVersion=2,
        reason="Ill",
    )
    assert cancelled.data["cancelAppointment"] == {
        "status": "CANCELLED",
        "reason": "Knee",
        "version": 3,
    }


def test_statuses_are_enums(stage):
    given = {"id": str(stage.rows[0].id), "expectedVersion": 2, "status": "ARRIVED"}
    answer = write(stage, "doctor", "changeAppointment", "{ status version }", **given)
    assert answer.data["changeAppointment"] == {"status": "ARRIVED", "version": 3}
    answer = write(stage, "doctor", "changeAppointment", "{ id }", **{**given, "status": "arrived"})
    assert (answer.status, answer.fields) == (400, [("status", "invalid")])


def test_any_doctor(stage):
    given = {"doctorId": None, "specialty": "Cardiology"}
    assert book(stage, **given).data["bookAppointment"]["doctor"] == {"name": "Dr Own"}
    assert book(stage, "colleague", doctorId=None, patientId=str(stage.patients[1].pk)).data[
        "bookAppointment"
    ]["doctor"] == {"name": "Dr Colleague"}


def test_a_change_touches_what_was_given(stage):
    patient = stage.patients[0]
    selected = "{ name phone email version }"
    answer = write(stage, "staff", "updatePatient", selected, id=str(patient.pk), email="a@b.org")
    assert answer.data["updatePatient"] == {
        "name": "Pat 0",
        "phone": "555 0100",
        "email": "a@b.org",
        "version": 2,
    }


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("updatePatient", "phone"),
        ("updatePatient", "dateOfBirth"),
        ("updateDoctor", "active"),
        ("updateHospital", "opens"),
        ("changeMember", "role"),
        ("changeAppointment", "startsAt"),
        ("changeAppointment", "doctorId"),
        ("changeAppointment", "status"),
        ("cancelAppointment", "reason"),
        ("createPatient", "mrn"),
        ("createDoctor", "active"),
        ("createHospital", "address"),
    ],
)
def test_null_is_no_value(stage, field, name):
    ids = {
        "updatePatient": stage.patients[0].pk,
        "updateDoctor": stage.doctor_ids[0],
        "changeMember": stage.world.staff.member_id,
        "changeAppointment": stage.rows[0].id,
        "cancelAppointment": stage.rows[0].id,
    }
    given = {
        "createPatient": {"name": "A", "dateOfBirth": "1980-01-01"},
        "createDoctor": {"name": "A", "specialty": "B"},
        "createHospital": {"name": "A", "timezone": "Europe/Paris"},
    }.get(field, {})
    if field in ids:
        given["id"] = str(ids[field])
    if field.endswith("Appointment"):
        given["expectedVersion"] = 1
    kind = field[0].upper() + field[1:] + "Input"
    document = f"mutation ($input: {kind}!) {{ {field}(input: $input) {{ id }} }}"
    if field != "createHospital":
        given["hospitalId"] = stage.hospital_id
    answer = stage.ask("root", document, input={**given, name: None})
    assert (answer.status, answer.fields) == (200, [(name, "null")])
    # Whoever may not, or what is not there, comes before it.
    if field in ("updateDoctor", "updateHospital", "changeMember", "createDoctor"):
        answer = stage.ask("staff", document, input={**given, name: None})
        assert answer.codes == ["PERMISSION_DENIED"]
    if field in ids:
        answer = stage.ask("root", document, input={**given, name: None, "id": "999999999"})
        assert answer.codes == ["NOT_FOUND"]


def test_a_colleagues_slot_comes_before_bad_input(stage):
    answer = book(stage, "doctor", doctorId=stage.doctor_ids[1], reason=None)
    assert answer.codes == ["PERMISSION_DENIED"]


def test_expected_versions(stage):
    patient = {"id": str(stage.patients[0].pk), "phone": "1"}
    answer = write(stage, "staff", "updatePatient", "{ id }", **patient, expectedVersion=9)
    assert answer.codes == ["VERSION_CONFLICT"]
    assert answer.errors[0]["extensions"]["current"] == {
        "id": patient["id"],
        "name": "Pat 0",
        "dateOfBirth": "1980-05-17",
        "phone": "555 0100",
        "email": "",
        "mrn": "",
        "version": 1,
    }
    for number, version in enumerate((1, 2, None)):
        given = {**patient, "phone": str(number), "expectedVersion": version}
        answer = write(stage, "staff", "updatePatient", "{ version }", **given)
        assert answer.data["updatePatient"] == {"version": number + 2}


def test_hospitals(stage):
    document = (
        "mutation ($input: CreateHospitalInput!) { createHospital(input: $input) {"
        " id name address timezone opens closes version doctors { nodes { id } } } }"
    )
    given = {"name": " New ", "timezone": "Europe/Paris"}
    created = stage.ask("root", document, input=given).data["createHospital"]
    assert created == {
        "id": str(Hospital.objects.get(name="New").pk),
        "name": "New",
        "address": "",
        "timezone": "Europe/Paris",
        "opens": "00:00",
        "closes": "00:00",
        "version": 1,
        "doctors": {"nodes": []},
    }
    selected = "{ name opens version }"
    changed = write(stage, "admin", "updateHospital", selected, opens="08:30", expectedVersion=1)
    assert changed.data["updateHospital"] == {"name": "General", "opens": "08:30", "version": 2}
    assert write(stage, "staff", "updateHospital", selected).codes == ["PERMISSION_DENIED"]


def test_members(stage):
    given = {"email": "new@b.org", "name": "New", "role": "DOCTOR", "password": "a long password"}
    given["doctorId"] = stage.doctor_ids[0]
    selected = "{ id role doctorId user { email name } }"
    added = write(stage, "admin", "addMember", selected, **given).data["addMember"]
    id_ = added.pop("id")
    user = User.objects.get(email="new@b.org")
    assert str(Membership.objects.get(user=user).pk) == id_
    assert added == {
        "role": "DOCTOR",
        "doctorId": stage.doctor_ids[0],
        "user": {"email": "new@b.org", "name": "New"},
    }
    changed = write(stage, "admin", "changeMember", "{ role doctorId }", id=id_, role="STAFF")
    assert changed.data["changeMember"] == {"role": "STAFF", "doctorId": None}
    removed = write(stage, "admin", "removeMember", id=id_)
    assert removed.data == {"removeMember": True}
    again = write(stage, "admin", "removeMember", id=id_)
    assert (again.codes, again.data) == (["NOT_FOUND"], {"removeMember": None})


def test_change_password(stage):
    document = "mutation ($c: String!, $n: String!) { changePassword(current: $c, new: $n) }"
    answer = stage.ask("staff", document, c="wrong", n="another long password")
    assert answer.fields == [("current", "wrong_password")]
    answer = stage.ask("staff", document, c=PASSWORD, n="another long password")
    assert answer.data == {"changePassword": True}


# -- fields one by one ------------------------------------------------------------------------


def test_rights_are_read_afresh_by_each_field(stage):
    document = (
        "mutation ($r: RemoveMemberInput!, $p: CreatePatientInput!) {"
        " removeMember(input: $r) createPatient(input: $p) { id } }"
    )
    me = stage.world.admin.member_id
    other = Membership.objects.get(pk=stage.world.staff.member_id)
    other.role = "admin"
    other.save()
    answer = stage.ask(
        "admin",
        document,
        r={"hospitalId": stage.hospital_id, "id": str(me)},
        p={"hospitalId": stage.hospital_id, "name": "A", "dateOfBirth": "1980-01-01"},
    )
    assert answer.status == 200
    assert answer.data == {"removeMember": True, "createPatient": None}
    assert (answer.codes, answer.errors[0]["path"]) == (["NOT_FOUND"], ["createPatient"])


def test_what_was_done_is_told_when_the_sign_in_ends_meanwhile(stage):
    document = (
        "mutation ($p: CreatePatientInput!, $t: String!) { a: createPatient(input: $p) { name }"
        " revokeToken(refresh: $t) b: createPatient(input: $p) { name } }"
    )
    patient = {"hospitalId": stage.hospital_id, "name": "A", "dateOfBirth": "1980-01-01"}
    answer = stage.ask("staff", document, p=patient, t=stage.world.staff.tokens.refresh)
    assert answer.status == 200
    assert answer.data == {"a": {"name": "A"}, "revokeToken": True, "b": None}
    assert answer.codes == ["NOT_AUTHENTICATED"]


def test_a_deadline_stops_fields_that_have_not_begun(stage, settings):
    settings.GRAPHQL_SECONDS = -1
    before = Patient.objects.count()
    given = {"name": "A", "dateOfBirth": "1980-01-01"}
    answer = write(stage, "staff", "createPatient", "{ id }", **given)
    assert (answer.codes, answer.data) == (["UNAVAILABLE"], {"createPatient": None})
    assert Patient.objects.count() == before
