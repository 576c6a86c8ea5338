"""The demo's data: complete, consistent, and the same for the same day."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, Max, Min

from accounts.models import Membership, Role, User
from appointments.bulk import COLUMNS
from appointments.consistency import faults
from appointments.demo_data import ACCOUNTS, seed_demo
from appointments.demo_facts import HOSPITALS, PASSWORD
from appointments.models import Appointment
from appointments.slots import day_slots
from doctors.models import Doctor, Shift
from hospitals.models import Hospital
from hospitals.wall_time import end_minute, to_minute, zone
from patients.models import Patient
from scheduler.db import execute

TODAY = date(2026, 11, 30)
MIDNIGHT = datetime.combine(TODAY, time(), UTC)
pytestmark = pytest.mark.django_db


def digest() -> str:
    """All rows of the tables that are empty before a seed."""
    tables = ["hospitals", *COLUMNS]
    rows = [execute(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables]  # noqa: S608
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def occupied(start: date, end: date) -> float:
    """The share of the slots from `start` to before `end` that live appointments fill."""
    slots = sum(
        len(day_slots(name, day, ((first, last),)))
        for name, day, first, last in Shift.objects.filter(
            date__gte=start, date__lt=end
        ).values_list("hospital__timezone", "date", "start_minute", "end_minute")
    )
    live = Appointment.objects.exclude(status="cancelled")
    return live.filter(date__gte=start, date__lt=end).count() / slots


def test_a_seed_is_whole_and_consistent() -> None:
    assert seed_demo(today=TODAY, hospitals=3) is True
    assert faults(now=MIDNIGHT) == {}
    assert list(Hospital.objects.order_by("id").values_list("timezone", flat=True)) == [
        *("America/New_York", "Europe/London", "Asia/Kolkata"),
    ]
    dates = Shift.objects.aggregate(first=Min("date"), last=Max("date"))
    # The edges are a weekend in 2026.
    assert TODAY - timedelta(weeks=4) <= dates["first"] <= TODAY - timedelta(weeks=4, days=-2)
    assert TODAY + timedelta(weeks=8, days=-2) <= dates["last"] <= TODAY + timedelta(weeks=8)
    assert 0.45 < occupied(TODAY, TODAY + timedelta(14)) < 0.55
    assert 0.02 < occupied(TODAY + timedelta(14), TODAY + timedelta(56)) < 0.15
    past = Appointment.objects.filter(ends_at__lte=MIDNIGHT)
    counts = dict(past.values_list("status").annotate(Count("id")))
    assert set(counts) == {"fulfilled", "noshow", "cancelled"}
    assert counts["fulfilled"] > 4 * (counts["noshow"] + counts["cancelled"])
    ahead = Appointment.objects.filter(ends_at__gt=MIDNIGHT)
    assert set(ahead.values_list("status", flat=True)) == {"booked", "cancelled"}
    assert set(execute("SELECT DISTINCT by_id FROM appointment_events")) == {
        (User.objects.get(email=f"{name}@demo.test").pk,) for name in ("staff", "other", "regional")
    }


def test_the_accounts_of_the_contract() -> None:
    seed_demo(today=TODAY, hospitals=3)
    users = {user.email: user for user in User.objects.all()}
    assert set(users) == set(ACCOUNTS)
    assert all(user.check_password(PASSWORD) and user.is_active for user in users.values())
    assert [email for email, user in users.items() if user.is_superuser] == ["root@demo.test"]
    first, second, third = Hospital.objects.order_by("id")
    doctor = Doctor.objects.get(name=ACCOUNTS["doctor@demo.test"])
    roles = Membership.objects.values_list("user__email", "hospital_id", "role", "doctor_id")
    assert set(roles) == {
        ("admin@demo.test", first.pk, Role.ADMIN, None),
        ("staff@demo.test", first.pk, Role.STAFF, None),
        ("doctor@demo.test", first.pk, Role.DOCTOR, doctor.pk),
        ("other@demo.test", second.pk, Role.STAFF, None),
        *(("regional@demo.test", h.pk, Role.STAFF, None) for h in (first, second, third)),
    }
    assert doctor.hospital_id == first.pk
    for days in range(5):  # Monday to Friday
        day = TODAY + timedelta(days)
        assert Shift.objects.filter(doctor_id=doctor.pk, date=day).count() == 2
    week = Appointment.objects.filter(
        doctor_id=doctor.pk, date__gte=TODAY, date__lt=TODAY + timedelta(7)
    ).exclude(status="cancelled")
    assert 5 < week.count() < 30


@pytest.mark.parametrize("days", range(7))
def test_the_board_that_a_demo_begins_with_is_never_empty(days: int) -> None:
    today = TODAY + timedelta(days)
    seed_demo(today=today, hospitals=3)
    for hospital in Hospital.objects.order_by("id"):
        first = list(hospital.doctors.order_by("name").values_list("id", flat=True)[:6])
        for day in (today, today - timedelta(1)):  # it may still be yesterday there
            assert Shift.objects.filter(doctor_id__in=first, date=day).exists()


def test_the_day_is_all_that_a_seed_depends_on() -> None:
    seed_demo(today=TODAY, hospitals=2)
    first = digest()
    # A failed seed has used up ids.
    for table in ("hospitals", "doctors", "patients", "appointments"):
        execute(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))")
    for table in ("memberships", *reversed(COLUMNS), "hospitals"):
        execute(f"DELETE FROM {table}")  # noqa: S608
    # The users stay, as where somebody made a superuser first.
    seed_demo(today=TODAY, hospitals=2)
    assert Hospital.objects.aggregate(Min("id")) == {"id__min": 1}
    assert digest() == first


def test_where_there_is_a_hospital_nothing_is_seeded() -> None:
    out = StringIO()
    call_command("seed_demo", "--today", "2026-11-30", "--hospitals", "1", stdout=out)
    first = digest()
    call_command("seed_demo", stdout=out)
    assert digest() == first
    assert out.getvalue().splitlines() == [
        "The demo's 1 hospitals are there.",
        "There are hospitals already: nothing was seeded.",
    ]


def test_what_the_facts_promise() -> None:
    zones = {facts.timezone for facts in HOSPITALS}
    assert len(HOSPITALS) >= 30
    assert len(zones) >= 6
    assert {"Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo"} < zones
    assert all(zone(name) for name in zones)
    assert len({facts.name for facts in HOSPITALS}) == len(HOSPITALS)
    assert all(10 <= facts.doctors <= 30 and facts.patients >= 200 for facts in HOSPITALS)


@pytest.mark.slow
def test_the_whole_seed() -> None:
    seed_demo(today=TODAY)
    assert faults(now=MIDNIGHT) == {}
    assert Hospital.objects.count() == len(HOSPITALS)
    for model, least in ((Doctor, 10), (Patient, 200)):
        counts = model.objects.values("hospital").annotate(n=Count("id"))
        assert min(row["n"] for row in counts) >= least
    shifts = Shift.objects.values_list("start_minute", "end_minute")
    assert shifts.filter(end_minute=1440).exists()
    for hospital in Hospital.objects.all():
        opens, closes = to_minute(hospital.opens), end_minute(hospital.closes)
        of_it = Shift.objects.filter(hospital=hospital)
        assert not of_it.filter(start_minute__lt=opens).exists()
        assert not of_it.filter(end_minute__gt=closes).exists()
    assert 0.45 < occupied(TODAY, TODAY + timedelta(14)) < 0.55
