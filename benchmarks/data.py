"""Data sets of a given size, one database each, kept from run to run.

Beside the hospitals that only make the tables large, each has the same two of 50 doctors, which
the workloads ask: one to read, one to book in.

`python -m benchmarks.data --hospitals N` fills the database named by DATABASE_URL.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg

DOCTORS, PATIENTS, APPOINTMENTS, WEEKS = 50, 600, 245, 14  # half of the slots are booked
EMAIL = "bench@bench.test"
LIFETIME = "86400"  # seconds of an access token: it outlives a run


@dataclass(frozen=True)
class Place:
    """Where the workloads go: a database, its hospitals for them, and a token of their staff."""

    hospitals: int
    url: str
    token: str
    password: str
    read: int
    doctors: list[int]
    patients: list[int]
    book: int
    book_doctors: list[int]
    book_patients: list[int]
    user: int
    first_day: dt.date = field(default_factory=lambda: dt.datetime.now(dt.UTC).date())

    def connect(self, name: str = "bench") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url, autocommit=True, application_name=name)


def name_of(hospitals: int, server: str) -> str:
    """The database of a data set, named after that of the URL."""
    return f"{urlsplit(server).path[1:]}_bench_{hospitals}"


def place_of(hospitals: int, server: str) -> Place:
    """The data set of that size beside the database of the URL `server`, made where missing.

    One from which time has run away is made anew.
    """
    database = name_of(hospitals, server)
    url = urlsplit(server)._replace(path=f"/{database}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not found.fetchone():
            connection.execute(f'CREATE DATABASE "{database}"')
        elif _is_old(url):
            connection.execute(f'DROP DATABASE "{database}"')
            connection.execute(f'CREATE DATABASE "{database}"')
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DB_STATEMENT_TIMEOUT_MS": "600000",
        "ACCESS_TOKEN_SECONDS": LIFETIME,
    }
    command = [sys.executable, "-m", "benchmarks.data", "--hospitals", str(hospitals)]
    done = subprocess.run(  # noqa: S603 (our own program)
        command, env=environment, stdout=subprocess.PIPE, check=True
    )
    return Place(hospitals=hospitals, url=url, **json.loads(done.stdout.splitlines()[-1]))


def _is_old(url: str) -> bool:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('shifts') IS NULL").fetchone() == (True,):
            return False
        newest = connection.execute(
            "SELECT max(date) - current_date FROM shifts JOIN memberships USING (hospital_id)"
            " WHERE date < current_date + 300"
        ).fetchone()
        return newest is not None and newest[0] is not None and newest[0] < 28


def fill(hospitals: int) -> dict[str, object]:
    """Bring the database of DATABASE_URL to its size; returns what a `Place` needs beside it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
    django.setup()
    from django.core.management import call_command

    from accounts import tokens
    from accounts.models import Membership, Role, User
    from hospitals.models import Hospital
    from patients.models import Patient

    call_command("migrate", verbosity=0)
    password = uuid.uuid4().hex
    user = User.objects.filter(email=EMAIL).first() or User(email=EMAIL, name="Bench")
    user.set_password(password)
    user.save()
    ours = list(
        Membership.objects.filter(user=user).order_by("hospital").values_list("hospital", flat=True)
    )
    if not ours:
        shape = {"doctors": DOCTORS, "patients": PATIENTS, "appointments": APPOINTMENTS}
        call_command("load_hospitals", hospitals=2, weeks=WEEKS, stdout=sys.stderr, **shape)
        ours = sorted(Hospital.objects.order_by("-id").values_list("id", flat=True)[:2])
        for id_ in ours:
            Membership.objects.create(user=user, hospital_id=id_, role=Role.STAFF)
    # After those two: every load writes anew what is there.
    missing = hospitals + len(ours) - Hospital.objects.count()
    if missing > 0:
        call_command("load_hospitals", hospitals=missing, weeks=WEEKS, stdout=sys.stderr)
    read, book = ours

    def ids(of: int) -> tuple[list[int], list[int]]:
        doctors = Hospital.objects.get(id=of).doctors.order_by("id").values_list("id", flat=True)
        patients = Patient.objects.filter(hospital=of).order_by("id").values_list("id", flat=True)
        return list(doctors), list(patients)

    facts = {"token": tokens.issue(user).access, "password": password, "user": user.pk}
    facts |= {"read": read, "book": book}
    facts |= dict(zip(("doctors", "patients"), ids(read), strict=True))
    return facts | dict(zip(("book_doctors", "book_patients"), ids(book), strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, required=True)
    sys.stdout.write(json.dumps(fill(parser.parse_args().hospitals)) + "\n")
