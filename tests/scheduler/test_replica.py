"""A real replica and a real Redis behind two web processes: fresh, or not used."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.server import serving
from scheduler.embedded_postgres import Cluster, open_cluster
from scheduler.processes import wait_until
from tests.redis_server import RedisServer, redis_server
from tests.replica_cluster import hanging, kill, make_replica, superuser_url

pytestmark = [pytest.mark.serial, pytest.mark.timeout(300)]

# Somebody of the staff with two sign-ins, their admin, and a doctor who works day and night.
PREPARE = """
import datetime, json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from accounts import tokens
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import make_world
world = make_world()
today = datetime.date.today()
for n in range(2, 40):
    ShiftFactory(doctor=world.doctor.row, date=today + datetime.timedelta(n),
                 start_minute=0, end_minute=1440)
print(json.dumps({
    "hospital": world.hospital.pk,
    "doctor": world.doctor.row.pk,
    "patient": PatientFactory(hospital=world.hospital).pk,
    "member": world.colleague.member_id,
    "staff": world.staff.tokens.access,
    "again": tokens.issue(world.staff.user).access,
    "admin": world.admin.tokens.access,
    "colleague": world.colleague.tokens.access,
    "first": str(today + datetime.timedelta(2)),
}))
"""


@dataclass
class Answer:
    status: int
    body: Any
    headers: http.client.HTTPMessage

    @property
    def token(self) -> str:
        return self.headers["X-Consistency-Token"]

    @property
    def from_replica(self) -> bool:
        return "replica" in self.headers["Server-Timing"]


@dataclass
class Site:
    """The product, served, with what its database holds."""

    port: int
    facts: dict[str, Any]
    primary: Cluster
    replica: Cluster
    redis: RedisServer
    booked: int = 0

    def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Over a new connection, so that either process may get it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {
            "Authorization": f"Bearer {self.facts[who]}",
            "Content-Type": "application/json",
        }
        connection.request(method, path, json.dumps(body) if body else None, sent)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return Answer(response.status, text and json.loads(text), response.headers)

    @property
    def path(self) -> str:
        return f"/api/v1/hospitals/{self.facts['hospital']}"

    def book(self, who: str = "staff") -> Answer:
        """The next free hour."""
        day, hour = divmod(self.booked, 24)
        date = time.strftime("%Y-%m-%d", time.gmtime(_seconds(self.facts["first"]) + day * 86400))
        self.booked += 1
        body = {
            "doctor_id": self.facts["doctor"],
            "patient_id": self.facts["patient"],
            "starts_at": f"{date}T{hour:02}:00",
        }
        answer = self.ask(who, "POST", f"{self.path}/appointments", body)
        assert answer.status == 201, answer
        return answer

    def status(self, who: str, id_: int, **headers: str) -> Answer:
        """The appointment over REST."""
        return self.ask(who, "GET", f"{self.path}/appointments/{id_}", **headers)

    def list(self, who: str, **headers: str) -> Answer:
        """Who has an appointment where, over GraphQL; `ids` of the answer."""
        query = """query Q($h: ID!, $d: ID!, $from: Date!, $to: Date!) {
            hospital(id: $h) { schedules(doctorIds: [$d], from: $from, to: $to) {
                availableSlots { appointment { id } } } } }"""
        first = self.facts["first"]
        last = time.strftime("%Y-%m-%d", time.gmtime(_seconds(first) + 30 * 86400))
        variables = {
            "h": str(self.facts["hospital"]),
            "d": str(self.facts["doctor"]),
            "from": first,
            "to": last,
        }
        body = {"query": query, "variables": variables}
        answer = self.ask(who, "POST", "/graphql", body, **headers)
        days = answer.body["data"]["hospital"]["schedules"]
        slots = [slot["appointment"] for day in days for slot in day["availableSlots"]]
        answer.body = {int(slot["id"]) for slot in slots if slot}
        return answer

    def on_replica(self, sql: str) -> Any:
        with psycopg.connect(superuser_url(self.replica), autocommit=True) as connection:
            return connection.execute(sql).fetchone()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """The replica receives everything and shows none of it."""
        self.on_replica("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.on_replica("SELECT pg_wal_replay_resume()")
            self.used()

    def used(self) -> None:
        """Wait until readers use the replica, whichever process they get."""
        assert wait_until(lambda: all(self.list("admin").from_replica for _ in range(8)), 30)


def _seconds(date: str) -> int:
    return int(time.mktime(time.strptime(date + " UTC", "%Y-%m-%d %Z"))) - time.timezone


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="test-replica-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        redis = stack.enter_context(redis_server(folder))
        # Durable: a replica gets what is on disk, and else that takes a fifth of a second.
        primary = open_cluster(folder / "postgres")
        stack.callback(shutil.rmtree, primary.folder, ignore_errors=True)
        stack.callback(primary.stop)
        primary.start()
        settings = {
            "DATABASE_URL": primary.url,
            "DJANGO_SETTINGS_MODULE": "scheduler.settings",
            "DB_STATEMENT_TIMEOUT_MS": "30000",
            "ACCESS_TOKEN_SECONDS": "3600",
            "SECRET_KEY": "of these tests " * 4,
        }
        made = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
        )
        assert not made.returncode, made.stderr.decode()
        replica = make_replica(primary)
        stack.callback(shutil.rmtree, replica.folder, ignore_errors=True)
        stack.callback(replica.stop)
        replica.start()
        urls = {"REPLICA_URL": replica.url, "REDIS_URL": redis.url}
        port = stack.enter_context(serving(workers=2, **settings, **urls))
        yield Site(port, json.loads(made.stdout), primary, replica, redis)


@pytest.fixture(autouse=True)
def in_use(site: Site) -> None:
    site.used()


def test_a_caller_sees_their_own_writes_at_once_wherever_they_ask(site: Site) -> None:
    used = 0
    for _ in range(60):
        id_ = site.book("staff").body["id"]
        # Over the other API, and with another sign-in.
        listed = site.list("again")
        assert id_ in listed.body
        read = site.status("staff", id_)
        assert read.status == 200
        used += listed.from_replica + read.from_replica
    assert used > 10  # of 120, on a busy machine: it is not by leaving the replica alone


def test_everybody_else_sees_a_write_within_two_seconds(site: Site) -> None:
    with site.standing_still():
        id_ = site.book("staff").body["id"]
        time.sleep(2)
        for _ in range(8):  # either process
            listed = site.list("admin")
            assert id_ in listed.body
            assert not listed.from_replica


def test_a_write_is_followed_by_reads_of_the_primary(site: Site) -> None:
    with site.standing_still():
        for _ in range(5):
            id_ = site.book("staff").body["id"]
            listed = site.list("again")
            assert id_ in listed.body
            assert not listed.from_replica


def test_what_redis_forgot_counts_as_written(site: Site) -> None:
    with site.standing_still():
        id_ = site.book("staff").body["id"]
        subprocess.run(
            ["redis-cli", "-s", f"{site.redis.folder}/redis", "FLUSHALL"],
            check=True,
            capture_output=True,
        )
        assert id_ in site.list("again").body


def test_without_redis_the_primary_is_read(site: Site) -> None:
    with site.redis.hanging():
        id_ = site.book("staff").body["id"]
        for who in ("again", "admin"):
            listed = site.list(who)
            assert id_ in listed.body
            assert not listed.from_replica


def test_a_token_can_be_handed_on(site: Site) -> None:
    with site.standing_still():
        booked = site.book("staff")
        listed = site.list("admin", X_Consistency_Token=booked.token)
        assert booked.body["id"] in listed.body
        assert not listed.from_replica
    again = {"X_Consistency_Token": booked.token}
    assert wait_until(lambda: site.list("admin", **again).from_replica, 10)


def test_a_token_that_says_nothing_asks_for_everything(site: Site) -> None:
    for token in ("x", "0/", "FFFFFFFF/FFFFFFFF", "0/123456789"):
        assert not site.list("admin", X_Consistency_Token=token).from_replica
    assert wait_until(lambda: site.list("admin", X_Consistency_Token="").from_replica, 10)


def test_who_loses_a_role_is_out_at_once(site: Site) -> None:
    assert wait_until(lambda: site.list("colleague").from_replica, 10)
    with site.standing_still():
        gone = site.ask("admin", "DELETE", f"{site.path}/members/{site.facts['member']}")
        assert gone.status == 204
        assert site.ask("colleague", "GET", f"{site.path}/appointments").status == 404


def test_what_the_replica_lacks_is_looked_up_in_the_primary(site: Site) -> None:
    with site.standing_still():
        id_ = site.book("staff").body["id"]
        assert site.status("admin", id_).status == 200


@pytest.mark.parametrize("how", ["hangs", "is killed"])
def test_an_absent_replica_is_not_missed(site: Site, how: str) -> None:
    with ExitStack() as stack:
        if how == "hangs":
            stack.enter_context(hanging(site.replica))
        else:
            kill(site.replica)
            stack.callback(site.replica.start)
        waits = []
        for _ in range(30):
            begun = time.monotonic()
            listed = site.list("admin")
            waits.append(time.monotonic() - begun)
            assert listed.status == 200
            assert not listed.from_replica
    waits.sort()
    # Those in flight pay once; each of the two processes finds out for itself.
    assert waits[-1] < 4
    assert waits[len(waits) // 2] < 0.5
    site.used()
