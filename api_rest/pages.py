"""Lists in pages: cursors and page sizes as parameters and URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from api_rest.etags import many
from api_rest.query import Param, Params, Unreadable, integer
from scheduler.errors import Invalid
from scheduler.pages import DEFAULT_SIZE, MAX_SIZE, Cursor, Page, decode_cursor, encode_cursor


def page_params(*kinds: type) -> Params:
    """The parameters of a list whose cursor holds values of these types."""
    return {
        "cursor": Param(
            _cursor_reader(kinds),
            {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            "Where the page begins: from `next` or `previous` of another page.",
        ),
        "page_size": integer(
            "How many results at most.", least=1, most=MAX_SIZE, default=DEFAULT_SIZE
        ),
    }


def _cursor_reader(kinds: Sequence[type]) -> Callable[[str], Cursor]:
    def read(text: str) -> Cursor:
        try:
            return decode_cursor(text, kinds=kinds)
        except Invalid as refused:
            error = refused.errors[0]
            raise Unreadable(error.code, error.detail) from None

    return read


def render_page(
    request: HttpRequest, page: Page[Any], render: Callable[[Any], Mapping[str, Any]]
) -> HttpResponse:
    """A page, with absolute URLs of its neighbours that keep the other parameters."""
    return many(
        request,
        {
            "results": [render(row) for row in page.rows],
            "next": _url(request, page.next),
            "previous": _url(request, page.previous),
        },
    )


def _url(request: HttpRequest, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    params = request.GET.copy()
    params["cursor"] = encode_cursor(cursor)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
