"""The leaves that are ours: dates, wall times, instants, and the enums of the contract."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import graphene
from graphql import GraphQLError, StringValueNode, ValueNode

from accounts.models import Role as RoleValues
from appointments.models import EventType, Status

# `fromisoformat` alone would also take 20261130 and 2026-W48-1, and seconds.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")


class Date(graphene.Scalar):
    """A date of the hospital's calendar: `2026-11-30`."""

    @staticmethod
    def serialize(value: dt.date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()

    @staticmethod
    def parse_value(value: Any, node: ValueNode | None = None) -> dt.date:
        try:
            if isinstance(value, str) and _DATE.fullmatch(value):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        raise GraphQLError("A date is written as 2026-11-30.", node)

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> dt.date:
        return Date.parse_value(node.value if isinstance(node, StringValueNode) else None, node)


class Time(graphene.Scalar):
    """A time on the hospital's wall clock: `09:00`. As an end, `00:00` is midnight."""

    @staticmethod
    def serialize(value: dt.time | str) -> str:
        return value if isinstance(value, str) else f"{value:%H:%M}"

    @staticmethod
    def parse_value(value: Any, node: ValueNode | None = None) -> dt.time:
        try:
            if isinstance(value, str) and _TIME.fullmatch(value):
                return dt.time.fromisoformat(value)
        except ValueError:
            pass
        raise GraphQLError("A time is written as 09:00.", node)

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> dt.time:
        return Time.parse_value(node.value if isinstance(node, StringValueNode) else None, node)


class DateTime(graphene.Scalar):
    """An instant as RFC 3339: of an appointment with the hospital's offset at that time."""

    @staticmethod
    def serialize(value: dt.datetime | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


class Changes(graphene.Scalar):
    """Fields by their names, each with its value before and after: `{"from": …, "to": …}`."""

    @staticmethod
    def serialize(value: dict[str, Any]) -> dict[str, Any]:
        return value


AppointmentStatus = graphene.Enum.from_enum(
    Status, name="AppointmentStatus", description="Where an appointment stands."
)
Role = graphene.Enum.from_enum(
    RoleValues, name="Role", description="What a member may do in a hospital."
)
HistoryType = graphene.Enum.from_enum(
    EventType, name="HistoryType", description="What a version of an appointment was made for."
)

# From a row's value to the name that an answer bears.
STATUS_NAMES = {status.value: status.name for status in Status}
ROLE_NAMES = {role.value: role.name for role in RoleValues}
HISTORY_NAMES = {type_.value: type_.name for type_ in EventType}
