"""The demo's settings, but for the hasher: each test signs in, and Argon2 is slow by intent."""

from scheduler.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
