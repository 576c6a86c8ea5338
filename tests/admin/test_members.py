"""Roles are given, changed and taken away through the services."""

import pytest

from accounts.models import Membership, User
from tests.factories.accounts import UserFactory
from tests.world import World

from .conftest import Admin


def add(world: World) -> str:
    return f"accounts/membership/add/?hospital={world.hospital.pk}"


def page(world: World, member_id: int | None, verb: str = "change") -> str:
    return f"accounts/membership/{world.hospital.pk}-{member_id}/{verb}/"


def role(member_id: int | None) -> tuple[str, int | None]:
    return Membership.objects.values_list("role", "doctor_id").get(pk=member_id)


def test_adding_a_new_user(world: World, admin: Admin) -> None:
    sent = {"email": "Ann@x.test", "name": "Ann", "password": "river-stone-42", "role": "staff"}
    response = admin.send(add(world), sent)
    assert response.status_code == 302
    member = Membership.objects.get(user__email="ann@x.test")
    assert (member.hospital, member.role, member.user.name) == (world.hospital, "staff", "Ann")


def test_adding_somebody_known_as_a_doctor(world: World, admin: Admin) -> None:
    user = UserFactory()
    doctor = world.doctor_rows[0]
    sent = {"email": user.email, "role": "doctor", "doctor_id": doctor.pk}
    assert admin.send(add(world), sent, _continue="1").status_code == 302
    assert role(Membership.objects.get(user=user).pk) == ("doctor", doctor.pk)


def test_adding_refused_at_the_fields(world: World, admin: Admin) -> None:
    before = (User.objects.count(), Membership.objects.count())
    cases = {
        "email": {"email": world.staff.user.email, "role": "staff"},
        "name": {"email": "new@x.test", "password": "river-stone-42", "role": "staff"},
        "password": {"email": "new@x.test", "name": "N", "password": "short", "role": "staff"},
        "role": {"email": "new@x.test", "name": "N", "password": "river-stone-42"},
        "doctor_id": {
            "email": world.stranger.user.email,
            "role": "doctor",
            "doctor_id": world.other_doctor.pk,
        },
    }
    for field, sent in cases.items():
        assert set(admin.errors(admin.send(add(world), sent))) == {field}
    assert (User.objects.count(), Membership.objects.count()) == before


def test_changing_a_role(world: World, admin: Admin) -> None:
    doctor = world.doctor_rows[0]
    path = page(world, world.staff.member_id)
    assert admin.send(path, role="doctor", doctor_id=doctor.pk).status_code == 302
    assert role(world.staff.member_id) == ("doctor", doctor.pk)
    assert admin.send(path, role="admin", doctor_id=None).status_code == 302
    assert role(world.staff.member_id) == ("admin", None)


def test_a_page_opened_earlier_undoes_nothing(world: World, admin: Admin) -> None:
    path = page(world, world.staff.member_id)
    seen = admin.opened(path)
    doctor = world.doctor_rows[0]
    assert admin.send(path, role="doctor", doctor_id=doctor.pk).status_code == 302
    assert admin.send(path, seen).status_code == 302
    assert role(world.staff.member_id) == ("doctor", doctor.pk)
    # A role that names nobody takes the doctor away without being told to.
    assert admin.send(path, admin.opened(path), role="staff").status_code == 302
    assert role(world.staff.member_id) == ("staff", None)


def test_the_last_admin_keeps_the_role(world: World, admin: Admin) -> None:
    sent = admin.send(page(world, world.admin.member_id), role="staff")
    assert admin.errors(sent) == {"role": ["A hospital keeps at least one active admin."]}
    assert role(world.admin.member_id) == ("admin", None)


def test_removing(world: World, admin: Admin) -> None:
    path = page(world, world.staff.member_id, "delete")
    assert "Staff, staff of General" in admin.get(path).content.decode()
    assert admin.client.post(f"/admin/{path}", {"post": "yes"}).status_code == 302
    assert not Membership.objects.filter(pk=world.staff.member_id).exists()
    assert User.objects.filter(pk=world.staff.user.pk).exists()


def test_the_last_admin_is_not_removed(world: World, admin: Admin) -> None:
    path = page(world, world.admin.member_id, "delete")
    response = admin.client.post(f"/admin/{path}", {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"/admin/{page(world, world.admin.member_id)}", 302)]
    assert "A hospital keeps at least one active admin." in response.content.decode()
    assert role(world.admin.member_id) == ("admin", None)


@pytest.mark.parametrize(("search", "names"), [("sta", ["Staff"]), ("coll", ["Colleague"])])
def test_searching(world: World, admin: Admin, search: str, names: list[str]) -> None:
    response = admin.get(f"accounts/membership/?hospital={world.hospital.pk}&q={search}")
    assert [row.user.name for row in response.context["cl"].result_list] == names
    assert ("Dr Colleague" in response.content.decode()) == (search == "coll")
