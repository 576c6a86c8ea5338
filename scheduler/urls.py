"""Every path that is served. Unknown ones, and all other errors, are middleware's (`problems`)."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from scheduler.health import healthz, readyz
from scheduler.web_app import PAGES, web_app

handler500 = "scheduler.error_pages.server_error"
urlpatterns = [
    path("api/v1/", include("api_rest.urls")),
    path("", include("api_graphql.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("admin", RedirectView.as_view(url="/admin/")),
    *(path(page, web_app) for page in PAGES),
]
