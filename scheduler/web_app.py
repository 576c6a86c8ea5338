"""The web app's one page, at each of the app's own paths; all its other files are static."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

# The app's own paths, as `frontend/src/router.ts` has them.
PAGES = (
    "",
    "sign-in",
    "availability",
    "my-day",
    "patients",
    "hospital",
    "doctors",
    "members",
    "account",
    "comparison",
)
PAGE = settings.WEB_APP / "index.html"
# Nothing inline, nothing from another host.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


@csrf_exempt  # it takes no form: whatever is sent is the wrong method, and nobody reads it
@require_safe
def web_app(_request: HttpRequest) -> HttpResponse:
    """The built page, never kept by a cache: it names the hashed files of this build.

    Where the app was not built, the API's documentation is what there is to see.
    """
    try:
        page = PAGE.read_bytes()
    except FileNotFoundError:
        return HttpResponseRedirect("/api/v1/docs")
    return HttpResponse(
        page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    )
