"""`python -m scheduler.demo`: everything on one machine, kept alive until Ctrl-C or SIGTERM.

DATA_DIR (default `.local`) keeps the database and the secret key, PORT (default 8000) is where it
serves. With DATABASE_URL set it uses that database and starts none.
"""

import http.client
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from scheduler.embedded_postgres import Cluster, ClusterError, open_cluster
from scheduler.processes import end_with_parent, take_lock, wait_until

BASE_DIR = Path(__file__).resolve().parent.parent
TICK = 0.25  # seconds between two looks at what runs
ASK_EVERY = 1  # seconds between two questions whether the database takes connections
REFUSING = 3  # seconds without one that it may be alive: one shutting down by half waits for ever
READY_PATIENCE = 60  # seconds for the web server to answer
STOP_PATIENCE = 10  # seconds for it to end by itself
QUICK_DEATH = 5  # seconds; after three lives in a row that were shorter, we give up
TRIES = 5  # to bring the database back
MARK = "DEMO_DATA_DIR"  # in the environment of our children, so that a later run knows them
# At most 32 connections of the database's 100. No --backpressure: it counts idle connections of
# browsers.
WEB_SERVER = [
    *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--log-level", "error"),
    *("--workers", "2", "--blocking-threads", "16", "--respawn-failed-workers"),
    *("--workers-kill-timeout", "5", "scheduler.wsgi:application"),
]
WELCOME = """
Hospital appointments are served at http://127.0.0.1:{port}

  API documentation  http://127.0.0.1:{port}/api/v1/docs
  Administration     http://127.0.0.1:{port}/admin/

Accounts, each with the password demo-appointments:

  root@demo.test      platform admin, may enter the administration
  admin@demo.test     admin of the first hospital
  staff@demo.test     staff of the first hospital
  doctor@demo.test    a doctor of the first hospital
  other@demo.test     staff of the second hospital only
  regional@demo.test  staff of the first three hospitals

Next: open that address and sign in, or follow the tour in README.md in another terminal.
For manage.py, run this there first: set -a; . {environment}; set +a
Ctrl-C stops everything.
"""


class DemoError(RuntimeError):
    """The demo can't go on; the message says why in one sentence."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM came."""


@dataclass
class Demo:
    """What runs for the demo: a database unless one was given, and a web server."""

    port: int
    data_dir: Path
    environment: dict[str, str]
    cluster: Cluster | None = None
    asked: float = 0.0  # when the database was last asked whether it takes connections
    refusing_since: float | None = None
    web: "subprocess.Popen[bytes] | None" = None
    web_started: float = 0.0
    web_lives: list[float] = field(default_factory=list)  # seconds each
    stopping: bool = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def sleep(self, seconds: float) -> None:
        """Sleep a little; raises `Stopped` when it is time to end."""
        time.sleep(seconds)
        if self.stopping:
            raise Stopped


