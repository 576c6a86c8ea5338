"""A server with a seeded database of its own, and the calls that set a test's stage on it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from benchmarks.server import serving

BASE_DIR = Path(__file__).resolve().parents[2]
PASSWORD = "demo-appointments"
HOSPITALS = 3  # of the seed: all that have members
NEW_YORK, LONDON = 1, 2  # ids of the first two
# Of tests of what a screen does by itself: it is the same above either adapter.
one_api = pytest.mark.parametrize("api", ["rest"], indirect=True)
Json = dict[str, Any]
Shifts = Sequence[tuple[int, int]]  # hours; 24 is midnight at the end of the day


@dataclass
class Site:
    """The served product. Each test makes doctors and patients of its own, and shares nothing."""

    url: str
    database_url: str
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, past all caches."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        by: str = "admin",
        headers: Mapping[str, str] = {},
    ) -> Any:
        """The answer of REST. Raises `urllib.error.HTTPError` for a refusal."""
        request = Request(  # noqa: S310 (our own server)
            f"{self.url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        if by:
            request.add_header("Authorization", f"Bearer {self.token(by)}")
        with urlopen(request, timeout=30) as response:  # noqa: S310
            return json.load(response)

    def token(self, by: str) -> str:
        """An access token that is good for some minutes more."""
        token, until = self.tokens.get(by, ("", 0.0))
        if until < time.monotonic():
            token = self.call("POST", "auth/token", credentials(by), by="")["access"]
            self.tokens[by] = token, time.monotonic() + 300
        return token

    def doctor(self, shifts: Mapping[date, Shifts], name: str = "", specialty: str = "") -> Json:
        """A new doctor of the first hospital. The name is theirs alone, and so is the specialty.

        Lists sort by name, and a test may lean on its first doctor being the first of its own:
        9 stands before 10 only as 0009.
        """
        number = next(self.numbers)
        doctor: Json = self.call(
            "POST",
            f"hospitals/{NEW_YORK}/doctors",
            {
                "name": name or f"Doctor Number{number:04}",
                "specialty": specialty or f"Specialty {number:04}",
            },
        )
        self.set_shifts(doctor, shifts)
        return doctor

    def set_shifts(self, doctor: Json, shifts: Mapping[date, Shifts]) -> None:
        days = [
            {
                "date": day.isoformat(),
                "shifts": [
                    {"start": f"{start:02}:00", "end": f"{end % 24:02}:00"} for start, end in of_day
                ],
            }
            for day, of_day in shifts.items()
        ]
        path = f"hospitals/{NEW_YORK}/doctors/{doctor['id']}/availability"
        self.call("PUT", path, {"days": days})

    def patient(self, name: str = "", **facts: str) -> Json:
        """A new patient of the first hospital; unless given, the name is theirs alone."""
        number = next(self.numbers)
        body = {
            "name": name or f"Patience {in_letters(number)}",
            "date_of_birth": "1980-03-01",
            "phone": f"+1 999 {number:07}",
            "email": "",
            "mrn": "",
            **facts,
        }
        patient: Json = self.call("POST", f"hospitals/{NEW_YORK}/patients", body)
        return patient

    def book(self, doctor: Json, patient: Json, day: date, hour: int, by: str = "admin") -> Json:
        body = {
            "doctor_id": doctor["id"],
            "patient_id": patient["id"],
            "starts_at": f"{day}T{hour:02}:00:00",
        }
        booked: Json = self.call("POST", f"hospitals/{NEW_YORK}/appointments", body, by=by)
        return booked

    def change(self, appointment: Json, by: str = "admin", **changes: Any) -> Json:
        changed: Json = self.call(
            "PATCH",
            f"hospitals/{NEW_YORK}/appointments/{appointment['id']}",
            changes,
            by=by,
            headers={"If-Match": f'"{appointment["version"]}"'},
        )
        return changed

    def appointments(self, doctor: Json) -> list[tuple[Any, ...]]:
        """Status, hour and patient of each appointment of that doctor, by the hospital's clock."""
        return self.rows(
            """
            SELECT status, to_char(time, 'HH24:MI'), patient_id
              FROM appointments WHERE doctor_id = %s ORDER BY starts_at, id
            """,
            doctor["id"],
        )


def in_letters(number: int) -> str:
    """A surname of its own: the app takes what has digits in it for a record's number."""
    return "Caller" + str(number).translate(str.maketrans("0123456789", "abcdefghij")) + "x"


def credentials(by: str) -> Json:
    return {"email": f"{by}@demo.test", "password": PASSWORD}


def later(days: int = 7) -> date:
    """A date of New York that is ahead, so that no slot of it has begun."""
    return datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=days)


@contextmanager
def served_site() -> Iterator[Site]:
    """Make and seed a database beside the one of DATABASE_URL, and serve it as the demo does."""
    server = os.environ["DATABASE_URL"]
    name = sql.Identifier(f"browser_{os.getpid()}")
    url = urlsplit(server)._replace(path=f"/browser_{os.getpid()}").geturl()
    ours = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        for command in (["migrate", "--verbosity=0"], ["seed_demo", f"--hospitals={HOSPITALS}"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=BASE_DIR,
                env={**os.environ, **ours},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        with serving(workers=1, DEMO="1", **ours) as port:
            yield Site(f"http://127.0.0.1:{port}", url)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
