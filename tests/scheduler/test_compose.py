"""docker-compose.yml and Dockerfile: right by what they say, and by Compose where it is there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

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
