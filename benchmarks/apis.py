"""The product and the textbook over HTTP: the same calls of both."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.data import EMAIL, Place
from benchmarks.http import Answer, Client
from benchmarks.slots import Booking

PERSISTED = Path(__file__).parent.parent / "api_graphql" / "persisted.json"


@dataclass(frozen=True)
class Question:
    """Ten doctors or fifty, and dates of theirs."""

    doctors: list[int]
    start: dt.date
    end: dt.date


@lru_cache
def documents() -> dict[str, tuple[str, str]]:
    """The web app's documents: hash and text, by name."""
    found = {}
    for digest, text in json.loads(PERSISTED.read_text()).items():
        found[text.split("(")[0].split()[1]] = (digest, text)
    return found


class Api:
    """The product over HTTP, as the web app speaks to it."""

    def __init__(self, place: Place, port: int, hospital: int | None = None) -> None:
        self.place, self.client = place, Client(port, place.token)
        self.hospital = hospital or place.read
        self.base = f"/api/v1/hospitals/{self.hospital}"

    def rest_schedule(self, asked: Question, *, etag: str = "") -> Answer:
        ids = ",".join(map(str, asked.doctors))
        path = f"{self.base}/schedules?doctor={ids}&from={asked.start}&to={asked.end}"
        if etag:
            return self.client.call("GET", path, expect=(304,), If_None_Match=etag)
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
        return self.client.call(
            "POST", path, body, expect=(201,), Idempotency_Key=str(uuid.uuid4())
        )

    def graphql(self, name: str, **variables: object) -> Answer:
        """Run a persisted document by its hash. Raises `RuntimeError` where it meets an error."""
        named = {"persistedQuery": {"version": 1, "sha256Hash": documents()[name][0]}}
        return self.run(name, {"variables": variables, "extensions": named})

    def run(self, name: str, body: object) -> Answer:
        answer = self.client.call("POST", "/graphql/", body)
        if b'"errors"' in answer.body[:2000]:
            raise RuntimeError(f"{name}: {answer.body[:300]!r}")
        return answer

    def graphql_schedule(self, asked: Question) -> Answer:
        return self.graphql(
            "schedules",
            hospital=self.hospital,
            doctorIds=asked.doctors,
            **{"from": str(asked.start), "to": str(asked.end)},
        )

    def graphql_openings(self, asked: Question) -> Answer:
        dates = {"from": str(asked.start), "to": str(asked.end)}
        return self.graphql("openings", hospital=self.hospital, **dates)

    def graphql_book(self, booking: Booking) -> Answer:
        return self.graphql("bookAppointment", input=self.booking_input(booking))

    def booking_input(self, booking: Booking) -> dict[str, object]:
        return {
            "hospitalId": self.place.book,
            "doctorId": booking.doctor,
            "patientId": booking.patient,
            "startsAt": booking.starts_at.isoformat(),
            "idempotencyKey": str(uuid.uuid4()),
        }


class Textbook(Api):
    """The textbook site, which knows no persisted documents: their text is sent each time."""

    def __init__(self, place: Place, port: int) -> None:
        super().__init__(place, port)
        who = {"email": EMAIL, "password": place.password}
        token = json.loads(self.client.call("POST", "/token", who).body)["access"]
        self.client = Client(port, token)

    def graphql(self, name: str, **variables: object) -> Answer:
        text = TEXTBOOK.get(name) or documents()[name][1]
        return self.run(name, {"query": text, "variables": variables})

    def graphql_book(self, booking: Booking) -> Answer:
        asked = self.booking_input(booking)
        return self.graphql("bookAppointment", **asked)


# Those that have other arguments there.
TEXTBOOK = {
    "openings": """
        query openings($hospital: ID!, $from: Date!, $to: Date!) {
          hospital(id: $hospital) {
            openings(from: $from, to: $to) { doctor { id } date time startsAt duration }
          }
        }""",
    "bookAppointment": """
        mutation book($hospitalId: ID!, $doctorId: ID!, $patientId: ID!, $startsAt: String!,
                      $idempotencyKey: String!) {
          bookAppointment(hospitalId: $hospitalId, doctorId: $doctorId, patientId: $patientId,
                          startsAt: $startsAt, idempotencyKey: $idempotencyKey) {
            appointment {
              id hospitalId doctorId patient { id name } startsAt endsAt date time duration
              status reason version
            }
          }
        }""",
}
