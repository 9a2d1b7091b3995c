"""Returns and reports that wait for a person, settled over HTTP; and the demo's way in."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import Engine

from assistant.settings import Settings
from orderdb.database import SessionFactory
from orderdb.desk.agents import listed
from orderdb.desk.canned import canned_replies
from orderdb.desk.demo import staff_the_desk
from orderdb.models import Refund
from orderdb.proposals import ExchangeItems, LinePieces, Report, ReturnItems, Swap
from orderdb.statuses import ClaimMatter, ProposalKind
from tests.assistant.api.conftest import NOW, MakeApp, is_problem
from tests.assistant.api.desk.conftest import DESK, Browser, Office
from tests.orderdb.proposals.desk import Desk, bought, paid_and_back
from tests.orderdb.shop import Shop

LINES = (LinePieces(line=1),)


@pytest.fixture
def desk(engine: Engine, sessions: SessionFactory) -> Desk:
    """Anna's, with a red mug at 20.00 that was delivered as order A20000."""
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = sessions(), {}
    bought(shop, delivered=True)
    shop.session.close()
    return Desk(engine)


@pytest.fixture
async def mia(office: Office) -> Browser:
    return await office.signed_in("mia")


async def waiting(browser: Browser) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await browser.get("/cases")).json()["items"]
    return items


async def test_a_return_is_settled_once_for_what_was_promised(desk: Desk, mia: Browser) -> None:
    desk.do(ProposalKind.RETURN_ITEMS, ReturnItems(lines=LINES))
    (case,) = await waiting(mia)
    assert (case["kind"], case["order_number"], case["quantity"]) == ("return", "A20000", 1)
    assert case["customer"]["name"] == "Anna"  # type: ignore[index]
    path = f"/returns/{case['case_id']}/settle"
    for _ in range(2):  # a repeat changes nothing
        settled = await mia.post(path)
        assert settled.status_code == 200, settled.text
        assert settled.json()["status"] == "completed"
    (refund,) = desk.rows(Refund)
    assert refund.amount_minor == case["promised"]["minor"]  # type: ignore[index]
    assert await waiting(mia) == []
    assert desk.chain_holds()


async def test_less_may_be_released_but_never_more(desk: Desk, mia: Browser) -> None:
    desk.do(ProposalKind.RETURN_ITEMS, ReturnItems(lines=LINES))
    (case,) = await waiting(mia)
    path = f"/returns/{case['case_id']}/settle"
    promised = case["promised"]["minor"]  # type: ignore[index]
    too_much = await mia.post(path, {"refund_minor": promised + 1})
    assert is_problem(too_much, 409, "refused")
    assert (await mia.post(path, {"refund_minor": promised - 100})).status_code == 200
    assert desk.rows(Refund)[0].amount_minor == promised - 100


async def test_a_slip_in_the_name_of_the_sum_releases_nothing(desk: Desk, mia: Browser) -> None:
    desk.do(ProposalKind.RETURN_ITEMS, ReturnItems(lines=LINES))
    (case,) = await waiting(mia)
    slip = await mia.post(f"/returns/{case['case_id']}/settle", {"refund": 100})
    assert slip.status_code == 422
    assert desk.rows(Refund) == []


@pytest.mark.parametrize(("approved", "status"), [(True, "completed"), (False, "rejected")])
async def test_a_report_with_photos_is_approved_or_turned_down(
    desk: Desk, mia: Browser, approved: bool, status: str
) -> None:
    report = Report(lines=LINES, matter=ClaimMatter.DAMAGED, evidence=("IMG_1.jpg",))
    desk.do(ProposalKind.REFUND, report)
    (case,) = await waiting(mia)
    assert (case["matter"], case["remedy"], case["photos"]) == ("damaged", "refund", ["IMG_1.jpg"])
    path = f"/claims/{case['case_id']}/settle"
    settled = await mia.post(path, {"approved": approved})
    assert settled.json() == {"case_id": case["case_id"], "kind": "claim", "status": status}
    assert paid_and_back(desk)[1] == (case["promised"]["minor"] if approved else 0)  # type: ignore[index]
    assert is_problem(await mia.post(path, {"approved": not approved}), 409, "refused")
    assert desk.chain_holds()


async def test_an_exchange_is_settled_with_its_difference(desk: Desk, mia: Browser) -> None:
    swaps = (Swap(line=1, variant="MUG-2"),)
    desk.do(ProposalKind.EXCHANGE_ITEMS, ExchangeItems(swaps=swaps))
    (case,) = await waiting(mia)
    assert (case["kind"], case["becomes"]["en"]) == ("exchange", "blue")  # type: ignore[index]
    assert case["to_pay"]["minor"] == 500  # type: ignore[index]
    path = f"/exchanges/{case['case_id']}/settle"
    for _ in range(2):
        settled = await mia.post(path, {"accepted": True})
        assert settled.json()["status"] == "completed"
    assert desk.effects() == ["charge", "reshipment", "return_label"]
    assert is_problem(await mia.post(path, {"accepted": False}), 409, "refused")
    assert await waiting(mia) == []


async def test_nobody_outside_the_desk_sees_what_waits(office: Office) -> None:
    assert is_problem(await office.browser().get("/cases"), 401, "not_signed_in")


async def test_in_the_demo_any_agent_is_let_in(
    make_app: MakeApp, settings: Settings, sessions: SessionFactory
) -> None:
    app = make_app(settings.model_copy(update={"demo": True}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=DESK) as http,
    ):
        agents = (await http.get("/api/demo/agents")).json()["agents"]
        assert [one["name"] for one in agents] == ["lee", "mia", "noor"]
        entered = await http.post("/api/demo/agent-login", json={"agent_id": agents[0]["agent_id"]})
        assert entered.json()["agent"] == agents[0]
        browser = Browser(http, entered.json()["csrf"])
        assert (await browser.get("/queue")).status_code == 200
        nobody = await http.post("/api/demo/agent-login", json={"agent_id": "nobody"})
        assert is_problem(nobody, 404, "not_found")


def test_the_demos_desk_is_staffed_once_with_replies_in_both_languages(engine: Engine) -> None:
    factory = SessionFactory(engine)
    for _ in range(2):
        with factory() as session:
            staff_the_desk(session, NOW)
    with factory() as session:
        english, chinese = (canned_replies(session, language) for language in ("en", "zh"))
        assert len(english) == len(chinese) > 4
        assert {one.intent for one in english} == {one.intent for one in chinese}
        assert len(listed(session)) == 3
