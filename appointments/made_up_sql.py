"""The statements that make up hospitals: i counts them, d a hospital's doctors, p its patients.

`{twin}` is the table that takes the rows. All else are parameters, those of `made_up._facts`.
"""
# ruff: noqa: S608 (put together of constants of this module)

from __future__ import annotations

# The made-up hospitals whose rows belong into partition `number` of `table`.
OF_PARTITION = """(
    SELECT i, %(hospitals_id)s + i AS id, i %% cardinality(%(zones)s::text[]) AS zone
    FROM generate_series(0, %(n)s - 1) i
    WHERE satisfies_hash_partition(
        %(table)s::regclass, %(partitions)s, %(number)s, (%(hospitals_id)s + i)::bigint)
) h"""

HOSPITALS = """
    INSERT INTO hospitals (id, name, address, timezone, opens, closes, version)
    SELECT %(hospitals_id)s + i, 'Made-up Hospital ' || lpad((%(hospitals_id)s + i)::text, 6, '0'),
           i || ' Long Road', (%(zones)s::text[])[i %% cardinality(%(zones)s::text[]) + 1],
           %(opens)s, %(closes)s, 1
    FROM generate_series(0, %(n)s - 1) i
"""

_PEOPLE = """
    (%(first)s::text[])[(i * 31 + {p} * 7) %% cardinality(%(first)s::text[]) + 1] AS first,
    (%(last)s::text[])[(i * 17 + {p} * 11 + {p} / 40) %% cardinality(%(last)s::text[]) + 1] AS last
"""

_PATIENTS = (
    """(
    SELECT h.id AS hospital_id, %(patients_id)s + i * %(p)s + p AS id, """
    + _PEOPLE.replace("{p}", "p")
    + """, date '1930-01-01' + (i * 37 + p * 331) %% 33000 AS born,
        lpad(((i * 7919::bigint + p * 104729) %% 10000000)::text, 7, '0') AS phone,
        'MU' || lpad(p::text, 6, '0') AS mrn
    FROM {hospitals}, generate_series(0, %(p)s - 1) p
) made"""
)

INSERTS = {
    "schedule_stamps": """
        INSERT INTO {twin} (hospital_id, doctor_id, stamp)
        SELECT h.id, CASE d WHEN -1 THEN 0 ELSE %(doctors_id)s + i * %(d)s + d END, 1
        FROM {hospitals}, generate_series(-1, %(d)s - 1) d
    """,
    "doctors": """
        INSERT INTO {twin} (hospital_id, id, name, specialty, active, version)
        SELECT h.id, %(doctors_id)s + i * %(d)s + d, first || ' ' || last,
               (%(specialties)s::text[])[d / 2 %% cardinality(%(specialties)s::text[]) + 1], true, 1
        FROM {hospitals}, generate_series(0, %(d)s - 1) d, LATERAL (SELECT """
    + _PEOPLE.replace("{p}", "(d + 3)")
    + """) names
    """,
    "patients": """
        INSERT INTO {twin} (hospital_id, id, name, date_of_birth, phone, email, mrn, version)
        SELECT hospital_id, id, first || ' ' || last, born, '+1 555 ' || phone,
               lower(first || '.' || last) || id || '@example.org', mrn, 1
        FROM """
    + _PATIENTS,
    "patient_search_keys": """
        INSERT INTO {twin} (hospital_id, key, patient_id)
        SELECT hospital_id, key, id
        FROM """
    + _PATIENTS
    + """, LATERAL unnest(ARRAY[
            'n:' || lower(first), 'n:' || lower(last), 'd:' || born, 'm:' || lower(mrn),
            'e:' || lower(first || '.' || last) || id || '@example.org',
            'p:' || reverse('1555' || phone)]) key
    """,
    "shifts": """
        INSERT INTO {twin} (hospital_id, id, doctor_id, date, start_minute, end_minute)
        SELECT h.id,
               %(shifts_id)s + ((i::bigint * %(d)s + d) * %(days)s + day) * %(shifts)s + s - 1,
               %(doctors_id)s + i * %(d)s + d, %(monday)s::date + day / 5 * 7 + day %% 5,
               (%(starts)s::int[])[s], (%(ends)s::int[])[s]
        FROM {hospitals}, generate_series(0, %(d)s - 1) d, generate_series(0, %(days)s - 1) day,
             generate_series(1, %(shifts)s) s
    """,
    # At slot k doctor d has patient k·D + d: nobody has two doctors at once.
    "appointments": """
        INSERT INTO {twin} (hospital_id, id, doctor_id, patient_id, starts_at, ends_at, date, time,
                            status, reason, version)
        SELECT h.id, %(appointments_id)s + (i::bigint * %(d)s + d) * %(a)s + a,
               %(doctors_id)s + i * %(d)s + d,
               %(patients_id)s + i * %(p)s + (slot.number * %(d)s + d) %% %(p)s,
               slot.starts_at, slot.ends_at, slot.date, slot.time, 'booked', '', 1
        FROM {hospitals}, generate_series(0, %(d)s - 1) d, generate_series(0, %(a)s - 1) a,
             twin_slots slot
        WHERE slot.zone = h.zone AND slot.number = (a * %(step)s + d * 3) %% %(slots)s
    """,
    "appointment_events": """
        INSERT INTO {twin} (hospital_id, id, appointment_id, version, type, at, by_id, changes)
        SELECT h.id, %(appointment_events_id)s + (i::bigint * %(d)s + d) * %(a)s + a,
               %(appointments_id)s + (i::bigint * %(d)s + d) * %(a)s + a, 1, 'booked', %(at)s,
               %(by)s, '{{"status": {{"from": null, "to": "booked"}}}}'
        FROM {hospitals}, generate_series(0, %(d)s - 1) d, generate_series(0, %(a)s - 1) a
    """,
}
