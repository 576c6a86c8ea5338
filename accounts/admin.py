"""The admin of users and of their roles in hospitals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import platform_access
from accounts.hospital_rows_admin import (
    HospitalRowAdmin,
    HospitalRowForm,
    RowField,
    link_to_list,
)
from accounts.models import Membership, User
from accounts.queries import Member
from accounts.service_admin import ServiceAdmin, ServiceForm, lines
from accounts.services import MemberChanges, add_member, change_member, remove_member
from accounts.users import add_user, change_user
from scheduler.db import execute

admin.site.site_header = admin.site.site_title = "Appointment scheduler"
admin.site.index_title = "Administration"
# Rights are roles in hospitals, and groups have none.
admin.site.unregister(auth_admin.Group)  # type: ignore[attr-defined]


def _own_page(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:accounts_user_change", args=(request.user.pk,)))


# Django's own page for one's password would leave the tokens alive that the old one brought.
admin.site.password_change = _own_page  # type: ignore[method-assign, assignment]

PASSWORDS = ("password1", "password2")


def _password_field(label: str, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "new-password", "class": "vTextField"})
    return forms.CharField(label=label, strip=False, widget=widget, required=False, **kwargs)


class UserForm(ServiceForm):
    called: ClassVar = {"password": "password1"}
    remembered = ("email", "name", "is_active", "is_superuser")

    password1 = _password_field("Password", help_text=password_validators_help_text_html())
    password2 = _password_field("Password again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["password1"].required = self.fields["password2"].required = True

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if "password1" in values and values["password1"] != values.get("password2", ""):
            self.add_error("password2", "The two passwords differ.")
        return values


@method_decorator(sensitive_post_parameters(), "changeform_view")
@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Nobody is deleted: what they did bears their name. Disable them instead."""

    form = UserForm
    list_display = ("email", "name", "is_active", "is_superuser")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        ("Rights", {"fields": ("is_active", "is_superuser", "roles")}),
        (
            "Set a new password",
            {
                "fields": PASSWORDS,
                "classes": ("collapse",),
                "description": "Ends all sign-ins of the user. Leave it empty to keep the old one.",
            },
        ),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", *PASSWORDS)}),
        ("Rights", {"fields": ("is_superuser",)}),
    )
    readonly_fields = ("roles",)

    def search(self, rows: QuerySet[User], text: str) -> QuerySet[User]:
        text = text.strip()
        if not text or "@" in text:
            return rows.filter(email__startswith=text.lower())
        found = User.objects.filter(
            Q(email__startswith=text.lower())
            | Q(name__startswith=text)
            | Q(name__startswith=text.title())
        ).values("id")
        # An array, or the planner may walk all users in the order of the page for a rare name.
        return rows.filter(
            Func(
                F("id"),
                ArraySubquery(found),
                template="%(expressions)s)",
                arg_joiner=" = ANY(",
                output_field=BooleanField(),
            )
        )

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        found = user.memberships.select_related("hospital").order_by("hospital__name")[:50]
        return lines(
            link_to_list(
                "accounts_membership", f"{row.role} of {row.hospital}", hospital=row.hospital_id
            )
            for row in found
        )

    def write(self, request: HttpRequest, form: Any, change: bool) -> User:
        password = form.cleaned_data["password1"]
        if not change:
            values: Any = {
                name: value for name, value in form.cleaned_data.items() if name not in PASSWORDS
            }
            return add_user(self.caller(request), password=password, **values)
        changes = form.changed_values()
        if password:
            changes["password"] = password
        user = change_user(self.caller(request), form.instance.pk, changes=changes)
        if password and user.pk == request.user.pk:
            # Otherwise the session would end with the password that it began with.
            update_session_auth_hash(request, user)
        return user


class MemberForm(HospitalRowForm):
    called: ClassVar = {"member": "role"}
    remembered = ("role", "doctor_id")

    doctor_id = RowField(
        "doctors.Doctor",
        label="Doctor",
        required=False,
        help_text="For the role doctor alone: who of them it is.",
    )


class NewMemberForm(MemberForm):
    email = forms.EmailField(
        max_length=254, widget=forms.EmailInput({"class": "vTextField"}), help_text="In any case."
    )
    name = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="For a new user: somebody who is one already keeps their name.",
    )
    password = _password_field(
        "Password", help_text="For a new user: somebody who is one already has theirs."
    )


@admin.register(Membership)
class MembershipAdmin(HospitalRowAdmin):
    """Stands here and not in the doctors' app, whose model it names as `Membership` does."""

    form = MemberForm
    add_form = NewMemberForm
    deletes = True
    list_display = ("name", "email", "role", "doctor", "can_sign_in")
    list_select_related = ("user",)
    row_select_related = ("hospital", "user")
    ordering = ("user__name", "id")
    readonly_fields = ("hospital", "member")
    fieldsets = ((None, {"fields": ("hospital", "member", "role", "doctor_id")}),)
    add_fieldsets = (
        (None, {"fields": ("hospital", "email", "name", "password")}),
        ("Role", {"fields": ("role", "doctor_id")}),
    )

    def search_in(
        self, hospital_id: int, rows: QuerySet[Membership], text: str
    ) -> QuerySet[Membership]:
        text = text.strip()
        return rows.filter(Q(user__name__icontains=text) | Q(user__email__istartswith=text))

    def completed(self, rows: Sequence[Any], question: Any) -> Sequence[Any]:
        ids = [row.doctor_id for row in rows if row.doctor_id]
        names = ids and execute(
            "SELECT id, name FROM doctors WHERE hospital_id = %s AND id = ANY(%s)",
            (question.hospital.pk, ids),
        )
        for row in rows:
            row.doctor_name = dict(names).get(row.doctor_id, "")
        return rows

    def name_of(self, row: Membership) -> str:
        return f"{row.user.name}, {row.role} of {row.hospital}"

    @admin.display(description="Name")
    def name(self, row: Membership) -> str:
        return row.user.name

    @admin.display(description="Email")
    def email(self, row: Membership) -> str:
        return row.user.email

    @admin.display(description="Doctor")
    def doctor(self, row: Any) -> str:
        return str(row.doctor_name)

    @admin.display(description="Active", boolean=True)
    def can_sign_in(self, row: Membership) -> bool:
        return row.user.is_active

    @admin.display(description="User")
    def member(self, row: Membership) -> str:
        url = reverse("admin:accounts_user_change", args=(row.user_id,))
        return format_html('<a href="{}">{}</a>', url, row.user)

    def write(self, request: HttpRequest, form: Any, change: bool) -> Member:
        access = self.access(request, form)
        values = form.cleaned_data
        if change:
            changes: MemberChanges = form.changed_values()
            return change_member(access, form.instance.pk, changes=changes)
        member = add_member(
            access,
            email=values["email"],
            name=values["name"],
            role=values["role"],
            doctor_id=values["doctor_id"],
            password=values["password"],
        )
        form.instance.user_id = member.user_id
        return member

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(platform_access(request.user, obj.hospital_id), obj.pk)
