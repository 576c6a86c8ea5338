"""Loading hospitals from CSV files: whole hospitals, every bad row named, twice the same."""

from datetime import UTC, date, datetime, time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from appointments.bulk import COLUMNS
from appointments.consistency import faults
from appointments.models import Appointment
from doctors.models import Doctor, Shift
from hospitals.models import Hospital
from hospitals.stamps import add_schedule
from patients.models import Patient
from scheduler.db import execute
from tests.factories.doctors import DoctorFactory
from tests.factories.hospitals import HospitalFactory
from tests.factories.patients import PatientFactory

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "load"

HEADERS = {
    "hospitals": "code,name,address,timezone,opens,closes",
    "doctors": "hospital,code,name,specialty,active",
    "patients": "hospital,mrn,name,date_of_birth,phone,email",
    "shifts": "hospital,doctor,date,start,end",
}
GOOD = {
    "hospitals": ["A,Alpha,1 Road,UTC,08:00,18:00", "B,Beta,,Asia/Kolkata,00:00,00:00"],
    "doctors": ["A,d1,Ada Fern,Cardiology,yes", "B,d1,Bo Lund,Urology,"],
    "patients": ["A,M1,Pat One,1980-05-17,+1 555 0100,one@example.org", "B,,Pat Two,1990-01-01,,"],
    "shifts": ["A,d1,2026-12-01,09:00,12:00", "B,d1,2026-12-01,18:00,00:00"],
}


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Load `GOOD`, with the rows of some files replaced; answers what it said on both streams."""

    def run(**files: list[str]) -> tuple[str, list[str]]:
        for name, header in HEADERS.items():
            rows = files.get(name, GOOD[name])
            (tmp_path / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return command(tmp_path)

    return run


def command(folder: Path) -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    try:
        call_command("load_hospitals", str(folder), stdout=out, stderr=err)
    except CommandError as error:
        said = str(error) if error.returncode == 1 else f"ended with {error.returncode}"
        return said, err.getvalue().splitlines()
    return out.getvalue().strip(), err.getvalue().splitlines()


def everything() -> list[Any]:
    return [
        execute(f"SELECT t::text FROM {table} t ORDER BY 1")  # noqa: S608
        for table in ("hospitals", *COLUMNS)
    ]


def test_the_examples_load_and_a_second_time_change_nothing() -> None:
    assert command(EXAMPLES) == (
        "3 hospitals loaded: 3 hospitals added, 6 doctors added, 6 patients added,"
        " 7 days of shifts set.",
        [],
    )
    assert faults(now=NOW) == {}
    assert Shift.objects.count() == 9
    first = everything()
    assert command(EXAMPLES) == ("3 hospitals loaded: nothing was new.", [])
    assert everything() == first


def test_rows_are_what_the_files_say(load: Any) -> None:
    assert load()[1] == []
    alpha, beta = Hospital.objects.order_by("name")
    assert (alpha.name, alpha.address, alpha.timezone) == ("Alpha", "1 Road", "UTC")
    assert (alpha.opens, alpha.closes, alpha.version) == (time(8), time(18), 1)
    ada, bo = Doctor.objects.order_by("name")
    assert (ada.hospital, ada.name, ada.specialty, ada.active) == (
        *(alpha, "Ada Fern", "Cardiology", True),
    )
    patient = Patient.objects.get(hospital=alpha)
    assert (patient.name, patient.date_of_birth, patient.phone, patient.email, patient.mrn) == (
        *("Pat One", date(1980, 5, 17), "+1 555 0100", "one@example.org", "M1"),
    )
    shift = Shift.objects.get(hospital=beta)
    assert (shift.doctor_id, shift.date) == (bo.pk, date(2026, 12, 1))
    assert (shift.start_minute, shift.end_minute) == (18 * 60, 1440)


def test_what_the_files_say_differently_is_changed(load: Any) -> None:
    load()
    said = load(
        hospitals=["A,Alpha,2 Road,UTC,08:00,19:00", GOOD["hospitals"][1]],
        doctors=["A,d9,Ada Fern,Cardiology,no", GOOD["doctors"][1]],
        patients=["A,M1,Pat Won,1980-05-17,,", "A,M2,New,1980-05-17,,", GOOD["patients"][1]],
        shifts=[
            "A,d9,2026-12-01,09:00,12:00",
            "A,d9,2026-12-01,18:00,19:00",
            "B,d1,2026-12-02,10:00,11:00",
        ],
    )
    assert said == (
        "2 hospitals loaded: 1 hospitals changed, 1 doctors changed, 1 patients changed,"
        " 1 patients added, 2 days of shifts set.",
        [],
    )
    assert faults(now=NOW) == {}
    assert Hospital.objects.get(name="Alpha").address == "2 Road"
    assert not Doctor.objects.get(name="Ada Fern").active
    assert Patient.objects.get(mrn="M1").name == "Pat Won"
    # What a file leaves out stays.
    assert Shift.objects.filter(hospital__name="Beta").count() == 2


BAD: list[tuple[dict[str, list[str]], list[str]]] = [
    (
        {"hospitals": ["A,,x,Mars,08:00,07:00", *GOOD["hospitals"][1:]]},
        [
            "hospitals.csv:2: name: name must not be empty.",
            "hospitals.csv:2: timezone: timezone must be an IANA name, as Europe/Paris.",
            "hospitals.csv:2: closes: closes must be after opens;"
            " 00:00 is midnight at the end of the day.",
        ],
    ),
    (
        {"hospitals": ["A,Alpha,,UTC,8:00,25:00", *GOOD["hospitals"][1:]]},
        [
            "hospitals.csv:2: opens: it must be a time, as 09:30.",
            "hospitals.csv:2: closes: there is no such time.",
        ],
    ),
    (
        {"hospitals": [*GOOD["hospitals"], "A,Other,,UTC,08:00,18:00"]},
        ["hospitals.csv:4: code: the rows of hospital A must stand together."],
    ),
    (
        {"hospitals": [GOOD["hospitals"][0], *GOOD["hospitals"]]},
        ["hospitals.csv:3: code: hospital A is there twice."],
    ),
    (
        {
            "doctors": [
                "A,d1,,Cardiology,maybe",
                "A,d1,Ada Fern,Cardiology,yes",
                "A,d2,Ada Fern,Cardiology,yes",
                "A,,Eve,Cardiology,yes",
                "A,d4,Eve",
                GOOD["doctors"][1],
            ]
        },
        [
            "doctors.csv:2: active: it must be yes or no.",
            "doctors.csv:2: name: name must not be empty.",
            "doctors.csv:3: code: doctor d1 is there twice.",
            "doctors.csv:4: name: line 3 has the same name and specialty.",
            "doctors.csv:5: code: it must not be empty.",
            "doctors.csv:6: 3 fields instead of 5.",
        ],
    ),
    (
        {
            "patients": [
                "A,M1,Pat One,1980-02-30,call me,",
                "A,M2,,2999-01-01,,nobody",
                "A,M2,Pat Two,1980-05-17,,",
                'A,,"Pat\nThree",17.5.1980,,',
                "A,,Pat Four,1980-05-17,,",
                "A,,Pat Four,1980-05-17,,",
                GOOD["patients"][1],
            ]
        },
        [
            "patients.csv:2: date_of_birth: there is no such date.",
            "patients.csv:2: phone: phone holds digits, spaces and + ( ) - . / only,"
            " and perhaps an extension.",
            "patients.csv:3: name: name must not be empty.",
            "patients.csv:3: date_of_birth: date_of_birth must not be in the future.",
            "patients.csv:3: email: email is not an email address.",
            "patients.csv:4: mrn: line 3 has the same mrn.",
            "patients.csv:5: date_of_birth: it must be a date, as 2030-01-31.",
            "patients.csv:8: name: line 7 has the same name and date of birth.",
        ],
    ),
    (
        {
            "shifts": [
                "A,d1,2026-12-01,09:00,12:00",
                "A,d1,2026-12-01,11:00,13:00",
                "A,d1,2026-12-02,07:00,09:00",
                "A,d1,2026-12-03,17:00,00:00",
                "A,d1,2026-12-04,12:00,11:00",
                "A,d1,2026-11-29,09:00,12:00",
                "A,d7,2026-12-01,09:00,12:00",
                "A,d1,2026-12-05,09:00,noon",
                GOOD["shifts"][1],
            ]
        },
        [
            "shifts.csv:3: start: It overlaps another shift.",
            "shifts.csv:4: start: The hospital's hours are 08:00-18:00.",
            "shifts.csv:5: end: The hospital's hours are 08:00-18:00.",
            "shifts.csv:6: end: 'end' must be after 'start'.",
            "shifts.csv:7: date: 2026-11-29 is past; today is 2026-11-30 there.",
            "shifts.csv:8: doctor: there is no such doctor of this hospital in doctors.csv.",
            "shifts.csv:9: end: it must be a time, as 09:30.",
        ],
    ),
    (
        {"patients": [GOOD["patients"][0], GOOD["patients"][1], "A,M3,Late,1980-05-17,,"]},
        ["patients.csv:4: hospital: the rows of hospital A must stand together."],
    ),
    (
        {"doctors": ["A,d1,Ada \udcff,Cardiology,yes", GOOD["doctors"][1]]},
        ["doctors.csv:2: name: name holds a character that can't be stored."],
    ),
]


@pytest.mark.parametrize(("files", "problems"), BAD)
def test_a_bad_row_keeps_its_hospital_out_and_only_that_one(
    tmp_path: Path, files: dict[str, list[str]], problems: list[str]
) -> None:
    for name, header in HEADERS.items():
        text = "\n".join([header, *files.get(name, GOOD[name])]) + "\n"
        (tmp_path / f"{name}.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert command(tmp_path) == ("1 hospitals were not loaded.", problems)
    assert [hospital.name for hospital in Hospital.objects.all()] == ["Beta"]
    for model in (Doctor, Patient, Shift):
        assert set(model.objects.values_list("hospital__name", flat=True)) == {"Beta"}
    assert faults(now=NOW) == {}


def test_rows_of_no_hospital_are_named(load: Any) -> None:
    said = load(doctors=[*GOOD["doctors"], "C,d1,Eve,Urology,", "C,d2,Eva,Urology,"])
    assert said == (
        "1 hospitals were not loaded.",
        ["doctors.csv:4: hospital: there is no hospital 'C' in hospitals.csv."],
    )
    assert Hospital.objects.count() == 2


def test_two_hospitals_of_one_name_and_zone_are_refused(load: Any) -> None:
    said = load(hospitals=["A,Alpha,,UTC,08:00,18:00", "B,Alpha,,UTC,00:00,00:00"])
    assert said == (
        "1 hospitals were not loaded.",
        ["hospitals.csv:3: name: hospital A has that name and time zone too."],
    )


def test_what_could_be_two_rows_here_is_refused(load: Any) -> None:
    alpha = HospitalFactory(name="Alpha", timezone="UTC", opens=time(8), closes=time(18))
    for _ in range(2):
        DoctorFactory(hospital=alpha, name="Ada Fern", specialty="Cardiology")
        PatientFactory(hospital=alpha, name="Pat", date_of_birth=date(1990, 1, 1))
        HospitalFactory(name="Beta", timezone="Asia/Kolkata")
    before = everything()
    said = load(patients=["A,,Pat,1990-01-01,,"])
    assert said == (
        "2 hospitals were not loaded.",
        [
            "doctors.csv:2: name: several doctors here have that name and specialty.",
            "patients.csv:2: name: several patients here have that name and date of birth.",
            "hospitals.csv:3: name: several hospitals here have that name and time zone.",
        ],
    )
    assert everything() == before


def test_live_appointments_stand_in_the_way(load: Any) -> None:
    load()
    hospital, doctor = Hospital.objects.get(name="Alpha"), Doctor.objects.get(name="Ada Fern")
    starts_at = datetime(2026, 12, 1, 10, tzinfo=UTC)
    appointment = Appointment.objects.create(
        hospital=hospital,
        doctor_id=doctor.pk,
        patient_id=Patient.objects.get(mrn="M1").pk,
        starts_at=starts_at,
        ends_at=starts_at.replace(hour=11),
        date=starts_at.date(),
        time=starts_at.time(),
    )
    before = everything()
    said = load(shifts=["A,d1,2026-12-01,09:00,10:00", GOOD["shifts"][1]])
    assert said == (
        "1 hospitals were not loaded.",
        [
            f"shifts.csv:2: start: appointment {appointment.pk} at 10:00 would lie outside"
            " every shift."
        ],
    )
    said = load(doctors=["A,d1,Ada Fern,Cardiology,no", GOOD["doctors"][1]])
    assert said[1] == ["doctors.csv:2: active: 1 live appointments ahead stand in the way."]
    assert everything() == before
    # Another shape that still holds it is fine.
    assert load(shifts=["A,d1,2026-12-01,10:00,18:00", GOOD["shifts"][1]])[1] == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("doctors.csv", None, "doctors.csv can't be read: No such file or directory."),
        (
            "patients.csv",
            b"hospital;mrn;name\n",
            "patients.csv:1: the first line must name the columns"
            " hospital,mrn,name,date_of_birth,phone,email, separated by commas, in UTF-8.",
        ),
        (
            "shifts.csv",
            b"",
            "shifts.csv:1: the first line must name the columns"
            " hospital,doctor,date,start,end, separated by commas, in UTF-8.",
        ),
        (
            "shifts.csv",
            b'hospital,doctor,date,start,end\nA,d1,"2026-12-01,09:00,12:00\nB\n',
            "shifts.csv:2: this is not CSV: unexpected end of data.",
        ),
    ],
)
def test_a_file_that_is_none_ends_the_load(
    load: Any, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    load()
    before = everything()
    path = tmp_path / name
    path.unlink() if content is None else path.write_bytes(content)
    said = command(tmp_path)
    assert said[0].endswith(sentence)
    assert said[1] == []
    assert everything() == before


def test_a_mark_windows_line_ends_blank_lines_and_other_orders_do_no_harm(tmp_path: Path) -> None:
    for name, header in HEADERS.items():
        columns = header.split(",")
        rows = [row.split(",") for row in reversed(GOOD[name])]
        lines = [",".join(reversed(row)) for row in [columns, *rows]]
        text = "\r\n".join([lines[0], "", *lines[1:], "", ""])
        (tmp_path / f"{name}.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert command(tmp_path)[1] == []
    assert [h.name for h in Hospital.objects.order_by("id")] == ["Beta", "Alpha"]
    assert [shift.end_minute for shift in Shift.objects.order_by("id")] == [1440, 720]


def test_a_folder_or_a_number(tmp_path: Path) -> None:
    for arguments in ([], [str(tmp_path), "--hospitals", "3"]):
        with pytest.raises(CommandError, match="either a folder"):
            call_command("load_hospitals", *arguments)
    with pytest.raises(CommandError, match="as many patients as doctors"):
        call_command("load_hospitals", "--hospitals", "1", "--doctors", "9", "--patients", "8")
    with pytest.raises(CommandError, match="At most 31 appointments fit into 1 weeks"):
        call_command("load_hospitals", "--hospitals", "1", "--weeks", "1", "--appointments", "32")


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_made_up_hospitals_stand_beside_the_others(load: Any, capsys: Any) -> None:
    load()
    columns = (
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " ORDER BY 1, 2"
    )
    keys = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('f', 'x', 'c', 'u', 'p') ORDER BY 1, 2"
    )
    before = execute(columns), {row[1:] for row in execute(keys)}
    execute("CREATE TABLE twin_shifts_07 (left_behind int)")
    call_command(
        *("load_hospitals", "--hospitals", "40", "--doctors", "3", "--patients", "7"),
        *("--weeks", "2", "--appointments", "50", "--workers", "2", "--today", "2026-11-30"),
        stdout=StringIO(),
    )
    assert capsys.readouterr().err == ""  # no bar where nobody sits
    assert faults(now=NOW) == {}
    assert execute("SELECT relname FROM pg_class WHERE starts_with(relname, 'twin_')") == []
    assert execute(columns) == before[0]
    assert {name for name, _ in before[1]} >= {
        "doctors_live_appointments_never_overlap",
        "appointment_doctor_here",
    }
    assert len({row[1:] for row in execute(keys)}) == len(before[1])
    assert execute("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []
    assert (Hospital.objects.count(), Doctor.objects.count()) == (42, 122)
    assert (Patient.objects.count(), Appointment.objects.count()) == (282, 6000)
    assert Shift.objects.count() == 2 + 40 * 3 * 20
    # The next ids are free.
    made = HospitalFactory(name="Next")
    add_schedule(made.pk, 1)
    assert DoctorFactory(hospital=made).pk > 122
