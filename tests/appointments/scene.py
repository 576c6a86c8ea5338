"""A Monday at one hospital, small enough to state whole answers: who, when, and short calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.access import Access
from accounts.models import Role
from appointments.models import AppointmentEvent
from appointments.openings import Opening
from appointments.queries import AppointmentRow
from appointments.services import book_appointment, cancel_appointment, change_appointment
from doctors.models import Doctor, Shift
from hospitals.models import Hospital, ScheduleStamp
from hospitals.wall_time import format_instant, zone
from patients.models import Patient
from tests.factories.accounts import UserFactory
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.factories.hospitals import HospitalFactory
from tests.factories.patients import PatientFactory
from tests.world import World

MONDAY = date(2026, 11, 30)
TUESDAY = date(2026, 12, 1)
# 07:30 in New York, before the first shift.
NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def minutes(clock: str) -> int:
    """Minutes from midnight to "HH:MM"; "24:00" is the end of the day."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def shift(doctor: Doctor, day: date, start: str, end: str) -> Shift:
    return ShiftFactory(
        doctor=doctor, date=day, start_minute=minutes(start), end_minute=minutes(end)
    )


def ranges(*texts: str) -> list[tuple[int, int]]:
    """`ranges("09:00-12:00")`, as `set_availability` takes them."""
    return [(minutes(text[:5]), minutes(text[6:])) for text in texts]


def at(clock: str, day: date = MONDAY) -> str:
    """A wall time as a caller may send it."""
    return f"{day}T{clock}"


def new_york(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), zone("America/New_York"))  # noqa: DTZ007


@dataclass(frozen=True)
class Scene:
    """`world` with a Monday from 09:00 to 12:00 for both doctors, two patients, and short calls.

    The clock stands at `NOW`.
    """

    world: World
    hospital: Hospital
    doctor: Doctor
    colleague: Doctor
    patient: Patient
    other_patient: Patient

    @property
    def staff(self) -> Access:
        return self.world.staff.access

    @property
    def as_doctor(self) -> Access:
        return self.world.doctor.access

    @property
    def as_colleague(self) -> Access:
        return self.world.colleague.access

    def new_doctor(self, *shifts: str, **values: Any) -> Doctor:
        """One more doctor, with shifts like "09:00-12:00" on Monday."""
        doctor = DoctorFactory(hospital=self.hospital, **values)
        for start, end in ranges(*shifts):
            ShiftFactory(doctor=doctor, date=MONDAY, start_minute=start, end_minute=end)
        return doctor

    def new_patient(self, **values: Any) -> Patient:
        return PatientFactory(hospital=self.hospital, **values)

    def book(
        self,
        clock: str = "09:00",
        *,
        day: date = MONDAY,
        doctor: Doctor | None = None,
        patient: Patient | None = None,
        access: Access | None = None,
        **values: Any,
    ) -> AppointmentRow:
        """Book: the doctor and the patient of the scene, unless others are given."""
        return book_appointment(
            access or self.staff,
            doctor_id=(doctor or self.doctor).pk,
            patient_id=(patient or self.patient).pk,
            starts_at=at(clock, day),
            **values,
        )

    def change(
        self, row: AppointmentRow, *, access: Access | None = None, **changes: Any
    ) -> AppointmentRow:
        return change_appointment(
            access or self.staff,
            row.id,
            expected_version=row.version,
            changes=changes,  # type: ignore[arg-type]
        )

    def cancel(
        self, row: AppointmentRow, *, access: Access | None = None, **values: Any
    ) -> AppointmentRow:
        return cancel_appointment(
            access or self.staff, row.id, expected_version=row.version, **values
        )

    def stamps(self) -> dict[int, int]:
        """Of each doctor, and of the hospital (0)."""
        found = ScheduleStamp.objects.filter(hospital=self.hospital)
        return dict(found.values_list("doctor_id", "stamp"))

    def last_event(self, row: AppointmentRow) -> tuple[int, str, datetime, int, dict[str, Any]]:
        """Version, type, instant, user and changes."""
        found = AppointmentEvent.objects.filter(hospital=self.hospital, appointment_id=row.id)
        return found.values_list("version", "type", "at", "by_id", "changes").latest("version")


def make_scene(world: World) -> Scene:
    doctor, colleague = world.doctor_rows
    for each in (doctor, colleague):
        shift(each, MONDAY, "09:00", "12:00")
    return Scene(
        world=world,
        hospital=world.hospital,
        doctor=doctor,
        colleague=colleague,
        patient=PatientFactory(hospital=world.hospital, name="Ada Moss"),
        other_patient=PatientFactory(hospital=world.hospital, name="Ben Nunn"),
    )


@dataclass(frozen=True)
class Place:
    """A hospital in some time zone, with one doctor, one patient and somebody of the staff."""

    hospital: Hospital
    doctor: Doctor
    patient: Patient
    access: Access

    def book(self, starts_at: str, patient: Patient | None = None) -> AppointmentRow:
        return book_appointment(
            self.access,
            doctor_id=self.doctor.pk,
            patient_id=(patient or self.patient).pk,
            starts_at=starts_at,
        )

    def new_patient(self) -> Patient:
        return PatientFactory(hospital=self.hospital)

    def text(self, row: AppointmentRow) -> str:
        """`starts_at` as answers bear it."""
        return format_instant(row.starts_at, zone(row.timezone))


def make_place(timezone: str, **values: Any) -> Place:
    hospital = HospitalFactory(timezone=timezone, **values)
    return Place(
        hospital=hospital,
        doctor=DoctorFactory(hospital=hospital),
        patient=PatientFactory(hospital=hospital),
        access=Access(UserFactory().pk, hospital.pk, Role.STAFF),
    )


def openings(found: list[Opening]) -> list[tuple[int, str]]:
    """The doctor's id of each, and its start as answers bear it."""
    return [(opening.doctor_id, opening.slot.text) for opening in found]
