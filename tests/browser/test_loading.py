"""The page as it is delivered: small, clean, and nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.fake_server import WEB


def test_the_page_loads_without_errors_or_policy_reports(open_window: OpenWindow) -> None:
    window = open_window("/")
    window.is_altered = True
    window.page.add_init_script(
        "window.reports = [];"
        "addEventListener('securitypolicyviolation', e => window.reports.push(e.violatedDirective))"
    )
    answers = []
    window.page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    window.go("/?as=C1")
    window.see(".empty")
    window.ask("everything")
    assert window.page.evaluate("window.reports") == []
    assert [(status, url) for status, url in answers if status >= 400] == []
    assert all(url.startswith(window.shop) for _, url in answers)


def test_the_whole_page_is_less_than_100_kilobytes_on_the_wire(open_window: OpenWindow) -> None:
    window = open_window("/", width=1002)  # a profile apart, with nothing cached
    window.see(".person >> nth=0")
    size = window.page.evaluate(
        "performance.getEntriesByType('resource')"
        ".concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, entry) => sum + entry.transferSize, 0)"
    )
    assert 20_000 < size < 100_000


@pytest.mark.parametrize(
    ("page", "start"), [("index.html", "main.js"), ("desk.html", "desk/main.js")]
)
def test_every_module_is_announced_for_early_loading(page: str, start: str) -> None:
    """All that the page's first module needs, and nothing else."""
    text = (WEB / page).read_text(encoding="utf-8")
    announced = re.findall(r'modulepreload" href="static/(js/[\w/]+\.js)"', text)
    first = WEB / "js" / start
    needed = {path.relative_to(WEB).as_posix() for path in reached(first) - {first}}
    assert sorted(announced) == sorted(needed)


def reached(module: Path) -> set[Path]:
    """The module and all that it imports."""
    found, waiting = {module}, [module]
    while waiting:
        source = waiting.pop()
        text = source.read_text(encoding="utf-8")
        for name in re.findall(r'^(?:import|export) [^;]*?from "(\.[^"]+)";', text, re.MULTILINE):
            path = (source.parent / name).resolve()
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found


PIECES = r"""async () => {
  const { EventParser } = await import('/static/js/sse.js');
  const wire = ': hello\n\nid: 7\nevent: token\ndata: {"text":\ndata: "a\\nb"}\n\n'
    + 'id: 8\r\nevent: token\r\ndata: {"text":"订单"}\r\n\r\n'
    + 'data: not json\n\nid: 9\nevent: done\ndata: {}\n';
  const results = [];
  for (let cut = 0; cut <= wire.length; cut++) {
    const parser = new EventParser();
    const events = [...parser.push(wire.slice(0, cut)), ...parser.push(wire.slice(cut))];
    results.push(JSON.stringify(events));
  }
  return [...new Set(results)];
}"""


def test_events_are_read_whole_wherever_the_network_cuts_them(open_window: OpenWindow) -> None:
    results = open_window("/").page.evaluate(PIECES)
    assert results == [
        '[{"id":7,"event":"token","data":{"text":"a\\nb"}},'
        '{"id":8,"event":"token","data":{"text":"订单"}}]'
    ]
