"""The bars as a picture: how much of each bound was used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.bars import Bar

ROW, LABEL, WIDTH, END = 22, 400, 420, 120
DECADES = 1.0  # to either side of the bound
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 }
.bound { stroke: #6b7280; stroke-dasharray: 3 3 }
.held { fill: #0f766e } .missed { fill: #b45309 }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } }
"""


def svg(bars: Sequence[Bar]) -> str:
    """One line for each bar that was measured, on a logarithmic scale around its bound.

    To the left of the dashed line is better, whichever way the bound goes.
    """
    shown = [bar for bar in bars if bar.value is not None]
    height = ROW * (len(shown) + 2)
    middle = LABEL + WIDTH / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + WIDTH + END} {height}">',
        f"<style>{STYLE}</style>",
        f'<text x="{middle}" y="16" text-anchor="middle">← better · bound · worse →</text>',
        f'<line class="bound" x1="{middle}" x2="{middle}" y1="{ROW}" y2="{height}"/>',
    ]
    for number, bar in enumerate(shown, 1):
        parts += _row(bar, ROW * number + 6, middle)
    return "\n".join([*parts, "</svg>", ""])


def _row(bar: Bar, y: int, middle: float) -> list[str]:
    value = bar.value or 0.0
    used = bar.bound / max(value, 1e-9) if bar.at_least else max(value, 1e-9) / bar.bound
    shift = max(-DECADES, min(DECADES, math.log10(used))) * WIDTH / 2 / DECADES
    left, width = min(middle, middle + shift), max(abs(shift), 1)
    kind = "held" if bar.held else "missed"
    sign = "≥" if bar.at_least else "≤"
    text = f"{value:.2f}{bar.unit} ({sign} {bar.bound:g})"
    return [
        f'<text x="{LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="{kind}" x="{left:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 6}"/>',
        f'<text x="{LABEL + WIDTH + 4}" y="{y + 12}">{escape(text)}</text>',
    ]
