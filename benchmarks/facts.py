"""What can be counted instead of timed: queries of an answer, partitions that statements touch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection
from django.test import Client

from benchmarks.apis import Api, documents
from benchmarks.http import Answer
from benchmarks.slots import Slots
from benchmarks.workloads import ahead

_PARTITION = re.compile(r"(.+)_\d\d")


def queries(answer: Answer) -> int:
    """How many statements an answer took, by its own account."""
    match = re.search(r'desc="(\d+) queries"', answer.header("Server-Timing"))
    if not match:
        raise RuntimeError("No Server-Timing.")
    return int(match[1])


def facts(api: Api, slots: Slots) -> dict[str, Any]:
    """Most queries of the two big reads over either API, and most partitions of any statement."""
    place = api.place
    week = ahead(place, place.doctors, doctors=10, days=7)[0]
    fortnight = ahead(place, place.doctors, doctors=50, days=14)[0]
    schedules = (api.rest_schedule(week), api.graphql_schedule(week))
    openings = (api.rest_openings(fortnight), api.graphql_openings(fortnight))
    return {
        "queries": {
            "schedule": max(map(queries, schedules)),
            "openings": max(map(queries, openings)),
        },
        "partitions": most_partitions(api, slots),
    }


def most_partitions(api: Api, slots: Slots) -> int:
    """The most partitions of one table that any statement of these calls plans to touch.

    The calls are made in this process, whose database must be the place's.
    """
    statements: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", sql):
            statements.append(psycopg.ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        _call_everything(api, slots)
    return max(map(_partitions, statements))


def _call_everything(api: Api, slots: Slots) -> None:
    place = api.place
    client = Client(
        headers={"Authorization": f"Bearer {place.token}", "Host": "127.0.0.1"},
        raise_request_exception=True,
    )
    week = ahead(place, place.doctors, doctors=10, days=7)[0]
    dates = f"from={week.start}&to={week.end}"
    ids = ",".join(map(str, week.doctors))
    for path in (
        *("", "/doctors", "/specialties", "/patients?search=an", f"/patients/{place.patients[0]}"),
        *(f"/schedules?doctor={ids}&{dates}", f"/openings?{dates}"),
        *(f"/appointments?{dates}", f"/appointments?patient={place.patients[0]}"),
        f"/doctors/{place.doctors[0]}/availability?{dates}",
        f"/doctors?available_from={week.start}&available_to={week.end}",
    ):
        _check(client.get(api.base + path))
    booking = slots.next()
    body = {
        "doctor_id": booking.doctor,
        "patient_id": booking.patient,
        "starts_at": booking.starts_at.isoformat(),
    }
    book = f"/api/v1/hospitals/{place.book}/appointments"
    key = {"Idempotency-Key": "facts"}
    booked = _check(client.post(book, body, content_type="application/json", headers=key))
    one = f"{book}/{booked['id']}"
    _check(client.get(one))
    _check(client.get(f"{one}/history"))
    _check(client.delete(one, headers={"If-Match": '"1"'}))
    of_week = {"hospital": place.read, "from": str(week.start), "to": str(week.end)}
    for name, variables in (
        ("schedules", of_week | {"doctorIds": week.doctors}),
        ("openings", of_week),
        ("appointments", of_week),
        ("patients", {"hospital": place.read, "search": "an"}),
        ("doctors", {"hospital": place.read}),
        ("bookAppointment", {"input": api.booking_input(slots.next())}),
    ):
        asked = {"query": documents()[name][1], "variables": variables}
        _check(client.post("/graphql/", asked, content_type="application/json"))


def _check(response: Any) -> Any:
    if response.status_code >= 300 or b'"errors"' in response.content[:1000]:
        raise RuntimeError(f"{response.status_code} {response.content[:300]!r}")
    return json.loads(response.content or b"null")


def _partitions(sql: str) -> int:
    """Of one table, by the plans of all statements of a trip."""
    tables: dict[str, set[str]] = {}
    for statement in sql.split(";"):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
        for node in _nodes(json.loads(plan) if isinstance(plan, str) else plan):
            relation = node.get("Relation Name", "")
            if match := _PARTITION.fullmatch(relation):
                tables.setdefault(match[1], set()).add(relation)
    return max(map(len, tables.values()), default=0)


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        yield plan
        plan = list(plan.values())
    if isinstance(plan, list):
        for part in plan:
            yield from _nodes(part)
