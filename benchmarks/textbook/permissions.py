"""Who may ask: members of the hospital."""

from rest_framework.permissions import BasePermission

from benchmarks.textbook.slots import is_member


class IsMember(BasePermission):
    def has_permission(self, request, view):
        hospital_id = view.kwargs["hospital_id"]
        return request.user.is_authenticated and is_member(request.user, hospital_id)
