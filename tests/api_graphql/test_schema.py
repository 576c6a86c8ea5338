"""The schema's file, the library's versions, and the page for trying documents."""

from __future__ import annotations

import subprocess
import sys

import graphene
import graphql
import pytest
from django.conf import settings as site
from django.contrib.staticfiles import finders
from django.core.management import call_command

from api_graphql.graphiql import POLICY
from api_graphql.schema import schema

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_the_file_is_the_schema(tmp_path):
    path = tmp_path / "schema.graphql"
    call_command("graphql_schema", schema="api_graphql.schema.schema", out=str(path))
    committed = site.BASE_DIR / "api_graphql" / "schema.graphql"
    assert committed.read_text() == path.read_text(), "stale: run make schema"


def test_the_contracts_types():
    found = schema.graphql_schema
    contract = graphql.build_schema(CONTRACT)
    for name, type_ in contract.type_map.items():
        if name.startswith("__") or not isinstance(type_, graphql.GraphQLObjectType):
            continue
        ours = found.type_map[name]
        for field_name, field in type_.fields.items():
            assert str(ours.fields[field_name].type) == str(field.type), f"{name}.{field_name}"
            arguments = {n: str(a.type) for n, a in ours.fields[field_name].args.items()}
            assert arguments == {n: str(a.type) for n, a in field.args.items()}, field_name


def test_graphene_django_with_our_django():
    """It is declared for older versions of Django: a smoke test, with its warnings as errors."""
    code = "import django; django.setup(); from api_graphql.schema import schema; print(schema)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={
            "DJANGO_SETTINGS_MODULE": "scheduler.settings",
            "INSECURE_SECRET_KEY": "1",
            "PATH": "",
        },
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("type Query {")


def test_graphql_core_has_what_we_override():
    """The executor's methods are not public: another minor version has to be looked at."""
    assert graphql.version_info[:2] == (3, 2)
    assert graphene.__version__.startswith("3.4.")
    for name in ("execute_field", "complete_list_value", "complete_object_value"):
        assert callable(getattr(graphql.ExecutionContext, name))


@pytest.mark.parametrize("path", ["/graphql/", "/graphql"])
def test_graphiql(client, path):
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    page = response.content.decode()
    assert page.count("<script") == page.count('<script defer src="/static/api_graphql/')
    assert "style=" not in page
    assert "<style" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert finders.find("api_graphql/graphiql-page.js")
    assert client.head(path, headers=BROWSER).status_code == 200


