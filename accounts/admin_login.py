"""Signing in to the Django admin: the same check and the same counters as in both APIs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest  # noqa: TID251 (Django's own interface asks for it)

from accounts.address import client_address
from accounts.models import User
from accounts.sign_in import sign_in
from scheduler.errors import NotAuthenticated, Throttled, Unavailable


class ThrottledBackend(BaseBackend):
    """Authenticates by email; who may enter the admin is for `User.is_staff` to say."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The user, or None for wrong credentials.

        Raises `ValidationError` when throttled: the login form shows its sentence. (Django turns
        a `PermissionDenied` here into "wrong password", which would have people try on.)
        """
        if username is None or password is None:
            return None
        address = client_address(request.META) if request is not None else ""
        try:
            return sign_in(email=username, password=password, address=address)
        except NotAuthenticated:
            return None
        except (Throttled, Unavailable) as refusal:
            raise ValidationError(refusal.detail, code=refusal.code) from None

    def get_user(self, user_id: int) -> User | None:
        """The user of a session; one who was disabled is out at once."""
        return User.objects.filter(pk=user_id, is_active=True).first()
