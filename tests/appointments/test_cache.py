"""Schedules from the cache: as true as from the tables, whatever was written, by whom and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import orjson
import pytest
import time_machine
from cachetools import FIFOCache
from django.core.cache import cache

from accounts.access import Access
from appointments import days as days_module
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.cache import SECONDS, _days
from appointments.days import DoctorDay, forget_kept
from appointments.openings import Opening, answer_openings, ask_openings
from appointments.schedules import answer_schedules, ask_schedules
from appointments.slots import Booking
from patients.services import update_patient
from scheduler.db import writes
from scheduler.errors import SlotTaken
from tests.accounts.sql import statements
from tests.appointments.scene import MONDAY, TUESDAY, Scene, at, ranges, shift
from tests.redis_server import redis_server, used

pytestmark = pytest.mark.django_db


def days(scene: Scene, access: Access | None = None) -> list[DoctorDay]:
    question = ask_schedules(
        access or scene.staff,
        doctor_ids=[scene.doctor.pk, scene.colleague.pk],
        start=MONDAY,
        end=TUESDAY,
    )
    return answer_schedules(question)


def free(scene: Scene) -> list[Opening]:
    return answer_openings(ask_openings(scene.staff, start=MONDAY, end=TUESDAY, limit=200))


def queries(call: Callable[[], object]) -> list[str]:
    with statements() as found:
        call()
    return found


def test_a_second_reader_asks_for_the_stamps_alone(scene: Scene) -> None:
    scene.book()
    assert len(queries(lambda: days(scene))) == 2
    assert len(queries(lambda: days(scene))) == 1
    # Whoever asks: what one may see is decided after the cache.
    seen = days(scene, scene.as_colleague)
    assert len(queries(lambda: days(scene, scene.as_colleague))) == 1
    assert [day.visible for day in seen] == [False, False, True, True]
    assert len(queries(lambda: free(scene))) == 2
    assert len(queries(lambda: free(scene))) == 1


def test_only_what_changed_is_read_again(scene: Scene) -> None:
    days(scene)
    scene.book(doctor=scene.colleague)
    found = queries(lambda: days(scene))
    assert len(found) == 2
    assert str(scene.colleague.pk) in found[1]
    assert f"{scene.doctor.pk}" not in found[1].replace(str(scene.colleague.pk), "")


def test_other_dates_are_another_question(scene: Scene) -> None:
    days(scene)
    question = ask_schedules(
        scene.staff, doctor_ids=[scene.doctor.pk], start=MONDAY, end=MONDAY + timedelta(days=7)
    )
    assert len(queries(lambda: answer_schedules(question))) == 1


def cancel(scene: Scene) -> None:
    scene.cancel(scene.book("10:00"))


def move(scene: Scene) -> None:
    days(scene)
    row = scene.book("10:00")
    days(scene)
    row = scene.change(row, starts_at=at("11:00"))
    days(scene)
    scene.change(row, doctor_id=scene.colleague.pk)


def admit(scene: Scene) -> None:
    row = scene.book("10:00")
    days(scene)
    scene.change(row, status="arrived")


def rename_the_patient(scene: Scene) -> None:
    scene.book("10:00")
    days(scene)
    admin = scene.world.admin.access
    update_patient(admin, scene.patient.pk, expected_version=None, changes={"name": "Ada New"})


def lengthen(scene: Scene) -> None:
    set_availability(scene.staff, scene.doctor.pk, days=[(MONDAY, ranges("09:00-15:00"))])


def retire(scene: Scene) -> None:
    admin = scene.world.admin.access
    update_doctor(admin, scene.doctor.pk, expected_version=None, changes={"active": False})


def rename_the_hospital(scene: Scene) -> None:
    update_hospital(scene.world.admin.access, expected_version=None, changes={"name": "Saint Mary"})


@pytest.mark.parametrize(
    "write",
    [Scene.book, cancel, move, admit, rename_the_patient, lengthen, retire, rename_the_hospital],
)
def test_a_write_is_seen_at_once(scene: Scene, write: Callable[[Scene], object]) -> None:
    before = (days(scene), free(scene))
    write(scene)
    kept = (days(scene), free(scene))
    cache.clear()
    forget_kept()
    assert (days(scene), free(scene)) == kept
    assert write in (cancel, rename_the_hospital) or kept != before


def test_the_clock_is_part_of_it(scene: Scene, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=89))
    before = days(scene)
    clock.shift(timedelta(minutes=2))
    after = days(scene)
    assert [bookable for _, bookable, _ in before[0].slots] == [True, True, True]
    assert [bookable for _, bookable, _ in after[0].slots] == [False, True, True]


def test_a_booking_reads_the_tables(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    days(scene)
    free(scene)

    def used(*_: object, **__: object) -> None:
        raise AssertionError("The cache was used.")

    for name in ("get", "get_many", "set", "set_many"):
        monkeypatch.setattr(cache, name, used)
    monkeypatch.setattr(days_module, "_kept", None)
    scene.book()
    with pytest.raises(SlotTaken) as refused:
        scene.book(patient=scene.other_patient)
    assert len(refused.value.members["alternatives"]) == 3
    scene.new_doctor("09:00-10:00", specialty="Oncology")
    scene.book(doctor=scene.colleague, patient=scene.other_patient)


def test_what_may_be_undone_is_not_kept(scene: Scene) -> None:
    @writes
    def book_and_fail() -> None:
        scene.book()
        assert days(scene)[0].slots[0][1] is False
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book_and_fail()
    # This one gets the stamp that was taken back, and must not get what lay under it.
    scene.book("10:00")
    assert [bookable for _, bookable, _ in days(scene)[0].slots] == [True, False, True]


def test_days_are_kept_for_so_many_seconds(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1e6
    monkeypatch.setattr(days_module, "monotonic", lambda: now)
    expected = days(scene)
    now += SECONDS - 1
    assert len(queries(lambda: days(scene))) == 1
    now += 1  # to be found did not make them younger
    assert len(queries(lambda: days(scene))) == 2
    assert days(scene) == expected


def test_the_newest_days_are_kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = FIFOCache(3, getsizeof=days_module._kept.getsizeof)  # of the four that are asked for
    monkeypatch.setattr(days_module, "_kept", kept)
    days(scene)
    for doctor, asked in ((scene.colleague, 0), (scene.doctor, 1)):
        question = ask_schedules(scene.staff, doctor_ids=[doctor.pk], start=MONDAY, end=TUESDAY)
        found = queries(lambda question=question: answer_schedules(question))  # type: ignore[misc]
        assert len(found) == asked


def test_the_lines_of_a_text_may_come_in_any_order() -> None:
    # In 1969 seconds are negative, and come before a shift's minutes.
    early, late = date(1969, 7, 20).toordinal(), date(2026, 11, 30).toordinal()
    lines: list[list[object]] = [
        [early, -14_200_000, -14_196_400, 5, 9, 'Buzz "A"', "fulfilled", 2],
        [early, 540, 720],
        [early, 780, 1020],
        [late, 540, 600],
        [late, 1_796_047_200, 1_796_050_800, 6, 9, "Zoë", "booked", 1],
        [late, 1_796_050_800, 1_796_054_400, 7, 8, "Ada", "arrived", 3],
    ]
    expected = {
        early: ([(540, 720), (780, 1020)], [Booking(*lines[0])]),  # type: ignore[arg-type]
        late: ([(540, 600)], [Booking(*lines[4]), Booking(*lines[5])]),  # type: ignore[arg-type]
    }
    for order in permutations(lines):
        found = _days(orjson.dumps(order).decode())
        assert found == expected
    assert found[late][1][1].patient_name == "Ada"
    assert _days("[]") == {}


@pytest.mark.serial
def test_each_range_is_kept_for_itself(scene: Scene, tmp_path: Path) -> None:
    def dates(start: date, end: date) -> list[date]:
        forget_kept()  # as another process, which has Redis alone
        question = ask_schedules(scene.staff, doctor_ids=[scene.doctor.pk], start=start, end=end)
        return [day.date for day in answer_schedules(question) if day.slots]

    shift(scene.doctor, TUESDAY, "09:00", "12:00")
    ranges_asked = [(MONDAY, MONDAY), (MONDAY, TUESDAY), (TUESDAY, TUESDAY)]
    expected = [[MONDAY], [MONDAY, TUESDAY], [TUESDAY]]
    with redis_server(tmp_path) as server, used(server, SOCKET_TIMEOUT=5):
        for asked in (ranges_asked, ranges_asked[::-1]):
            cache.clear()
            found = {each: dates(*each) for each in asked}
            assert [found[each] for each in ranges_asked] == expected
            assert len(queries(lambda: dates(MONDAY, TUESDAY))) == 1  # it was Redis who knew


@pytest.mark.serial
def test_in_redis(scene: Scene, tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, used(server, SOCKET_TIMEOUT=5):
        patient = scene.new_patient(name="Zoë 'O' 山")
        scene.book(patient=patient)
        before, free_before = days(scene), free(scene)
        forget_kept()  # as another process, which has Redis alone
        assert len(queries(lambda: days(scene))) == 1
        assert (days(scene), free(scene)) == (before, free_before)
        assert len(queries(lambda: free(scene))) == 1
        assert before[0].slots[0][2].patient_name == patient.name  # type: ignore[union-attr]
    with redis_server(tmp_path) as server, used(server):
        scene.cancel(scene.book("10:00"))
        with server.hanging():
            assert days(scene) == before
