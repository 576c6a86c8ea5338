"""What each call promises, written beside its view: the OpenAPI document is made of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from api_rest.body import Input
from api_rest.query import Params
from scheduler.errors import Refusal

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class PageOf:
    """A page of a list of such objects."""

    item: Any


@dataclass(frozen=True)
class ResultsOf:
    """All of a list of such objects, under `results`."""

    item: Any


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call. `answer` is a TypedDict of render.py, or None where it answers nothing.

    What any call may refuse is not named in `refuses`: openapi.py knows it.
    """

    id: str
    summary: str
    answer: Any
    status: int = 200
    body: type[Input] | None = None
    needs_body: bool = True
    query: Params = field(default_factory=dict)
    refuses: tuple[type[Refusal], ...] = ()
    if_match: Literal["required", "honoured"] | None = None
    repeatable: bool = False
    public: bool = False
    sets_cookie: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


def operation(id_: str, summary: str, **promises: Any) -> Callable[[Method], Method]:
    """Say what a view's method promises."""

    def mark(method: Method) -> Method:
        method.operation = Operation(id=id_, summary=summary, **promises)  # type: ignore[attr-defined]
        return method

    return mark
