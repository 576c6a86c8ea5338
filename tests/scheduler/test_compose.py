"""docker-compose.yml and Dockerfile: right by what they say, and by Compose where it is there."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import yaml

from scheduler.embedded_postgres import open_cluster
from scheduler.postgres_places import as_user, give
from tests.replica_cluster import superuser_url

BASE_DIR = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "k",
    "DATABASE_PASSWORD": "d",
    "REPLICATION_PASSWORD": "r",
    "POSTGRES_PASSWORD": "p",
}


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]


def test_services_and_what_each_waits_for(services):
    assert {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in services.items()
    } == {
        "postgres": {},
        "replica": {"postgres": "service_healthy"},
        "redis": {},
        "migrate": {"postgres": "service_healthy"},
        "web": {
            "postgres": "service_healthy",
            "redis": "service_started",
            "replica": "service_started",
            "migrate": "service_completed_successfully",
        },
    }


def test_all_that_stays_up_has_a_health_check(services):
    assert {name for name, service in services.items() if "healthcheck" in service} == {
        "postgres",
        "replica",
        "redis",
        "web",
    }


def test_postgres_keeps_its_data_where_version_18_looks(services):
    for name in ("postgres", "replica"):
        assert services[name]["image"] == "postgres:18"
        assert services[name]["volumes"] == [f"{name}:/var/lib/postgresql"]


def test_the_replica_has_its_primarys_settings(services):
    assert services["replica"]["command"] == services["postgres"]["command"]


@pytest.mark.serial
def test_the_replica_copies_anew_what_its_slot_has_lost(services):
    """Run what the container does with an empty volume: at first, broken off, and given up."""
    folder = Path(tempfile.mkdtemp(prefix="test-compose-", dir="/var/tmp"))
    folder.chmod(0o711)
    primary = open_cluster(folder / "postgres")
    primary.settings += "max_wal_size = 32MB\nmin_wal_size = 32MB\nmax_slot_wal_keep_size = 16MB\n"
    try:
        primary.start()
        shell, _, script, name = services["replica"]["entrypoint"]
        script = script.replace("$$", "$").replace("-h postgres", f"-h {primary.sockets}")
        data = folder / "replica" / "data"
        data.parent.mkdir(0o700)
        give(data.parent, primary.user)
        environment = {"PATH": f"{primary.programs}:{os.environ['PATH']}", "PGDATA": str(data)}

        def start() -> str:
            done = subprocess.run(
                [shell, "-ec", script, name, "sh", "-c", 'echo "started ${PGPASSWORD-alone}"'],
                env=environment | {"PGPASSWORD": "r"},
                cwd=folder,
                capture_output=True,
                text=True,
                **as_user(primary.user),
            )
            return done.stdout + done.stderr

        with psycopg.connect(superuser_url(primary), autocommit=True) as asked:

            def slots() -> list[tuple[str, str]]:
                return asked.execute(
                    "SELECT slot_name, wal_status FROM pg_replication_slots"
                ).fetchall()

            asked.execute("CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'r'")
            assert (start(), slots()) == ("started alone\n", [("replica", "reserved")])
            assert (data / "standby.signal").exists()
            for _ in range(6):
                asked.execute("SELECT pg_logical_emit_message(false, '', repeat('x', 9000000))")
                asked.execute("SELECT pg_switch_wal()")
            asked.execute("CHECKPOINT")
            assert slots() == [("replica", "lost")]
            assert start() == "started alone\n"  # what is there is not touched
            shutil.rmtree(data)
            (data.parent / "data.new").mkdir()
            assert (start(), slots()) == ("started alone\n", [("replica", "reserved")])
    finally:
        primary.stop()
        shutil.rmtree(primary.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def test_redis_is_a_cache_and_no_more(services):
    command = services["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert (options["--save"], options["--appendonly"]) == ("", "no")
    assert options["--maxmemory-policy"] == "allkeys-lru"


@pytest.mark.parametrize("name", ["migrate", "web"])
def test_application_has_no_rights_that_it_does_not_need(services, name):
    service = services[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 (in the container)
    assert service["cap_drop"] == ["ALL"]
    users = re.findall(r"^USER (\S+)$", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert users == ["10001"]


def test_only_this_host_reaches_a_port(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_no_secret_is_written_down(services):
    text = (BASE_DIR / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", text)) == set(SECRETS)
    assert services["web"]["environment"]["DATABASE_URL"].count("${DATABASE_PASSWORD:?") == 1


def test_settings_have_the_names_that_the_settings_read(services):
    text = (BASE_DIR / "scheduler" / "settings.py").read_text()
    read = set(re.findall(r"""["']([A-Z_]+)["']""", text))
    given = services["web"]["environment"] | services["migrate"]["environment"]
    assert given.keys() - read == set()


def test_compose_accepts_the_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("no Docker client with Compose on this machine")
    # No file .env of a developer's own.
    command = [docker, "compose", "--env-file", os.devnull, "config", "--quiet"]

    def answer(secrets: dict[str, str]) -> tuple[int, str]:
        environment = {**os.environ, **secrets}
        done = subprocess.run(
            command, cwd=BASE_DIR, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stderr

    assert answer(SECRETS) == (0, "")
    for name in SECRETS:
        code, message = answer({**SECRETS, name: ""})
        assert code != 0
        assert f"required variable {name} is missing a value" in message
