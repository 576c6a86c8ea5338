"""`make bench`: what the REST API costs beside the same work done with bare psycopg.

All workloads take turns within each round, so that a slow moment of the machine meets all of
them; quote the ratios, not the milliseconds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import itertools
import json
import os
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator

import django
import orjson
import psycopg
from tqdm import tqdm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (after django.setup)
from django.db import connection  # noqa: E402

from accounts import tokens  # noqa: E402
from accounts.models import User  # noqa: E402
from appointments import checks, events, schedules  # noqa: E402
from benchmarks.server import serving  # noqa: E402
from hospitals.models import Hospital  # noqa: E402

Work = Callable[[], object]
_DAYS = """
    SELECT doctor_id, date, start_minute, end_minute, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM shifts
    WHERE hospital_id = %(hospital)s AND doctor_id = ANY(%(doctors)s)
      AND date BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT a.doctor_id, a.date, NULL, NULL, a.starts_at, a.ends_at, a.id, a.patient_id, p.name,
           a.status, a.version
    FROM appointments a
    JOIN patients p ON p.hospital_id = %(hospital)s AND p.id = a.patient_id
    WHERE a.hospital_id = %(hospital)s AND a.doctor_id = ANY(%(doctors)s)
      AND a.status <> 'cancelled' AND a.date BETWEEN %(start)s AND %(end)s
      AND a.starts_at >= %(start)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
      AND a.starts_at < %(end)s::timestamp AT TIME ZONE 'UTC' + interval '2 days'
    ORDER BY 1, 2, 3, 5
"""


class Client:
    """One kept connection, one token."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(
        self, method: str, path: str, *, expect: int, body: object = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Send one request and read all of its answer; raises for another status."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(
            method, path, orjson.dumps(body) if body else None, {**self.headers, **sent}
        )
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != expect:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")
        return response


class Slots:
    """Free slots to book, each once: those of a hospital's doctors, far ahead."""

    def __init__(self, hospital: int, doctors: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM patients WHERE hospital_id = %s", [hospital])
            self.patients = itertools.cycle([id_ for (id_,) in cursor.fetchall()])
            start = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=400)
            days = [start + dt.timedelta(days=n) for n in range(365)]
            cursor.execute(
                "DELETE FROM shifts WHERE hospital_id = %s AND date >= %s", [hospital, start]
            )
            cursor.execute(
                "INSERT INTO shifts (hospital_id, doctor_id, date, start_minute, end_minute)"
                " SELECT %s, doctor, day, 0, 1440"
                " FROM unnest(%s::bigint[]) AS doctor, unnest(%s::date[]) AS day",
                [hospital, doctors, days],
            )
        self.free = (
            (doctor, day, hour) for day in days for hour in range(24) for doctor in doctors
        )

    def next(self) -> tuple[int, int, dt.datetime]:
        doctor, day, hour = next(self.free)
        return doctor, next(self.patients), dt.datetime.combine(day, dt.time(hour), dt.UTC)


