"""What happened, in an append-only chain, and whether it explains the rows as they are."""

from orderdb.audit.chain import START, BrokenLink, append, verify
from orderdb.audit.state import changes, order_state
from orderdb.audit.turns import record_turn

__all__ = ["START", "BrokenLink", "append", "changes", "order_state", "record_turn", "verify"]
