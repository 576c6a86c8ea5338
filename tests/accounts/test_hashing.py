"""Argon2 takes 100 MB a hash: many sign-ins at once must not take as many times that."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.hashing import MOST_AT_ONCE, PasswordHasher
from scheduler import settings as production


class Busy:
    """Stands in for the work, and says how many were at it at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = Lock()

    def __call__(self, *_: Any) -> bool:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.01)
        with self._lock:
            self.now -= 1
        return True


def test_only_a_few_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, hasher = Busy(), PasswordHasher()
    for work in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, work, busy)
    with ThreadPoolExecutor(8 * MOST_AT_ONCE) as threads:
        for work in (hasher.encode, hasher.verify):
            threads.map(work, *[["password"] * 4 * MOST_AT_ONCE, ["salt"] * 4 * MOST_AT_ONCE])
    assert busy.most == MOST_AT_ONCE


def test_it_is_what_hashes_in_production() -> None:
    assert production.PASSWORD_HASHERS == ["accounts.hashing.PasswordHasher"]
    assert PasswordHasher.algorithm == "argon2"
