"""What is measured: each piece of work, done by every side in turn."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from benchmarks.bare import Bare
from benchmarks.data import Booking, Place, free_slots
from benchmarks.http import Answer, Client

PERSISTED = Path(__file__).parent.parent / "api_graphql" / "persisted.json"


# Process numbers, as "web", "postgres" or "redis".
Workers = Callable[[], dict[str, list[int]]]


@dataclass(frozen=True)
class Question:
    """Ten doctors or fifty, and dates of theirs."""

    doctors: list[int]
    start: dt.date
    end: dt.date


@dataclass
class Side:
    """One way to do a piece of work: `call` is measured, `workers` are those who work for it."""

    call: Callable[[], object]
    workers: Workers
    client_counts: bool = False  # psycopg's part is the bare sides' own


@dataclass
class Workload:
    """`first` runs ahead of each side's calls and `before` ahead of each call; neither counts."""

    name: str
    sides: dict[str, Side] = field(default_factory=dict)
    first: Callable[[], object] = lambda: None
    before: Callable[[], object] = lambda: None


@lru_cache
def document_hash(name: str) -> str:
    """The hash of the web app's document of that name."""
    for digest, text in json.loads(PERSISTED.read_text()).items():
        if text.startswith((f"query {name}(", f"mutation {name}(")):
            return str(digest)
    raise KeyError(name)


class Api:
    """The product over HTTP, as the web app speaks to it."""

    def __init__(self, place: Place, port: int) -> None:
        self.place, self.client = place, Client(port, place.token)
        self.base = f"/api/v1/hospitals/{place.read}"

    def rest_schedule(self, asked: Question, *, etag: str = "") -> Answer:
        ids = ",".join(map(str, asked.doctors))
        path = f"{self.base}/schedules?doctor={ids}&from={asked.start}&to={asked.end}"
        if etag:
            return self.client.call("GET", path, expect=304, If_None_Match=etag)
        return self.client.call("GET", path)

    def rest_openings(self, asked: Question) -> Answer:
        path = f"{self.base}/openings?from={asked.start}&to={asked.end}"
        return self.client.call("GET", path)

    def rest_book(self, booking: Booking) -> Answer:
        body = {
            "doctor_id": booking.doctor,
            "patient_id": booking.patient,
            "starts_at": booking.starts_at.isoformat(),
        }
        path = f"/api/v1/hospitals/{self.place.book}/appointments"
        return self.client.call("POST", path, body, expect=201, Idempotency_Key=str(uuid.uuid4()))

    def graphql(self, name: str, **variables: object) -> Answer:
        """Run a persisted document by its hash. Raises `RuntimeError` where it meets an error."""
        body = {
            "variables": variables,
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": document_hash(name)}},
        }
        answer = self.client.call("POST", "/graphql/", body)
        if b'"errors"' in answer.body[:2000]:
            raise RuntimeError(f"{name}: {answer.body[:300]!r}")
        return answer

    def graphql_schedule(self, asked: Question) -> Answer:
        return self.graphql(
            "schedules",
            hospital=self.place.read,
            doctorIds=asked.doctors,
            **{"from": str(asked.start), "to": str(asked.end)},
        )

    def graphql_openings(self, asked: Question) -> Answer:
        dates = {"from": str(asked.start), "to": str(asked.end)}
        return self.graphql("openings", hospital=self.place.read, **dates)

    def graphql_book(self, booking: Booking) -> Answer:
        asked = {
            "hospitalId": self.place.book,
            "doctorId": booking.doctor,
            "patientId": booking.patient,
            "startsAt": booking.starts_at.isoformat(),
            "idempotencyKey": str(uuid.uuid4()),
        }
        return self.graphql("bookAppointment", input=asked)


class Asked:
    """The question that all sides are asked next; each is new, and no cache knows its answer."""

    def __init__(self, place: Place, *, doctors: int, days: int) -> None:
        self.place, self.connection = place, place.connect()
        self.questions = self._questions(doctors, days)
        self.next()

    def next(self) -> None:
        """Slide on, and count up the stamps, as a write would: whatever was kept is old."""
        self.now = next(self.questions)
        self.connection.execute(
            "UPDATE schedule_stamps SET stamp = stamp + 1"
            " WHERE hospital_id = %s AND doctor_id = ANY(%s)",
            [self.place.read, self.now.doctors],
        )

    def _questions(self, doctors: int, days: int) -> Iterator[Question]:
        groups = [
            self.place.doctors[n : n + doctors] for n in range(0, len(self.place.doctors), doctors)
        ]
        last = 28 - days
        while True:
            for ahead in range(1, last + 1):
                start = self.place.first_day + dt.timedelta(days=ahead)
                for group in groups:
                    yield Question(group, start, start + dt.timedelta(days=days - 1))


def workloads(place: Place, port: int, web: Workers) -> list[Workload]:
    """Each piece of work with its sides. `web` names the processes behind the APIs."""
    api, bare = Api(place, port), Bare(place)
    week = Asked(place, doctors=10, days=7)
    fortnight = Asked(place, doctors=len(place.doctors), days=14)
    slots = free_slots(place)
    etag = ""

    def warm() -> None:
        """Ask what is asked again: now the server knows it, and we its ETag."""
        nonlocal etag
        etag = api.rest_schedule(week.now).header("ETag")

    def mine() -> dict[str, list[int]]:
        return {"postgres": [bare.pid]}

    def of(asked: Asked, form: Callable[..., object]) -> Side:
        return Side(
            lambda: form(asked.now.doctors, asked.now.start, asked.now.end),
            mine,
            client_counts=True,
        )

    return [
        Workload(
            "schedule 10 x 7, cold",
            {
                "bare rows": of(week, bare.rows),
                "bare text": of(week, bare.text),
                "bare own": of(week, bare.own),
                "REST": Side(lambda: api.rest_schedule(week.now), web),
                "GraphQL": Side(lambda: api.graphql_schedule(week.now), web),
            },
            before=week.next,
        ),
        Workload(
            "schedule 10 x 7, warm",
            {
                "REST": Side(lambda: api.rest_schedule(week.now), web),
                "GraphQL": Side(lambda: api.graphql_schedule(week.now), web),
            },
            first=warm,
        ),
        Workload(
            "schedule 10 x 7, 304",
            {"REST": Side(lambda: api.rest_schedule(week.now, etag=etag), web)},
            first=warm,
        ),
        Workload(
            "openings 50 x 14, cold",
            {
                "bare rows": of(fortnight, bare.rows),
                "bare text": of(fortnight, bare.text),
                "bare own": of(fortnight, bare.own),
                "bare openings": of(fortnight, bare.openings),
                "REST": Side(lambda: api.rest_openings(fortnight.now), web),
                "GraphQL": Side(lambda: api.graphql_openings(fortnight.now), web),
            },
            before=fortnight.next,
        ),
        Workload(
            "booking",
            {
                "bare": Side(
                    lambda: bare.book(next(slots), str(uuid.uuid4())), mine, client_counts=True
                ),
                "REST": Side(lambda: api.rest_book(next(slots)), web),
                "GraphQL": Side(lambda: api.graphql_book(next(slots)), web),
            },
        ),
    ]
