"""Where the API is: `/graphql/`, and its schema beside it."""

from __future__ import annotations

from django.urls import path

from api_graphql.view import graphql, sdl

urlpatterns = [
    path("graphql/", graphql),
    # The same without the slash: a redirect would lose a POST's body.
    path("graphql", graphql),
    path("graphql/schema", sdl),
]
