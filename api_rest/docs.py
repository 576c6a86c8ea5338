"""The API's own description: the OpenAPI document, and Swagger UI from this host alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import orjson
import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from api_rest.errors import problem
from api_rest.negotiation import quality
from scheduler.errors import NotAcceptable

DOCUMENT = Path(__file__).with_name("openapi.yaml")
AS_JSON = ("application/json", "application/vnd.oai.openapi+json")
AS_YAML = ("application/yaml", "application/vnd.oai.openapi", "text/yaml", "application/x-yaml")
# Swagger UI's icons are data: URLs; nothing else of it needs more than this host.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The committed document. JSON unless YAML is wanted more: readers of YAML read JSON, too."""
    accept = request.headers.get("Accept")
    media_type = max((*AS_JSON, *AS_YAML), key=lambda offered: quality(accept, offered))
    if quality(accept, media_type) <= 0:
        return problem(NotAcceptable("The document is application/json or application/yaml."))
    body = DOCUMENT.read_bytes() if media_type in AS_YAML else _json()
    response = HttpResponse(body, content_type=media_type)
    response.headers["Vary"] = "Accept"
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    response = render(request, "api_rest/docs.html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@lru_cache(maxsize=1)
def _json() -> bytes:
    return orjson.dumps(yaml.load(DOCUMENT.read_bytes(), Loader=yaml.CSafeLoader))


urlpatterns = [
    path("schema", schema),
    path("docs", docs),
]
