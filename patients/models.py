"""Patients of a hospital, and the keys by which they are found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hospitals.models import Hospital


class Patient(models.Model):
    """A patient of one hospital. The table's key is (hospital_id, id)."""

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200, db_collation="C")
    date_of_birth = models.DateField()
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    mrn = models.CharField(
        "medical record number", max_length=64, blank=True, default="", db_collation="C"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "patients"
        indexes: ClassVar = [
            models.Index(fields=["hospital", "name", "id"], name="patients_by_name"),
            # For the admin alone, which asks by id.
            models.Index(fields=["id"], name="patients_by_id"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hospital", "mrn"],
                condition=~models.Q(mrn=""),
                name="one_patient_for_an_mrn",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PatientSearchKey(models.Model):
    """One thing by which a patient is found: a word of the name, a phone read backwards, …

    Prefixes of plain keys, because row-level security switches off trigram and ILIKE indexes.
    patients/search.py makes and reads them.
    """

    pk = models.CompositePrimaryKey("hospital", "key", "patient_id")
    hospital = models.ForeignKey(
        Hospital, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    key = models.CharField(max_length=260, db_collation="C")
    patient_id = models.BigIntegerField()

    class Meta:
        db_table = "patient_search_keys"
        indexes: ClassVar = [
            models.Index(fields=["hospital", "patient_id"], name="search_keys_of_a_patient")
        ]

    def __str__(self) -> str:
        return self.key
