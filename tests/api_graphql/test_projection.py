"""Compiled selections and graphql-core's own execution give the same bytes."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from api_graphql import execution
from api_graphql.documents import read
from api_graphql.execution import ProjectingContext
from api_graphql.limits import MOST
from api_graphql.schema import schema
from api_graphql.shapes import SHAPES
from tests.api_graphql.stage import MONDAY, TUESDAY, post

TYPES = schema.graphql_schema.type_map
DATES = f'from: "{MONDAY}", to: "{TUESDAY}"'
# Where plain data begins; `filled` replaces the ids.
ROOTS = {
    f"schedules(doctorIds: [$ids], {DATES})": "DoctorDay",
    f"openings({DATES}, limit: 5)": "Opening",
    "doctors(first: 2)": "DoctorConnection",
    "patients": "PatientConnection",
    "appointments": "AppointmentConnection",
    "members(first: 3)": "MemberConnection",
    f"doctor(id: $id) {{ availability({DATES})": "Availability",
    "doctor(id: $id) { appointments": "AppointmentConnection",
    "doctor(id: $id)": "Doctor",
    "patient(id: $patient)": "Patient",
    "appointment(id: $appointment)": "Appointment",
}
# Fields with arguments, which are resolved in the ordinary way, with plain data below them.
WITH_ARGUMENTS = {
    "Doctor.appointments": "appointments(first: 1)",
    "Doctor.availability": f"availability({DATES})",
    "Hospital.doctors": "doctors(first: 2)",
    "Hospital.specialties": "specialties",
}
PLAIN = {shape.type for shape in SHAPES.values()}
FLAGS = ("yes", "no")


class Writer:
    """Writes a random document; fragments are gathered on the way."""

    def __init__(self, draw):
        self.draw = draw
        self.fragments = []
        self.aliases = 0

    def directive(self):
        if self.draw(st.integers(0, 5)):
            return ""
        name = self.draw(st.sampled_from(["include", "skip"]))
        flag = self.draw(st.sampled_from(["true", "false", "$yes", "$no"]))
        return f" @{name}(if: {flag})"

    def selection(self, type_name, depth):
        type_ = TYPES[type_name]
        assert isinstance(type_, GraphQLObjectType)
        names = [
            name
            for name, field in type_.fields.items()
            if (not field.args or f"{type_name}.{name}" in WITH_ARGUMENTS)
            and (depth or not isinstance(get_named_type(field.type), GraphQLObjectType))
        ]
        chosen = self.draw(
            st.lists(st.sampled_from([*names, "__typename"]), max_size=6, unique=True)
        )
        parts = [self.field(type_, name, depth) for name in chosen]
        # Something that no directive takes away, so that the set is never empty by itself.
        parts.append(f"last: {'__typename' if not names else self.leaf(type_)}")
        if depth and self.draw(st.booleans()):
            parts.append(self.fragment(type_name, depth - 1))
        return "{ " + " ".join(parts) + " }"

    def leaf(self, type_):
        for name, field in type_.fields.items():
            if not isinstance(get_named_type(field.type), GraphQLObjectType) and not field.args:
                return name
        return "__typename"

    def field(self, type_, name, depth):
        alias = ""
        if self.aliases < 25 and self.draw(st.integers(0, 3)) == 0:
            self.aliases += 1
            alias = f"a{self.aliases}: "
        directive = self.directive()
        if name == "__typename":
            return f"{alias}{name}{directive}"
        written = WITH_ARGUMENTS.get(f"{type_.name}.{name}", name)
        below = get_named_type(type_.fields[name].type)
        if isinstance(below, GraphQLObjectType):
            return f"{alias}{written}{directive} {self.selection(below.name, depth - 1)}"
        return f"{alias}{written}{directive}"

    def fragment(self, type_name, depth):
        directive = self.directive()
        kind = self.draw(st.integers(0, 2))
        selection = self.selection(type_name, depth)
        if kind == 0:
            return f"...{directive} {selection}"
        if kind == 1:
            return f"... on {type_name}{directive} {selection}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {type_name} {selection}")
        return f"...{name}{directive}"


@st.composite
def documents(draw):
    root, type_name = draw(st.sampled_from(list(ROOTS.items())))
    writer = Writer(draw)
    selected = writer.selection(type_name, 4)
    closing = " }" * root.count("{")
    body = f"hospital(id: $h) {{ {root} {selected}{closing} }}"
    flags = "unused: __typename @include(if: $yes) @skip(if: $no)"
    head = "query ($h: ID!, $yes: Boolean!, $no: Boolean!)"
    return f"{head} {{ {flags} {body} }} " + " ".join(writer.fragments)


def filled(document, stage):
    """The document with the ids of both doctors, and of the first doctor, patient, appointment."""
    return (
        document.replace("$ids", ", ".join(stage.doctor_ids))
        .replace("$id)", f"{stage.doctor_ids[0]})")
        .replace("$patient)", f"{stage.patients[0].pk})")
        .replace("$appointment)", f"{stage.rows[0].id})")
    )


def both(monkeypatch, stage, who, document, variables):
    token = stage.world[who].tokens.access
    answers = []
    for plainly in (False, True):
        monkeypatch.setattr(ProjectingContext, "plainly", plainly)
        answers.append(post({"query": document, "variables": variables}, token=token))
    return answers


def check_random_documents(stage, monkeypatch, examples):
    compiled = []

    def counting(*args, **kwargs):
        projection = compile_projection(*args, **kwargs)
        compiled.append(projection is not None)
        return projection

    compile_projection = execution.compile_projection
    for what in MOST:
        monkeypatch.setitem(MOST, what, 1_000_000)
    monkeypatch.setattr(execution, "compile_projection", counting)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        # A smaller example is not worth minutes: the document is printed.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents(), st.sampled_from(["admin", "doctor"]), st.booleans(), st.booleans())
    def check(document, who, yes, no):
        text = filled(document, stage)
        note(text)
        projected, plain = both(
            monkeypatch, stage, who, text, {"h": stage.hospital_id, "yes": yes, "no": no}
        )
        assert projected.status == plain.status == 200, projected.body
        assert projected.response.content == plain.response.content

    check()
    # The test would be worth nothing if everything fell back.
    assert sum(compiled) > len(compiled) / 2


def test_random_documents(stage, monkeypatch):
    check_random_documents(stage, monkeypatch, 150)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_random_documents(stage, monkeypatch):
    check_random_documents(stage, monkeypatch, 3_000)


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("who", ["admin", "staff", "doctor", "root"])
def test_everything_plain_at_once(stage, monkeypatch, root, who):
    """All fields of every type, three levels deep."""

    def everything(type_name, depth):
        type_ = TYPES[type_name]
        parts = ["__typename"]
        for name, field in type_.fields.items():
            below = get_named_type(field.type)
            if field.args or name == "specialties":
                continue
            if not isinstance(below, GraphQLObjectType):
                parts.append(name)
            elif depth:
                parts.append(f"{name} {everything(below.name, depth - 1)}")
        return "{ " + " ".join(parts) + " }"

    closing = " }" * root.count("{")
    document = (
        f"query ($h: ID!) {{ hospital(id: $h) {{ {root} {everything(ROOTS[root], 5)}{closing} }} }}"
    )
    text = filled(document, stage)
    projected, plain = both(monkeypatch, stage, who, text, {"h": stage.hospital_id})
    if root.startswith("members") and who not in ("admin", "root"):
        assert projected.codes == plain.codes == ["PERMISSION_DENIED"]
    else:
        assert projected.errors == []
        made = {key[0]: projection for key, projection in read(text).projections.items()}
        assert made[ROOTS[root]] is not None
    assert projected.response.content == plain.response.content


def test_every_field_without_arguments_is_plain():
    """A type that is projected knows all of its fields: a new one is not forgotten."""
    for type_name in sorted(PLAIN):
        known = {
            name
            for shape in SHAPES.values()
            if shape.type == type_name
            for name in (*shape.leaves, *shape.below)
        }
        fields = TYPES[type_name].fields
        expected = {name for name, field in fields.items() if not field.args} - {"specialties"}
        assert known == expected, type_name


def test_aliases_are_literals(stage):
    answer = stage.ask(
        "staff", "{ hospitals { nodes { __typename None: id lambda: name rows: id v: name } } }"
    )
    assert answer.data["hospitals"]["nodes"] == [
        {
            "__typename": "Hospital",
            "None": stage.hospital_id,
            "lambda": "General",
            "rows": stage.hospital_id,
            "v": "General",
        }
    ]
