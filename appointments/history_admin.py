"""What happened to an appointment, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from appointments.queries import HistoryEntry
from appointments.refusals_admin import doctor_names, wall_text
from hospitals.models import Hospital
from hospitals.wall_time import wall, zone


def history_table(entries: Sequence[HistoryEntry], hospital: Hospital) -> SafeString:
    """A row for each version, in the hospital's wall time. One query, for the doctors' names."""
    tz = zone(hospital.timezone)
    named = [change for entry in entries for change in entry.changes.items()]
    ids = [id_ for name, change in named if name == "doctor_id" for id_ in change.values()]
    names = doctor_names(hospital.pk, [id_ for id_ in ids if id_])
    cells = (
        (
            entry.version,
            wall_text(wall(entry.at, tz).date(), wall(entry.at, tz).time()),
            entry.by_name,
            entry.type,
            _changes_text(entry.changes, names),
        )
        for entry in entries
    )
    return format_html(
        "<table><thead><tr><th>Version</th><th>When, there</th><th>By</th><th>What</th>"
        "<th>Changes</th></tr></thead><tbody>{}</tbody></table>",
        format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", cells
        ),
    )


def _changes_text(changes: Mapping[str, Mapping[str, Any]], doctors: Mapping[int, str]) -> str:
    texts = []
    for name, change in changes.items():
        if name == "patient_id":
            continue  # always this one
        before, after = (
            doctors.get(change[side], change[side]) if name == "doctor_id" else change[side]
            for side in ("from", "to")
        )
        label = name.removesuffix("_id").replace("_", " ")
        if before is not None:
            texts.append(f"{label}: {before or 'none'} → {after or 'none'}")
        elif after:
            texts.append(f"{label}: {after}")
    return "; ".join(texts)
