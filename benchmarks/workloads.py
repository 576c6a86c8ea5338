"""What is measured: each piece of work, done by every side in turn."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle

from benchmarks.apis import Api, Question, Textbook
from benchmarks.bare import Bare
from benchmarks.data import DOCTORS, Place
from benchmarks.http import Client
from benchmarks.slots import Slots

# Process numbers, as "web", "postgres" or "redis".
Workers = Callable[[], dict[str, list[int]]]
# The port that is served, and who works behind it.
Site = tuple[int, Workers]


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


class Asked:
    """The question that all sides are asked next; each is new, and no cache knows its answer."""

    def __init__(self, place: Place, *, doctors: int, days: int) -> None:
        self.place, self.connection = place, place.connect()
        self.questions = cycle(ahead(place, place.doctors, doctors=doctors, days=days))
        self.next()

    def next(self) -> None:
        """Slide on, and count up the stamps, as a write would: whatever was kept is old."""
        self.now = next(self.questions)
        self.connection.execute(
            "UPDATE schedule_stamps SET stamp = stamp + 1"
            " WHERE hospital_id = %s AND doctor_id = ANY(%s)",
            [self.place.read, self.now.doctors],
        )


def ahead(place: Place, of: list[int], *, doctors: int, days: int) -> list[Question]:
    """All ranges of the next four weeks, for each group of doctors."""
    groups = [of[n : n + doctors] for n in range(0, len(of), doctors)]
    starts = [place.first_day + dt.timedelta(days=n) for n in range(1, 29 - days)]
    return [
        Question(group, start, start + dt.timedelta(days=days - 1))
        for start in starts
        for group in groups
    ]


def workloads(
    place: Place, slots: Slots, *, product: Site, textbook: Site, floor: Site
) -> list[Workload]:
    """Each piece of work with its sides."""
    port, web = product
    api, bare, planned_once = Api(place, port), Bare(place), Bare(place, one_plan=True)
    week = Asked(place, doctors=10, days=7)
    fortnight = Asked(place, doctors=len(place.doctors), days=14)
    etag = ""

    def warm() -> None:
        """Ask what is asked again: now the server knows it, and we its ETag."""
        nonlocal etag
        etag = api.rest_schedule(week.now).header("ETag")

    def mine() -> dict[str, list[int]]:
        return {"postgres": [bare.pid, planned_once.pid]}

    def forms(asked: Asked, *names: str) -> dict[str, Side]:
        """Each form, planned as PostgreSQL chooses and once for all values."""

        def side(form: Callable[..., object]) -> Side:
            def run() -> object:
                return form(asked.now.doctors, asked.now.start, asked.now.end)

            return Side(run, mine, client_counts=True)

        return {
            f"bare {name}{how}": side(getattr(of, name))
            for of, how in ((bare, ""), (planned_once, ", one plan"))
            for name in names
        }

    schedule = {
        **forms(week, "rows", "text", "own"),
        "REST": Side(lambda: api.rest_schedule(week.now), web),
        "GraphQL": Side(lambda: api.graphql_schedule(week.now), web),
    }
    warm_schedule = {name: schedule[name] for name in ("REST", "GraphQL")}
    nothing = Client(floor[0])
    not_modified = {
        "REST": Side(lambda: api.rest_schedule(week.now, etag=etag), web),
        "floor": Side(lambda: nothing.call("GET", "/"), floor[1]),
    }
    openings = {
        **forms(fortnight, "rows", "text", "own", "openings", "hours"),
        "REST": Side(lambda: api.rest_openings(fortnight.now), web),
        "GraphQL": Side(lambda: api.graphql_openings(fortnight.now), web),
    }

    def books(of: Bare) -> Side:
        return Side(lambda: of.book(slots.next(), str(uuid.uuid4())), mine, client_counts=True)

    booking = {
        "bare": books(bare),
        "bare, one plan": books(planned_once),
        "REST": Side(lambda: api.rest_book(slots.next()), web),
        "GraphQL": Side(lambda: api.graphql_book(slots.next()), web),
    }
    book_port, its = textbook
    other = Textbook(place, book_port)
    schedule["textbook REST"] = Side(lambda: other.rest_schedule(week.now), its)
    schedule["textbook GraphQL"] = Side(lambda: other.graphql_schedule(week.now), its)
    openings["textbook REST"] = Side(lambda: other.rest_openings(fortnight.now), its)
    openings["textbook GraphQL"] = Side(lambda: other.graphql_openings(fortnight.now), its)
    booking["textbook REST"] = Side(lambda: other.rest_book(slots.next()), its)
    booking["textbook GraphQL"] = Side(lambda: other.graphql_book(slots.next()), its)
    return [
        Workload("schedule", schedule, before=week.next),
        Workload("schedule, warm", warm_schedule, first=warm),
        Workload("schedule, 304", not_modified, first=warm),
        Workload("openings", openings, before=fortnight.next),
        Workload("booking", booking),
    ]


def by_size(sites: Mapping[str, tuple[Place, Site]]) -> list[Workload]:
    """The cold reads of a data set of each size, one beside the other."""
    works = []
    for work, doctors, days in (("schedule", 10, 7), ("openings", DOCTORS, 14)):
        asked = {
            size: Asked(place, doctors=doctors, days=days) for size, (place, _) in sites.items()
        }
        sides = {
            f"{name}, {size}": Side(
                partial(_ask, getattr(Api(place, port), call), asked[size]), web
            )
            for name, call in (("REST", f"rest_{work}"), ("GraphQL", f"graphql_{work}"))
            for size, (place, (port, web)) in sites.items()
        }

        def all_next(asked: Collection[Asked] = asked.values()) -> None:
            for each in asked:
                each.next()

        works.append(Workload(f"{work} by size", sides, before=all_next))
    return works


def _ask(call: Callable[[Question], object], asked: Asked) -> object:
    return call(asked.now)
