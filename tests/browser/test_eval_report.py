"""The report of the evals, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.suite.judging import Finding
from evals.suite.page import html
from evals.suite.played import Answered, Exchange, Played
from evals.suite.results import Results, Trial

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPEN = "[...document.querySelectorAll('details[open]')].map(one => one.id || one.className)"
EVENT = "name => { dispatchEvent(new Event(name)) }"


def a_trial(case: str, wrong: bool) -> Trial:
    answer = Answered(reply="It comes soon. " * 40)
    said = [Exchange(said="When?", answer=answer)] * 3
    found = [Finding(dimension="facts", turn=1, words="no day")] if wrong else []
    return Trial(
        case=case, arm="orderdesk", trial=1, tags=["status"], language="en", split="dev",
        file="dev/en.yaml:1", resolved=not wrong, blame="assistant" if wrong else None,
        findings=found, played=Played(case=case, arm="orderdesk", exchanges=said),
    )  # fmt: skip


def test_printed_the_report_shows_figures_plots_and_what_failed(browser: Browser) -> None:
    trials = [a_trial(f"en-{number}", number % 2 == 0) for number in range(4)]
    page = browser.new_page()
    page.set_content(html(Results(name="tried", about={"machine": "one"}, trials=trials)))
    before = page.evaluate(OPEN)
    page.emulate_media(media="print")
    page.evaluate(EVENT, "beforeprint")
    assert not page.locator("#filters").is_visible()
    assert page.locator("header table").is_visible()
    assert page.locator("figure svg").first.is_visible()
    shown = page.evaluate(OPEN)
    assert [one for one in shown if one] == ["orderdesk/en-0/1", "orderdesk/en-2/1"]
    parted = "one => getComputedStyle(one).breakInside"
    assert page.locator(".failed .exchange").first.evaluate(parted) == "avoid"
    assert page.locator("figure").first.evaluate(parted) == "auto"  # a tall plot ends between rows
    page.evaluate(EVENT, "afterprint")
    assert page.evaluate(OPEN) == before
    page.close()
