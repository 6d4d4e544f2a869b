"""图表: a chart of a document drawn as SVG: bars lying one below the other, each with its number at its end.

Plain shapes and texts only, so that a browser, a PDF and a picture for Word show the same. No number is worked out here.
"""

from __future__ import annotations

from decimal import Decimal
from xml.sax.saxutils import escape

from zhunsheng.kernel.words import written_number
from zhunsheng.papers.document import Chart

WIDTH, NAME_WIDTH, NUMBER_WIDTH = 620, 190, 90
BAR, GAP, HEAD = 16, 12, 30
COLOURS = ("#1d4f91", "#9db7d8")
INK, LINE = "#1f2933", "#d9dfe5"
FONTS = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif"


def to_svg(chart: Chart) -> str:
    """The chart as one ``<svg>``."""
    values = [value for _name, numbers in chart.groups for value in numbers if value is not None]
    largest = max(values, default=Decimal(0)) or Decimal(1)
    room = WIDTH - NAME_WIDTH - NUMBER_WIDTH
    tall = BAR * len(chart.series) + GAP
    height = HEAD + tall * len(chart.groups) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="{escape(chart.title, {chr(34): "&quot;"})}" font-family="{FONTS}" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for index, name in enumerate(chart.series):
        x = NAME_WIDTH + index * 110
        parts.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{COLOURS[index % len(COLOURS)]}"/>')
        parts.append(_text(x + 18, 19, name))
    parts.append(f'<path d="M{NAME_WIDTH} {HEAD}V{height - 8}" stroke="{LINE}"/>')
    for row, (name, numbers) in enumerate(chart.groups):
        top = HEAD + row * tall + GAP // 2
        parts.append(_text(NAME_WIDTH - 8, top + BAR * len(numbers) // 2 + 5, _short(name), "end"))
        for index, value in enumerate(numbers):
            y = top + index * BAR
            width = round(float(max(value or 0, Decimal(0)) / largest) * room, 1)
            parts.append(
                f'<rect x="{NAME_WIDTH}" y="{y + 1}" width="{width}" height="{BAR - 3}" '
                f'fill="{COLOURS[index % len(COLOURS)]}"/>'
            )
            parts.append(_text(NAME_WIDTH + width + 6, y + 13, "—" if value is None else written_number(value)))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(name: str) -> str:
    """The name as far as there is room for it."""
    return name if len(name) <= 13 else name[:12] + "…"
