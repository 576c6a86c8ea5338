"""All settings, read from the environment; docs/operations.md lists what may be set."""

import os
import warnings
from datetime import timedelta
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from scheduler import redis_cache

BASE_DIR = Path(__file__).resolve().parent.parent


POSTGRESQL, REDIS = ("postgres", "postgresql"), ("redis", "rediss", "unix")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SWITCHES = {"1": True, "true": True, "yes": True, "on": True}
SWITCHES |= {"0": False, "false": False, "no": False, "off": False}


def given(name: str, default: str = "") -> str:
    """A variable's text; an empty one is as good as none."""
    return os.environ.get(name) or default


def flag(name: str, default: bool = False) -> bool:
    text = given(name, "1" if default else "0")
    if text.lower() not in SWITCHES:
        raise ImproperlyConfigured(f"{name} is 1 or 0, not {text!r}.")
    return SWITCHES[text.lower()]


def number(name: str, default: int) -> int:
    text = given(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name} is a whole number, 0 or more, not {text!r}.")
    return int(text)


def address(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    text = given(name, default)
    if text and text.partition("://")[0] not in schemes:  # not quoted: it may hold a password
        raise ImproperlyConfigured(f"{name} begins with {' or '.join(schemes)}, then ://.")
    return text


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in given(name, default).split(",") if word.strip()]


DEBUG = flag("DEBUG")
# The demo runs on plain http on this host, with throttles that a tour or a test does not meet.
DEMO = flag("DEMO")
SECRET_KEY = given("SECRET_KEY")
if not SECRET_KEY and (DEBUG or flag("INSECURE_SECRET_KEY")):
    SECRET_KEY = "not-secret-" * 4  # for tests and tools that serve nobody
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set, to 32 random characters or more.")
if len(SECRET_KEY) < 32:  # from any token one can try keys, and who has found ours is anybody
    warnings.warn("SECRET_KEY should be 32 random characters or more.", stacklevel=1)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "accounts",
    "hospitals",
    "doctors",
    "patients",
    "appointments",
    "api_rest",
    "api_graphql",
    "graphene_django",
    "scheduler",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "scheduler.middleware.trace",
    "scheduler.middleware.problems",
    "scheduler.replica.freshness",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "scheduler.middleware.apis",
    # From here on for pages alone: the web app's, the admin's.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "scheduler.urls"
WSGI_APPLICATION = "scheduler.wsgi.application"
# Paths have no trailing slash in the contract; a redirect would lose a POST's body.
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- database -------------------------------------------------------------------------------

# How the migrations split the tables by hospital: over the partitions of one PostgreSQL ("hash"),
# or over the machines of a Citus cluster ("citus").
PARTITIONING = given("PARTITIONING", "hash")
if PARTITIONING not in {"hash", "citus"}:
    raise ImproperlyConfigured("PARTITIONING is hash or citus.")
