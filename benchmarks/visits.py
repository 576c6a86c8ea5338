"""Visits of screens: counted once, and as workloads for `measure`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.data import Place
from benchmarks.screens import SCREENS, Screen, Session
from benchmarks.slots import Slots
from benchmarks.workloads import Asked, Side, Workers, Workload


def count_visit(place: Place, port: int, slots: Slots, screen: Screen) -> dict[str, Any]:
    """Requests, SQL queries, and bytes with headers: sent, received, packed, and when seen again.

    `tagged` is how many of the answers have an ETag that spared sending them again.
    """
    plain, packed = (_session(place, port, slots, packed=each) for each in (False, True))
    screen(plain)
    screen(packed)
    received, seen = packed.client.received, packed.client.requests
    packed.returning = True
    screen(packed)
    return {
        "requests": plain.client.requests,
        "sent": plain.client.sent,
        "received": plain.client.received,
        "packed": received,
        "again": packed.client.received - received,
        "tagged": packed.not_modified,
        "queries": plain.queries,
        "requests_again": packed.client.requests - seen,
    }


def screen_workloads(
    size: str, place: Place, slots: Slots, product: tuple[int, Workers]
) -> list[Workload]:
    """Each screen twice: of what nobody asked for before, and of what was just seen."""
    port, web = product
    week = Asked(place, doctors=10, days=7)
    works = []
    for name, apis in SCREENS.items():
        first = Workload(f"{size}: {name}", before=week.next)
        again = Workload(f"{size}: {name}, again")
        visits = {}
        for api, (screen, _) in apis.items():
            session = _session(place, port, slots)
            visits[api] = (session, screen)

            def visit(screen: Screen = screen, session: Session = session) -> None:
                session.asked, session.returning = week.now, False
                screen(session)

            def visit_again(screen: Screen = screen, session: Session = session) -> None:
                session.returning = True
                screen(session)

            first.sides[api] = Side(visit, web)
            again.sides[api] = Side(visit_again, web)
        again.first = _see(visits)
        works += [first, again]
    return works


def _see(visits: dict[str, tuple[Session, Screen]]) -> Callable[[], None]:
    def see() -> None:
        for session, screen in visits.values():
            session.returning = False
            screen(session)

    return see


def _session(place: Place, port: int, slots: Slots, *, packed: bool = True) -> Session:
    session = Session(place, port, slots, packed=packed)
    with place.connect() as connection:
        row = connection.execute(
            "SELECT min(id) FROM appointments WHERE hospital_id = %s", [place.read]
        ).fetchone()
        session.appointment = int(str(row and row[0]))
    return session
