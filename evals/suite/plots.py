"""The report's plots, as SVG that stands in the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from evals.suite.shares import Share

COLOURS = ("#1f6f54", "#b0632a", "#39599c", "#8b3d6b", "#666666")
_LEFT, _WIDTH, _RIGHT = 150, 460, 130
_ALL = _LEFT + _WIDTH + _RIGHT
_PERCENT = range(0, 101, 25)


def shares(title: str, rows: Mapping[str, Sequence[tuple[str, Share]]], note: str = "") -> str:
    """A row a name, in it a dot with its interval for each series; series keep their colours.

    Each row is a picture of its own, so that a page of paper ends between two of them.
    """
    series = list(dict.fromkeys(name for row in rows.values() for name, _ in row))
    step = 14
    drawn = [_axis()]
    for name, row in rows.items():
        tall = max(22, step * len(row) + 8)
        middle = tall / 2
        parts = [
            _grid(tall),
            f'<text x="{_LEFT - 8}" y="{middle + 4}" class="name">{escape(name)}</text>',
            f'<line x1="0" x2="{_LEFT + _WIDTH}" y1="0" y2="0" class="rule"/>',
        ]
        for place, (which, share) in enumerate(row):
            y = middle + (place - (len(row) - 1) / 2) * step
            parts.append(_dot(share, y, COLOURS[series.index(which) % len(COLOURS)]))
        told = ", ".join(f"{which} {share.value:.0%} of {share.of}" for which, share in row)
        drawn.append(_picture(f"{name}: {told}", tall, "".join(parts)))
    return _figure(title, _legend(series), "".join((*drawn, _axis())), note)


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
    ends = {name: at(0, values[-1])[1] for name, values in series.items() if values}
    beside = _apart(ends)
    for place, (name, values) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        points = [at(k, value) for k, value in enumerate(values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" stroke="{colour}" class="curve"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        if values:
            x, y = points[-1][0] + 10, beside[name] + 4
            parts.append(
                f'<text x="{x:.1f}" y="{y:.1f}" class="value" fill="{colour}">'
                f"{escape(name)} {values[-1]:.0%}</text>"
            )
    return _figure(title, _legend(list(series)), _picture(title, height, "".join(parts)), note)


def _apart(heights: Mapping[str, float], least: float = 12) -> dict[str, float]:
    """Where the words go so that none lies over another, each as near to its line as can be."""
    placed: dict[str, float] = {}
    lowest = float("-inf")
    for name, y in sorted(heights.items(), key=lambda item: item[1]):
        placed[name] = lowest = max(y, lowest + least)
    return placed


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
    return _figure(title, _legend(series), _picture(title, top + 4, "".join(parts)), note)


def _grid(height: float) -> str:
    return "".join(
        f'<line x1="{_across(percent)}" x2="{_across(percent)}" y1="0" y2="{height}" class="grid"/>'
        for percent in _PERCENT
    )


def _axis() -> str:
    marks = (f'<text x="{_across(one)}" y="12" class="axis">{one}%</text>' for one in _PERCENT)
    return f'<svg viewBox="0 0 {_ALL} 18" aria-hidden="true">{"".join(marks)}</svg>'


def _across(percent: int) -> float:
    return _LEFT + _WIDTH * percent / 100


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


def _picture(told: str, height: float, drawn: str) -> str:
    return (
        f'<svg viewBox="0 0 {_ALL} {height:.0f}" role="img" '
        f'aria-label="{escape(told)}">{drawn}</svg>'
    )


def _figure(title: str, legend: str, pictures: str, note: str) -> str:
    told = f"<p>{escape(note)}</p>" if note else ""
    return f"<figure><figcaption>{escape(title)}{legend}</figcaption>{pictures}{told}</figure>"
