"""Users are added, changed and disabled, and nobody shuts everybody out."""

from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.access import SignedIn
from accounts.models import TokenFamily, User
from accounts.tokens import issue
from accounts.users import UserChanges, change_user
from scheduler.errors import Invalid
from tests.factories.accounts import PASSWORD, UserFactory
from tests.races.test_tokens_race import at_once
from tests.world import World

from .conftest import Admin

ADD = "accounts/user/add/"
NEW = {
    "email": "Ann@Example.ORG",
    "name": " Ann Lee ",
    "password1": "river-stone-42",
    "password2": "river-stone-42",
}


def page(user: User) -> str:
    return f"accounts/user/{user.pk}/change/"


def alive(user: User) -> int:
    return TokenFamily.objects.filter(user=user, revoked_at=None).count()


def test_adding(admin: Admin) -> None:
    assert admin.send(ADD, NEW).status_code == 302
    user = User.objects.get(email="ann@example.org")
    assert (user.name, user.is_active, user.is_superuser) == ("Ann Lee", True, False)
    assert user.check_password("river-stone-42")
    assert LogEntry.objects.get().object_id == str(user.pk)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "no email"}, {"email"}),
        ({"email": "Admin@here.test"}, {"email"}),
        ({"email": None}, {"email"}),
        ({"name": " "}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"password1": "short", "password2": "short"}, {"password1"}),
        ({"password1": "password123", "password2": "password123"}, {"password1"}),
        ({"password1": "x" * 1001, "password2": "x" * 1001}, {"password1"}),
        ({"password2": "another-stone-42"}, {"password2"}),
        ({"password1": None, "password2": None}, {"password1", "password2"}),
    ],
)
def test_adding_refused(admin: Admin, changes: dict[str, Any], fields: set[str]) -> None:
    UserFactory(email="admin@here.test")
    before = User.objects.count()
    assert set(admin.errors(admin.send(ADD, NEW, **changes))) == fields
    assert User.objects.count() == before
    assert not LogEntry.objects.exists()


def test_a_refused_password_is_not_sent_back(admin: Admin) -> None:
    response = admin.send(ADD, NEW, email="no email")
    assert "river-stone-42" not in response.content.decode()


def test_changing_email_and_name_ends_no_sign_in(world: World, admin: Admin) -> None:
    user = world.staff.user
    assert admin.send(page(user), email="Ann@Here.test", name="Ann").status_code == 302
    user.refresh_from_db()
    assert (user.email, user.name, user.check_password(PASSWORD)) == ("ann@here.test", "Ann", True)
    assert alive(user) == 1


def test_a_new_password_ends_every_sign_in(world: World, admin: Admin) -> None:
    user = world.staff.user
    new = {"password1": "river-stone-42", "password2": "river-stone-42"}
    assert admin.send(page(user), **new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("river-stone-42")
    assert alive(user) == 0
    assert alive(world.admin.user) == 1


def test_a_weak_password_changes_nothing(world: World, admin: Admin) -> None:
    user = world.staff.user
    sent = admin.send(page(user), name="Ann", password1="short", password2="short")
    assert set(admin.errors(sent)) == {"password1"}
    user.refresh_from_db()
    assert (user.name, user.check_password(PASSWORD), alive(user)) == ("Staff", True, 1)


def test_disabling_ends_every_sign_in_and_keeps_the_password(world: World, admin: Admin) -> None:
    user = world.staff.user
    assert admin.send(page(user), is_active=None).status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.check_password(PASSWORD), alive(user)) == (False, True, 0)


def test_a_page_opened_earlier_undoes_nothing(world: World, admin: Admin) -> None:
    """Two tabs: what one of them withdrew, the other does not give back by renaming."""
    user = world.staff.user
    other = UserFactory(is_superuser=True)
    seen, seen_of_other = admin.opened(page(user)), admin.opened(page(other))
    assert (seen["initial-is_active"], seen_of_other["initial-is_superuser"]) == (True, True)
    assert admin.send(page(user), is_active=None).status_code == 302
    assert admin.send(page(other), is_superuser=None).status_code == 302
    assert admin.send(page(user), seen, name="Ann").status_code == 302
    assert admin.send(page(other), seen_of_other, email="ann@here.test").status_code == 302
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.name, user.is_active) == ("Ann", False)
    assert (other.email, other.is_superuser) == ("ann@here.test", False)
    assert LogEntry.objects.latest("pk").get_change_message() == "Changed Email."


def test_what_a_page_changes_is_changed(world: World, admin: Admin) -> None:
    user = world.staff.user
    seen = admin.opened(page(user))
    assert admin.send(page(user), seen, is_active=None, is_superuser="on").status_code == 302
    user.refresh_from_db()
    assert (user.name, user.is_active, user.is_superuser) == ("Staff", False, True)


def test_a_refused_page_remembers_what_it_showed_first(world: World, admin: Admin) -> None:
    user = world.staff.user
    seen = admin.opened(page(user))
    admin.send(page(user), is_active=None)
    text = admin.send(page(user), seen, name=" ").content.decode()
    assert '<input type="hidden" name="initial-is_active" value="True"' in text
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Staff", False)


def test_ones_own_password_keeps_ones_own_session_alone(world: World, admin: Admin) -> None:
    elsewhere = Client(SERVER_NAME="localhost")
    elsewhere.force_login(world.root.user)
    link = admin.get("password_change/").headers["Location"]
    assert link == f"/admin/{page(world.root.user)}"
    new = {"password1": "river-stone-42", "password2": "river-stone-42"}
    assert admin.send(page(world.root.user), **new).status_code == 302
    assert admin.get("").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert alive(world.root.user) == 0


@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_the_last_superuser_stays(world: World, admin: Admin, field: str) -> None:
    UserFactory(is_superuser=True, is_active=False)
    sent = admin.send(page(world.root.user), **{field: None})
    assert admin.errors(sent) == {field: ["Nobody else is a platform admin."]}
    world.root.user.refresh_from_db()
    assert world.root.user.is_active
    assert world.root.user.is_superuser
    assert alive(world.root.user) == 1


@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_one_of_two_superusers_may_go(world: World, admin: Admin, field: str) -> None:
    other = UserFactory(is_superuser=True)
    issue(other)
    assert admin.send(page(other), **{field: None}).status_code == 302
    other.refresh_from_db()
    assert not getattr(other, field)
    assert alive(other) == (1 if field == "is_superuser" else 0)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_superusers_who_shut_each_other_out_at_once(field: str) -> None:
    assert not User.objects.filter(is_superuser=True).exists()  # or all eight might go
    users = [UserFactory(is_superuser=True) for _ in range(8)]
    changes: UserChanges = {field: False}  # type: ignore[misc]
    answers = at_once(
        [
            partial(change_user, SignedIn(user.pk, 0, is_superuser=True), other.pk, changes=changes)
            for user, other in zip(users, (*users[1:], users[0]), strict=True)
        ]
    )
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    assert [error.code for answer in refused for error in answer.errors] == ["last_superuser"]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.parametrize(
    ("search", "found"), [("ann@", {"ann"}), ("ANN@EX", {"ann"}), ("bob b", {"bob"}), ("x", set())]
)
def test_search_by_the_beginning_of_email_or_name(
    admin: Admin, search: str, found: set[str]
) -> None:
    users = {
        "ann": UserFactory(email="ann@example.org", name="Ann Lee"),
        "bob": UserFactory(email="robert@example.org", name="Bob Bee"),
    }
    rows = admin.get(f"accounts/user/?q={search}").context["cl"].result_list
    assert {name for name, user in users.items() if user in rows} == found
