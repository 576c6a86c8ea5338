"""The web server's way in: WSGI."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from scheduler.utf8_requests import Utf8WsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")

application = get_wsgi_application()
application.request_class = Utf8WsgiRequest

# What stands here stays for as long as the process lives. To look through it again and again for
# rubbish took a tenth of a calendar's time; and ours is freed by counting, nearly all of it.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
