"""Tries the bridge against the real tau2-bench, without a model on either side.

    python try_tau2.py [MOST_TASKS]     in tau2's environment, with the bridge running

tau2's own orchestrator plays its own retail tasks and its own evaluator compares its database with
the reference's. The customer is a script made of a task's reference actions: only tasks whose
writes are cancellations, returns of whole lines or changes of an order's address can be scripted
so. What it shows is that the bridge speaks to tau2, not how good any assistant is.
"""
# mypy: ignore-errors

from __future__ import annotations

import sys

from tau2.data_model.message import UserMessage
from tau2.domains.retail.environment import get_environment, get_tasks
from tau2.evaluator.evaluator import EvaluationType, evaluate_simulation
from tau2.orchestrator.orchestrator import Orchestrator
from tau2.user.base import STOP, UserState
from tau2.user.user_simulator import UserSimulator
from tau2_agent import OrderDeskAgent

WRITES = {
    "cancel_pending_order",
    "return_delivered_order_items",
    "modify_pending_order_address",
}
READS = ("get_", "find_", "list_", "calculate", "transfer_")


class Script(UserSimulator):
    """Says what a task's writes ask for, one after the other, and yes to what is proposed."""

    def __init__(self, mail, wishes):
        super().__init__(instructions="", llm="none")
        self._mail, self._left = mail, list(wishes)

    def get_init_state(self, message_history=None):
        return UserState(system_messages=[], messages=[])

    def generate_next_message(self, message, state):
        text = (message.content or "") if message is not None else ""
        if "e-mail" in text:
            said = f"My e-mail is {self._mail}."
        elif text.endswith("yes or no."):
            said = "Yes, please."
        elif self._left:
            said = self._left.pop(0)
        else:
            said = STOP
        return UserMessage(role="user", content=said), state


def wish(action, order):
    given = action.arguments
    if action.name == "cancel_pending_order":
        return f"Please cancel order {given['order_id']}, {given['reason']}."
    if action.name == "modify_pending_order_address":
        street = " ".join(part for part in (given["address1"], given["address2"]) if part)
        place = f"{given['city']}, {given['state']} {given['zip']}"
        return f"Please change the address of order {given['order_id']} to {street}, {place}"
    names = [one.name for one in order.items if one.item_id in given["item_ids"]]
    if sorted(given["item_ids"]) == sorted(one.item_id for one in order.items):
        return f"I want to return everything in order {given['order_id']}."
    return f"I want to return the {' and the '.join(names)} of order {given['order_id']}."


def main():
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    db, tried, right = get_environment().tools.db, 0, 0
    for task in get_tasks():
        actions = task.evaluation_criteria.actions or []
        writes = [one for one in actions if not one.name.startswith(READS)]
        if not writes or {one.name for one in writes} - WRITES or tried >= most:
            continue
        orders = [db.orders[one.arguments["order_id"]] for one in writes]
        user = db.users[orders[0].user_id]
        environment = get_environment()
        agent = OrderDeskAgent(environment.get_tools(), environment.get_policy())
        script = Script(user.email, map(wish, writes, orders))
        run = Orchestrator(
            "retail", agent, script, environment, task, max_steps=60, seed=None
        ).run()
        reward = evaluate_simulation(run, task, EvaluationType.ENV, False, "retail")
        tried, right = tried + 1, right + (reward.reward == 1)
        told = ", ".join(one.name for one in writes)
        print(f"task {task.id}: reward {reward.reward}, {run.termination_reason.value}, {told}")
        if reward.reward != 1:
            for one in run.messages:
                calls = [f"{c.name}({c.arguments})" for c in getattr(one, "tool_calls", None) or ()]
                print("   ", one.role, (one.content or "")[:200], *calls)
    print(f"{right} of {tried} scripted tasks end as tau2's reference does")


if __name__ == "__main__":
    main()
