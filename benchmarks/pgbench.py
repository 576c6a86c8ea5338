"""Bookings by pgbench: PostgreSQL's own client sends the same statements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks import cpu
from benchmarks.bare import ANSWER, BOOKING, CHANGES
from benchmarks.crowd import Rate
from benchmarks.data import Place
from benchmarks.slots import HOURS, OPENS, Slots

# Each client takes every nth slot from the first on, as `Slots.at` counts them.
_VARIABLES = """\
\\set n :first + :turn * :clients + :client_id
\\set turn :turn + 1
\\set doctor :doctor0 + :n % {doctors}
\\set patient :patient0 + :n % {patients}
\\set day (:n / {doctors}) / {hours}
\\set hour {opens} + (:n / {doctors}) % {hours}
"""
_DATE = "(date '{start}' + :day::int)"
_STARTS = f"(({_DATE} + make_time(:hour::int, 0, 0)) AT TIME ZONE '{{zone}}')"
_ENDS = f"({_STARTS} + interval '1 hour')"
# What psycopg fills in, as pgbench can say it.
_PARAMETERS = {
    "hospital": ":hospital",
    "doctor": ":doctor",
    "doctors": "ARRAY[:doctor]::bigint[]",
    "patient": ":patient",
    "date": _DATE,
    "time": "make_time(:hour::int, 0, 0)",
    "starts": _STARTS,
    "starts_at": _STARTS,
    "ends": _ENDS,
    "ends_at": _ENDS,
    "except": "0",
    "reason": "''",
    "at": "now()",
    "by": ":by",
    "key": "'pgbench ' || :n::text",
    "digest": ":digest",
    "changes": ":changes",
    "answer": ":answer",
}


def pgbench() -> str | None:
    """The program: the wheel's, or the system's."""
    try:
        from scheduler.postgres_places import wheel_programs

        program = wheel_programs() / "pgbench"
        if program.exists():
            return str(program)
    except Exception:  # noqa: S110 (no wheel: then the system's)
        pass
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return shutil.which("pgbench") or (str(found[-1]) if found else None)


def pgbench_rate(program: str, slots: Slots, *, connections: int, seconds: int) -> Rate:
    """Bookings a second, and CPU of each: backends and pgbench itself."""
    place = slots.place
    values = {
        "first": slots.take(0),
        "turn": 0,
        "clients": connections,
        "doctor0": place.book_doctors[0],
        "patient0": place.book_patients[0],
        "hospital": place.book,
        "by": place.user,
        "digest": "0" * 64,
        "changes": CHANGES,
        "answer": ANSWER,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script(slots))
        script.flush()
        command = [
            *(program, "--no-vacuum", "--protocol=prepared", f"--file={script.name}"),
            *(f"--client={connections}", f"--jobs={min(2, connections)}", f"--time={seconds}"),
            *(f"--define={name}={value}" for name, value in values.items()),
            place.url,
        ]
        before = os.times()
        output, backends = _run(command, place)
    after = os.times()
    own = after.children_user + after.children_system
    own -= before.children_user + before.children_system
    count = int(_find(r"actually processed: (\d+)", output))
    slots.take(count + connections * 200)  # clients are not equally quick
    return Rate(float(_find(r"tps = ([\d.]+)", output)), (own + backends) / count * 1000)


def _script(slots: Slots) -> str:
    place = slots.place
    names = {"start": slots.start, "zone": slots.zone.key}
    parameters = {name: text.format(**names) for name, text in _PARAMETERS.items()}
    variables = _VARIABLES.format(
        doctors=len(place.book_doctors),
        patients=len(place.book_patients),
        hours=HOURS,
        opens=OPENS,
    )
    statements = [" ".join((sql % parameters).split()) + ";\n" for sql in BOOKING]
    return "".join([variables, "BEGIN;\n", *statements, "COMMIT;\n"])


def _run(command: list[str], place: Place) -> tuple[str, float]:
    """What pgbench printed, and the CPU of its backends, which end with it."""
    # Planned once for all values, as the product's are.
    options = "-c plan_cache_mode=force_generic_plan -c jit=off"
    environment = {**os.environ, "PGAPPNAME": "pgbench", "PGOPTIONS": options}
    process = subprocess.Popen(  # noqa: S603 (our own command)
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(0.5)
    with place.connect() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench'"
            " AND datname = current_database()"
        ).fetchall()
    pids = [int(str(pid)) for (pid,) in rows]
    used: dict[int, float] = {}
    while process.poll() is None:
        used |= cpu.used_by(pids)
        time.sleep(0.05)
    output, problems = process.communicate()
    if process.returncode:
        raise RuntimeError(f"pgbench: {problems.strip()[-500:]}")
    return output, cpu.between({}, used)


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise RuntimeError(f"pgbench printed something else: {text[-500:]}")
    return match[1]
