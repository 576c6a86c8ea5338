"""Standing in several hospitals at once, for one who was let in already."""

from __future__ import annotations

from collections.abc import Collection

from accounts.access import Access, Caller
from accounts.models import Role
from scheduler.db import execute, reads_now

_ACCESSES = """
    SELECT h.id, u.is_superuser, m.role, m.doctor_id FROM users u
    JOIN token_families f ON f.user_id = u.id
    JOIN hospitals h ON h.id = ANY(%s)
    LEFT JOIN memberships m ON m.hospital_id = h.id AND m.user_id = u.id
    WHERE u.id = %s AND u.is_active
      AND f.id = %s AND f.revoked_at IS NULL AND f.expires_at > now()
      AND (u.is_superuser OR m.role IS NOT NULL)
"""


@reads_now
def accesses_to(caller: Caller, hospital_ids: Collection[int]) -> dict[int, Access]:
    """The caller's standing in each of these hospitals; one without a role is left out. One query.

    For a further part of a request whose first part was counted by `signed_in` or `access_to`.
    """
    rows = execute(_ACCESSES, (list(hospital_ids), caller.user_id, caller.family_id))
    return {
        hospital_id: Access(caller.user_id, hospital_id, Role.ADMIN)
        if is_superuser
        else Access(caller.user_id, hospital_id, Role(role), doctor_id)
        for hospital_id, is_superuser, role, doctor_id in rows
    }
