"""The report as one HTML page: figures, plots, filters, and every failed trial to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from evals.suite.figures import (
    Share,
    blamed,
    by_tag,
    complaints,
    cost,
    most_trials,
    pass_k,
    success,
)
from evals.suite.results import Results, Trial

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_SCRIPT = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
_COLOURS = ("#2f6f4f", "#8a5a2b", "#3b5b92", "#8c3b5e", "#666")


def html(results: Results) -> str:
    body = [
        f"<h1>Evals: {escape(results.name)}</h1>",
        _about(results),
        _arms(results),
        _plot(
            "Success, with 95% interval over cases",
            [(a, success(results.of(a))) for a in results.arms],
        ),
        *(_tags(arm, results.of(arm)) for arm in results.arms),
        *(_complaints(arm, results.of(arm)) for arm in results.arms),
        _trials(results),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evals: {escape(results.name)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main><script>{_SCRIPT}</script></body></html>"
    )


def _about(results: Results) -> str:
    rows = []
    for name, value in results.about.items():
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append(f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>")
    head = "<details><summary>What was run, when and where</summary>"
    return f"{head}<table>{''.join(rows)}</table></details>"


def _arms(results: Results) -> str:
    head = (
        "arm",
        "success [95%]",
        "trials",
        "pass^1",
        "pass^3 or all k",
        "pass@k (one of k)",
        "wrong or unconfirmed writes",
        "leaks",
        "tokens a resolved case",
        "model calls",
        "cost a trial",
        "median s a turn",
        "first token",
        "whose failures",
    )
    rows = []
    for arm in results.arms:
        trials = results.of(arm)
        used, k = cost(trials), min(3, most_trials(trials))
        counted = complaints(trials)
        whose = ", ".join(f"{n} {name}" for name, n in blamed(trials).items() if n)
        cells = (
            arm,
            str(success(trials)),
            str(len(trials)),
            _percent(pass_k(trials, 1)),
            f"{_percent(pass_k(trials, k))} (k={k})",
            f"{_percent(pass_k(trials, k, 'chen'))} (k={k})",
            str(counted.get("writes", 0)),
            str(counted.get("leaks", 0)),
            "-" if used.tokens_resolved is None else f"{used.tokens_resolved:.0f}",
            f"{used.model_calls:.1f}",
            f"{used.cost:.4f}",
            f"{used.seconds_a_turn:.2f}",
            "-" if used.first_token is None else f"{used.first_token:.2f} s",
            whose or "none",
        )
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    heads = "".join(f"<th>{escape(one)}</th>" for one in head)
    return (
        f'<div class="wide"><table class="arms"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        "<p>pass^k is the chance that k trials of a case all succeed (tau-bench); pass@k that one "
        "of k at least does (Chen et al. 2021). Faults of machines count as failures.</p>"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _tags(arm: str, trials: Sequence[Trial]) -> str:
    return _plot(f"{arm}: success by tag, language and split", list(by_tag(trials).items()))


def _plot(title: str, shares: Sequence[tuple[str, Share]]) -> str:
    """Bars with whiskers, as SVG."""
    step, left, width = 20, 150, 420
    height = step * len(shares) + 24
    parts = []
    for place in range(0, 101, 25):
        x = left + width * place / 100
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="2" y2="{height - 20}" class="grid"/>'
            f'<text x="{x}" y="{height - 6}" class="axis">{place}%</text>'
        )
    for row, (name, share) in enumerate(shares):
        y = row * step + 4
        low, mid, high = (left + width * one for one in (share.low, share.value, share.high))
        parts.append(
            f'<text x="{left - 6}" y="{y + 11}" class="name">{escape(name)}</text>'
            f'<rect x="{left}" y="{y}" width="{mid - left:.1f}" height="13" class="bar"/>'
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y + 6.5}" y2="{y + 6.5}" class="whisker"/>'
            f'<text x="{left + width + 8}" y="{y + 11}" class="value">{share.value:.0%} '
            f"of {share.of}</text>"
        )
    drawn = "".join(parts)
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {left + width + 90} {height}" role="img" '
        f'aria-label="{escape(title)}">{drawn}</svg></figure>'
    )


def _complaints(arm: str, trials: Sequence[Trial]) -> str:
    counted = complaints(trials)
    if not counted:
        return ""
    most, step, left, width = max(counted.values()), 20, 150, 420
    parts = []
    for row, (name, number) in enumerate(counted.items()):
        y = row * step + 4
        parts.append(
            f'<text x="{left - 6}" y="{y + 11}" class="name">{escape(name)}</text>'
            f'<rect x="{left}" y="{y}" width="{width * number / most:.1f}" height="13" '
            f'class="bad"/><text x="{left + width + 8}" y="{y + 11}" class="value">{number}</text>'
        )
    title = f"{arm}: trials with a complaint, by its kind"
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {left + width + 90} {step * len(counted) + 8}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg></figure>'
    )


def _trials(results: Results) -> str:
    tags = sorted({tag for one in results.trials for tag in one.tags})
    kinds = sorted({f.dimension for one in results.trials for f in one.findings})
    filters = "".join(
        (
            _select("arm", results.arms),
            _select("outcome", ["failed", "resolved"]),
            _select("tag", tags),
            _select("language", ["en", "zh"]),
            _select("split", ["dev", "test"]),
            _select("kind", kinds),
            _select("blame", ["assistant", "simulator", "infrastructure"]),
        )
    )
    shown = "".join(_trial(one) for one in sorted(results.trials, key=lambda one: one.resolved))
    return (
        '<h2>Trials</h2><form id="filters" class="filters">'
        f'{filters}<label>text <input name="text" type="search"></label>'
        f'<output id="count"></output></form><div id="trials">{shown}</div>'
    )


def _select(name: str, options: Iterable[str]) -> str:
    told = "".join(f"<option>{escape(one)}</option>" for one in options)
    return (
        f'<label>{name} <select name="{name}"><option value="">all</option>{told}</select></label>'
    )


def _trial(one: Trial) -> str:
    about = {
        "arm": one.arm,
        "outcome": "resolved" if one.resolved else "failed",
        "tag": " ".join(one.tags),
        "language": one.language,
        "split": one.split,
        "kind": " ".join(sorted({f.dimension for f in one.findings})),
        "blame": one.blame or "",
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in about.items())
    first = next((f.turn for f in one.findings if f.turn is not None), None)
    mark = "resolved" if one.resolved else "failed"
    kinds = ", ".join(dict.fromkeys(f.dimension for f in one.findings))
    head = (
        f'<summary><span class="{mark}">{mark}</span> <b>{escape(one.case)}</b> '
        f"{escape(one.arm)}, trial {one.trial} <small>{escape(' '.join(one.tags))} "
        f"{escape(kinds)}</small></summary>"
    )
    whole = [f.words for f in one.findings if f.turn is None]
    parts = list(_conversation(one, first)) if one.played else []
    ends = "".join(f"<li>{escape(words)}</li>" for words in whole)
    after = f'<div class="end">At the end<ul>{ends}</ul></div>' if ends else ""
    blame = f", failed by {one.blame}" if one.blame else ""
    foot = (
        f"<small>{escape(one.file)}, {one.model_calls} model calls, {one.tokens} tokens, "
        f"{one.seconds:.1f} s{blame}</small>"
    )
    return f'<details class="trial"{data}>{head}{"".join(parts)}{after}{foot}</details>'


def _conversation(one: Trial, first: int | None) -> Iterator[str]:
    assert one.played is not None
    for turn, exchange in enumerate(one.played.exchanges):
        answer = exchange.answer
        wrong = [f for f in one.findings if f.turn == turn]
        yield f'<p class="customer">{escape(exchange.said)}</p>'
        for use in answer.tools:
            told = ", ".join(f"{k}={v}" for k, v in use.arguments.items() if v)
            yield (
                f'<details class="tool"><summary>{escape(use.name)}({escape(told)}) {use.status}'
                f"</summary><pre>{escape(use.text)}</pre></details>"
            )
        here = ' <strong class="first">first wrong step</strong>' if turn == first else ""
        kind = "assistant wrong" if wrong else "assistant"
        yield f'<p class="{kind}">{escape(answer.reply) or "<i>nothing</i>"}{here}</p>'
        shown = [
            f"proposes {c['kind']} of {c['order_number']}: {c['summary']}" for c in answer.proposals
        ]
        shown += (
            ["cites " + ", ".join(f"{c['clause']} v{c['version']}" for c in answer.citations)]
            if answer.citations
            else []
        )
        shown += [
            f"the customer: {c.how} {c.kind} of {c.order}, {c.outcome}" for c in exchange.clicks
        ]
        if shown:
            yield "<ul class='shown'>" + "".join(f"<li>{escape(s)}</li>" for s in shown) + "</ul>"
        if wrong:
            told = "".join(f"<li><b>{f.dimension}</b> {escape(f.words)}</li>" for f in wrong)
            yield f'<ul class="wrong">{told}</ul>'