def main() -> None:
    """Run the demo until Ctrl-C or SIGTERM. Raises `DemoError`, `ClusterError`, `OSError`."""
    port, data_dir = _port(), Path(os.environ.get("DATA_DIR") or ".local").resolve()
    _require_free(port, data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = take_lock(data_dir / "lock")
    if lock is None:
        raise DemoError(f"Another demo runs on {data_dir}: stop it, or set DATA_DIR.")
    with lock:
        _end_orphans(data_dir)
        demo = Demo(port, data_dir, _environment(data_dir))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup ignores SIGHUP. A shell's background job ignores SIGINT, and yet is asked by it.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, demo.stop)
        try:
            _run(demo)
        except Stopped:
            _say("Stopping ...")
        finally:
            _stop_web(demo)
            if demo.cluster:
                demo.cluster.stop()


def _run(demo: Demo) -> None:
    if not demo.environment.get("DATABASE_URL"):
        _say("Starting PostgreSQL ...")
        demo.cluster = open_cluster(demo.data_dir / "postgres")
        demo.cluster.start()
        demo.environment["DATABASE_URL"] = demo.cluster.url
    file = _write_environment(demo)
    _say("Preparing the database ...")
    # An index over many rows takes longer than a caller may wait.
    _manage(demo, "migrate", "--no-input", "--verbosity", "0", DB_STATEMENT_TIMEOUT_MS="0")
    _manage(demo, "seed_demo")
    if demo.cluster:
        demo.cluster.checkpoint()  # the seed's thousands of files: a recovery would sync them all
    _say("Starting the web server ...")
    _start_web(demo)
    deadline = time.monotonic() + READY_PATIENCE
    while not _ready(demo.port):
        if time.monotonic() > deadline:
            raise DemoError(f"/readyz did not answer 200 within {READY_PATIENCE} seconds.")
        demo.sleep(TICK)
        _revive(demo)
    _say(WELCOME.format(port=demo.port, environment=shlex.quote(str(file))))
    while True:
        demo.sleep(TICK)
        _revive(demo)


def _manage(demo: Demo, *arguments: str, **extra: str) -> None:
    """Run a command of manage.py to its end. Raises `DemoError` when it fails."""
    command = _popen(["manage.py", *arguments], {**demo.environment, **extra})
    try:
        while command.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                command.wait(TICK)
            demo.sleep(0)
    finally:
        _end(command)
    if command.returncode:
        raise DemoError(f"manage.py {arguments[0]} failed; its message stands above.")


def _start_web(demo: Demo) -> None:
    demo.web = _popen([*WEB_SERVER, "--port", str(demo.port)], demo.environment)
    demo.web_started = time.monotonic()


def _stop_web(demo: Demo) -> None:
    if demo.web:
        _end(demo.web)


def _revive(demo: Demo) -> None:
    """Bring back what has died. Raises `DemoError` or `ClusterError` where that is no use."""
    if demo.cluster and not _database_serves(demo, demo.cluster):
        _say("PostgreSQL has died; bringing it back ...")
        demo.cluster.kill()
        for attempt in range(1, TRIES + 1):
            try:
                demo.cluster.start()
                demo.refusing_since = None
                break
            except ClusterError:
                if attempt == TRIES:
                    raise
            demo.sleep(1)
    if demo.web and demo.web.poll() is not None:
        demo.web_lives.append(time.monotonic() - demo.web_started)
        if len(demo.web_lives) > 2 and max(demo.web_lives[-3:]) < QUICK_DEATH:
            raise DemoError("The web server does not stay up; its messages stand above.")
        _say("The web server has died; bringing it back ...")
        _end(demo.web)  # its workers may have outlived it
        _start_web(demo)


def _database_serves(demo: Demo, cluster: Cluster) -> bool:
    """Whether it lives and has not refused connections for long."""
    if not cluster.running:
        return False
    if (now := time.monotonic()) - demo.asked > ASK_EVERY:
        if cluster.accepts_connections():
            demo.refusing_since = None
        elif demo.refusing_since is None:
            demo.refusing_since = now
        demo.asked = time.monotonic()
    return demo.refusing_since is None or now - demo.refusing_since < REFUSING


def _popen(arguments: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us, who end things in their order
        preexec_fn=end_with_parent(signal.SIGTERM),
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its own: asked first, then, after ten seconds, not asked."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _require_free(port: int, data_dir: Path) -> None:
    """Raise `DemoError` where the port is taken, unless by what a killed demo left: that is ended.

    Nothing is written before that is known.
    """
    if _free(port):
        return
    lock = take_lock(data_dir / "lock") if data_dir.exists() else None
    if lock:
        with lock:
            _end_orphans(data_dir)
    if not wait_until(lambda: _free(port), 2 if lock else 0):
        raise DemoError(f"Port {port} is taken: stop what listens there, or set PORT to another.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise DemoError(
                f"Port {port} needs rights you lack: set PORT to 1024 or more."
            ) from None
        except OSError:
            return False
    return True


def _end_orphans(data_dir: Path) -> None:
    """End the web server that a killed demo on this folder left; we hold the lock (Linux only)."""
    mark = f"{MARK}={data_dir}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


def _environment(data_dir: Path) -> dict[str, str]:
    """Return the settings of the demo, with a secret key of its own that outlives a restart."""
    key = data_dir / "secret-key"
    if not key.exists():
        new = data_dir / "secret-key.new"
        new.unlink(missing_ok=True)
        new.touch(0o600)
        new.write_text(secrets.token_urlsafe(48))
        new.rename(key)
    return {
        "SECRET_KEY": key.read_text(),
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "scheduler.settings",
        "DEMO": "1",
        MARK: str(data_dir),
    }


def _write_environment(demo: Demo) -> Path:
    """Write the file that gives manage.py in another terminal the demo's database."""
    file = demo.data_dir / "environment"
    file.unlink(missing_ok=True)
    file.touch(0o600)
    names = ("DEMO", "SECRET_KEY", "DATABASE_URL")
    file.write_text("".join(f"{name}={shlex.quote(demo.environment[name])}\n" for name in names))
    return file


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def _say(text: str) -> None:
    # Who closed our output still has the demo.
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except (DemoError, ClusterError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"Cannot use {error.filename}: {error.strerror}.")
