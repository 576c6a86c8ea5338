"""What only this API reads: connections, lists within lists, and who sees what in them."""

from __future__ import annotations

import pytest

from scheduler.pages import Cursor, encode_cursor
from tests.api_graphql.stage import MONDAY, TUESDAY
from tests.factories.doctors import DoctorFactory

DATES = f'from: "{MONDAY}", to: "{TUESDAY}"'
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


def test_a_connection_is_read_on(stage):
    for name in ("C", "A", "B"):
        DoctorFactory(hospital=stage.world.hospital, name=name)
    found, after = [], None
    document = (
        "query ($id: ID!, $after: String) { hospital(id: $id) { doctors(first: 2, after: $after) {"
        f" edges {{ cursor node {{ name }} }} nodes {{ name }} {PAGE} }} }} }}"
    )
    for has_next in (True, True, False):
        answer = stage.ask("staff", document, id=stage.hospital_id, after=after)
        page = answer.data["hospital"]["doctors"]
        names = [edge["node"]["name"] for edge in page["edges"]]
        assert [node["name"] for node in page["nodes"]] == names
        assert page["pageInfo"] == {
            "hasNextPage": has_next,
            "hasPreviousPage": after is not None,
            "startCursor": page["edges"][0]["cursor"],
            "endCursor": page["edges"][-1]["cursor"],
        }
        found += names
        after = page["pageInfo"]["endCursor"]
    assert found == ["A", "B", "C", "Dr Colleague", "Dr Own"]


def test_an_empty_connection(stage):
    page = stage.read("staff", f'patients(search: "nobody") {{ edges {{ cursor }} {PAGE} }}')
    assert page["patients"] == {
        "edges": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
    }


def test_nested_connections_are_read_on_for_each_parent(stage):
    after = encode_cursor(Cursor((stage.rows[0].starts_at, stage.rows[0].id)))
    document = (
        f'doctors {{ nodes {{ name appointments(first: 1, after: "{after}") {{'
        f" nodes {{ id }} {PAGE} }} }} }}"
    )
    colleague, own = stage.read("staff", document)["doctors"]["nodes"]
    assert [node["id"] for node in own["appointments"]["nodes"]] == [str(stage.rows[1].id)]
    assert not own["appointments"]["pageInfo"]["hasNextPage"]
    assert [node["id"] for node in colleague["appointments"]["nodes"]] == [str(stage.rows[2].id)]
    assert colleague["appointments"]["pageInfo"]["hasNextPage"]


def test_a_cursor_of_another_list_or_direction(stage):
    name = encode_cursor(Cursor(("A", 1)))
    backwards = encode_cursor(Cursor(("A", 1), backwards=True))
    for list_, after in (("appointments", name), ("doctors", backwards), ("patients", "x")):
        field = f'{list_}(after: "{after}") {{ nodes {{ id }} }}'
        answer = stage.ask("staff", f"{{ hospital(id: {stage.hospital_id}) {{ {field} }} }}")
        assert answer.fields == [("after", "invalid")]


def test_a_doctor_sees_colleagues_slots_as_busy(stage):
    schedules = (
        "schedules(doctorIds: [{}], {}) {{ doctor {{ id name }} availableSlots {{ time bookable"
        " appointment {{ {} }} }} }}"
    )
    colleague = stage.doctor_ids[1]
    for selected in ("id patient { name }", "id reason", "id history { version }"):
        document = schedules.format(colleague, DATES, selected)
        for who, visible in (("doctor", False), ("colleague", True), ("staff", True)):
            days = stage.read(who, document)["schedules"]
            busy = [s for day in days for s in day["availableSlots"] if not s["bookable"]]
            assert [s["time"] for s in busy] == ["10:00", "09:00"]
            assert [s["appointment"] is not None for s in busy] == [visible, visible]


