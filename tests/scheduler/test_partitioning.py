"""The statements by which the same migrations split the tables, in one PostgreSQL or on Citus."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader

from appointments.bulk import bulk_load
from scheduler.db import execute_once
from scheduler.partitioning import ONE_AT_A_TIME, PARTITIONS
from tests.emptying import by_deleting
from tests.one_hospital import distributed_tables
from tests.rows import OURS
from tests.watch import ROOT
from tests.world import make_world

pytestmark = pytest.mark.django_db

SEQUENTIAL = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential';"
SPREAD = re.compile(r"SELECT create_(\w+)_table\('(\w+)'(?:, '(\w+)')?\);")


def sql_of_migrations() -> list[str]:
    """Of all our apps, in their order."""
    loader = MigrationLoader(None)
    leaves = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] in OURS]
    plan = dict.fromkeys(node for leaf in leaves for node in loader.graph.forwards_plan(leaf))
    out = StringIO()
    for app, name in plan:
        if app in OURS:
            call_command("sqlmigrate", app, name, stdout=out)
    return out.getvalue().splitlines()


def test_one_postgresql_has_partitions(settings: Any) -> None:
    settings.PARTITIONING = "hash"
    lines = sql_of_migrations()
    made = [line for line in lines if " PARTITION BY HASH (hospital_id);" in line]
    assert {re.findall(r'CREATE TABLE "(\w+)"', line)[0] for line in made} == distributed_tables()
    assert sum(" PARTITION OF " in line for line in lines) == PARTITIONS * len(made)
    assert "citus" not in "\n".join(lines)


def test_citus_has_the_same_tables_distributed(settings: Any) -> None:
    settings.PARTITIONING = "citus"
    lines = sql_of_migrations()
    assert not any("PARTITION" in line for line in lines)
    spread = [SPREAD.fullmatch(line) for line in lines]
    found = {match[2]: (match[1], match[3]) for match in spread if match}
    assert found == {
        **dict.fromkeys(distributed_tables(), ("distributed", "hospital_id")),
        **dict.fromkeys(("hospitals", "users", "memberships"), ("reference", None)),
    }
    for number, match in enumerate(spread):
        if match:
            assert lines[number - 1] == SEQUENTIAL
            # Spread while it is empty, and before other tables point to it.
            before = "\n".join(lines[:number])
            assert f'CREATE TABLE "{match[2]}"' in before
            assert f'REFERENCES "{match[2]}"' not in before
            assert f"REFERENCES {match[2]} " not in before


def test_the_two_differ_in_one_key(settings: Any) -> None:
    def keys() -> set[str]:
        return {line for line in sql_of_migrations() if "FOREIGN KEY" in line}

    settings.PARTITIONING = "hash"
    here = keys()
    settings.PARTITIONING = "citus"
    (key,) = here - keys()
    assert key.startswith("ALTER TABLE memberships ADD CONSTRAINT member_is_a_doctor_here")


def test_what_needs_partitions_says_so(settings: Any) -> None:
    settings.PARTITIONING = "citus"
    with pytest.raises(CommandError, match="On Citus no hospitals are made up"):
        call_command("load_hospitals", hospitals=1)
    with pytest.raises(CommandError, match="On Citus nothing is archived"):
        call_command("archive_appointments", before=date(2020, 1, 1))


def run(partitioning: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PARTITIONING": partitioning},
        capture_output=True,
        text=True,
        check=False,
    )


def test_another_word_is_refused() -> None:
    ran = run("Citus", "manage.py", "check")
    assert ran.returncode == 1
    assert "PARTITIONING is hash or citus." in ran.stderr


@pytest.mark.parametrize(
    ("partitioning", "mode"), [("hash", "force_generic_plan"), ("citus", "auto")]
)
def test_citus_is_not_told_to_plan_for_all_values(partitioning: str, mode: str) -> None:
    code = "from scheduler.settings import DATABASES; print(DATABASES['default']['OPTIONS'])"
    ran = run(partitioning, "-c", code)
    assert f"plan_cache_mode={mode} " in ran.stdout, ran.stderr


@pytest.mark.parametrize("mode", ["force_generic_plan", "auto"])
def test_nor_is_it_in_a_load(settings: Any, mode: str) -> None:
    settings.PLANS = mode
    with bulk_load():
        assert execute_once("SHOW plan_cache_mode") == [(mode,)]


def test_what_a_test_commits_is_deleted_one_shard_at_a_time(settings: Any) -> None:
    settings.PARTITIONING = "hash"
    here = by_deleting(None, None, ["memberships", "doctors", "users"])
    settings.PARTITIONING = "citus"
    assert by_deleting(None, None, ["memberships", "doctors", "users"]) == [ONE_AT_A_TIME, *here]


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_after_it() -> None:
    make_world()
    call_command("flush", verbosity=0, interactive=False)
    full = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in OURS and model.objects.exists()
    ]
    assert full == []
