"""The tenant, and the stamps that say how often its doctors' schedules changed."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models


class Hospital(models.Model):
    """A hospital. `opens` and `closes` are wall times of `timezone`; both 00:00: open all day."""

    name = models.CharField(max_length=200, db_collation="C")
    address = models.CharField(max_length=500, blank=True, default="")
    timezone = models.CharField(max_length=64, help_text="An IANA name, as Europe/Paris.")
    opens = models.TimeField(default=time(0))
    closes = models.TimeField(default=time(0), help_text="00:00 is midnight at the day's end.")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "hospitals"
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="hospitals_by_name")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes=time(0)),
                name="closes_after_opens",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ScheduleStamp(models.Model):
    """How often one doctor's schedule has changed; the row that a change of it locks.

    Every cached or conditional read begins with it. Not a column of doctors: saving a doctor
    would write an old value back. The row with doctor_id 0 is the hospital's own: its name,
    hours, zone, and the names of its patients.
    """

    pk = models.CompositePrimaryKey("hospital", "doctor_id")
    hospital = models.ForeignKey(
        Hospital, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    doctor_id = models.BigIntegerField()
    stamp = models.BigIntegerField(default=1)

    class Meta:
        db_table = "schedule_stamps"

    def __str__(self) -> str:
        return f"doctor {self.doctor_id}: {self.stamp}"
