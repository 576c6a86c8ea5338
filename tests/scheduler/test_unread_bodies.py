"""Nobody's answer is lost because the body of the request was not looked at."""

from __future__ import annotations

import io

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from scheduler.middleware import AT_ONCE, READ_AWAY, trace


def left_of(length: int, **environ: object) -> int:
    """How many bytes of a body are left once a view has answered that did not read it."""
    stream = io.BytesIO(b" " * length)
    told = {"wsgi.input": stream, "CONTENT_LENGTH": str(length), **environ}
    request = RequestFactory().post("/nowhere")
    request = type(request)({**request.environ, **told})
    assert trace(lambda _: HttpResponse(status=401))(request).status_code == 401
    return length - stream.tell()


@pytest.mark.parametrize("length", [0, 1, AT_ONCE, 3 * AT_ONCE + 1, READ_AWAY])
def test_a_body_is_read_to_its_end(length: int) -> None:
    assert left_of(length) == 0


@pytest.mark.parametrize("length", [0, 1, AT_ONCE, 3 * AT_ONCE + 1])
def test_one_without_a_length_where_the_server_knows_its_end(length: int) -> None:
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert left_of(length, **chunked, **{"wsgi.input_terminated": True}) == 0
    assert left_of(length, **chunked) == length


def test_but_not_for_ever() -> None:
    assert left_of(READ_AWAY + 1) == 1


def test_and_not_where_the_sender_waits_to_be_asked_for_it() -> None:
    assert left_of(5, HTTP_EXPECT="100-continue") == 5


def test_who_went_away_is_not_missed() -> None:
    class Gone(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    request = RequestFactory().post("/nowhere", b"x", content_type="text/plain")
    request = type(request)({**request.environ, "wsgi.input": Gone()})
    assert trace(lambda _: HttpResponse(status=401))(request).status_code == 401


def test_what_was_read_is_read_once() -> None:
    stream = io.BytesIO(b"12345")
    request = RequestFactory().post("/nowhere")
    request = type(request)({**request.environ, "wsgi.input": stream, "CONTENT_LENGTH": "5"})

    def view(asked: HttpRequest) -> HttpResponse:
        return HttpResponse(asked.body)

    assert trace(view)(request).content == b"12345"
