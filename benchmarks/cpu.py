"""CPU that processes of this machine have used, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
ROUNDING = 0.05  # seconds


def used_by(pids: Iterable[int]) -> dict[int, float]:
    """Seconds of CPU used so far, user and system, by thread; those that are gone are left out.

    From schedstat where the kernel keeps it (nanoseconds), else utime + stime in stat (ticks of
    10 ms: ask for many requests between two looks). Under the number of each process, negative,
    stands what its threads that have ended had used, as exactly as ticks can say it.
    """
    found: dict[int, float] = {}
    for pid in pids:
        tasks = {}
        for task in Path(f"/proc/{pid}/task").glob("*"):
            with suppress(OSError):
                tasks[int(task.name)] = _of_task(task)
        with suppress(OSError):
            found |= tasks | {-pid: _ticks(Path(f"/proc/{pid}/stat")) - sum(tasks.values())}
    return found


def between(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds used between two looks; threads that came meanwhile count from their start.

    Threads that came and went count where they used more than rounding can feign (the hash of a
    password has such threads).
    """
    used = {task: seconds - before.get(task, 0.0) for task, seconds in after.items()}
    return sum(seconds for task, seconds in used.items() if task > 0 or seconds > ROUNDING)


def look(groups: Mapping[str, Iterable[int]]) -> dict[str, dict[int, float]]:
    """The same for groups of processes."""
    return {name: used_by(pids) for name, pids in groups.items()}


def used_since(
    before: Mapping[str, dict[int, float]], groups: Mapping[str, Iterable[int]]
) -> dict[str, float]:
    """Seconds that each group has used since a `look`."""
    return {name: between(before.get(name, {}), now) for name, now in look(groups).items()}


def descendants(pid: int) -> list[int]:
    """`pid` and all the processes below it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def _of_task(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return _ticks(task / "stat")


def _ticks(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK
