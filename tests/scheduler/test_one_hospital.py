"""The check of every statement finds what Citus refuses, and lets the rest pass."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from scheduler.db import execute
from tests import watch
from tests.one_hospital import distributed_tables, faults

BAD = {
    "SELECT * FROM appointments WHERE id = 1": "appointments is not held to one hospital.",
    "SELECT * FROM appointments WHERE hospital_id IN (1, 2)": (
        "appointments is not held to one hospital."
    ),
    "SELECT * FROM doctors WHERE hospital_id = 1 OR id = 2": "doctors is not held to one hospital.",
    "SELECT * FROM doctors WHERE NOT hospital_id = 1": "doctors is not held to one hospital.",
    # Joined by id alone, the second one is everywhere.
    "SELECT FROM appointments a JOIN doctors d ON d.id = a.doctor_id WHERE a.hospital_id = 1": (
        "doctors is not held to one hospital."
    ),
    # The condition of an outer join says nothing about what is kept.
    "SELECT FROM doctors d LEFT JOIN shifts s"
    " ON d.hospital_id = 1 AND s.hospital_id = d.hospital_id": "doctors is not held to one",
    "SELECT FROM doctors d, patients p WHERE d.hospital_id = 1 AND p.hospital_id = 2": (
        "It speaks of the hospitals 1, 2."
    ),
    "SELECT FROM hospitals h WHERE h.id = 1 AND EXISTS (SELECT FROM doctors d WHERE d.id = 2)": (
        "doctors is not held to one hospital."
    ),
    "WITH d AS (SELECT * FROM doctors) SELECT * FROM d WHERE d.hospital_id = 1": (
        "doctors is not held to one hospital."
    ),
    "WITH d AS (DELETE FROM doctors WHERE id = 1 RETURNING *)"
    " INSERT INTO doctors (id, hospital_id) SELECT id, hospital_id FROM d": (
        "doctors is not held to one hospital."
    ),
    "SELECT FROM schedule_stamps WHERE doctor_id = 1 FOR NO KEY UPDATE": (
        "It locks rows of schedule_stamps across hospitals."
    ),
    "SELECT FROM users WHERE id = 1 FOR SHARE": "Two of it at once are a deadlock",
    "SELECT FROM hospitals h JOIN doctors d ON d.hospital_id = h.id WHERE h.id = 1"
    " FOR KEY SHARE": "Two of it at once are a deadlock",
    "UPDATE doctors SET active = false WHERE id = 1": "doctors is not held to one hospital.",
    "UPDATE doctors SET hospital_id = 2 WHERE hospital_id = 1": "It changes doctors.hospital_id.",
    "UPDATE doctors SET name = random()::text WHERE hospital_id = 1": "calls a volatile function.",
    "DELETE FROM shifts USING doctors d WHERE d.hospital_id = 1 AND d.id = doctor_id": (
        "shifts is not held to one hospital."
    ),
    "INSERT INTO doctors (id, name) VALUES (1, 'Ada')": "doctors is not held to one hospital.",
    "INSERT INTO doctors (hospital_id, id) VALUES (1, 1), (2, 2)": "of the hospitals 1, 2.",
    "INSERT INTO doctors (hospital_id, id) SELECT id, 1 FROM hospitals": "doctors is not held to",
    "INSERT INTO idempotency_keys (hospital_id, created_at) VALUES (1, now())"
    " ON CONFLICT (hospital_id) DO UPDATE SET created_at = now()": "ON CONFLICT calls a function",
    "INSERT INTO token_families (user_id) SELECT id FROM users FOR SHARE": "INSERT locks the rows",
    "UPDATE token_families SET generation = 2 RETURNING expires_at - now()": "RETURNING calls a",
    "SELECT pg_try_advisory_xact_lock(1)": "It takes an advisory lock.",
    "CREATE TRIGGER t AFTER INSERT ON users EXECUTE FUNCTION f()": "It makes a trigger or a rule.",
}
GOOD = [
    # Citus does not know this table.
    "UPDATE sign_in_failures SET count = 1 RETURNING window_ends_at - now()",
    "SELECT * FROM users WHERE id = 1",
    "SELECT * FROM hospitals h JOIN memberships m ON m.hospital_id = h.id WHERE m.user_id = 1",
    "SELECT * FROM appointments WHERE 1 = hospital_id::bigint AND id IN (1, 2)",
    "SELECT FROM appointments a JOIN doctors d ON (d.hospital_id, d.id)"
    " = (a.hospital_id, a.doctor_id) WHERE a.hospital_id = 1",
    "SELECT FROM hospitals h LEFT JOIN doctors d ON d.hospital_id = h.id WHERE h.id = 1",
    "SELECT FROM doctors d JOIN shifts s USING (hospital_id) WHERE d.hospital_id = 1",
    "WITH h AS (SELECT 1 AS id) SELECT FROM h JOIN doctors d ON d.hospital_id = h.id",
    "SELECT FROM doctors d WHERE d.hospital_id = 1 AND EXISTS"
    " (SELECT FROM shifts s WHERE s.hospital_id = d.hospital_id AND s.doctor_id = d.id)",
    "SELECT FROM doctors WHERE hospital_id = 1 FOR NO KEY UPDATE",
    "SELECT FROM doctors WHERE hospital_id = 1 FOR SHARE",
    "SELECT FROM users WHERE id = 1 FOR NO KEY UPDATE",
    "INSERT INTO doctors (id, hospital_id) VALUES (1, 7), (2, 7) RETURNING id",
    "WITH d AS (DELETE FROM doctors x WHERE x.hospital_id = 1 RETURNING x.*)"
    " INSERT INTO doctors (id, hospital_id) SELECT id, hospital_id FROM d",
    "INSERT INTO patient_search_keys (hospital_id, key) SELECT 1, unnest(ARRAY['a', 'b'])",
]


@pytest.mark.parametrize("sql", BAD)
def test_what_citus_refuses_is_found(sql: str) -> None:
    assert any(BAD[sql] in fault for fault in faults(sql))


@pytest.mark.parametrize("sql", GOOD)
def test_one_hospital_is_let_through(sql: str) -> None:
    assert faults(sql) == []


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        (
            "SELECT '100 %%' FROM doctors d, shifts s"
            " WHERE d.hospital_id = %s AND s.hospital_id = %s",
            [1, 2],
        ),
        (
            "SELECT FROM doctors d, shifts s"
            " WHERE d.hospital_id = %(one)s AND s.hospital_id = %(two)s",
            {"one": 1, "two": 2},
        ),
    ],
)
def test_the_values_of_parameters_count(sql: str, params: Any) -> None:
    assert faults(sql, params) == ["It speaks of the hospitals 1, 2."]
    same = dict.fromkeys(params, 1) if isinstance(params, dict) else [1, 1]
    assert faults(sql, same) == []


def test_a_read_of_all_hospitals_still_locks_none() -> None:
    sql = "SELECT FROM doctors"
    assert faults(sql, several_hospitals=True) == []
    assert faults(f"{sql} FOR SHARE", several_hospitals=True) != []


@pytest.mark.django_db
def test_what_the_product_sends_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    execute("SELECT FROM doctors")
    assert watch.take() == []  # a test's own
    monkeypatch.setattr(watch, "_NOT_THE_PRODUCT", ("benchmarks/",))
    execute("SELECT FROM doctors")
    (found,) = watch.take()
    assert found.startswith("tests/scheduler/test_one_hospital.py: doctors is not held to one")


def test_exceptions_name_files_that_are_there() -> None:
    assert [name for name in watch.SEVERAL_HOSPITALS if not (watch.ROOT / name).is_file()] == []


# -- the tables themselves ---------------------------------------------------------------------


@pytest.mark.django_db
def test_all_tables_of_a_hospital_are_distributed() -> None:
    with_hospital = {
        model._meta.db_table
        for model in apps.get_models()
        if "hospital_id" in {field.column for field in model._meta.concrete_fields}
    }
    assert distributed_tables() == with_hospital - {"memberships"}
    rows = execute("SELECT relname FROM pg_class WHERE relkind = 'p'")
    assert {name for (name,) in rows} == distributed_tables()


@pytest.mark.django_db
def test_every_unique_key_holds_the_hospital() -> None:
    rows = execute(
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid = ANY(%s::regclass[])"
        " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid"
        "   AND a.attname = 'hospital_id' AND a.attnum = ANY(i.indkey))",
        (sorted(distributed_tables()),),
    )
    assert rows == []


@pytest.mark.django_db
def test_every_key_between_them_holds_the_hospital() -> None:
    rows = execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conparentid = 0 AND confrelid = ANY(%s::regclass[])",
        (sorted(distributed_tables()),),
    )
    assert rows
    for table, name, definition in rows:
        assert definition.startswith("FOREIGN KEY (hospital_id, "), (table, name, definition)
        assert "(hospital_id, id)" in definition, (table, name, definition)


@pytest.mark.django_db
def test_no_table_has_a_trigger_or_a_rule() -> None:
    assert execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == []
    rules = "SELECT rulename FROM pg_rules WHERE schemaname = 'public'"
    assert execute(rules) == []
