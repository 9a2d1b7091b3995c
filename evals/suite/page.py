"""The report as one HTML page: figures, plots, filters, and every trial to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from evals.suite import plots, transcript
from evals.suite.figures import (
    blamed,
    by_tag,
    complaints,
    cost,
    most_trials,
    pass_k,
    simulated,
    simulator_errors,
    success,
)
from evals.suite.manner import QUESTIONS, Manners
from evals.suite.results import BLAMES, Results, Trial

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_SCRIPT = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")


def html(results: Results) -> str:
    arms = {arm: results.of(arm) for arm in results.arms}
    body = [
        _head(results),
        '<section class="arms">',
        *(_arm(arm, trials, results) for arm, trials in arms.items()),
        "</section>",
        '<p class="note">pass^k is the chance that k trials of a case all succeed (tau-bench); '
        "pass@k that one of k at least does (Chen et al. 2021). Intervals are 95%, over cases. "
        "Faults of machines count as failures.</p>",
        *_plots(arms),
        _trials(results),
    ]
    title = escape(f"Evals: {results.name}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main><script>{_SCRIPT}</script></body></html>"
    )


def _head(results: Results) -> str:
    about = results.about
    versions = about.get("versions", {})
    cases = len({one.case for one in results.trials})
    trials = about.get("trials", "?")
    facts = (
        f"{cases} cases, {trials} trial{'' if trials == 1 else 's'} each",
        f"model {about.get('model', 'none')}",
        str(about.get("collected", "")),
        str(about.get("machine", "")),
        f"commit {versions.get('commit', '?')}",
    )
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>"
        f"{escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}"
        "</td></tr>"
        for name, value in about.items()
    )
    told = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f"<header><h1>{escape(results.name)}</h1><p class='facts'>{told}</p><details>"
        f"<summary>What was run, when and where</summary><table>{rows}</table></details></header>"
    )


def _arm(arm: str, trials: list[Trial], results: Results) -> str:
    share, used, k = success(trials), cost(trials), min(3, most_trials(trials))
    counted = complaints(trials)
    bar = (
        f'<div class="bar"><i style="width:{share.value:.1%}"></i><b style="left:{share.low:.1%};'
        f'right:{1 - share.high:.1%}"></b></div>'
    )
    rows: list[tuple[str, str]] = [(f"pass^{k}", _percent(pass_k(trials, k)))]
    if k > 1:
        rows.insert(0, ("pass^1", _percent(pass_k(trials, 1))))
        rows.append((f"pass@{k}", _percent(pass_k(trials, k, "chen"))))
    resolved = "-" if used.tokens_resolved is None else f"{used.tokens_resolved:,.0f}"
    rows += [
        ("tokens a resolved case", resolved),
        ("model calls a trial", f"{used.model_calls:.1f}"),
        ("cost a trial", f"{used.cost:.4f}"),
        ("median a turn", f"{used.seconds_a_turn:.2f} s"),
        ("first token", "-" if used.first_token is None else f"{used.first_token:.2f} s"),
    ]
    if whose := ", ".join(f"{n} {name}" for name, n in blamed(trials).items() if n):
        rows.append(("failures by", whose))
    if played := simulated(trials):
        errors = ", ".join(f"{n} {name}" for name, n in simulator_errors(played).items())
        rows.append(("simulated customers' errors", f"{errors or 'none'} in {len(played)} trials"))
    told = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in rows)
    badges = "".join(
        f'<span class="{"bad" if counted.get(name) else "good"}">{counted.get(name, 0)} {words}'
        "</span>"
        for name, words in (("writes", "wrong or unconfirmed writes"), ("leaks", "leaks"))
    )
    if gone := results.missing(arm):
        badges += f'<span class="bad">unfinished: {gone} trials were not played</span>'
    manner = "".join(_manner(results.manners, arm)) if results.manners else ""
    return (
        f'<article><h2>{escape(arm)}</h2><p class="success">{share.value:.1%}'
        f"<small>{share.low:.1%} to {share.high:.1%}, {share.of} cases, {len(trials)} trials"
        f"</small></p>{bar}<p class='badges'>{badges}</p><dl>{told}</dl>{manner}</article>"
    )


def _manner(found: Manners, arm: str) -> Iterator[str]:
    """Scores of the judge, each with its agreement with a person beside it."""
    for question in QUESTIONS:
        share, worth = found.of(arm, question), found.agreement[question]
        if not share.of:
            continue
        name = "tone" if question == "tone" else "helpfulness"
        doubt = "" if worth.is_enough else " <strong>Too little agreement to rely on.</strong>"
        yield (
            f'<p class="manner"><b>{name} {share.value:.0%}</b> good, {share.low:.0%} to '
            f"{share.high:.0%}, {share.of} replies. <small>Judge {escape(found.judge)} agrees "
            f"with {escape(str(worth))}.{doubt}</small></p>"
        )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _plots(arms: dict[str, list[Trial]]) -> Iterator[str]:
    most = max(most_trials(trials) for trials in arms.values())
    if most > 1:
        yield plots.curves(
            "pass^k: all of k trials succeed",
            {
                arm: [value for k in range(1, most + 1) if (value := pass_k(trials, k)) is not None]
                for arm, trials in arms.items()
            },
        )
    tags = {arm: by_tag(trials) for arm, trials in arms.items()}
    names = dict.fromkeys(name for found in tags.values() for name in found)
    yield plots.shares(
        "Success by tag, language and split",
        {
            name: [(arm, found[name]) for arm, found in tags.items() if name in found]
            for name in names
        },
        "Sorted by the first arm, the worst first; lines are 95% intervals over cases.",
    )
    counted = {arm: complaints(trials) for arm, trials in arms.items()}
    kinds = dict.fromkeys(name for found in counted.values() for name in found)
    if kinds:
        yield plots.bars(
            "Trials with a complaint, by its kind",
            {name: [(arm, counted[arm].get(name, 0)) for arm in arms] for name in kinds},
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
            _select("blame", BLAMES),
        )
    )
    ordered = sorted(results.trials, key=lambda one: (one.resolved, one.case, one.trial))
    shown = "".join(map(transcript.trial, ordered))
    return (
        '<h2>Trials</h2><form id="filters">'
        f'{filters}<label>text<input name="text" type="search"></label>'
        '<button type="button" id="open">Open all shown</button>'
        f'<output id="count"></output></form><div id="trials">{shown}</div>'
    )


def _select(name: str, options: Iterable[str]) -> str:
    told = "".join(f"<option>{escape(one)}</option>" for one in options)
    return (
        f'<label>{name}<select name="{name}"><option value="">all</option>{told}</select></label>'
    )
