"""The way in for servers that speak ASGI; the views are synchronous, so WSGI costs less."""

import os

from django.core.asgi import get_asgi_application

from scheduler.utf8_requests import Utf8AsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")

application = get_asgi_application()
application.request_class = Utf8AsgiRequest
