"""`manage.py load_hospitals`: hospitals from CSV files, or made-up ones in any number."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from tqdm import tqdm

from appointments.load_files import COLUMNS, FileFault, Problem, open_folder
from appointments.loading import load_hospitals
from appointments.made_up import Shape, make_hospitals
from appointments.management.dates import iso_date
from scheduler.errors import Unavailable
from scheduler.partitioning import CITUS


class Command(BaseCommand):
    help = "Load hospitals, doctors, patients and shifts from CSV files (docs/loading.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help=f"with {', '.join(COLUMNS)}")
        made_up = parser.add_argument_group("made-up hospitals, for load tests")
        made_up.add_argument(
            "--hospitals", type=int, metavar="N", help="make up so many hospitals instead"
        )
        for name, default, what in (
            ("--doctors", 10, "doctors in each"),
            ("--patients", 100, "patients in each"),
            ("--weeks", 14, "weeks of ten shifts, half of them before today"),
            ("--appointments", 200, "appointments of each doctor"),
            ("--workers", min(os.cpu_count() or 1, 16), "connections that work side by side"),
        ):
            made_up.add_argument(
                name, type=int, default=default, metavar="N", help=f"{what} (default: %(default)s)"
            )
        made_up.add_argument("--today", type=iso_date, metavar="DATE", help="(default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, hospitals = options["folder"], options["hospitals"]
        if (folder is None) == (hospitals is None):
            raise CommandError("Name either a folder of CSV files or a number of --hospitals.")
        try:
            if folder is not None:
                self._load(folder)
            else:
                names = ("hospitals", "doctors", "patients", "weeks", "appointments")
                shape = Shape(**{name: options[name] for name in names})
                today = options["today"] or datetime.now(UTC).date()
                self._make_up(shape, today, options["workers"])
        except (OperationalError, Unavailable) as error:
            reason = error.__cause__ if isinstance(error, Unavailable) else error
            raise CommandError(f"The database did not go along: {reason}") from None

    def _load(self, folder: Path) -> None:
        try:
            files = open_folder(folder)
            size = sum(file.size for file in files.values())
            with tqdm(desc="Loading", total=size, unit="B", unit_scale=True, disable=None) as bar:

                def report(problem: Problem) -> None:
                    bar.clear()
                    self.stderr.write(str(problem))

                outcome = load_hospitals(files, report=report, advance=bar.update)
        except FileFault as fault:
            raise CommandError(str(fault)) from None
        rows = ", ".join(f"{count:,} {what}" for what, count in outcome.rows.items() if count)
        self.stdout.write(f"{outcome.loaded:,} hospitals loaded: {rows or 'nothing was new'}.")
        if outcome.refused:
            raise CommandError(f"{outcome.refused:,} hospitals were not loaded.")

    def _make_up(self, shape: Shape, today: date, workers: int) -> None:
        if settings.PARTITIONING == CITUS:
            raise CommandError("On Citus no hospitals are made up: they are made as partitions.")
        faults = shape.faults()
        if faults or workers < 1:
            raise CommandError(" ".join(faults) or "There must be at least one worker.")
        with tqdm(disable=None) as bar:

            def stage(what: str, steps: int) -> None:
                bar.set_description(what)
                bar.reset(steps)

            make_hospitals(shape, today=today, workers=workers, stage=stage, advance=bar.update)
        self.stdout.write(
            f"{shape.hospitals:,} hospitals are there,"
            f" with {shape.hospitals * shape.doctors * shape.appointments:,} appointments."
        )
