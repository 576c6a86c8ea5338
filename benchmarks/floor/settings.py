"""The product's settings without its middleware: same connections, same prepared statements."""

from scheduler.settings import *  # noqa: F403
from scheduler.settings import DATABASES

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.floor.urls"
DATABASES["default"]["OPTIONS"]["application_name"] = "floor"
