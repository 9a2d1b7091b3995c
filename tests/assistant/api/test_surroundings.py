"""Everything around the conversations: status, policies, demo, page, headers, OpenAPI."""

from __future__ import annotations

import httpx
import pytest

from assistant.api.headers import CONTENT_SECURITY_POLICY
from assistant.api.validation import MAX_MESSAGE
from assistant.settings import Settings
from assistant.tokens import SecretMissing, Tokens
from orderdb.database import SessionFactory
from orderdb.models import Conversation
from tests.assistant.api.conftest import GuidedAndReady, MakeApp, is_problem, talking_to


async def test_it_lives_and_is_ready_in_guided_mode(ada: httpx.AsyncClient) -> None:
    assert (await ada.get("/healthz")).json() == {"status": "ok"}
    response = await ada.get("/readyz")
    assert response.status_code == 200
    assert response.json()["ready"] is True
    assert response.json()["model"]["mode"] == "guided"


async def test_it_is_not_ready_before_the_policy_index_is_open(
    ada: httpx.AsyncClient, readiness: GuidedAndReady
) -> None:
    readiness.indexed = False
    response = await ada.get("/readyz")
    assert response.status_code == 503
    assert response.json() | {"model": None} == {
        "ready": False, "database": True, "policies": False, "model": None,
    }  # fmt: skip


async def test_anybody_may_ask_who_answers(ada: httpx.AsyncClient) -> None:
    del ada.headers["Authorization"]
    assert (await ada.get("/api/status")).json() == {
        "mode": "guided", "model": None, "demo": False, "detail": "no model is configured",
        "message_limit": MAX_MESSAGE, "desk_oidc": False,
    }  # fmt: skip


async def test_a_clause_is_shown_in_the_version_in_force_on_a_day(ada: httpx.AsyncClient) -> None:
    now = (await ada.get("/api/policies/RETURN-1")).json()
    assert now["clause"] == "RETURN-1"
    assert now["effective_from"] <= "2026-11-20"
    first = await ada.get(
        "/api/policies/RETURN-1", params={"on": now["effective_from"], "language": "zh"}
    )
    assert first.json()["version"] == now["version"]
    assert first.json()["title"] != now["title"]


@pytest.mark.parametrize("path", ["RETURN-999", "return%00", "x" * 500, "RETURN-1?on=1990-01-01"])
async def test_an_unknown_clause_is_not_found(ada: httpx.AsyncClient, path: str) -> None:
    assert is_problem(await ada.get(f"/api/policies/{path}"), 404, "not_found")


@pytest.mark.parametrize("query", ["on=yesterday", "language=fr", "on="])
async def test_a_query_that_cannot_be_read_is_refused(ada: httpx.AsyncClient, query: str) -> None:
    response = await ada.get(f"/api/policies/RETURN-1?{query}")
    assert is_problem(response, 422, "invalid_request")


async def test_the_demo_signs_anybody_in_and_nobody_else_does(
    make_app: MakeApp, settings: Settings
) -> None:
    async with talking_to(make_app(settings)) as client:
        assert is_problem(await client.get("/api/demo/customers"), 404, "not_found")
        assert is_problem(
            await client.post("/api/demo/login", json={"customer_id": "ada"}), 404, "not_found"
        )
    async with talking_to(make_app(settings.model_copy(update={"demo": True}))) as client:
        customers = (await client.get("/api/demo/customers")).json()["customers"]
        assert {customer["customer_id"] for customer in customers} == {"ada", "chen"}
        assert customers[0]["orders"] == 1
        assert customers[0]["note"] == {"en": "1 paid", "zh": "1 单已付款"}
        signed_in = await client.post("/api/demo/login", json={"customer_id": "chen"})
        authorization = {"Authorization": f"Bearer {signed_in.json()['token']}"}
        response = await client.post("/api/conversations", headers=authorization)
        assert response.status_code == 201
        nobody = await client.post("/api/demo/login", json={"customer_id": "nobody"})
        assert is_problem(nobody, 404, "not_found")
        faulty = await client.post("/api/demo/login", json={"customer_id": "a\x00"})
        assert is_problem(faulty, 422, "invalid_request")


@pytest.mark.parametrize(
    ("body", "accepted", "language"),
    [
        ({"language": "zh"}, "en", "zh"),
        ({}, "fr;q=1, zh-CN;q=0.8, en;q=0.5", "zh"),
        ({}, "*", "en"),
        (None, "", "en"),
    ],
)
async def test_a_conversation_starts_in_the_language_that_the_client_wants(
    ada: httpx.AsyncClient, sessions: SessionFactory, body: object, accepted: str, language: str
) -> None:
    response = await ada.post(
        "/api/conversations",
        headers={"Accept-Language": accepted},
        **({} if body is None else {"json": body}),  # type: ignore[arg-type]
    )
    with sessions() as session:
        conversation = session.get(Conversation, response.json()["conversation_id"])
    assert conversation is not None
    assert conversation.language == language


async def test_every_answer_carries_the_security_headers(ada: httpx.AsyncClient) -> None:
    for path in ("/", "/healthz", "/static/icon.svg", "/api/nothing", "/openapi.json"):
        response = await ada.get(path)
        assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_the_page_and_its_files_are_served_and_revalidated(ada: httpx.AsyncClient) -> None:
    page = await ada.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<script src=" in page.text
    icon = await ada.get("/static/icon.svg")
    assert icon.headers["cache-control"] == "no-cache"
    again = await ada.get("/static/icon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"
    assert (await ada.head("/")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["%00", "../settings.py", "..%2fsettings.py", "%2e%2e/settings.py", "x" * 5000, "js", ""],
)
async def test_no_other_file_is_served(ada: httpx.AsyncClient, path: str) -> None:
    assert is_problem(await ada.get(f"/static/{path}"), 404, "not_found")


async def test_the_openapi_document_knows_the_problem_document(ada: httpx.AsyncClient) -> None:
    document = (await ada.get("/openapi.json")).json()
    assert "code" in document["components"]["schemas"]["ProblemDocument"]["properties"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    say = document["paths"]["/api/conversations/{conversation_id}/messages"]["post"]
    assert {"200", "401", "404", "409", "413", "415", "422"} <= say["responses"].keys()
    assert say["security"]
    assert "/api/demo/login" not in document["paths"]


def test_tokens_of_a_public_key_cannot_be_signed_here() -> None:
    with pytest.raises(SecretMissing, match="signed by your shop"):
        Tokens("-----BEGIN", "RS256").sign("ada")
