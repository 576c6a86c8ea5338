"""What rows need of other rows, read once for a whole list of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from accounts.access import Access
from api_graphql.context import RequestContext
from api_graphql.peers import Peers
from appointments.days import DoctorDay
from appointments.queries import AppointmentRow
from appointments.slots import Booking
from appointments.together import appointments_by_id, histories
from doctors.together import doctors_by_id
from patients.together import patients_by_id

Loaded = dict[str, dict[int, Any]]
NEEDS = ("appointments", "doctors", "patients", "histories", "hospitals")


def load(root: str, needs: Collection[str], peers: Peers, context: RequestContext) -> Loaded:
    """Read what the rows of a list need, each by its id: ids are unique over all hospitals.

    `root` is the kind of rows: see shapes.py. One query for each of `needs` and hospital.
    """
    loaded: Loaded = {need: {} for need in NEEDS}
    hospitals = peers.by_hospital()
    for access, rows in hospitals:
        for need, found in _load_one(root.removesuffix(" connection"), needs, access, rows):
            loaded[need] |= found
    if "hospitals" in needs:
        loaded["hospitals"] = dict(context.hospitals([access for access, _ in hospitals]))
    return loaded


def _load_one(
    root: str, needs: Collection[str], access: Access, rows: Sequence[Any]
) -> list[tuple[str, Mapping[int, Any]]]:
    loaded: list[tuple[str, Mapping[int, Any]]] = []
    bookings: list[Booking] = []
    appointments: Sequence[AppointmentRow] = rows if root == "appointment" else ()
    if root == "day":
        bookings = visible_bookings(rows)
    if "appointments" in needs:
        found = appointments_by_id(access, [b.appointment_id for b in bookings])
        loaded.append(("appointments", found))
        appointments = list(found.values())
    if "doctors" in needs:
        doctors = {row.doctor_id for row in appointments}
        if root != "appointment":
            doctors |= {row.doctor_id for row in rows}
        loaded.append(("doctors", doctors_by_id(access, doctors)))
    if "patients" in needs:
        patients = {row.patient_id for row in appointments} | {b.patient_id for b in bookings}
        loaded.append(("patients", patients_by_id(access, patients)))
    if "histories" in needs:
        loaded.append(("histories", histories(access, appointments)))
    return loaded


def visible_bookings(days: Sequence[DoctorDay]) -> list[Booking]:
    """The bookings of these days that the caller may see; one may fill several slots."""
    return [
        booking for day in days if day.visible for _, _, booking in day.slots if booking is not None
    ]