def workloads(port: int, token: str, dsn: str) -> dict[str, dict[str, Work]]:
    """Each piece of work by its name, done over REST and bare."""
    hospital, doctors = _hospital(0)
    # Bookings go to another hospital: they would make the ETag of the reads old.
    crowded, booked_doctors = _hospital(1)
    client = Client(port, token)
    bare = psycopg.connect(dsn, autocommit=True)
    base = f"/api/v1/hospitals/{hospital}"
    today = dt.datetime.now(dt.UTC).date()
    week = (today + dt.timedelta(days=1), today + dt.timedelta(days=7))
    fortnight = (week[0], week[0] + dt.timedelta(days=13))
    ten = doctors[:10]
    schedule = f"{base}/schedules?doctor={','.join(map(str, ten))}&from={week[0]}&to={week[1]}"
    openings = f"{base}/openings?from={fortnight[0]}&to={fortnight[1]}"
    etag = client.call("GET", schedule, expect=200).headers["ETag"]
    slots = Slots(crowded, booked_doctors)

    def bare_days(ids: list[int], range_: tuple[dt.date, dt.date]) -> None:
        asked = {"hospital": hospital, "doctors": ids, "start": range_[0], "end": range_[1]}
        rows = bare.execute(_DAYS, asked).fetchall()
        orjson.dumps(rows, default=str)

    def bare_stamps() -> None:
        bare.execute(schedules._STAMPS, {"hospital": hospital, "own": 0, "doctors": ten}).fetchall()

    def bare_booking() -> None:
        doctor, patient, starts_at = slots.next()
        ids = {"hospital": crowded, "doctor": doctor, "patient": patient}
        when = {"starts": starts_at, "ends": starts_at + dt.timedelta(hours=1)}
        with bare.transaction():
            bare.execute(
                "SELECT stamp FROM schedule_stamps WHERE hospital_id = %(hospital)s"
                " AND doctor_id = %(doctor)s FOR NO KEY UPDATE",
                ids,
            )
            bare.execute(
                "SELECT 1 FROM patients WHERE hospital_id = %(hospital)s AND id = %(patient)s"
                " FOR NO KEY UPDATE",
                ids,
            )
            bare.execute(checks._CHECK, {**ids, **when, "date": starts_at.date(), "except": 0})
            row = {"starts_at": when["starts"], "ends_at": when["ends"], "reason": "", "by": 1}
            wall = {"date": starts_at.date(), "time": starts_at.time(), "at": starts_at}
            bare.execute(events._ADD, {**ids, **row, **wall, "by": _user().pk, "changes": "{}"})

    def rest_booking() -> None:
        doctor, patient, starts_at = slots.next()
        client.call(
            "POST",
            f"/api/v1/hospitals/{crowded}/appointments",
            expect=201,
            body={
                "doctor_id": doctor,
                "patient_id": patient,
                "starts_at": starts_at.isoformat(),
            },
            Idempotency_Key=str(uuid.uuid4()),
        )

    return {
        "schedule 10 x 7": {
            "bare": lambda: bare_days(ten, week),
            "REST": lambda: client.call("GET", schedule, expect=200),
        },
        "304": {
            "bare": bare_stamps,
            "REST": lambda: client.call("GET", schedule, expect=304, If_None_Match=etag),
        },
        "openings, 14 days": {
            "bare": lambda: bare_days(doctors, fortnight),
            "REST": lambda: client.call("GET", openings, expect=200),
        },
        "booking": {"bare": bare_booking, "REST": rest_booking},
    }


def _hospital(number: int) -> tuple[int, list[int]]:
    """A hospital, from the newest on, and its doctors; wall time is UTC there from now on."""
    hospital = Hospital.objects.order_by("-id")[number]
    Hospital.objects.filter(id=hospital.id).update(
        timezone="UTC", opens=dt.time(0), closes=dt.time(0)
    )
    ids = list(hospital.doctors.order_by("id").values_list("id", flat=True))
    return hospital.id, ids


def _user() -> User:
    user = User.objects.filter(email="bench@bench.test").first()
    return user or User.objects.create_superuser("bench@bench.test", uuid.uuid4().hex, name="Bench")


def measure(
    works: dict[str, dict[str, Work]], *, rounds: int, times: int
) -> dict[tuple[str, str], list[list[float]]]:
    """Seconds of each call, by workload and side, one list a round; the first round is left out."""
    taken: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    for round_ in tqdm(range(rounds + 1), unit="round", disable=None):
        for name, sides in works.items():
            for side, work in sides.items():
                seconds = list(_timed(work, times))
                if round_:
                    taken[name, side].append(seconds)
    return taken


def _timed(work: Work, times: int) -> Iterator[float]:
    for _ in range(times):
        begun = time.perf_counter()
        work()
        yield time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=50, help="make so many if there are none")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=40, help="calls of each in a round")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Hospital.objects.count() < 2:
        call_command("load_hospitals", hospitals=options.hospitals)
    token = tokens.issue(_user()).access
    dsn = connection.get_connection_params()
    conninfo = psycopg.conninfo.make_conninfo(
        **{k: dsn[k] for k in ("host", "port", "user", "password", "dbname") if dsn.get(k)}
    )
    with serving(workers=1) as port:
        works = workloads(port, token, conninfo)
        taken = measure(works, rounds=options.rounds, times=options.times)
    report(works, taken, options.json)


def report(
    works: dict[str, dict[str, Work]],
    taken: dict[tuple[str, str], list[list[float]]],
    path: str | None,
) -> None:
    """Print medians, p99 and ratios: the median round's, so one bad round does not count."""
    out = sys.stdout
    out.write(f"{'':20}{'side':8}{'median ms':>12}{'p99 ms':>10}{'ratio':>8}\n")
    figures = []
    for name, sides in works.items():
        base = 0.0
        for side in sides:
            medians = [statistics.median(seconds) for seconds in taken[name, side]]
            p99s = [statistics.quantiles(seconds, n=100)[98] for seconds in taken[name, side]]
            median, p99 = statistics.median(medians) * 1000, statistics.median(p99s) * 1000
            base = base or median
            out.write(f"{name:20}{side:8}{median:12.2f}{p99:10.2f}{median / base:8.2f}\n")
            figures.append({"work": name, "side": side, "median_ms": median, "p99_ms": p99})
    if path:
        with open(path, "w") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
