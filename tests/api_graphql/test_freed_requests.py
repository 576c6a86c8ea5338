"""A request is freed with its answer: the collector, which comes by seldom, need not free it.

Else the variables of some hundred refused requests, a megabyte each and from anybody, would lie
about. (What validation leaves behind is small, and does not hold the request.)
"""

from __future__ import annotations

import json
import weakref

import pytest
from django.test import RequestFactory

from api_graphql.view import graphql

REFRESH = "mutation ($r: String!) { refreshToken(refresh: $r) { access } }"
BODIES = {
    "a refused field": {"query": REFRESH, "variables": {"r": "a.b.c"}},
    "a malformed variable": {"query": REFRESH, "variables": {"r": [1]}},
    "no such field": {"query": "{ mee { id } }"},
    "no document": {"query": "{"},
    "nobody": {"query": "{ me { id } }"},
    "an answer": {"query": "{ __typename }"},
}


@pytest.mark.parametrize("body", BODIES)
def test_nothing_of_a_request_stays(db, no_collector, body):
    for _ in range(2):  # what is kept for good is made by the first
        data = json.dumps(BODIES[body])
        request = RequestFactory().post("/graphql/", data, content_type="application/json")
        response = graphql(request)
        left = weakref.ref(request)
        del request, response
    assert left() is None
