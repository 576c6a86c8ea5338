"""Two who add the same mrn at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from patients.models import Patient, PatientSearchKey
from patients.services import create_patient
from scheduler.errors import Invalid
from tests.world import make_world


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_one_of_many_twins_is_added_and_the_others_are_told_why() -> None:
    access, threads = make_world().staff.access, 8
    barrier = Barrier(threads)

    def add(number: int) -> str:
        try:
            barrier.wait()
            create_patient(access, name=f"Twin {number}", date_of_birth=date(1990, 1, 1), mrn="M-1")
            return "added"
        except Invalid as refused:
            return refused.errors[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        answers = sorted(pool.map(add, range(threads)))
    assert answers == ["added"] + ["unique"] * (threads - 1)
    assert Patient.objects.count() == 1
    assert PatientSearchKey.objects.count() == 4  # two words, the date of birth, the mrn
