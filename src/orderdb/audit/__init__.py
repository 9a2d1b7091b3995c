"""What happened, in an append-only chain, and whether it explains the rows as they are."""

from orderdb.audit.chain import START, BrokenLink, append, length, verify
from orderdb.audit.replay import Difference, Replayed, replay
from orderdb.audit.state import changes, order_state
from orderdb.audit.turns import record_turn

__all__ = [
    "START",
    "BrokenLink",
    "Difference",
    "Replayed",
    "append",
    "changes",
    "length",
    "order_state",
    "record_turn",
    "replay",
    "verify",
]
