"""Both pages of the comparison say what is measured and written down, and nothing else."""

from __future__ import annotations

import json

from benchmarks import comparison
from benchmarks.screens import SCREENS


def test_both_pages_are_up_to_date() -> None:
    figures, claims = comparison.read()
    page = comparison.PAGE.read_text()
    mend = "Run: python -m benchmarks.comparison"
    assert comparison.page(page, figures, claims) == page, mend
    assert comparison.web(figures, claims) == comparison.WEB.read_text(), mend


def test_a_changed_figure_changes_both() -> None:
    figures, claims = comparison.read()
    figures["screens"][0]["packed"] += 1
    assert comparison.page(comparison.PAGE.read_text(), figures, claims) != (
        comparison.PAGE.read_text()
    )
    assert comparison.web(figures, claims) != comparison.WEB.read_text()


def test_six_screens_and_ten_claims() -> None:
    shown = json.loads(comparison.WEB.read_text())
    assert [screen["screen"] for screen in shown["screens"]] == list(SCREENS)
    assert len(shown["claims"]) == 10
    assert {claim["wins"] for claim in shown["claims"]} == {"REST", "GraphQL", "both", None}
