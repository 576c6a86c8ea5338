"""`manage.py check_rows`: whether the rows fit together, after a crash, a restore or a load."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from appointments import consistency
from scheduler.db import execute, take_all_the_time


class Command(BaseCommand):
    help = "Read every row and say what does not fit together; ends with 1 if anything does not."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with transaction.atomic():
            # One picture of a live system, and as long as it takes.
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            take_all_the_time()
            found = consistency.faults(now=timezone.now())
        for fault, rows in found.items():
            self.stdout.write(f"{fault}: {len(rows)}, as {rows[:5]}")
        if found:
            raise CommandError("The rows do not fit together.")
        self.stdout.write("The rows fit together.")
