"""How passwords are hashed: with Argon2, a few at once."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

# Of this process. Each takes 100 MB and up to eight threads, so that more of them are no sooner
# done, only larger: whoever sends many sign-ins at once would fill the memory with them.
MOST_AT_ONCE = 2
_places = BoundedSemaphore(MOST_AT_ONCE)


class PasswordHasher(Argon2PasswordHasher):
    """Django's, whose hashes these are; who finds no place waits for one."""

    def encode(self, password: str, salt: str) -> str:
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _places:
            return super().verify(password, encoded)
