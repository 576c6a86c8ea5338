"""The ratios that were promised, beside those that were measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """`value` should be at most (or at least) `bound`; None where it was not measured."""

    name: str
    value: float | None
    bound: float
    at_least: bool = False
    unit: str = ""

    @property
    def held(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        value = "not measured" if self.value is None else f"{self.value:.2f}{self.unit}"
        verdict = {True: "held", False: "MISSED", None: ""}[self.held]
        return f"{self.name:58}{value:>14}   {sign} {self.bound:g}{self.unit:3}  {verdict}"

    def as_json(self) -> Row:
        return {**asdict(self), "held": self.held}


def bars(results: Row) -> list[Bar]:
    """Every bar, from the results of one run."""
    sides = {(row["work"], row["side"]): row for row in results["sides"]}
    rates = {(row["size"], row["side"], row["connections"]): row for row in results["bookings"]}

    def cpu(work: str, side: str) -> float:
        return float(sides[work, side]["cpu_ms"])

    def cheapest(work: str) -> float:
        return min(cpu(w, side) for w, side in sides if w == work and side.startswith("bare"))

    def by_size(work: str, side: str) -> float:
        full, small = (sides[f"{work} by size", f"{side}, {size}"] for size in ("full", "1/16"))
        return float(full["p50_ms"] / small["p50_ms"])

    def ratio(side: str, connections: int, column: str) -> float | None:
        ours = rates.get(("full", side, connections))
        pgbench = rates.get(("full", "pgbench", connections))
        return ours[column] / pgbench[column] if ours and pgbench else None

    found = [
        Bar(
            "REST schedule, cold ÷ cheapest bare",
            cpu("schedule", "REST") / cheapest("schedule"),
            1.6,
        ),
        Bar(
            "REST schedule, warm ÷ cheapest bare",
            cpu("schedule, warm", "REST") / cheapest("schedule"),
            0.7,
        ),
        Bar(
            "REST schedule, 304 ÷ cheapest bare",
            cpu("schedule, 304", "REST") / cheapest("schedule"),
            0.3,
        ),
        Bar(
            "GraphQL schedule, cold ÷ REST",
            cpu("schedule", "GraphQL") / cpu("schedule", "REST"),
            1.25,
        ),
        Bar(
            "REST openings, cold ÷ cheapest bare",
            cpu("openings", "REST") / cheapest("openings"),
            1.6,
        ),
    ]
    for connections in (2, 8):
        name = f"REST bookings a second ÷ pgbench, {connections} connections"
        found.append(Bar(name, ratio("REST", connections, "a_second"), 0.3, at_least=True))
    found.append(Bar("REST booking ÷ pgbench's", ratio("REST", 2, "cpu_ms"), 5))
    for work in ("schedule", "openings"):
        for side in ("REST", "GraphQL"):
            found.append(Bar(f"{side} {work}, p50: full ÷ 1/16", by_size(work, side), 1.25))
    for connections in (2, 8):
        full, small = (rates[size, "REST", connections]["a_second"] for size in ("full", "1/16"))
        name = f"REST bookings a second: full ÷ 1/16, {connections} connections"
        found.append(Bar(name, full / small, 0.8, at_least=True))
    for work, side, bound in (
        ("schedule", "REST", 6),
        ("schedule", "GraphQL", 8),
        ("openings", "REST", 6),
        ("openings", "GraphQL", 8),
        ("booking", "REST", 2.5),
        ("booking", "GraphQL", 2.5),
    ):
        value = cpu(work, f"textbook {side}") / cpu(work, side)
        found.append(Bar(f"textbook ÷ ours: {side} {work}", value, bound, at_least=True))
    facts = results["facts"]
    found += [
        Bar("partitions of a table in one statement, at most", facts["partitions"], 1),
        Bar("queries of a schedule, at most", facts["queries"]["schedule"], 3),
        Bar("queries of openings, at most", facts["queries"]["openings"], 3),
    ]
    for side, figures in results["mix"].items():
        name = f"{side} schedule, p99, ten reads to a booking, 8 clients"
        found.append(Bar(name, figures["p99_ms"], 60, unit=" ms"))
    return found
