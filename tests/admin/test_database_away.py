"""The admin's pages while the database does not answer."""

from typing import Any

import pytest
from django.db import OperationalError, connection


def gone(*_: Any) -> Any:
    raise OperationalError("the server closed the connection")


@pytest.mark.parametrize("path", ["", "doctors/doctor/", "doctors/doctor/add/"])
def test_says_so_in_a_page(admin, path):
    admin.client.raise_request_exception = False
    with connection.execute_wrapper(gone):
        answer = admin.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"The database does not answer" in answer.content


def test_a_mistake_of_ours_is_no_outage(admin):
    admin.client.raise_request_exception = False
    with connection.execute_wrapper(lambda *_: 1 / 0):
        assert admin.get("doctors/doctor/").status_code == 500
