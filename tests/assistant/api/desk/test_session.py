"""Signing in at the desk."""

from __future__ import annotations

from datetime import timedelta

import httpx
from sqlmodel import select

from orderdb import audit
from orderdb.database import SessionFactory
from orderdb.desk.agents import disable
from orderdb.models import AgentSession, AuditEvent
from tests.assistant.api.conftest import NOW, is_problem
from tests.assistant.api.desk.conftest import PASSWORD, Office


async def test_name_and_password_open_a_session_in_a_cookie_that_scripts_cannot_read(
    office: Office,
) -> None:
    response = await office.browser().sign_in("mia")
    assert response.status_code == 200
    assert response.json()["agent"]["display_name"] == "Mia"
    cookie, hint = (one.lower().split("; ") for one in response.headers.get_list("set-cookie"))
    assert cookie[0].startswith("orderdesk_desk=")
    assert {"httponly", "samesite=strict", "secure", "path=/"} <= set(cookie)
    assert hint[0] == "orderdesk_desk_open=1"  # all that scripts learn
    assert {"samesite=strict", "secure", "path=/"} <= set(hint)


async def test_the_cookie_is_kept_by_a_browser_on_this_machine_without_tls(
    office: Office,
) -> None:
    response = await office.browser().http.post(
        "http://127.0.0.1/api/desk/session", json={"name": "mia", "password": PASSWORD}
    )
    assert "secure" not in response.headers["set-cookie"].lower()


async def test_plain_http_from_elsewhere_gets_a_cookie_that_it_will_not_send(
    office: Office,
) -> None:
    response = await office.browser().http.post(
        "http://shop.test/api/desk/session", json={"name": "mia", "password": PASSWORD}
    )
    assert "secure" in response.headers["set-cookie"].lower()


async def test_the_session_tells_who_is_signed_in_and_its_token(office: Office) -> None:
    mia = await office.signed_in("mia")
    shown = await mia.get("/session")
    assert shown.json()["agent"]["role"] == "agent"
    assert shown.json()["csrf"] == mia.csrf


async def test_a_wrong_password_and_an_unknown_name_look_the_same(office: Office) -> None:
    wrong = await office.browser().sign_in("mia", "wrong password")
    unknown = await office.browser().sign_in("nobody", "wrong password")
    assert is_problem(wrong, 401, "bad_credentials")
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


async def test_nothing_is_shown_without_a_cookie_or_with_a_made_up_one(office: Office) -> None:
    stranger = office.browser()
    assert is_problem(await stranger.get("/queue"), 401, "not_signed_in")
    stranger.http.cookies.set("orderdesk_desk", "made-up", domain="desk.test")
    assert is_problem(await stranger.get("/queue"), 401, "session_expired")


async def test_a_customers_token_opens_nothing_at_the_desk(office: Office) -> None:
    response = await office.customer("anna").get("/api/desk/queue")
    assert is_problem(response, 401, "not_signed_in")


async def test_what_changes_something_needs_the_token_of_the_same_session(office: Office) -> None:
    mia, noor = await office.signed_in("mia"), await office.signed_in("noor")
    mia.csrf = ""
    assert is_problem(await mia.post("/conversations/c/take"), 403, "wrong_csrf")
    mia.csrf = noor.csrf
    assert is_problem(await mia.post("/conversations/c/take"), 403, "wrong_csrf")


async def test_signing_out_ends_the_session_for_good(office: Office) -> None:
    mia = await office.signed_in("mia")
    kept = httpx.Cookies(mia.http.cookies)
    response = await mia.http.delete("/api/desk/session", headers={"X-CSRF-Token": mia.csrf})
    assert response.status_code == 204
    mia.http.cookies = kept
    assert is_problem(await mia.get("/session"), 401, "session_expired")


async def test_a_session_ends_by_itself(office: Office, sessions: SessionFactory) -> None:
    mia = await office.signed_in("mia")
    with sessions() as session:
        opened = session.exec(select(AgentSession)).one()
        assert opened.expires_at == NOW + timedelta(hours=12)
        opened.expires_at = NOW
        session.add(opened)
        session.commit()
    assert is_problem(await mia.get("/session"), 401, "session_expired")


async def test_a_disabled_agent_is_out_at_once_and_does_not_get_in_again(
    office: Office, sessions: SessionFactory
) -> None:
    mia = await office.signed_in("mia")
    with sessions() as session:
        disable(session, "mia", NOW)
    assert is_problem(await mia.get("/queue"), 401, "session_expired")
    assert is_problem(await mia.sign_in("mia"), 401, "bad_credentials")


async def test_after_five_wrong_passwords_even_the_right_one_must_wait(office: Office) -> None:
    browser = office.browser()
    for _ in range(5):
        assert is_problem(await browser.sign_in("mia", "wrong password"), 401, "bad_credentials")
    refused = await browser.sign_in("mia")
    assert is_problem(refused, 429, "too_many_tries")
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert (await browser.sign_in("noor")).status_code == 200


async def test_the_right_password_forgets_earlier_tries(office: Office) -> None:
    browser = office.browser()
    for _ in range(2):
        for _ in range(4):
            await browser.sign_in("mia", "wrong password")
        assert (await browser.sign_in("mia")).status_code == 200


async def test_passwords_and_session_tokens_are_stored_nowhere(
    office: Office, sessions: SessionFactory
) -> None:
    mia = await office.signed_in("mia")
    token = mia.http.cookies["orderdesk_desk"]
    with sessions() as session:
        stored = session.exec(select(AgentSession)).one()
        assert token not in stored.model_dump_json()
        told = " ".join(event.model_dump_json() for event in session.exec(select(AuditEvent)))
        assert token not in told
        assert PASSWORD not in told
        assert '"agent.signed_in"' in told
        assert audit.verify(session) is None


async def test_no_agent_gets_in_by_the_demos_way_outside_the_demo(office: Office) -> None:
    response = await office.browser().http.get("/api/demo/agents")
    assert response.status_code == 404
