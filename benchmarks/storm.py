"""`python -m benchmarks.storm`: a crowd at one hospital over REST, and a look at the rows after.

Threads book, move, cancel, set statuses and set shifts for a few doctors, as fast as they can.
Every answer must be one of the contract, no write that was confirmed may be lost, and afterwards
no appointment may overlap another or lie outside every shift. Ends with 1 where that is not so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from typing import Any

import django
from tqdm import tqdm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (after django.setup)
from django.utils import timezone  # noqa: E402

from accounts import tokens  # noqa: E402
from accounts.access import Access, signed_in  # noqa: E402
from accounts.models import Role, User  # noqa: E402
from appointments import consistency  # noqa: E402
from appointments.availability import set_availability  # noqa: E402
from appointments.models import Appointment  # noqa: E402
from benchmarks.server import serving  # noqa: E402
from doctors.services import create_doctor  # noqa: E402
from hospitals.services import create_hospital  # noqa: E402
from patients.services import create_patient  # noqa: E402

DOCTORS, PATIENTS, DAYS = 6, 40, 3
EXPECTED = {
    200,
    201,
    *("slot_taken", "slot_unavailable", "patient_busy", "version_conflict"),
    *("availability_in_use", "invalid_transition", "not_found"),
}


class Crowd:
    """What all threads share: where they are, what was answered, what was confirmed."""

    def __init__(self, port: int, token: str, access: Access) -> None:
        self.port, self.token, self.access = port, token, access
        self.base = f"/api/v1/hospitals/{access.hospital_id}"
        today = timezone.now().date()
        self.days = [today + dt.timedelta(days=n + 2) for n in range(DAYS)]
        self.doctors = [
            create_doctor(access, name=f"Dr {n}", specialty="Cardiology").id for n in range(DOCTORS)
        ]
        self.patients = [
            create_patient(access, name=f"P {n}", date_of_birth=dt.date(1980, 1, 1)).id
            for n in range(PATIENTS)
        ]
        for doctor in self.doctors:
            set_availability(access, doctor, days=[(day, [(480, 1080)]) for day in self.days])
        self.lock = threading.Lock()
        self.answers: Counter[Any] = Counter()
        self.strange: list[str] = []
        self.versions: dict[int, int] = {}
        self.ends = 0.0

    def confirmed(self, row: dict[str, Any]) -> None:
        """Remember the newest version that was confirmed of each appointment."""
        with self.lock:
            self.versions[row["id"]] = max(row["version"], self.versions.get(row["id"], 0))

    def count(self, answer: Any, text: str) -> None:
        with self.lock:
            self.answers[answer] += 1
            if answer not in EXPECTED:
                self.strange.append(text)


def one_of_the_crowd(crowd: Crowd, seed: int) -> None:
    """One thread: one connection, one thing after the other."""
    chance = random.Random(seed)  # noqa: S311 (which calls, not a secret)
    connection = http.client.HTTPConnection("127.0.0.1", crowd.port, timeout=30)

    def call(method: str, path: str, body: object, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {crowd.token}", "Content-Type": "application/json"}
        connection.request(method, crowd.base + path, json.dumps(body), sent)
        response = connection.getresponse()
        text = response.read().decode()
        answer = json.loads(text)
        crowd.count(answer.get("code", response.status), f"{method} {path}: {text[:300]}")
        return answer if response.status < 300 else None

    def time_of(day: dt.date) -> str:
        return f"{day}T{chance.randrange(8, 18):02}:00"

    while time.monotonic() < crowd.ends:
        day, doctor = chance.choice(crowd.days), chance.choice(crowd.doctors)
        known = chance.choice([*crowd.versions.items()] or [(0, 0)])
        what = chance.choices(
            ("book", "any", "move", "status", "cancel", "shifts"), (30, 10, 20, 10, 20, 10)
        )[0]
        if what in ("book", "any") or not known[0]:
            body: dict[str, object] = {
                "patient_id": chance.choice(crowd.patients),
                "starts_at": time_of(day),
            }
            body |= {} if what == "any" else {"doctor_id": doctor}
            row = call("POST", "/appointments", body, Idempotency_Key=str(uuid.uuid4()))
        elif what == "shifts":
            ranges = chance.choice([[("08:00", "18:00")], [("08:00", "12:00"), ("13:00", "18:00")]])
            shifts = {"shifts": [{"start": start, "end": end} for start, end in ranges]}
            call("PUT", f"/doctors/{doctor}/availability/{day}", shifts)
            continue
        else:
            changes: dict[str, dict[str, object]] = {
                "move": {"starts_at": time_of(day), "doctor_id": doctor},
                "status": {"status": chance.choice(["arrived", "booked", "noshow"])},
                "cancel": {"reason": "storm"},
            }
            method = "DELETE" if what == "cancel" else "PATCH"
            row = call(method, f"/appointments/{known[0]}", changes[what], If_Match=f'"{known[1]}"')
        if row:
            crowd.confirmed(row)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    email = f"storm-{uuid.uuid4().hex[:8]}@bench.test"
    user = User.objects.create_superuser(email, uuid.uuid4().hex, name="Storm")
    pair = tokens.issue(user)
    hospital = create_hospital(
        signed_in(tokens.read_access_token(pair.access)),
        name="Storm",
        address="",
        timezone="America/New_York",
        opens=dt.time(0),
        closes=dt.time(0),
    )
    with serving(workers=options.workers) as port:
        crowd = Crowd(port, pair.access, Access(user.id, hospital.id, Role.ADMIN))
        crowd.ends = time.monotonic() + options.seconds
        threads = [
            threading.Thread(target=one_of_the_crowd, args=(crowd, n), daemon=True)
            for n in range(options.threads)
        ]
        for thread in threads:
            thread.start()
        for _ in tqdm(range(options.seconds), unit="s", disable=None):
            time.sleep(1)
        for thread in threads:
            thread.join(60)
    return report(crowd)


def report(crowd: Crowd) -> int:
    """Print what was answered and what is wrong; 1 if anything is."""
    faults = consistency.faults(now=timezone.now())
    rows = dict(
        Appointment.objects.filter(hospital_id=crowd.access.hospital_id).values_list(
            "id", "version"
        )
    )
    lost = [id_ for id_, version in crowd.versions.items() if rows.get(id_, 0) < version]
    out = sys.stdout
    for answer, count in sorted(crowd.answers.items(), key=lambda item: -item[1]):
        out.write(f"{count:8} {answer}\n")
    out.write(f"{len(rows)} appointments, {len(lost)} confirmed writes lost\n")
    out.write(f"{len(crowd.strange)} answers that are not in the contract\n")
    for text in crowd.strange[:5]:
        out.write(f"  {text}\n")
    for fault, ids in faults.items():
        out.write(f"{fault}: {len(ids)}\n")
    return 1 if lost or faults or crowd.strange else 0


if __name__ == "__main__":
    sys.exit(main())
