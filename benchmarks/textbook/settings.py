"""Settings of the textbook's site, as `startproject` and the packages' first pages give them."""

import os
from datetime import timedelta

import dj_database_url

SECRET_KEY = "not-secret-" * 4
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "graphene_django",
    "benchmarks.textbook",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "benchmarks.textbook.urls"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", ""), conn_max_age=600)}
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "textbook"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "textbook.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["benchmarks.textbook.permissions.IsMember"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(days=1)}
GRAPHENE = {"SCHEMA": "benchmarks.textbook.graph.schema"}
USE_TZ = True
TIME_ZONE = "UTC"
