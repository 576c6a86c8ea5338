"""`python -m scheduler.demo`: serves, brings back what dies, ends all, refuses in a sentence."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.processes import take_lock, wait_until

BASE_DIR = Path(__file__).resolve().parents[2]
START_PATIENCE = 150  # seconds: the first start fills the database


@pytest.fixture
def data_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="test-demo-"))
    path.chmod(0o755)
    yield path / "data"
    shutil.rmtree(path)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(data_dir: Path, port: int) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the demo; what still runs at the end of the test is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(**demo(DATA_DIR=str(data_dir), PORT=str(port))))
        return started[-1]

    yield start_one
    for process in started:
        process.terminate()
        process.wait(30)


def demo(**settings: str) -> dict:
    """The arguments of a process that runs the demo with these settings and no database given."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {
        "args": [sys.executable, "-m", "scheduler.demo"],
        "cwd": BASE_DIR,
        "env": environment | settings,
    }


def refusal(**settings: str) -> str:
    done = subprocess.run(**demo(**settings), capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def status(port: int, path: str = "/readyz") -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("GET", path, headers={"Cookie": "sessionid=to-be-looked-up"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def children(data_dir: Path) -> set[int]:
    """Who works for the demo on this folder: by environment, or by working on its database."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            works_in = os.readlink(process / "cwd")
        except OSError:
            continue
        marked = f"DEMO_DATA_DIR={data_dir}".encode() in environment
        if marked or works_in == str(data_dir / "postgres" / "data"):
            found.add(int(process.name))
    return found


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


@pytest.mark.serial
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_serves_survives_and_ends(start, data_dir, port):
    first = start()
    assert wait_until(lambda: status(port) == 200, START_PATIENCE)
    assert status(port, "/healthz") == 200
    key = (data_dir / "secret-key").read_text()
    assert (data_dir / "secret-key").stat().st_mode & 0o777 == 0o600

    # The database dies; while nobody can bring it back, readyz says so and healthz does not mind.
    first.send_signal(signal.SIGSTOP)
    os.kill(postmaster(data_dir), signal.SIGKILL)
    assert wait_until(lambda: status(port) == 503, 10)
    assert status(port, "/healthz") == 200
    assert status(port, "/admin/doctors/doctor/") == 503  # with a page
    first.send_signal(signal.SIGCONT)
    assert wait_until(lambda: status(port) == 200, 10)

    # It shuts down by half: it lives on for the connections that it has, and takes no new ones.
    before = postmaster(data_dir)
    os.kill(before, signal.SIGTERM)
    assert wait_until(lambda: status(port) == 503, 5)
    assert wait_until(lambda: status(port) == 200, 10)
    assert postmaster(data_dir) != before

    # The supervisor itself dies: what it started goes, too, and the next one takes over.
    first.kill()
    first.wait()
    second = start()
    assert wait_until(lambda: second.poll() is None and status(port) == 200, 60)
    assert (data_dir / "secret-key").read_text() == key

    # So does the web server, without a chance to end its workers.
    web = min(pid for pid in children(data_dir) if parent(pid) == second.pid and pid_is_web(pid))
    os.kill(web, signal.SIGKILL)
    assert wait_until(lambda: any(pid_is_web(pid) for pid in children(data_dir) - {web}), 10)
    assert wait_until(lambda: status(port) == 200, 10)

    second.send_signal(signal.SIGINT)
    assert second.wait(30) == 0
    assert children(data_dir) == set()
    assert status(port) is None


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def pid_is_web(pid: int) -> bool:
    try:
        return b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.serial
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_in_the_middle_of_its_start(start, data_dir, port, number):
    process = start()
    assert wait_until(lambda: bool(children(data_dir)), 20)
    process.send_signal(number)
    assert process.wait(30) == 0
    assert children(data_dir) == set()


def test_taken_port_is_refused_before_all_else(data_dir):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refusal(DATA_DIR=str(data_dir), PORT=str(port)) == (
            f"Port {port} is taken: stop what listens there, or set PORT to another.\n"
        )
    assert not data_dir.exists()


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "٣"])
def test_impossible_port_is_refused(data_dir, value):
    message = refusal(DATA_DIR=str(data_dir), PORT=value)
    assert message == f"PORT must be a number from 1 to 65535, not {value!r}.\n"


def test_folder_of_another_demo_is_refused(data_dir, port):
    data_dir.mkdir()
    lock = take_lock(data_dir / "lock")
    with lock:
        assert refusal(DATA_DIR=str(data_dir), PORT=str(port)) == (
            f"Another demo runs on {data_dir}: stop it, or set DATA_DIR.\n"
        )


def test_folder_that_is_a_file_is_refused(data_dir, port):
    data_dir.touch()
    message = refusal(DATA_DIR=str(data_dir), PORT=str(port))
    assert re.fullmatch(rf"Cannot use {data_dir}\S*: [A-Z][a-z ]+\.\n", message)


def test_data_of_another_version_is_refused(data_dir, port):
    data = data_dir / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    done = subprocess.run(
        **demo(DATA_DIR=str(data_dir), PORT=str(port)), capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"{data} was made by PostgreSQL 15, and this is PostgreSQL 18:"
        " move that folder away, or name another one.\n"
    )
