"""Consistent rows in one line; a test names only what matters to it."""
