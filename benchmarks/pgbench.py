"""Bookings by pgbench: PostgreSQL's own client sends the same statements."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks import cpu
from benchmarks.bare import ANSWER, BOOKING, CHANGES
from benchmarks.crowd import Rate
from benchmarks.data import Place
from benchmarks.slots import HOURS, OPENS, Slots

WARM_UP = 2  # seconds

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
    """Bookings a second, and CPU of each: backends and pgbench itself.

    Its connections plan their statements first; those seconds don't count.
    """
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
            *(f"--client={connections}", f"--jobs={min(2, connections)}", "--progress=1"),
            f"--time={WARM_UP + seconds + 1}",  # of the last one it says nothing
            *(f"--define={name}={value}" for name, value in values.items()),
            place.url,
        ]
        output, cores = _run(command, place)
    count = int(_find(r"actually processed: (\d+)", output))
    slots.take(count + connections * 200)  # clients are not equally quick
    by_second = [float(tps) for tps in re.findall(r"progress: .*? s, ([\d.]+) tps", output)]
    a_second = statistics.mean(by_second[WARM_UP:])
    return Rate(a_second, cores / a_second * 1000)


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
    """What pgbench printed, and how many cores it and its backends used once they were warm."""
    # Planned once for all values, as the product's are.
    options = "-c plan_cache_mode=force_generic_plan -c jit=off"
    environment = {**os.environ, "PGAPPNAME": "pgbench", "PGOPTIONS": options}
    process = subprocess.Popen(  # noqa: S603 (our own command)
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(WARM_UP)
    with place.connect() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench'"
            " AND datname = current_database()"
        ).fetchall()
    pids = [process.pid, *(int(str(pid)) for (pid,) in rows)]
    begun, before = time.monotonic(), cpu.used_by(pids)
    ended, after = begun, before
    while process.poll() is None:
        used = cpu.used_by(pids)
        if used.keys() == before.keys():  # all are still there
            ended, after = time.monotonic(), used
        time.sleep(0.05)
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"pgbench: {output.strip()[-500:]}")
    return output, cpu.between(before, after) / (ended - begun)


def _find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise RuntimeError(f"pgbench printed something else: {text[-500:]}")
    return match[1]
