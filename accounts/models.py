"""Users, their roles in hospitals, and the sign-ins that their tokens belong to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Django's own commands (`createsuperuser`) and the admin's login look here."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """Somebody who signs in. A superuser is the contract's platform admin."""

    email = models.EmailField(unique=True, help_text="In lower case; signs in with it.")
    name = models.CharField(max_length=200)
    is_superuser = models.BooleanField(
        "platform admin", default=False, help_text="May do everything in every hospital."
    )
    is_active = models.BooleanField(
        "active", default=True, help_text="An inactive user is out at once."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        db_table = "users"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    # The Django admin is for platform admins alone: it asks for these.
    @property
    def is_staff(self) -> bool:
        return self.is_superuser

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class Role(models.TextChoices):
    ADMIN = "admin"
    STAFF = "staff"
    DOCTOR = "doctor"


class Membership(models.Model):
    """A user's role in a hospital; one role in each. A doctor's names the doctor they are."""

    hospital = models.ForeignKey(
        "hospitals.Hospital", on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    # (hospital_id, doctor_id) is tied to doctors by a key in the migration.
    doctor_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        db_table = "memberships"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hospital", "user"], name="one_role_in_a_hospital"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.DOCTOR, doctor_id__isnull=False)
                | (~models.Q(role=Role.DOCTOR) & models.Q(doctor_id__isnull=True)),
                name="a_doctor_names_their_doctor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of hospital {self.hospital_id}"


class TokenFamily(models.Model):
    """One sign-in: every token that came of it carries its id and ends with it.

    `generation` is that of the newest refresh token; an older one was used already.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    generation = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token_families"

    def __str__(self) -> str:
        return f"sign-in {self.pk} of user {self.user_id}"


class SignInFailures(models.Model):
    """How often signing in failed for one account or address in the current window."""

    key = models.CharField(primary_key=True, max_length=80)
    count = models.PositiveIntegerField()
    window_ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "sign_in_failures"

    def __str__(self) -> str:
        return self.key
