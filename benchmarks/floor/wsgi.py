"""The way in, with what the product's own does for the collector of rubbish."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.floor.settings"

from scheduler.wsgi import application

__all__ = ["application"]
