"""What every view begins with: its method, what HTTP refuses, and the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import access as door
from accounts.access import Access, Aside, Caller, SignedIn
from accounts.tokens import read_access_token
from api_rest.http import refuse_unreadable
from api_rest.query import LARGEST_ID
from scheduler.errors import Invalid, MethodNotAllowed, NotAuthenticated, NotFound

_ID = re.compile(r"[1-9][0-9]{0,18}")


class ApiView(APIView):
    """A view whose methods begin with the door: `self.access(…)` or `self.signed_in()`.

    What comes before the door is here, in the contract's order; unknown paths have no view.
    """

    # OPTIONS is no call of the contract.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # noqa: RUF012
    # REST framework puts these on every answer: `Allow` belongs to 405, `Vary` to our answers.
    default_response_headers: dict[str, str] = {}  # noqa: RUF012 - a property there, never changed

    # A request that names itself, by whatever way round, is freed by the collector alone, which
    # comes by seldom (scheduler/wsgi.py): a few hundred large bodies would lie about until then.

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """HEAD is GET; Django would keep the method with each view, which the method keeps."""
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "get"):
            cls.head = cls.get  # type: ignore[attr-defined]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """The request without what it would say to a parser: itself, and this view."""
        made = super().initialize_request(request, *args, **kwargs)
        made.parser_context = {}
        return made

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(allow=", ".join(self.allowed_methods))
        refuse_unreadable(request._request)

    def access(self, hospital_id: str) -> Access:
        """Let the caller into the hospital of the path. One query.

        Raises `NotAuthenticated`, `Throttled`, and `NotFound` for a malformed id, too.
        """
        return door.access_to(caller(self.request), named_hospital(hospital_id))

    def access_and(self, hospital_id: str, aside: Aside) -> tuple[Access, Any]:
        """The same, and what is to be read in the same trip; None where it has to be read apart."""
        return door.access_and(caller(self.request), named_hospital(hospital_id), aside)

    def signed_in(self) -> SignedIn:
        """Let in whoever has signed in. One query. Raises `NotAuthenticated`, `Throttled`."""
        return door.signed_in(caller(self.request))


def caller(request: HttpRequest) -> Caller:
    """Who the bearer token speaks for. Raises `NotAuthenticated`."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated
    return read_access_token(token.strip())


def named_hospital(text: str) -> int:
    """The id in a path; 0, which is no hospital's, for what can be none.

    Not refused yet: whether the sign-in lives comes before what is not there.
    """
    try:
        return path_id(text)
    except NotFound:
        return 0


def path_id(text: str) -> int:
    """An id in a path. Raises `NotFound` for what can be none."""
    if not _ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise NotFound
    return int(text)


@contextmanager
def judged_after(*checks: Callable[[], object]) -> Iterator[None]:
    """Where input turns out to be invalid, let `checks` say first what the contract ranks higher.

    They are what the service would check first: that the object of the path is there, and that
    the role allows the call. Valid input costs no look at them.
    """
    try:
        yield
    except Invalid:
        for check in checks:
            check()
        raise
