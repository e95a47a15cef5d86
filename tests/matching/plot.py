"""The reliability plot: how wrong a tool said it may be, and how wrong it was. Readable on light and dark ground."""

from __future__ import annotations

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 460, 70, 250, 60, 60
COLORS = ("#4c86c6", "#e07b39", "#3f9b63", "#c2569b", "#b39a2a")
LEAST, MOST = 1e-5, 1.0
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #33383f }
  .title { font-size: 15px; font-weight: 600 }
  .faint { fill: #6b727b }
  .grid { stroke: #c9ced6; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #dfe3e8 }
    .faint { fill: #9aa2ac }
    .grid { stroke: #4a515a }
  }"""

Points = list[tuple[float, float]]


def _share(value: float) -> float:
    """Where a value lies between the ends of a logarithmic axis."""
    inside = min(max(value, LEAST), MOST)
    return math.log(inside / LEAST) / math.log(MOST / LEAST)


def _x(value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * _share(value)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(value)


def _label(x: float, y: float, text: str, name: str = "faint", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{name}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _axes() -> list[str]:
    parts = [_line(_x(LEAST), _y(LEAST), _x(MOST), _y(MOST))]
    for power in range(-5, 1):
        value, name = 10.0**power, f"{10.0**power:g}"
        parts += [_line(LEFT, _y(value), WIDTH - RIGHT, _y(value)), _label(LEFT - 8, _y(value) + 4, name, anchor="end")]
        parts.append(_label(_x(value), HEIGHT - BOTTOM + 20, name, anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_label(middle, HEIGHT - BOTTOM + 42, "chance to be wrong, as said", anchor="middle"))
    return [*parts, _label(0, TOP - 16, "share that was wrong")]


def _series(name: str, points: Points, color: str, row: int) -> list[str]:
    path = " ".join(f"{_x(said):.1f},{_y(seen):.1f}" for said, seen in points)
    title = f"<title>{escape(name)}</title>"
    parts = [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2">{title}</polyline>']
    parts += [f'<circle cx="{_x(said):.1f}" cy="{_y(seen):.1f}" r="3.5" fill="{color}"/>' for said, seen in points]
    y = TOP + 10 + 20 * row
    parts.append(f'<circle cx="{WIDTH - RIGHT + 24}" cy="{y}" r="4" fill="{color}"/>')
    return [*parts, _label(WIDTH - RIGHT + 36, y + 4, name, "")]


def reliability(title: str, series: dict[str, Points]) -> str:
    parts = _axes()
    for row, (name, points) in enumerate(series.items()):
        parts += _series(name, points, COLORS[row % len(COLORS)], row)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    lines = (
        f'{head} role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}\n</style>",
        _label(0, 18, title, "title"),
    )
    return "\n".join((*lines, *parts, "</svg>\n"))
