"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from api_rest.errors import problem
from scheduler.errors import Unavailable

# libpq takes whole seconds, from two on; with the question itself this stays under three.
CONNECT_SECONDS, ANSWER_MS = 2, 800
_APPLIED = "SELECT count(*) FROM django_migrations WHERE (app || '.' || name) = ANY(%s)"


@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else."""
    return _answer("alive")


@require_safe
def readyz(_: HttpRequest) -> HttpResponse:
    """The database answers and has every migration, or 503 within three seconds.

    Over a connection of its own: a kept one may hang on a database that is gone for good.
    """
    wanted = _last_migrations()
    try:
        with psycopg.connect(**_params()) as asked:
            found = asked.execute(_APPLIED, (wanted,)).fetchone()
    except psycopg.Error:
        return problem(Unavailable(retry_after=1))
    if found is None or found[0] != len(wanted):
        return problem(Unavailable("The database is not migrated yet.", retry_after=1))
    return _answer("ready")


def _answer(status: str) -> HttpResponse:
    response = JsonResponse({"status": status})
    response.headers["Cache-Control"] = "no-store"
    return response


def _params() -> dict[str, Any]:
    given = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    return {
        **{name: given[name] for name in names if given.get(name)},
        "autocommit": True,
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c statement_timeout={ANSWER_MS} -c lock_timeout={ANSWER_MS}",
        "application_name": "scheduler readyz",
    }


@lru_cache(maxsize=1)
def _last_migrations() -> list[str]:
    """The newest migration of each app of this code, as `app.name`."""
    leaves = MigrationLoader(None).graph.leaf_nodes()
    return [f"{app}.{name}" for app, name in leaves]
