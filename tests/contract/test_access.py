"""Who may do what: the full product of people and calls, over both APIs."""

from __future__ import annotations

import pytest

from tests.clients import CALLS
from tests.rows import snapshot
from tests.world import PEOPLE

OK, DENIED, ABSENT, UNKNOWN = "ok", "permission_denied", "not_found", "not_authenticated"

# What comes out for: root, admin, staff, doctor, colleague, stranger (admin of another hospital).
MEMBERS = (OK, OK, OK, OK, OK, ABSENT)
ADMINS = (OK, OK, DENIED, DENIED, DENIED, ABSENT)
# Of `doctor`'s appointment, and of `doctor`'s availability.
HIS_APPOINTMENT = (OK, OK, OK, OK, ABSENT, ABSENT)
HIS_TIME = (OK, OK, OK, OK, DENIED, ABSENT)
ANYBODY = (OK, OK, OK, OK, OK, OK)

TABLE = {
    "me": ANYBODY,
    "hospitals": ANYBODY,
    "change_password": ANYBODY,
    "hospital": MEMBERS,
    "doctors": MEMBERS,
    "doctor": MEMBERS,
    "specialties": MEMBERS,
    "schedules": MEMBERS,
    "openings": MEMBERS,
    "availability": MEMBERS,
    "patients": MEMBERS,
    "patient": MEMBERS,
    "create_patient": MEMBERS,
    "update_patient": MEMBERS,
    "appointments": MEMBERS,
    "appointment": HIS_APPOINTMENT,
    "history": HIS_APPOINTMENT,
    "change_appointment": HIS_APPOINTMENT,
    "cancel_appointment": HIS_APPOINTMENT,
    "book_appointment": HIS_TIME,
    "set_availability": HIS_TIME,
    "create_doctor": ADMINS,
    "update_doctor": ADMINS,
    "update_hospital": ADMINS,
    "members": ADMINS,
    "member": ADMINS,
    "add_member": ADMINS,
    "change_member": ADMINS,
    "remove_member": ADMINS,
    "create_hospital": (OK, DENIED, DENIED, DENIED, DENIED, DENIED),
}
# These are how one becomes somebody.
WITHOUT_A_TOKEN = {"obtain_token", "refresh_token", "revoke_token"}


def test_the_table_is_complete():
    assert set(TABLE) | WITHOUT_A_TOKEN == set(CALLS)


@pytest.mark.parametrize("call", TABLE)
@pytest.mark.parametrize("who", [*PEOPLE, "nobody"])
def test_rights(stage, who, call):
    expected = UNKNOWN if who == "nobody" else TABLE[call][PEOPLE.index(who)]
    before = snapshot(stage.world.hospital)
    answer = stage.call(who, call)
    assert answer.code == expected, answer
    if expected != OK:
        assert snapshot(stage.world.hospital) == before


@pytest.mark.parametrize("call", sorted(WITHOUT_A_TOKEN))
def test_without_a_token(stage, call):
    assert stage.call("nobody", call).code == OK
