"""Child processes and locks that outlive nobody: what the demo and its database share."""

import ctypes
import fcntl
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux alone has it


def end_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the child gets this signal when its parent dies, of whatever."""
    parent = os.getpid()

    def in_child() -> None:
        if _prctl:
            _prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    return in_child


def take_lock(path: Path) -> IO[str] | None:
    """Take the lock that is this file, until it is closed or we end; `None` if another has it."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Wait until the condition holds, at most `patience` seconds; return whether it does."""
    deadline = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met
