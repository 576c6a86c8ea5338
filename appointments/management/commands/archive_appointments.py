"""`manage.py archive_appointments --before DATE`: old appointments into the archive's tables."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from appointments.archive import KEPT, Summary, archive
from appointments.management.dates import iso_date
from hospitals.models import Hospital
from scheduler.errors import Unavailable
from scheduler.partitioning import CITUS


class Command(BaseCommand):
    help = (
        "Move appointments before a date, with their history, to appointments_archive and"
        " appointment_events_archive (docs/operations.md). Broken off, it goes on when run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before",
            type=iso_date,
            required=True,
            metavar="DATE",
            help=f"by each hospital's clock, as 2024-01-01; at least {KEPT.days} days ago",
        )
        parser.add_argument("--dry-run", action="store_true", help="count, and move nothing")

    def handle(self, *_args: Any, before: date, dry_run: bool, **_options: Any) -> None:
        if settings.PARTITIONING == CITUS:
            raise CommandError("On Citus nothing is archived: it goes partition by partition.")
        latest = datetime.now(UTC).date() - KEPT
        if before > latest:
            raise CommandError(f"--before must be {KEPT.days} days ago or more: at most {latest}.")
        summary = Summary()
        total = Hospital.objects.count()
        with tqdm(desc="Archiving", total=total, unit="hospital", disable=None) as bar:
            try:
                for summary in archive(before, dry_run=dry_run):
                    bar.update()
                    bar.set_postfix_str(f"{summary.moved:,} appointments", refresh=False)
            except (Unavailable, KeyboardInterrupt) as error:
                raise CommandError(
                    f"{_moved(summary)} Then it was broken off"
                    f"{'' if isinstance(error, KeyboardInterrupt) else ' by the database'}:"
                    " run it again to go on."
                ) from None
        self.stdout.write(_found(summary, before))
        self.stdout.write("Nothing was moved." if dry_run else _moved(summary))


def _found(summary: Summary, before: date) -> str:
    statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(summary.found.items()))
    return (
        f"Before {before}: {summary.found.total():,} appointments"
        f" of {summary.hospitals:,} hospitals{f' ({statuses})' if statuses else ''}."
    )


def _moved(summary: Summary) -> str:
    return f"{summary.moved:,} appointments and {summary.events:,} events were moved."
