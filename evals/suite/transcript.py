"""A trial as a conversation to be read, its first wrong step marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from evals.suite.judging import Finding
from evals.suite.played import Exchange
from evals.suite.results import Trial

_TOOL_CHARACTERS = 700


def trial(one: Trial) -> str:
    """A closed entry; opened, it is read from top to bottom."""
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
    kinds = "".join(
        f'<span class="kind">{kind}</span>'
        for kind in dict.fromkeys(f.dimension for f in one.findings)
    )
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in one.tags)
    head = (
        f'<summary><span class="mark">{"✓" if one.resolved else "✗"}</span>'
        f'<b>{escape(one.case)}</b><span class="of">{escape(one.arm)} #{one.trial}</span>'
        f"{tags}{kinds}</summary>"
    )
    key = escape(f"{one.arm}/{one.case}/{one.trial}")
    return (
        f'<details class="trial {about["outcome"]}" id="{key}"{data}>{head}'
        f'<div class="talk">{"".join(_talk(one))}</div>{_end(one)}</details>'
    )


def _talk(one: Trial) -> Iterator[str]:
    first = next((f.turn for f in one.findings if f.turn is not None), None)
    for turn, exchange in enumerate(one.played.exchanges if one.played else ()):
        wrong = [f for f in one.findings if f.turn == turn]
        yield '<div class="exchange">'
        yield f'<p class="customer">{escape(exchange.said)}</p>'
        yield from _tools(exchange, one.resolved)
        if turn == first:
            yield '<div class="first">First wrong step</div>'
        kind = "assistant wrong" if wrong else "assistant"
        yield f'<p class="{kind}">{escape(exchange.answer.reply) or "<i>no answer</i>"}</p>'
        yield from _shown(exchange)
        yield _told(wrong)
        yield "</div>"


def _tools(exchange: Exchange, brief: bool) -> Iterator[str]:
    for use in exchange.answer.tools:
        told = ", ".join(f"{k}={v}" for k, v in use.arguments.items() if v)
        text = use.text if len(use.text) <= _TOOL_CHARACTERS else use.text[:_TOOL_CHARACTERS] + "…"
        body = "" if brief or not text else f"<pre>{escape(text)}</pre>"
        yield (
            f'<details class="tool"><summary>{escape(use.name)}({escape(told)}) '
            f"<em>{use.status}</em></summary>{body}</details>"
        )


def _shown(exchange: Exchange) -> Iterator[str]:
    answer = exchange.answer
    shown = [f"card: {c['kind']} of {c['order_number']}, {c['summary']}" for c in answer.proposals]
    if answer.citations:
        shown.append(
            "cites " + ", ".join(f"{c['clause']} v{c['version']}" for c in answer.citations)
        )
    if answer.handed_off:
        shown.append("a person was called")
    shown += [f"the customer: {c.how} {c.kind} of {c.order}, {c.outcome}" for c in exchange.clicks]
    if shown:
        yield "<ul class='shown'>" + "".join(f"<li>{escape(s)}</li>" for s in shown) + "</ul>"


def _told(wrong: Sequence[Finding]) -> str:
    if not wrong:
        return ""
    told = "".join(f"<li><b>{f.dimension}</b> {escape(f.words)}</li>" for f in wrong)
    return f'<ul class="wrong">{told}</ul>'


def _end(one: Trial) -> str:
    whole = [f for f in one.findings if f.turn is None]
    parts = []
    if one.played and one.played.cut_short:
        parts.append("<p>Ended at its first wrong answer, as this arm was asked to.</p>")
    if whole:
        parts.append(f"<h4>At the end</h4>{_told(whole)}")
    faults = one.played.customer_faults if one.played else []
    if faults:
        told = "".join(f"<li>{escape(fault)}</li>" for fault in faults)
        parts.append(f"<h4>The simulated customer's own errors</h4><ul>{told}</ul>")
    blame = f", failed by {one.blame}" if one.blame else ""
    parts.append(
        f"<footer>{escape(one.file)} · {one.model_calls} model calls · {one.tokens} tokens · "
        f"{one.seconds:.1f} s{blame}</footer>"
    )
    return "".join(parts)
