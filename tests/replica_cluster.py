"""A hot standby beside a cluster, over streaming replication, as `pg_basebackup -R` makes it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from scheduler.embedded_postgres import Cluster, _postgres_in, _run
from scheduler.postgres_places import give, socket_folder
from scheduler.processes import take_lock


def make_replica(primary: Cluster) -> Cluster:
    """Copy a running cluster into a folder of its own; not yet started."""
    folder = Path(tempfile.mkdtemp(prefix="scheduler-replica-", dir="/var/tmp"))
    folder.chmod(0o711)
    (folder / "password").write_text((primary.folder / "password").read_text())
    data = folder / "data"
    data.mkdir(0o700)
    give(data, primary.user)
    _run(
        primary,
        "pg_basebackup",
        *("-D", data, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"),
        *("-h", primary.sockets, "-U", "postgres"),
        environment={"PGPASSWORD": (primary.folder / "password").read_text().split()[0]},
    )
    lock = take_lock(folder / "lock")
    assert lock
    sockets = socket_folder(folder, primary.user)
    return replace(primary, folder=folder, lock=lock, sockets=sockets, process=None)


def superuser_url(cluster: Cluster) -> str:
    password = (cluster.folder / "password").read_text().split()[0]
    return f"postgresql://postgres:{password}@/scheduler?host={cluster.sockets}"


@contextmanager
def hanging(cluster: Cluster) -> Iterator[None]:
    """Stop all of its processes, as a host does that stands still."""
    processes = _postgres_in(cluster.folder / "data")
    _signal(processes, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(processes, signal.SIGCONT)


def kill(cluster: Cluster) -> None:
    _signal(_postgres_in(cluster.folder / "data"), signal.SIGKILL)
    assert cluster.process
    cluster.process.wait()


def _signal(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
