"""The endpoint: what HTTP refuses, the document, its limits, the caller, and then the answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    OperationType,
    print_schema,
)
from graphql.execution.collect_fields import collect_fields

from accounts.access import Caller, signed_in
from accounts.address import client_address
from accounts.tokens import read_access_token
from api_graphql import documents, graphiql, http
from api_graphql.account_mutations import PUBLIC
from api_graphql.context import RequestContext
from api_graphql.cost import check_cost
from api_graphql.errors import forget_frames, formatted
from api_graphql.execution import ProjectingContext
from api_graphql.limits import check_variables
from api_graphql.naming import name_in_variables
from api_graphql.schema import schema
from scheduler.errors import MethodNotAllowed, NotAuthenticated, Refusal
from scheduler.replica import note_query


@csrf_exempt  # a token in a header is no cookie: nothing is sent without the caller's doing
def graphql(request: HttpRequest) -> HttpResponse:
    """One document in, one answer out; a browser's GET gets GraphiQL."""
    if http.wants_page(request):
        return graphiql.page(request)
    try:
        return _answer(request)
    except documents.InvalidDocument as invalid:
        entries = [formatted(error) for error in invalid.errors]
        return http.errors_only(request, entries, http.STATUSES["invalid"])
    except Refusal as refusal:
        return http.refused(request, refusal)
    except Exception as error:  # a mistake of ours has the form of every other refusal
        failed = formatted(GraphQLError("", original_error=error))
        return http.errors_only(request, [failed], 500)


def _answer(request: HttpRequest) -> HttpResponse:
    body = http.read_body(request)
    document = documents.find(body)
    variables = body.get("variables") or {}
    check_variables(variables)
    context = RequestContext(
        None,
        address=client_address(request.META),
        seconds=settings.GRAPHQL_SECONDS,
    )
    run = _prepared(document, body.get("operationName"), variables, context)
    if run.operation.operation == OperationType.QUERY:
        note_query()
    check_cost(document.cost(run.operation), run.variable_values)
    asked = _root_fields(run)
    public = bool(asked & PUBLIC)
    if not public:
        # A document that signs somebody in or out runs whatever token comes with it.
        context.caller = caller(request)
    elif asked - PUBLIC:
        context.caller = _caller_if_any(request)
    if asked and not public and context.caller is None:
        raise NotAuthenticated
    result = run.run()
    if context.caller is not None and not asked:
        # Nothing has asked whether the sign-in lives.
        context.signed_in()
    if context.refused and not (public or context.was_admitted):
        raise NotAuthenticated
    return http.written(request, _written(result, context))


def _prepared(
    document: documents.Document,
    operation_name: str | None,
    variables: dict[str, Any],
    context: RequestContext,
) -> ProjectingContext:
    """The operation with its variables, ready to run. Raises `InvalidDocument`."""
    run = ProjectingContext.build(
        schema.graphql_schema,
        document.ast,
        None,
        context,
        variables,
        operation_name,
        is_awaitable=_never,
        hide_suggestions=True,
    )
    if isinstance(run, list):
        named = [name_in_variables(error) for error in run]
        for error in run:
            forget_frames(error)
        raise documents.InvalidDocument(named)
    run = cast(ProjectingContext, run)
    run.projections = document.projections
    run.directive_variables = document.directive_variables
    return run


def _never(_value: Any) -> bool:
    return False


def _root_fields(run: ProjectingContext) -> set[str]:
    """The fields that the operation asks of us; what GraphQL itself answers is left out."""
    root = cast(GraphQLObjectType, run.schema.get_root_type(run.operation.operation))
    found = collect_fields(
        run.schema, run.fragments, run.variable_values, root, run.operation.selection_set
    )
    return {str(nodes[0].name.value) for nodes in found.values()} & set(root.fields)


def caller(request: HttpRequest) -> Caller | None:
    """Who the bearer token speaks for; None without one. Raises `NotAuthenticated`."""
    header = request.headers.get("Authorization", "").strip()
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated
    return read_access_token(token.strip())


def _caller_if_any(request: HttpRequest) -> Caller | None:
    try:
        return caller(request)
    except NotAuthenticated:
        return None


def _written(result: ExecutionResult, context: RequestContext) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [formatted(error) for error in result.errors]
    if context.replayed:
        answer["extensions"] = {"replayed": True}
    return answer


def sdl(request: HttpRequest) -> HttpResponse:
    """The schema's SDL, for whoever has signed in."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(allow="GET, HEAD")
        who = caller(request)
        if who is None:
            raise NotAuthenticated
        signed_in(who)
    except Refusal as refusal:
        return http.refused(request, refusal)
    response = HttpResponse(_sdl(), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response


@lru_cache(maxsize=1)
def _sdl() -> str:
    return print_schema(schema.graphql_schema)
