"""OrderDesk's agent for tau2-bench. Runs in tau2's environment, not in ours: see README.md.

    python tau2_agent.py run --domain retail --agent orderdesk ...

is tau2's own command line with this agent known to it. It needs nothing but tau2 and the standard
library. tau2 makes the calls that the bridge names, so that its own shop ends where ours does, and
then scores it as it scores any agent.
"""
# mypy: ignore-errors

from __future__ import annotations

import json
import urllib.request
from uuid import uuid4

from tau2.data_model.message import AssistantMessage, MultiToolMessage, ToolCall, ToolMessage

try:
    from tau2.agent.base_agent import HalfDuplexAgent as Base  # tau2 since 2026
except ImportError:  # before, ``tau2 run`` took only agents of its own kind
    from tau2.agent.llm_agent import LLMAgent as Base

BRIDGE = "http://127.0.0.1:8077"
_REFUSED = "I am sorry, the shop could not carry that out: {}"


class OrderDeskAgent(Base):
    """State is the session's name, the calls still to be made, and the text for when they are."""

    def set_seed(self, seed):
        """Our model is asked at temperature 0, by the bridge."""

    def get_init_state(self, message_history=None):
        state = {"session": uuid4().hex, "calls": [], "text": ""}
        _post("/reset", {"session": state["session"]})
        return state

    def generate_next_message(self, message, state):
        if isinstance(message, ToolMessage | MultiToolMessage):
            answers = getattr(message, "tool_messages", [message])
            if refused := [one.content for one in answers if one.error]:
                state["calls"], state["text"] = [], _REFUSED.format("; ".join(refused))
        else:
            answer = _post("/turn", {"session": state["session"], "text": message.content or ""})
            state["calls"], state["text"] = answer["calls"], answer["text"]
        if state["calls"]:
            call = state["calls"].pop(0)  # tau2 wants one call at a time
            made = ToolCall(id=uuid4().hex, name=call["name"], arguments=call["arguments"])
            return AssistantMessage(role="assistant", tool_calls=[made]), state
        return AssistantMessage(role="assistant", content=state["text"] or "."), state


def register(name="orderdesk"):
    """Make the agent known to tau2 under a name, in either of its ways."""
    from tau2.registry import registry

    if hasattr(registry, "register_agent_factory"):
        registry.register_agent_factory(_create, name)
    else:
        registry.register_agent(OrderDeskAgent, name)


def _create(tools, domain_policy, **others):
    return OrderDeskAgent(tools=tools, domain_policy=domain_policy)


def _post(path, body):
    request = urllib.request.Request(
        BRIDGE + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


if __name__ == "__main__":
    from tau2.cli import main

    register()
    main()
