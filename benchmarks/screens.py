"""Six screens of a web app, as a client of each API writes them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.apis import Question
from benchmarks.data import EMAIL, Place
from benchmarks.facts import queries
from benchmarks.http import Client
from benchmarks.slots import Slots

Screen = Callable[["Session"], object]


class Session:
    """A signed-in client of one API, and what it is to look at: `asked` and `appointment`."""

    def __init__(self, place: Place, port: int, slots: Slots, *, packed: bool = True) -> None:
        self.place, self.slots = place, slots
        self.client = Client(port, place.token)
        self.encoding = "gzip" if packed else "identity"
        self.queries = 0
        self.etags: dict[str, str] = {}
        self.returning = False  # then what has not changed is not sent again
        self.not_modified = 0
        days = [place.first_day + dt.timedelta(days=n) for n in (1, 7)]
        self.asked = Question(place.doctors[:10], *days)
        self.appointment = self.patient = 0

    def rest(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """An answer's JSON; None where nothing changed since this session saw it."""
        if path.startswith("/"):
            path = f"/api/v1/hospitals/{self.place.read}{path}"
        else:
            path = f"/api/v1/{path}"
        known = self.etags.get(path) if method == "GET" and self.returning else None
        if known:
            headers["If_None_Match"] = known
        answer = self.client.call(
            *(method, path, body),
            expect=(200, 201, 304),
            Accept_Encoding=self.encoding,
            **headers,
        )
        self.queries += queries(answer)
        self.etags[path] = answer.header("ETag")
        if answer.status == 304:
            self.not_modified += 1
            return None
        return _content(answer.header("Content-Encoding"), answer.body)

    def graphql(self, document: str, **variables: object) -> Any:
        """The data of an answer. Raises `RuntimeError` where there are errors."""
        body = {"query": " ".join(document.split()), "variables": variables}
        answer = self.client.call("POST", "/graphql/", body, Accept_Encoding=self.encoding)
        self.queries += queries(answer)
        content = _content(answer.header("Content-Encoding"), answer.body)
        if "errors" in content:
            raise RuntimeError(f"{content['errors'][:1]}")
        return content["data"]


def _content(encoding: str, body: bytes) -> Any:
    return json.loads(gzip.decompress(body) if encoding == "gzip" else body)


# -- REST -------------------------------------------------------------------------------------


def rest_start(s: Session) -> None:
    s.rest("POST", "auth/token", {"email": EMAIL, "password": s.place.password})
    s.rest("GET", "me")
    s.rest("GET", f"hospitals/{s.place.read}")
    s.rest("GET", "/doctors?page_size=200")
    s.rest("GET", "/specialties")


def rest_week(s: Session) -> None:
    ids = ",".join(map(str, s.asked.doctors))
    s.rest("GET", "/doctors?page_size=200")
    s.rest("GET", f"/schedules?doctor={ids}&from={s.asked.start}&to={s.asked.end}")


def rest_month(s: Session) -> None:
    doctor, end = s.asked.doctors[0], s.asked.start + dt.timedelta(days=30)
    s.rest("GET", f"/doctors/{doctor}")
    s.rest("GET", f"/schedules?doctor={doctor}&from={s.asked.start}&to={end}")


def rest_openings(s: Session) -> None:
    s.rest("GET", "/doctors?page_size=200")
    s.rest("GET", f"/openings?from={s.asked.start}&to={s.asked.end}")


def rest_appointment(s: Session) -> None:
    found = s.rest("GET", f"/appointments/{s.appointment}")
    s.patient = found["patient"]["id"] if found else s.patient
    s.rest("GET", f"/patients/{s.patient}")
    s.rest("GET", f"/appointments/{s.appointment}/history")


def rest_book(s: Session) -> None:
    slot = s.slots.next()
    booking = {
        "doctor_id": slot.doctor,
        "patient_id": slot.patient,
        "starts_at": slot.starts_at.isoformat(),
    }
    hospital, day = f"hospitals/{s.place.book}", slot.starts_at.date()
    key = str(uuid.uuid4())
    s.rest("POST", f"{hospital}/appointments", booking, Idempotency_Key=key)
    end = day + dt.timedelta(days=6)
    s.rest("GET", f"{hospital}/schedules?doctor={slot.doctor}&from={day}&to={end}")


# -- GraphQL ----------------------------------------------------------------------------------

