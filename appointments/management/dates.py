"""Dates on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date


def iso_date(text: str) -> date:
    """Return the date. Raises `ArgumentTypeError`, whose sentence argparse prints."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date; write it as 2024-01-31.") from None
