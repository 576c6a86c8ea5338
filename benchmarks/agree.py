"""All sides give the same answers; else their costs could not be compared."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.apis import Api, Textbook
from benchmarks.bare import Bare
from benchmarks.data import Place
from benchmarks.http import Answer
from benchmarks.workloads import ahead

Line = tuple[Any, ...]


def require_agreement(place: Place, product: int, textbook: int) -> None:
    """Raise `RuntimeError` where the sites on these ports, or PostgreSQL alone, disagree."""
    week = ahead(place, place.doctors, doctors=10, days=7)[0]
    fortnight = ahead(place, place.doctors, doctors=50, days=14)[0]
    ours, theirs = Api(place, product), Textbook(place, textbook)
    rows = json.loads(Bare(place).openings(fortnight.doctors, fortnight.start, fortnight.end))
    bare = [(doctor, day, f"{minute // 60:02}:00") for doctor, day, minute in rows]
    _same("schedules", *(_slots(api.rest_schedule(week)) for api in (ours, theirs)))
    _same("schedules", *(_slots(api.graphql_schedule(week)) for api in (ours, theirs)))
    _same("schedules", _slots(ours.rest_schedule(week)), _slots(ours.graphql_schedule(week)))
    found = [_openings(api.rest_openings(fortnight)) for api in (ours, theirs)]
    found += [_openings(api.graphql_openings(fortnight)) for api in (ours, theirs)]
    for openings in found:
        _same("openings", openings, bare)


def _same(what: str, one: list[Line], other: list[Line]) -> None:
    if one != other or not one:
        raise RuntimeError(f"The sides disagree about {what}: {one[:2]}… and {other[:2]}…")


def _slots(answer: Answer) -> list[Line]:
    content = json.loads(answer.body)
    days = content["data"]["hospital"] if "data" in content else content
    return [
        (
            *(_doctor(day), day["date"], slot["time"], slot["bookable"]),
            slot.get("appointment") and int(slot["appointment"]["id"]),
            slot.get("appointment") and slot["appointment"]["patient"]["name"],
        )
        for day in days["schedules"]
        for slot in day.get("available_slots", day.get("availableSlots"))
    ]


def _openings(answer: Answer) -> list[Line]:
    content = json.loads(answer.body)
    found = content["data"]["hospital"]["openings"] if "data" in content else content["results"]
    return [(_doctor(opening), opening["date"], opening["time"]) for opening in found]


def _doctor(row: dict[str, Any]) -> int:
    return int(row["doctor_id"] if "doctor_id" in row else row["doctor"]["id"])
