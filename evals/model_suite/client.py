"""The service as a customer's page reaches it: its HTTP contract and nothing else."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx

from evals.model_suite.answer import Answer


class Unusable(RuntimeError):
    """The service cannot be measured: not there, not a demo, or without a model."""


class Desk:
    """A client of one OrderDesk server; signs in as any demo customer."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._clauses: dict[tuple[str, str | None], str] = {}

    def wait_for_model(self, patience: float) -> dict[str, Any]:
        """What the service says of itself once its model answers; ``patience`` in seconds."""
        deadline = time.monotonic() + patience
        while True:
            status = self._status()
            if status is not None and not status.get("demo"):
                raise Unusable("the server is not a demo; start it with ORDERDESK_DEMO=1")
            if status is not None and status.get("mode") == "assistant":
                return status
            if time.monotonic() >= deadline:
                why = "it does not answer" if status is None else f"it says {status}"
                raise Unusable(f"no model at {self._http.base_url} after {patience:.0f} s: {why}")
            time.sleep(1)

    def _status(self) -> dict[str, Any] | None:
        try:
            response = self._http.get("/api/status")
        except httpx.TransportError:
            return None
        return response.json() if response.is_success else None

    def open(self, customer_id: str) -> Talk:
        """Sign in and begin a conversation."""
        token = self._post("/api/demo/login", {"customer_id": customer_id}, {})["token"]
        headers = {"Authorization": f"Bearer {token}"}
        conversation = self._post("/api/conversations", {}, headers)["conversation_id"]
        return Talk(self, str(conversation), headers)

    def clause_text(self, clause: str, on: str | None) -> str:
        """A clause in both languages, as in force on a day (today when None); "" when unknown."""
        if (clause, on) not in self._clauses:
            texts = []
            for language in ("en", "zh"):
                query = {"language": language} | ({"on": on} if on else {})
                response = self._http.get(f"/api/policies/{clause}", params=query)
                if response.is_success:
                    texts.append(str(response.json()["text"]))
            self._clauses[clause, on] = "\n".join(texts)
        return self._clauses[clause, on]

    def _post(self, path: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
        response = self._http.post(
            path, json=body, headers={"Accept": "application/json", **headers}
        )
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


class Talk:
    """One conversation of a customer who is signed in."""

    def __init__(self, desk: Desk, conversation_id: str, headers: dict[str, str]) -> None:
        self._desk = desk
        self._path = f"/api/conversations/{conversation_id}/messages"
        self._headers = headers

    def say(self, text: str) -> Answer:
        """Send a message and wait for the whole answer; raises httpx.HTTPError."""
        body = {"text": text, "client_message_id": str(uuid.uuid4())}
        return Answer.model_validate(self._desk._post(self._path, body, self._headers))
