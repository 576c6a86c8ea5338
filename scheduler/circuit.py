"""Servers that we can do without: asked no more for a while once one has failed."""

from __future__ import annotations

import logging
import time
from threading import Lock

log = logging.getLogger(__name__)

# Seconds. After a failure nobody asks for so long; then one caller asks, the others go on without.
PAUSE = 5.0


class Circuit:
    """Whether `name` is worth asking: open after a failure, closed by a later answer. For threads.

    `without` says in the log how life goes on.
    """

    def __init__(self, name: str, without: str) -> None:
        self.name, self.without = name, without
        self._lock = Lock()
        self._failed_at: float | None = None  # by time.monotonic(), like the next; None: it works
        self._next_try = 0.0
        self.failures = self.skipped = 0  # since it last worked

    def may_ask(self) -> bool:
        if self._failed_at is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._failed_at is not None and now < self._next_try:
                self.skipped += 1
                return False
            self._next_try = now + PAUSE  # this caller finds out for all
            return True

    def failed(self, error: Exception) -> None:
        with self._lock:
            first = self._failed_at is None
            self._failed_at = time.monotonic()
            self._next_try = self._failed_at + PAUSE
            self.failures += 1
        if first:
            log.warning("%s is away, %s: %s", self.name, self.without, error)

    def worked(self) -> None:
        if self._failed_at is None:
            return
        with self._lock:
            # Not by the answer to a question that was asked before another one failed.
            if self._failed_at is None or time.monotonic() < self._failed_at + PAUSE:
                return
            counts, self._failed_at = (self.failures, self.skipped), None
            self.failures = self.skipped = 0
        log.warning("%s is back; %s calls failed and %s were not tried", self.name, *counts)