def test_a_doctor_sees_only_their_own_appointments(stage):
    found = stage.read(
        "doctor",
        "doctors { nodes { id appointments { nodes { id } } } } appointments { nodes { id } }",
    )
    own = [{"id": str(row.id)} for row in stage.rows[:2]]
    assert found["appointments"]["nodes"] == own
    by_doctor = {node["id"]: node["appointments"]["nodes"] for node in found["doctors"]["nodes"]}
    assert by_doctor == {stage.doctor_ids[0]: own, stage.doctor_ids[1]: []}


def test_a_doctors_lists(stage):
    document = (
        f"doctor(id: {stage.doctor_ids[0]}) {{ hospital {{ id name version }}"
        f' appointments(from: "{TUESDAY}") {{ nodes {{ id date }} }}'
        f" availability({DATES}) {{ date shifts {{ start end }} }} }}"
    )
    shifts = [{"start": "09:00", "end": "17:00"}]
    assert stage.read("staff", document)["doctor"] == {
        "hospital": {"id": stage.hospital_id, "name": "General", "version": 1},
        "appointments": {"nodes": [{"id": str(stage.rows[1].id), "date": str(TUESDAY)}]},
        "availability": [
            {"date": str(MONDAY), "shifts": shifts},
            {"date": str(TUESDAY), "shifts": shifts},
        ],
    }


@pytest.mark.parametrize("field", ["appointments", "availability"])
def test_a_range_that_runs_backwards_is_refused_for_each_doctor(stage, field):
    selected = {"appointments": "nodes { id }", "availability": "date"}[field]
    dates = f'from: "{TUESDAY}", to: "{MONDAY}"'
    document = f"doctors {{ nodes {{ id {field}({dates}) {{ {selected} }} }} }}"
    answer = stage.ask("staff", f"{{ hospital(id: {stage.hospital_id}) {{ {document} }} }}")
    assert answer.codes == ["INVALID"]
    assert answer.fields == [("from", "after_to")]


def test_an_appointment_with_everything(stage):
    row, doctor, patient = stage.rows[0], stage.world.doctor_rows[0], stage.patients[0]
    document = (
        f"appointment(id: {row.id}) {{ id hospitalId doctorId startsAt endsAt date time duration"
        " status reason version doctor { name hospital { name } } patient { id name phone"
        " dateOfBirth } history { type at by { id name } version changes } }"
    )
    staff = stage.world.staff.user
    by = {"id": str(staff.pk), "name": "Staff"}
    found = stage.read("staff", document)["appointment"]
    history = found.pop("history")
    assert found == {
        "id": str(row.id),
        "hospitalId": stage.hospital_id,
        "doctorId": str(doctor.pk),
        "startsAt": "2026-11-30T09:00:00-05:00",
        "endsAt": "2026-11-30T10:00:00-05:00",
        "date": "2026-11-30",
        "time": "09:00",
        "duration": 60,
        "status": "BOOKED",
        "reason": "Knee",
        "version": 2,
        "doctor": {"name": "Dr Own", "hospital": {"name": "General"}},
        "patient": {
            "id": str(patient.pk),
            "name": "Pat 0",
            "phone": "555 0100",
            "dateOfBirth": "1980-05-17",
        },
    }
    assert history == [
        {
            "type": "BOOKED",
            "at": "2026-11-30T12:30:00+00:00",
            "by": by,
            "version": 1,
            "changes": {
                "doctorId": {"from": None, "to": doctor.pk},
                "patientId": {"from": None, "to": patient.pk},
                "startsAt": {"from": None, "to": "2026-11-30T09:00:00-05:00"},
                "status": {"from": None, "to": "booked"},
                "reason": {"from": None, "to": ""},
            },
        },
        {
            "type": "EDITED",
            "at": "2026-11-30T12:30:00+00:00",
            "by": by,
            "version": 2,
            "changes": {"reason": {"from": "", "to": "Knee"}},
        },
    ]


