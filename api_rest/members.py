"""The members of a hospital: users and their roles in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.models import Role
from accounts.queries import get_member, members
from accounts.services import add_member, change_member, remove_member
from api_rest import render
from api_rest.body import Choice, Id, Input, Text, read_body
from api_rest.etags import created, no_content, one
from api_rest.operations import PageOf, operation
from api_rest.pages import page_params, render_page
from api_rest.query import read_query
from api_rest.views import ApiView, judged_after, path_id
from scheduler.errors import PermissionDenied

LIST = page_params(str, int)


class MemberInput(Input):
    email = Text(max_length=254)
    # Of a user who is known neither is looked at, so the service judges them.
    name = Text(
        required=False, allow_blank=True, allow_null=True, help_text="Of a user who is new."
    )
    role = Choice(Role.values)
    doctor_id = Id(required=False, allow_null=True, help_text="Of a member with the role doctor.")
    password = Text(required=False, allow_null=True, help_text="For an email that is new.")


class MemberChangesInput(Input):
    role = Choice(Role.values)
    doctor_id = Id(allow_null=True)


class MembersView(ApiView):
    @operation(
        "members",
        "The members, by name",
        query=LIST,
        answer=PageOf(render.MemberJson),
        refuses=(PermissionDenied,),
    )
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        with judged_after(access.require_hospital_admin):
            asked = read_query(request, LIST)
        page = members(access, after=asked["cursor"], size=asked["page_size"])
        return render_page(request, page, render.member)

    @operation(
        "addMember",
        "Give somebody a role in the hospital",
        body=MemberInput,
        answer=render.MemberJson,
        status=201,
        refuses=(PermissionDenied,),
    )
    def post(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        with judged_after(access.require_hospital_admin):
            sent = read_body(request, MemberInput)
        member = add_member(access, **({"name": None} | sent))
        return created(request, render.member(member))


class MemberView(ApiView):
    @operation("member", "One member", answer=render.MemberJson, refuses=(PermissionDenied,))
    def get(self, request: Request, hospital_id: str, member_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        row = get_member(access, path_id(member_id))
        read_query(request, {})
        return one(request, render.member(row))

    @operation(
        "changeMember",
        "Give a member another role",
        body=MemberChangesInput,
        answer=render.MemberJson,
        refuses=(PermissionDenied,),
    )
    def patch(self, request: Request, hospital_id: str, member_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(member_id)
        with judged_after(lambda: get_member(access, id_)):
            changes = read_body(request, MemberChangesInput, changes=True)
        return one(request, render.member(change_member(access, id_, changes=changes)))  # type: ignore[arg-type]

    @operation(
        "removeMember",
        "Take a member's role away",
        answer=None,
        status=204,
        refuses=(PermissionDenied,),
    )
    def delete(self, request: Request, hospital_id: str, member_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(member_id)
        with judged_after(lambda: get_member(access, id_)):
            read_query(request, {})
        remove_member(access, id_)
        return no_content()


urlpatterns = [
    path("hospitals/<str:hospital_id>/members", MembersView.as_view()),
    path("hospitals/<str:hospital_id>/members/<str:member_id>", MemberView.as_view()),
]
