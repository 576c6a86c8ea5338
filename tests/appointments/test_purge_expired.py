"""The command that removes what has expired, in batches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import SignInFailures, TokenFamily
from appointments.management.commands import purge_expired
from appointments.models import IdempotencyKey
from tests.accounts.sql import statements
from tests.world import World

pytestmark = pytest.mark.django_db


def purge() -> str:
    out = StringIO()
    call_command("purge_expired", stdout=out)
    return out.getvalue()


def fill(world: World) -> None:
    """Three old ones and one that stays, of each kind."""
    now = datetime.now(UTC)
    for number, age in enumerate((25, 48, 1000, 23)):
        at = now - timedelta(hours=age)
        TokenFamily.objects.create(
            user=world.admin.user,
            expires_at=at + timedelta(hours=24),
            revoked_at=at if age == 23 else None,
        )
        SignInFailures.objects.create(
            key=f"key {number}", count=1, window_ends_at=at + timedelta(hours=24)
        )
        hospital = (world.hospital, world.other_hospital)[number % 2]
        IdempotencyKey.objects.create(
            hospital=hospital, user_id=1, key=f"key {number}", request_hash="", answer={}
        )
        IdempotencyKey.objects.filter(key=f"key {number}").update(created_at=at)


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
def test_expired_rows_go_and_the_others_stay(
    world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(purge_expired, "BATCH", batch)
    fill(world)
    with statements() as sql:
        printed = purge()
    assert printed == (
        "sign-ins: 3 removed\ncounters of failed sign-ins: 3 removed\nidempotency keys: 3 removed\n"
    )
    # Keys: all the time that it takes, which hospitals have any, then those of each: two here,
    # one there.
    keys = 2 + (2 // batch + 1) + (1 // batch + 1)
    assert len(sql) == 2 * (3 // batch + 1) + keys
    assert TokenFamily.objects.count() == 6 + 1
    assert SignInFailures.objects.get().key == "key 3"
    assert IdempotencyKey.objects.get().key == "key 3"
    assert "0 removed" in purge()


def test_nothing_to_remove(db: Any) -> None:
    assert purge().count(": 0 removed") == 3


def test_however_long_nobody_purged(monkeypatch: pytest.MonkeyPatch) -> None:
    timeout = "SELECT current_setting('statement_timeout')"
    monkeypatch.setattr(purge_expired, "_HOSPITALS", timeout)
    assert purge_expired._hospitals() == ["0"]
