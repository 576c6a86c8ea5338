"""The product's tables as plain models. Hospitals are named in joins: the partitions need it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_superuser = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    objects: ClassVar = BaseUserManager()

    class Meta:
        managed = False
        db_table = "users"


class Hospital(models.Model):
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "hospitals"


class Membership(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    user = models.ForeignKey(User, models.PROTECT)
    role = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "memberships"


class Doctor(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    name = models.CharField(max_length=200)
    specialty = models.CharField(max_length=100)
    active = models.BooleanField(default=True)

    class Meta:
        managed = False
        db_table = "doctors"


class Patient(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "patients"


class Shift(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="shifts")
    date = models.DateField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "shifts"
        ordering: ClassVar = ["date", "start_minute"]


class Appointment(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, models.PROTECT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    date = models.DateField()
    time = models.TimeField()
    status = models.CharField(max_length=10, default="booked")
    reason = models.CharField(max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        managed = False
        db_table = "appointments"


class AppointmentEvent(models.Model):
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    appointment_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    type = models.CharField(max_length=10)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT)
    changes = models.JSONField()

    class Meta:
        managed = False
        db_table = "appointment_events"


class ScheduleStamp(models.Model):
    pk = models.CompositePrimaryKey("hospital", "doctor_id")
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    doctor_id = models.BigIntegerField()
    stamp = models.BigIntegerField(default=1)

    class Meta:
        managed = False
        db_table = "schedule_stamps"


class IdempotencyKey(models.Model):
    pk = models.CompositePrimaryKey("hospital", "user_id", "key")
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "idempotency_keys"
