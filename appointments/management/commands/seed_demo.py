"""`manage.py seed_demo`: fill an empty database with the demo's hospitals."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from appointments.demo_data import seed_demo
from appointments.demo_facts import HOSPITALS
from appointments.management.dates import iso_date


class Command(BaseCommand):
    help = "Seed the demo's hospitals, people, shifts and bookings, if there is no hospital yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=iso_date,
            help="the date around which it lies (default: today)",
        )
        parser.add_argument(
            "--hospitals",
            type=int,
            choices=range(1, len(HOSPITALS) + 1),
            metavar="N",
            default=len(HOSPITALS),
            help="only the first N hospitals",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or datetime.now(UTC).date()
        if seed_demo(today=today, hospitals=options["hospitals"]):
            self.stdout.write(f"The demo's {options['hospitals']} hospitals are there.")
        else:
            self.stdout.write("There are hospitals already: nothing was seeded.")
