"""A run's report: one HTML page by itself, the same as JSON, and JUnit for build servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from evals.suite import manner, page
from evals.suite.figures import (
    blamed,
    complaints,
    cost,
    most_trials,
    pass_k,
    simulated,
    simulator_errors,
    success,
)
from evals.suite.results import Results, collect, save


def write(folder: Path, out: Path) -> list[str]:
    """Collect a run and write its three files into ``out``; returns what is to be printed."""
    results = collect(folder)
    out.mkdir(parents=True, exist_ok=True)
    save(results, out)
    (out / "report.html").write_text(page.html(results), encoding="utf-8")
    (out / "junit.xml").write_bytes(junit(results))
    return [*lines(results), f"report: {out / 'report.html'}"]


def lines(results: Results) -> Iterator[str]:
    """The figures of each arm, in words."""
    for arm in results.arms:
        trials = results.of(arm)
        used, k = cost(trials), most_trials(trials)
        left = f", UNFINISHED: {gone} were not played" if (gone := results.missing(arm)) else ""
        yield f"{arm}: success {success(trials)} cases, {len(trials)} trials{left}"
        for convention in ("tau", "chen"):
            told = [
                f"{n}: {value:.1%}"
                for n in range(1, k + 1)
                if (value := pass_k(trials, n, convention)) is not None
            ]
            name = "pass^k (all k succeed)" if convention == "tau" else "pass@k (one of k does)"
            yield f"  {name}  {', '.join(told)}"
        first = "-" if used.first_token is None else f"{used.first_token:.2f} s"
        resolved = "-" if used.tokens_resolved is None else f"{used.tokens_resolved:.0f}"
        yield (
            f"  {used.seconds_a_turn:.2f} s a turn, first token {first}, {used.model_calls:.1f} "
            f"model calls and {used.tokens:.0f} tokens a trial, {resolved} a resolved one, "
            f"cost {used.cost:.4f}"
        )
        yield f"  failed by: {_counts(blamed(trials))}"
        yield f"  complaints: {_counts(complaints(trials))}"
        if played := simulated(trials):
            yield (
                f"  simulated customers ({results.about.get('customer', 'scripted')}), "
                f"{len(played)} trials, their own errors: {_counts(simulator_errors(played))}"
            )
        if results.manners is not None:
            yield from (f"  {line}" for line in manner.lines(results.manners, arm))


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counted.items() if number) or "none"


def junit(results: Results) -> bytes:
    """A test suite for each arm, a test for each trial."""
    root = ElementTree.Element("testsuites", name=results.name)
    for arm in results.arms:
        trials = results.of(arm)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=arm,
            tests=str(len(trials)),
            failures=str(sum(not one.resolved for one in trials)),
            time=f"{sum(one.seconds for one in trials):.3f}",
        )
        for one in trials:
            test = ElementTree.SubElement(
                suite,
                "testcase",
                classname=f"{arm}.{one.split}",
                name=f"{one.case}[{one.trial}]",
                time=f"{one.seconds:.3f}",
            )
            if not one.resolved:
                told = "\n".join(f"{f.dimension}: {f.words}" for f in one.findings)
                failure = ElementTree.SubElement(
                    test, "failure", message=told.split("\n")[0], type=one.blame or "assistant"
                )
                failure.text = _legal(told)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _legal(text: str) -> str:
    """XML knows no control characters."""
    return "".join(c for c in text if c >= " " or c in "\n\t")
