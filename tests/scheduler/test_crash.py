"""A database killed under load: no confirmed booking is lost, none is invented."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.server import serving
from scheduler.embedded_postgres import Cluster, open_cluster
from scheduler.processes import wait_until

THREADS = 16
ENOUGH = 50  # bookings before the kill, and after it
EMAIL, PASSWORD = "crash@example.org", "a long enough password"
MAKE_USER = (
    "from accounts.models import User;"
    f"User.objects.create_superuser({EMAIL!r}, {PASSWORD!r}, name='Crash')"
)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="test-crash-"))
    folder.chmod(0o755)
    opened = open_cluster(folder / "postgres", durable=True)
    opened.start()
    yield opened
    opened.stop()
    shutil.rmtree(opened.folder, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


class Api:
    """One connection that is made anew when it breaks."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.token = port, token
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, method: str, path: str, body: object, **headers: str) -> tuple[int, Any]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            self.connection.request(method, f"/api/v1/{path}", json.dumps(body), sent)
            response = self.connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, None


def make_place(port: int) -> tuple[Api, str, int, list[int], list[str]]:
    """A hospital over the API: its path, a doctor, patients, and the starts of a month's slots."""
    api = Api(port)
    _, pair = api.send("POST", "auth/token", {"email": EMAIL, "password": PASSWORD})
    api.token = pair["access"]
    hours = {"opens": "00:00", "closes": "00:00", "timezone": "UTC", "address": ""}
    _, hospital = api.send("POST", "hospitals", {"name": "Crash", **hours})
    path = f"hospitals/{hospital['id']}"
    _, doctor = api.send("POST", f"{path}/doctors", {"name": "Dr", "specialty": "Cardiology"})
    born = {"date_of_birth": "1980-01-01"}
    patients = [
        api.send("POST", f"{path}/patients", {"name": f"P {n}", **born})[1]["id"] for n in range(5)
    ]
    today = dt.datetime.now(dt.UTC).date()
    days = [str(today + dt.timedelta(days=n + 1)) for n in range(200)]
    shifts = [{"start": "00:00", "end": "00:00"}]
    status, _ = api.send(
        "PUT",
        f"{path}/doctors/{doctor['id']}/availability",
        {"days": [{"date": day, "shifts": shifts} for day in days]},
    )
    assert status == 200
    slots = [f"{day}T{hour:02}:00Z" for day in days for hour in range(24)]
    return api, path, doctor["id"], patients, slots


@pytest.mark.serial
@pytest.mark.timeout(300)
def test_killed_under_load(cluster):
    environment = {**os.environ, "DATABASE_URL": cluster.url, "INSECURE_SECRET_KEY": "1"}
    for command in (["migrate", "--verbosity=0"], ["shell", "-c", MAKE_USER]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)
    confirmed: dict[str, int] = {}
    answers: set[int] = set()
    stop = threading.Event()

    def book(number: int, place: tuple[Api, str, int, list[int], list[str]]) -> None:
        main = place[0]
        api = Api(main.port, main.token)
        with contextlib.closing(api.connection):
            book_one_after_the_other(api, number, place)

    def book_one_after_the_other(
        api: Api, number: int, place: tuple[Api, str, int, list[int], list[str]]
    ) -> None:
        _, path, doctor, patients, slots = place
        for slot in slots[number::THREADS]:
            if stop.is_set():
                return
            body = {
                "doctor_id": doctor,
                "patient_id": patients[number % len(patients)],
                "starts_at": slot,
            }
            # As a client should: the same key until it is known what happened.
            while True:
                status, answer = api.send(
                    "POST", f"{path}/appointments", body, Idempotency_Key=f"crash-{slot}"
                )
                answers.add(status)
                if status == 201:
                    confirmed[slot] = answer["id"]
                    break
                assert status in (0, 503), answer
                time.sleep(0.1)

    with serving(
        workers=2, **{k: environment[k] for k in ("DATABASE_URL", "INSECURE_SECRET_KEY")}
    ) as port:
        place = make_place(port)
        threads = [threading.Thread(target=book, args=(n, place)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            assert wait_until(lambda: len(confirmed) > ENOUGH, 60)
            before = len(confirmed)
            pid = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda: not cluster.running, 10)
            cluster.start()
            assert wait_until(lambda: len(confirmed) > before + ENOUGH, 60)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            place[0].connection.close()
    with psycopg.connect(cluster.url) as connection:
        rows = connection.execute("SELECT id, starts_at FROM appointments").fetchall()
        events = connection.execute("SELECT appointment_id FROM appointment_events").fetchall()
    assert 503 in answers
    # Nothing confirmed is lost, nothing is there that was not confirmed, nothing is there twice.
    assert {id_ for id_, _ in rows} == set(confirmed.values())
    assert len({starts_at for _, starts_at in rows}) == len(rows) == len(confirmed)
    assert sorted(id_ for (id_,) in events) == sorted(id_ for id_, _ in rows)