# As the contract writes it.
CONTRACT = """
scalar Date
scalar Time
scalar DateTime
enum AppointmentStatus { BOOKED ARRIVED FULFILLED NOSHOW CANCELLED }
enum Role { ADMIN STAFF DOCTOR }
enum HistoryType { BOOKED MOVED EDITED ARRIVED FULFILLED NOSHOW CANCELLED UNDONE }
type HospitalConnection { edges: [HospitalEdge!]!  pageInfo: PageInfo! }
type DoctorConnection { edges: [DoctorEdge!]!  pageInfo: PageInfo! }
type PatientConnection { edges: [PatientEdge!]!  pageInfo: PageInfo! }
type AppointmentConnection { edges: [AppointmentEdge!]!  pageInfo: PageInfo! }
type MemberConnection { edges: [MemberEdge!]!  pageInfo: PageInfo! }
type HospitalEdge { cursor: String!  node: Hospital! }
type DoctorEdge { cursor: String!  node: Doctor! }
type PatientEdge { cursor: String!  node: Patient! }
type AppointmentEdge { cursor: String!  node: Appointment! }
type MemberEdge { cursor: String!  node: Member! }
type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!
  startCursor: String  endCursor: String }
type Query { me: User!
  hospitals(search: String, first: Int, after: String): HospitalConnection!
  hospital(id: ID!): Hospital }
type User { id: ID!  email: String!  name: String!  isSuperuser: Boolean!
  memberships: [Membership!]! }
type Membership { hospital: Hospital!  role: Role!  doctorId: ID }
type Hospital { id: ID!  name: String!  address: String!  timezone: String!  opens: Time!
  closes: Time!  version: Int!
  doctors(search: String, specialty: String, availableFrom: Date, availableTo: Date,
    active: Boolean, first: Int, after: String): DoctorConnection!
  doctor(id: ID!): Doctor   specialties: [String!]!
  schedules(doctorIds: [ID!]!, from: Date!, to: Date!): [DoctorDay!]!
  openings(from: Date!, to: Date!, specialty: String, doctorIds: [ID!], timeFrom: Time,
    timeTo: Time, limit: Int): [Opening!]!
  patients(search: String, first: Int, after: String): PatientConnection!
  patient(id: ID!): Patient
  appointments(doctorId: ID, patientId: ID, from: Date, to: Date, status: AppointmentStatus,
    first: Int, after: String): AppointmentConnection!
  appointment(id: ID!): Appointment
  members(first: Int, after: String): MemberConnection!  member(id: ID!): Member }
type Doctor { id: ID!  name: String!  specialty: String!  active: Boolean!  version: Int!
  hospital: Hospital!
  appointments(from: Date, to: Date, first: Int, after: String): AppointmentConnection!
  availability(from: Date!, to: Date!): [Availability!]! }
type Availability { date: Date!  shifts: [Shift!]! }
type Shift { start: Time!  end: Time! }
type Patient { id: ID!  name: String!  dateOfBirth: Date!  phone: String!  email: String!
  mrn: String!  version: Int! }
type Appointment { id: ID!  hospitalId: ID!  doctorId: ID!  doctor: Doctor!  patient: Patient!
  startsAt: DateTime!  endsAt: DateTime!  date: Date!  time: Time!  duration: Int!
  status: AppointmentStatus!  reason: String!  version: Int!  history: [HistoryEntry!]! }
type HistoryEntry { type: HistoryType!  at: DateTime!  version: Int! }
type DoctorDay { doctor: Doctor!  date: Date!  availableSlots: [Slot!]! }
type Slot { time: Time!  startsAt: DateTime!  duration: Int!  bookable: Boolean!
  appointment: Appointment }
type Opening { doctor: Doctor!  date: Date!  time: Time!  startsAt: DateTime!  duration: Int! }
type Member { id: ID!  role: Role!  doctorId: ID }
type TokenPair { access: String!  refresh: String! }
input SetAvailabilityInput { x: Int } input BookAppointmentInput { x: Int }
input ChangeAppointmentInput { x: Int } input CancelAppointmentInput { x: Int }
input CreatePatientInput { x: Int } input UpdatePatientInput { x: Int }
input CreateDoctorInput { x: Int } input UpdateDoctorInput { x: Int }
input CreateHospitalInput { x: Int } input UpdateHospitalInput { x: Int }
input AddMemberInput { x: Int } input ChangeMemberInput { x: Int }
input RemoveMemberInput { x: Int }
type Mutation { obtainToken(email: String!, password: String!): TokenPair
  refreshToken(refresh: String!): TokenPair  revokeToken(refresh: String!): Boolean
  changePassword(current: String!, new: String!): Boolean
  setAvailability(input: SetAvailabilityInput!): [Availability!]
  bookAppointment(input: BookAppointmentInput!): Appointment
  changeAppointment(input: ChangeAppointmentInput!): Appointment
  cancelAppointment(input: CancelAppointmentInput!): Appointment
  createPatient(input: CreatePatientInput!): Patient
  updatePatient(input: UpdatePatientInput!): Patient
  createDoctor(input: CreateDoctorInput!): Doctor  updateDoctor(input: UpdateDoctorInput!): Doctor
  createHospital(input: CreateHospitalInput!): Hospital
  updateHospital(input: UpdateHospitalInput!): Hospital
  addMember(input: AddMemberInput!): Member  changeMember(input: ChangeMemberInput!): Member
  removeMember(input: RemoveMemberInput!): Boolean }
"""
