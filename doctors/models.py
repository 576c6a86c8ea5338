"""Doctors and their shifts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from hospitals.models import Hospital, ScheduleStamp

__all__ = ["SPECIALTY_LENGTH", "Doctor", "ScheduleStamp", "Shift"]

SPECIALTY_LENGTH = 100


class Doctor(models.Model):
    """A doctor of one hospital. The table's key is (hospital_id, id)."""

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="doctors", db_index=False
    )
    name = models.CharField(max_length=200, db_collation="C")
    specialty = models.CharField(max_length=SPECIALTY_LENGTH)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "doctors"
        indexes: ClassVar = [
            models.Index(fields=["hospital", "name", "id"], name="doctors_by_name"),
            # For the admin alone, which asks by id.
            models.Index(fields=["id"], name="doctors_by_id"),
        ]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """A range of a doctor's availability within `date`, in minutes of wall time (0 to 1440).

    1440 is midnight at the end of the date. (hospital_id, doctor_id) is tied to doctors by a key
    in the migration.
    """

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    doctor_id = models.BigIntegerField()
    date = models.DateField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "shifts"
        indexes: ClassVar = [
            models.Index(fields=["hospital", "doctor_id", "date"], name="shifts_of_a_doctor")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(start_minute__lt=F("end_minute")) & Q(end_minute__lte=1440),
                name="shift_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="shifts_of_a_date_never_overlap",
                # The hospital last: a GiST index compares what tells rows apart first.
                expressions=[
                    ("doctor_id", RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    (
                        Func(F("start_minute"), F("end_minute"), function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("hospital", RangeOperators.EQUAL),
                ],
                # Holds for every row; why it stands here: appointments/models.py.
                condition=Q(start_minute__lt=F("end_minute")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.start_minute}-{self.end_minute}"