# Of the prepared reads (scheduler/db.py): one plan for all values. Citus can't make one of a
# statement with a join, only one for its values; told to choose, PostgreSQL makes those there.
PLANS = "force_generic_plan" if PARTITIONING == "hash" else "auto"
# Every connection, a migration's too, gives up on a lock after 3 s and on a statement after 5 s:
# a caller gets `unavailable` instead of a queue. Loads raise the second one for themselves.
DB_STATEMENT_TIMEOUT = number("DB_STATEMENT_TIMEOUT_MS", 5000) / 1000  # seconds; 0: none
DATABASE_TIMEOUTS = (
    f"-c lock_timeout={number('DB_LOCK_TIMEOUT_MS', 3000)}"
    f" -c statement_timeout={DB_STATEMENT_TIMEOUT * 1000:.0f}"
    f" -c idle_in_transaction_session_timeout={number('DB_IDLE_TIMEOUT_MS', 10000)}"
    # To compile a plan takes longer than to run ours.
    f" -c plan_cache_mode={PLANS} -c jit=off"
)
DATABASES = {
    "default": dj_database_url.parse(
        address("DATABASE_URL", POSTGRESQL, "postgres://scheduler@127.0.0.1:5432/scheduler"),
        engine="scheduler.postgresql",
        conn_max_age=number("DB_CONN_MAX_AGE", 600),
    )
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "connect_timeout": 3,
    "options": DATABASE_TIMEOUTS,
    "application_name": "scheduler",
}
REPLICA_URL = address("REPLICA_URL", POSTGRESQL)
if REPLICA_URL:
    if not given("REDIS_URL"):
        raise ImproperlyConfigured("REPLICA_URL needs REDIS_URL: it keeps who wrote when.")
    DATABASES["replica"] = {
        **dj_database_url.parse(
            REPLICA_URL,
            engine="scheduler.postgresql",
            conn_max_age=number("DB_CONN_MAX_AGE", 600),
        ),
        "TEST": {"MIRROR": "default"},
    }
    DATABASES["replica"]["OPTIONS"] = {
        **DATABASES["replica"].get("OPTIONS", {}),
        "connect_timeout": 2,
        "options": f"{DATABASE_TIMEOUTS} -c default_transaction_read_only=on",
        "application_name": "scheduler",
    }
    DATABASE_ROUTERS = ["scheduler.db.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- cache ----------------------------------------------------------------------------------

REDIS_URL = address("REDIS_URL", REDIS)
CACHES = {
    "default": (
        {
            "BACKEND": "scheduler.redis_cache.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": redis_cache.OPTIONS,
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Most are a doctor's week, some 2 KB.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    )
}

# -- users and tokens -----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Where a sign-in to the admin leads that asks for no page, or for one of another host.
LOGIN_REDIRECT_URL = "/admin/"
AUTHENTICATION_BACKENDS = ["accounts.admin_login.ThrottledBackend"]
PASSWORD_HASHERS = ["accounts.hashing.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]
ACCESS_TOKEN_LIFETIME = timedelta(seconds=number("ACCESS_TOKEN_SECONDS", 600))
REFRESH_TOKEN_LIFETIME = timedelta(seconds=number("REFRESH_TOKEN_SECONDS", 14 * 86400))
# How many proxies in front of us add to X-Forwarded-For; 0 believes none of it.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)
# Failed sign-ins in a window, by account and by address; requests a second by user.
SIGN_IN_WINDOW = timedelta(seconds=number("SIGN_IN_WINDOW_SECONDS", 300))
SIGN_IN_FAILURES_BY_ACCOUNT = number("SIGN_IN_FAILURES_BY_ACCOUNT", 10)
SIGN_IN_FAILURES_BY_ADDRESS = number("SIGN_IN_FAILURES_BY_ADDRESS", 100)
REQUESTS_PER_SECOND = number("REQUESTS_PER_SECOND", 100 if DEMO else 20)

# -- web ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["api_rest.http.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api_rest.http.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "api_rest.openapi.Schema",
    "EXCEPTION_HANDLER": "api_rest.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Appointment scheduler",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "POSTPROCESSING_HOOKS": ["api_rest.openapi.complete"],
}
# The schema is for developers: production answers no introspection unless this says so.
GRAPHQL_INTROSPECTION = flag("GRAPHQL_INTROSPECTION", default=DEBUG or DEMO)
# Take the documents of api_graphql/persisted.json alone.
GRAPHQL_PERSISTED_ONLY = flag("GRAPHQL_PERSISTED_ONLY")
# A document that runs longer than this (in seconds) is ended.
GRAPHQL_SECONDS = number("GRAPHQL_SECONDS", 5)
# A year of shifts takes some 60 KB, and 650 with as many as a date can have.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
COOKIES_NEED_HTTPS = not (DEBUG or DEMO)
SESSION_COOKIE_SECURE = COOKIES_NEED_HTTPS
CSRF_COOKIE_SECURE = COOKIES_NEED_HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
if flag("BEHIND_HTTPS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "/static/"
# A demo serves them from where they lie; elsewhere collectstatic gathers them.
WHITENOISE_USE_FINDERS = DEBUG or DEMO
STATIC_ROOT = given("STATIC_ROOT") or (
    None if WHITENOISE_USE_FINDERS else BASE_DIR / ".local" / "static"
)
# What `npm run build` makes; its names bear hashes, so browsers may keep them for ever.
WEB_APP = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [("app", WEB_APP)] if WEB_APP.is_dir() else []
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/"
WHITENOISE_AUTOREFRESH = DEBUG

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
# Hospitals have zones of their own; the process speaks UTC.
TIME_ZONE = "UTC"

LOG_LEVEL = given("LOG_LEVEL", "WARNING").upper()
if LOG_LEVEL not in LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL is one of {', '.join(LEVELS)}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "scheduler.logs.WithRequestId"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s"}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # A refusal is an answer, not an event: a lost race is no news for whoever runs this.
    "loggers": {"django.request": {"level": "ERROR"}},
}
