"""The report's plots, as SVG that stands in the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evals.suite.shares import Share

COLOURS = ("#1f6f54", "#b0632a", "#39599c", "#8b3d6b", "#666666")
_LEFT, _WIDTH, _RIGHT = 150, 460, 130


def shares(title: str, rows: Mapping[str, Sequence[tuple[str, Share]]], note: str = "") -> str:
    """A row a name, in it a dot with its interval for each series; series keep their colours."""
    series = list(dict.fromkeys(name for row in rows.values() for name, _ in row))
    step = 14
    heights = [max(22, step * len(row) + 8) for row in rows.values()]
    height = sum(heights) + 22
    parts = [_grid(height - 20)]
    top = 0
    for (name, row), tall in zip(rows.items(), heights, strict=True):
        middle = top + tall / 2
        parts.append(f'<text x="{_LEFT - 8}" y="{middle + 4}" class="name">{escape(name)}</text>')
        parts.append(f'<line x1="0" x2="{_LEFT + _WIDTH}" y1="{top}" y2="{top}" class="rule"/>')
        for place, (which, share) in enumerate(row):
            y = middle + (place - (len(row) - 1) / 2) * step
            parts.append(_dot(share, y, COLOURS[series.index(which) % len(COLOURS)]))
        top += tall
    return _figure(title, _legend(series), height, "".join(parts), note)


def _dot(share: Share, y: float, colour: str) -> str:
    low, high, value = (_LEFT + _WIDTH * x for x in (share.low, share.high, share.value))
    return (
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}" '
        f'class="whisker"/><circle cx="{value:.1f}" cy="{y}" r="4.5" fill="{colour}"/>'
        f'<text x="{_LEFT + _WIDTH + 10}" y="{y + 4}" class="value" fill="{colour}">'
        f"{share.value:.0%} of {share.of}</text>"
    )


def curves(title: str, series: Mapping[str, Sequence[float]], note: str = "") -> str:
    """A line a series, over k = 1, 2, ...; values from 0 to 1."""
    most = max((len(one) for one in series.values()), default=1)
    height, top = 210, 10
    across = _WIDTH / max(1, most - 1)

    def at(k: int, value: float) -> tuple[float, float]:
        return _LEFT + k * across, top + (1 - value) * (height - 50)

    parts = []
    for percent in range(0, 101, 25):
        _, y = at(0, percent / 100)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y}" y2="{y}" class="grid"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4}" class="name">{percent}%</text>'
        )
    for k in range(most):
        x, _ = at(k, 0)
        parts.append(f'<text x="{x}" y="{height - 18}" class="axis">k = {k + 1}</text>')
    for place, (name, values) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        points = [at(k, value) for k, value in enumerate(values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" stroke="{colour}" class="curve"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        if values:
            x, y = points[-1]
            parts.append(
                f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" class="value" fill="{colour}">'
                f"{escape(name)} {values[-1]:.0%}</text>"
            )
    return _figure(title, _legend(list(series)), height, "".join(parts), note)


def bars(title: str, rows: Mapping[str, Sequence[tuple[str, int]]], note: str = "") -> str:
    """A row a name, in it a bar for each series."""
    series = list(dict.fromkeys(name for row in rows.values() for name, _ in row))
    most = max((count for row in rows.values() for _, count in row), default=1) or 1
    step, top, parts = 11, 0, []
    for name, row in rows.items():
        tall = max(22, step * len(row) + 8)
        y = top + tall / 2 + 4
        parts.append(f'<text x="{_LEFT - 8}" y="{y}" class="name">{escape(name)}</text>')
        for place, (which, count) in enumerate(row):
            y = top + 4 + place * step
            colour = COLOURS[series.index(which) % len(COLOURS)]
            wide = _WIDTH * count / most
            parts.append(
                f'<rect x="{_LEFT}" y="{y}" width="{wide:.1f}" height="{step - 2}" rx="2" '
                f'fill="{colour}"/><text x="{_LEFT + wide + 6:.1f}" y="{y + 8}" '
                f'class="value" fill="{colour}">{count}</text>'
            )
        top += tall
    return _figure(title, _legend(series), top + 4, "".join(parts), note)


def _grid(height: float) -> str:
    return "".join(
        f'<line x1="{x}" x2="{x}" y1="0" y2="{height}" class="grid"/>'
        f'<text x="{x}" y="{height + 14}" class="axis">{percent}%</text>'
        for percent in range(0, 101, 25)
        for x in (_LEFT + _WIDTH * percent / 100,)
    )


def _legend(series: Sequence[str]) -> str:
    if len(series) < 2:
        return ""
    return (
        '<span class="legend">'
        + "".join(
            f'<span><i style="background:{COLOURS[place % len(COLOURS)]}"></i>{escape(name)}</span>'
            for place, name in enumerate(series)
        )
        + "</span>"
    )


def _figure(title: str, legend: str, height: float, drawn: str, note: str) -> str:
    told = f"<p>{escape(note)}</p>" if note else ""
    return (
        f"<figure><figcaption>{escape(title)}{legend}</figcaption>"
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}">{drawn}</svg>{told}</figure>'
    )