def test_me(stage):
    document = (
        "{ me { id email name isSuperuser memberships { role doctorId"
        " hospital { id name timezone address opens closes version"
        " doctors { nodes { name } } } } } }"
    )
    user = stage.world.doctor.user
    answer = stage.ask("doctor", document)
    assert answer.data["me"] == {
        "id": str(user.pk),
        "email": user.email,
        "name": "Doctor",
        "isSuperuser": False,
        "memberships": [
            {
                "role": "DOCTOR",
                "doctorId": stage.doctor_ids[0],
                "hospital": {
                    "id": stage.hospital_id,
                    "name": "General",
                    "timezone": "America/New_York",
                    "address": "",
                    "opens": "00:00",
                    "closes": "00:00",
                    "version": 1,
                    "doctors": {"nodes": [{"name": "Dr Colleague"}, {"name": "Dr Own"}]},
                },
            }
        ],
    }
    assert stage.ask("root", document).data["me"]["memberships"] == []


def test_hospitals_and_what_is_in_them(stage):
    document = (
        "{ hospitals { nodes { id name specialties doctors { nodes { name"
        " appointments { nodes { patient { name phone } } } } } members { nodes { role } } } } }"
    )
    answer = stage.ask("root", document)
    assert answer.errors == []
    elsewhere, general = answer.data["hospitals"]["nodes"]
    assert (elsewhere["name"], general["name"]) == ("Elsewhere", "General")
    assert [d["name"] for d in elsewhere["doctors"]["nodes"]] == ["Dr Other"]
    appointments = general["doctors"]["nodes"][1]["appointments"]["nodes"]
    assert [a["patient"]["phone"] for a in appointments] == ["555 0100", "555 0101"]
    assert stage.ask("stranger", "{ hospitals { nodes { name } } }").data == {
        "hospitals": {"nodes": [{"name": "Elsewhere"}]}
    }


def test_members_are_the_admins_alone(stage):
    document = (
        f"{{ hospital(id: {stage.hospital_id}) {{ name members(first: 0) {{ nodes {{ id }} }} }} }}"
    )
    answer = stage.ask("staff", document)
    assert (answer.codes, answer.data) == (["PERMISSION_DENIED"], {"hospital": None})
    assert answer.errors[0]["path"] == ["hospital", "members"]
    assert stage.ask("admin", document).fields == [("first", "out_of_range")]


@pytest.mark.parametrize("field", ["doctor", "patient", "appointment", "member"])
@pytest.mark.parametrize("id_", ["0", "x", "01", "-1", "9" * 25, "\uff11", ""])
def test_what_can_be_no_id_is_not_there(stage, field, id_):
    document = f"query ($h: ID!, $id: ID!) {{ hospital(id: $h) {{ {field}(id: $id) {{ id }} }} }}"
    answer = stage.ask("admin", document, h=stage.hospital_id, id=id_)
    assert (answer.status, answer.codes) == (200, ["NOT_FOUND"])
    assert answer.data == {"hospital": {field: None}}
    assert answer.errors[0]["path"] == ["hospital", field]
    assert stage.ask("admin", document, h=id_, id="1").data == {"hospital": None}


def test_openings(stage):
    document = (
        f'openings({DATES}, timeFrom: "10:00", timeTo: "11:00", limit: 3) {{'
        " doctor { id name } date time startsAt duration }"
    )
    own, colleague = stage.doctor_ids
    found = stage.read("staff", document)["openings"]
    assert [(o["doctor"]["id"], o["date"], o["time"]) for o in found] == [
        (own, "2026-11-30", "10:00"),
        (colleague, "2026-12-01", "10:00"),
    ]
    assert found[0]["doctor"]["name"] == "Dr Own"


def test_ids_may_be_numbers(stage):
    document = "query ($h: ID!) { hospital(id: $h) { id } }"
    for id_ in (int(stage.hospital_id), stage.hospital_id):
        assert stage.ask("staff", document, h=id_).data == {"hospital": {"id": stage.hospital_id}}


def test_a_deadline(stage, settings):
    settings.GRAPHQL_SECONDS = -1
    answer = stage.ask("staff", "{ hospitals { nodes { id } } }")
    assert (answer.status, answer.codes, answer.data) == (200, ["UNAVAILABLE"], None)
    assert answer.response.headers["Retry-After"] == "1"
