"""OrderDesk's agent for tau2-bench. Runs in tau2's environment, not in ours: see README.md.

It needs nothing but tau2 and the standard library. tau2 makes the calls that the bridge names, so
that its own shop ends where ours does, and then scores it as it scores any agent.
"""
# mypy: ignore-errors

from __future__ import annotations

import json
import urllib.request
from uuid import uuid4

from tau2.agent.base import LocalAgent
from tau2.data_model.message import AssistantMessage, MultiToolMessage, ToolCall, ToolMessage

BRIDGE = "http://127.0.0.1:8077"


class OrderDeskAgent(LocalAgent):
    """State is the session's name, the calls still to be made, and the text for when they are."""

    def get_init_state(self, message_history=None):
        state = {"session": uuid4().hex, "calls": [], "text": ""}
        _post("/reset", {"session": state["session"]})
        return state

    def generate_next_message(self, message, state):
        if not isinstance(message, ToolMessage | MultiToolMessage):
            answer = _post("/turn", {"session": state["session"], "text": message.content or ""})
            state["calls"], state["text"] = answer["calls"], answer["text"]
        if state["calls"]:
            call = state["calls"].pop(0)  # tau2 wants one call at a time
            made = ToolCall(id=uuid4().hex, name=call["name"], arguments=call["arguments"])
            return AssistantMessage(role="assistant", tool_calls=[made]), state
        return AssistantMessage(role="assistant", content=state["text"] or "."), state


def _post(path, body):
    request = urllib.request.Request(
        BRIDGE + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)
