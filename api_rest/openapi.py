"""The OpenAPI document, made of the operations that stand beside the views.

`make schema` writes it to api_rest/openapi.yaml, which is served; a test keeps it fresh.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, is_patched_serializer

from api_rest.body import Input
from api_rest.errors import TABLE
from api_rest.operations import Operation, PageOf, ResultsOf
from api_rest.problem_schemas import (
    HEADERS,
    PROBLEM_HEADERS,
    problem_name,
    problem_schema,
    refusals_of,
)
from scheduler.errors import Refusal, VersionConflict

JSON, PROBLEM = "application/json", "application/problem+json"
ID = {"type": "integer", "format": "int64", "minimum": 1}
PATH_PARAMETERS = {"date": {"type": "string", "format": "date", "example": "2026-11-30"}}
DESCRIPTION = """\
Availability of doctors, day by day, and appointments in one-hour slots that are never
double-booked. Sign in with `POST /api/v1/auth/token`, then send `Authorization: Bearer <access>`.

Dates and times of shifts are the hospital's wall time; appointments are instants. Ids are
integers. Lists are pages: follow `next`. Refusals are `application/problem+json` with a `code`.
Every answer bears `Server-Timing` and `X-Request-ID`.
"""


class Schema(AutoSchema):
    """One operation out of what its view's method promises; nothing is guessed."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any]:
        self.registry, self.path, self.path_prefix = registry, path, path_prefix
        self.path_regex, self.method = path_regex, method.upper()
        promised: Operation = getattr(self.view, method.lower()).operation
        operation: dict[str, Any] = {
            "operationId": promised.id,
            "summary": promised.summary,
            "tags": [type(self.view).__module__.rpartition(".")[2]],
            "parameters": _parameters(path, promised),
            "security": [] if promised.public else [{"bearer": []}],
        }
        if promised.body is not None:
            body = promised.body(partial=self.method == "PATCH")
            operation["requestBody"] = {
                "required": promised.needs_body,
                "content": {JSON: {"schema": self.resolve_serializer(body, "request").ref}},
            }
        operation["responses"] = {
            str(promised.status): self._success(promised),
            **({"304": _not_modified()} if self.method == "GET" else {}),
            **self._refused(promised),
        }
        return operation

    def _success(self, promised: Operation) -> dict[str, Any]:
        headers = ["Server-Timing", "X-Request-ID"]
        if self.method == "GET" or _is_versioned(promised.answer):
            headers.append("ETag")
        if promised.status == 201:
            headers.append("Location")
        if promised.repeatable:
            headers.append("Idempotency-Replayed")
        if promised.sets_cookie:
            headers.append("Set-Cookie")
        response = {"description": promised.summary, "headers": _header_refs(headers)}
        if promised.answer is None:
            return {**response, "description": "Done; there is nothing to say."}
        return {**response, "content": {JSON: {"schema": self._schema_of(promised.answer)}}}

    def _refused(self, promised: Operation) -> dict[str, Any]:
        by_status: dict[int, list[dict[str, Any]]] = {}
        codes: dict[int, list[str]] = {}
        for refusal in refusals_of(promised, has_path_id="{" in self.path):
            status = TABLE[refusal.code][0]
            by_status.setdefault(status, []).append(self._problem(refusal, promised))
            codes.setdefault(status, []).append(refusal.code)
        return {
            str(status): {
                "description": " · ".join(f"`{code}`" for code in codes[status]),
                "headers": _header_refs(
                    ["Server-Timing", "X-Request-ID", *PROBLEM_HEADERS.get(status, ())]
                ),
                "content": {PROBLEM: {"schema": _one_of(by_status[status], codes[status])}},
            }
            for status in sorted(by_status)
        }

    def _problem(self, refusal: type[Refusal], promised: Operation) -> dict[str, Any]:
        current = None
        if refusal is VersionConflict:
            current = self._schema_of(promised.answer)
        name = problem_name(refusal, current)
        return self._component(name, problem_schema(refusal, self._schema_of, current))

    def _component(self, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, dict(schema), name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _schema_of(self, hint: Any) -> dict[str, Any]:
        """JSON Schema of a type of render.py; each TypedDict becomes a component."""
        match hint:
            case PageOf(item):
                url = {"type": "string", "format": "uri", "nullable": True}
                page = _object(
                    {
                        "results": {"type": "array", "items": self._schema_of(item)},
                        "next": url,
                        "previous": url,
                    }
                )
                return self._component(f"{_name(item)}Page", page)
            case ResultsOf(item):
                return _object({"results": {"type": "array", "items": self._schema_of(item)}})
        if is_typeddict(hint):
            return self._typed_dict(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return {**self._schema_of(arguments[0]), **arguments[1].keywords}
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin in (Union, types.UnionType):
            schema = self._schema_of(next(arg for arg in arguments if arg is not type(None)))
            wrapped = {"allOf": [schema]} if "$ref" in schema else schema
            return {**wrapped, "nullable": True}
        if origin is list:
            return {"type": "array", "items": self._schema_of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._schema_of(arguments[1])}
        return dict(_PLAIN[hint])

    def _typed_dict(self, hint: Any) -> dict[str, Any]:
        hints = get_type_hints(hint, include_extras=True)
        optional = {name for name, kind in hints.items() if get_origin(kind) is NotRequired}
        properties = {
            name: self._schema_of(get_args(kind)[0] if name in optional else kind)
            for name, kind in hints.items()
        }
        return self._component(_name(hint), _object(properties, optional))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Input):
            schema["additionalProperties"] = False
        return schema

    def _get_serializer_name(self, serializer: Any, *args: Any, **kwargs: Any) -> str:
        name = type(serializer).__name__
        if is_patched_serializer(serializer, "request") and self.method == "PATCH":
            return name.removesuffix("Input").removesuffix("Changes") + "Changes"
        return name


_PLAIN: Mapping[Any, Mapping[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    dt.date: {"type": "string", "format": "date", "example": "2026-11-30"},
    Any: {},
}


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook at the end: what stands in the document once."""
    result["info"]["description"] = DESCRIPTION
    components = result["components"]
    components["headers"] = dict(HEADERS)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    _forget_enum_ids(result)
    return result


def _forget_enum_ids(node: Any) -> None:
    """Take out drf-spectacular's marks at enums, which are for a hook of its own."""
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
        for inner in node.values():
            _forget_enum_ids(inner)
    elif isinstance(node, list):
        for inner in node:
            _forget_enum_ids(inner)


def _parameters(path: str, promised: Operation) -> list[dict[str, Any]]:
    found = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": PATH_PARAMETERS.get(name, ID),
        }
        for name in re.findall(r"{(\w+)}", path)
    ]
    found += [
        {
            "name": name,
            "in": "query",
            "required": param.required,
            "description": param.description,
            "schema": dict(param.schema),
        }
        for name, param in promised.query.items()
    ]
    if promised.if_match:
        needed = promised.if_match == "required"
        words = 'The version to change, as its ETag: `"7"`.'
        found.append({**_header("If-Match", words), "required": needed})
    if promised.repeatable:
        found.append(
            {
                **_header("Idempotency-Key", "Makes a repeat safe, for 24 hours."),
                "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
            }
        )
    if promised.id and promised.answer is not None and promised.status == 200 and not promised.body:
        found.append(_header("If-None-Match", "An ETag: answers 304 where it still holds."))
    return found


def _header(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def _not_modified() -> dict[str, Any]:
    return {
        "description": "What the client holds is still true.",
        "headers": _header_refs(["Server-Timing", "X-Request-ID", "ETag"]),
    }


def _header_refs(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _one_of(schemas: list[dict[str, Any]], codes: list[str]) -> dict[str, Any]:
    if len(schemas) == 1:
        return schemas[0]
    mapping = {code: schema["$ref"] for code, schema in zip(codes, schemas, strict=True)}
    return {"oneOf": schemas, "discriminator": {"propertyName": "code", "mapping": mapping}}


def _object(properties: Mapping[str, Any], optional: set[str] | None = None) -> dict[str, Any]:
    required = [name for name in properties if name not in (optional or ())]
    return {"type": "object", "properties": dict(properties), "required": required}


def _name(hint: Any) -> str:
    return str(hint.__name__).removesuffix("Json")


def _is_versioned(answer: Any) -> bool:
    return is_typeddict(answer) and "version" in answer.__annotations__