SIGN_IN = """
mutation ($email: String!, $password: String!) {
  obtainToken(email: $email, password: $password) { access refresh }
}
"""
START = """
query ($hospital: ID!) {
  me { id name email memberships { hospital { id name timezone } role doctorId } }
  hospital(id: $hospital) {
    id name timezone opens closes specialties
    doctors(first: 200) { nodes { id name specialty active } }
  }
}
"""
WEEK = """
query ($hospital: ID!, $doctors: [ID!]!, $from: Date!, $to: Date!) {
  hospital(id: $hospital) {
    schedules(doctorIds: $doctors, from: $from, to: $to) {
      doctor { id name } date
      availableSlots {
        time startsAt bookable
        appointment { id patient { id name } status version }
      }
    }
  }
}
"""
MONTH = """
query ($hospital: ID!, $doctor: ID!, $from: Date!, $to: Date!) {
  hospital(id: $hospital) {
    doctor(id: $doctor) { id name specialty active }
    schedules(doctorIds: [$doctor], from: $from, to: $to) {
      date
      availableSlots {
        time startsAt bookable
        appointment { id patient { id name } status version }
      }
    }
  }
}
"""
OPENINGS = """
query ($hospital: ID!, $from: Date!, $to: Date!) {
  hospital(id: $hospital) {
    openings(from: $from, to: $to) { doctor { id name specialty } date time startsAt }
  }
}
"""
APPOINTMENT = """
query ($hospital: ID!, $appointment: ID!) {
  hospital(id: $hospital) {
    appointment(id: $appointment) {
      id doctorId startsAt date time status reason version
      patient { id name dateOfBirth phone email mrn }
      history { type at by { name } version changes }
    }
  }
}
"""
BOOK = """
mutation ($booking: BookAppointmentInput!) {
  bookAppointment(input: $booking) { id startsAt status version patient { id name } }
}
"""


def graphql_start(s: Session) -> None:
    s.graphql(SIGN_IN, email=EMAIL, password=s.place.password)
    s.graphql(START, hospital=s.place.read)


def graphql_week(s: Session) -> None:
    dates = {"from": str(s.asked.start), "to": str(s.asked.end)}
    s.graphql(WEEK, hospital=s.place.read, doctors=s.asked.doctors, **dates)


def graphql_month(s: Session) -> None:
    dates = {"from": str(s.asked.start), "to": str(s.asked.start + dt.timedelta(days=30))}
    s.graphql(MONTH, hospital=s.place.read, doctor=s.asked.doctors[0], **dates)


def graphql_openings(s: Session) -> None:
    dates = {"from": str(s.asked.start), "to": str(s.asked.end)}
    s.graphql(OPENINGS, hospital=s.place.read, **dates)


def graphql_appointment(s: Session) -> None:
    s.graphql(APPOINTMENT, hospital=s.place.read, appointment=s.appointment)


def graphql_book(s: Session) -> None:
    slot = s.slots.next()
    booking = {
        "hospitalId": s.place.book,
        "doctorId": slot.doctor,
        "patientId": slot.patient,
        "startsAt": slot.starts_at.isoformat(),
        "idempotencyKey": str(uuid.uuid4()),
    }
    s.graphql(BOOK, booking=booking)
    day = slot.starts_at.date()
    dates = {"from": str(day), "to": str(day + dt.timedelta(days=6))}
    s.graphql(WEEK, hospital=s.place.book, doctors=[slot.doctor], **dates)


# What it shows, then each API's client and the documents that are its own.
SCREENS: dict[str, dict[str, tuple[Screen, tuple[str, ...]]]] = {
    "sign in and start": {"REST": (rest_start, ()), "GraphQL": (graphql_start, (SIGN_IN, START))},
    "week of ten doctors": {"REST": (rest_week, ()), "GraphQL": (graphql_week, (WEEK,))},
    "a doctor's month": {"REST": (rest_month, ()), "GraphQL": (graphql_month, (MONTH,))},
    "next openings": {"REST": (rest_openings, ()), "GraphQL": (graphql_openings, (OPENINGS,))},
    "appointment, patient, history": {
        "REST": (rest_appointment, ()),
        "GraphQL": (graphql_appointment, (APPOINTMENT,)),
    },
    "book and refresh": {"REST": (rest_book, ()), "GraphQL": (graphql_book, (BOOK,))},
}
