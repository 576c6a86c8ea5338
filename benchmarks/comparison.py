"""REST beside GraphQL, written out: docs/comparison.md and the data of the web app's page.

Figures come from compare.json, which `make compare` measures; the words about ten claims from
claims.json, which people write. Both pages are made from the two, so they say the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIGURES, CLAIMS = HERE / "compare.json", HERE / "claims.json"
PAGE = HERE.parent / "docs" / "comparison.md"
WEB = HERE.parent / "frontend" / "src" / "generated" / "comparison.json"
# What the web app shows of a screen over one API: column of compare.json, digits.
COLUMNS = {
    "requests": 0,
    "sent": 0,
    "received": 0,
    "packed": 0,
    "again": 0,
    "queries": 0,
    "cpu_ms": 1,
    "cpu_again_ms": 1,
    "p50_ms": 1,
    "p99_ms": 1,
    "client_lines": 0,
}


def main() -> None:
    """Write both pages from the figures and words that are there."""
    figures, claims = read()
    PAGE.write_text(page(PAGE.read_text(), figures, claims))
    WEB.write_text(web(figures, claims))


def read() -> tuple[dict[str, Any], dict[str, Any]]:
    return json.loads(FIGURES.read_text()), json.loads(CLAIMS.read_text())


def page(text: str, figures: dict[str, Any], claims: dict[str, Any]) -> str:
    """The page in docs/, with what stands between `<!-- name -->` and `<!-- /name -->` replaced."""
    parts = {
        "screens": screens_table(figures),
        "claims": _claims(claims),
        "storage": storage_table(figures),
    }
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise RuntimeError(f"The page has no place for {name}.")
        text = before + begin + part + "\n" + end + after
    return text


def web(figures: dict[str, Any], claims: dict[str, Any]) -> str:
    """What the web app's page is built from: a screen has the figures of either API."""
    screens: dict[str, dict[str, Any]] = {}
    for row in _full(figures):
        shown = {name: round(row[name], digits) for name, digits in COLUMNS.items()}
        screens.setdefault(row["screen"], {})[row["api"]] = shown
    data = {"screens": [{"screen": name, **apis} for name, apis in screens.items()], **claims}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _full(figures: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in figures["screens"] if row["size"] == "full"]


def screens_table(figures: dict[str, Any]) -> str:
    lines = [
        "| screen | API | requests | sent | received | packed | again | SQL | CPU ms | again"
        " | p50 ms | p99 ms | CPU, 1/16 | 1/256 | p50, 1/16 | 1/256 | lines |",
        "|---|---|" + "--:|" * 15,
    ]
    found = {(row["screen"], row["api"], row["size"]): row for row in figures["screens"]}
    for row in _full(figures):
        smaller = [found[row["screen"], row["api"], size] for size in ("1/16", "1/256")]
        cells = [
            *(f"{row[name]:,}" for name in ("requests", "sent", "received", "packed", "again")),
            str(row["queries"]),
            *(f"{row[name]:.1f}" for name in ("cpu_ms", "cpu_again_ms", "p50_ms", "p99_ms")),
            *(f"{less[name] / row[name]:.2f}" for name in ("cpu_ms", "p50_ms") for less in smaller),
            str(row["client_lines"]),
        ]
        lines.append(" | ".join(["| " + row["screen"], row["api"], *cells]) + " |")
    return "\n".join(lines)


def storage_table(figures: dict[str, Any]) -> str:
    lines = [
        "| | bytes a doctor | read, CPU ms | set a week, CPU ms | book, CPU ms |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row['form']} | {row['bytes_a_doctor']:,} | {row['read_ms']:.2f}"
        f" | {row['set_week_ms']:.2f} | {row['book_ms']:.2f} |"
        for row in figures["storage"]
    ]
    return "\n".join(lines)


def _claims(claims: dict[str, Any]) -> str:
    lines = ["| said | wins | what the figures say |", "|---|---|---|"]
    lines += [
        f"| **{claim['said']}** | {claim['wins'] or 'neither'} | {claim['found']} |"
        for claim in claims["claims"]
    ]
    sums = [f"**{name}**: {text}" for name, text in claims["sums"].items()]
    return "\n\n".join(["\n".join(lines), *sums])


if __name__ == "__main__":
    main()
