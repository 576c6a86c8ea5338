"""What a hospital's door reads together with the rights, as the document will ask for it."""

from __future__ import annotations

from graphql import FieldNode, GraphQLResolveInfo, VariableNode

from accounts.access import Aside
from api_graphql.identifiers import read_id
from appointments.questions import stamps_of
from appointments.schedules import MOST_DOCTORS

_CALENDARS = ("schedules", "openings")

# The doctors whose stamps were read; None: all active ones.
Doctors = tuple[int, ...] | None


def stamps_ahead(info: GraphQLResolveInfo) -> tuple[Doctors, Aside] | None:
    """The stamps that the first calendar of this hospital will need; None where none is seen.

    A glance, not a promise: doctors that come by a variable, or none, in a field of its own. All
    else reads its stamps when its turn comes.
    """
    below = info.field_nodes[0].selection_set
    for field in below.selections if below else ():
        if isinstance(field, FieldNode) and field.name.value in _CALENDARS:
            named = [arg.value for arg in field.arguments if arg.name.value == "doctorIds"]
            if not named:
                return None, stamps_of(None)
            if not isinstance(named[0], VariableNode):
                return None
            texts = info.variable_values.get(named[0].name.value)
            if texts is None:
                return None, stamps_of(None)
            if len(texts) > MOST_DOCTORS:
                return None
            doctors = tuple(number for text in texts if (number := read_id(text)))
            return (doctors, stamps_of(doctors)) if len(doctors) == len(texts) else None
    return None
