"""Every kind of proposal by its name; a kind without an entry stops the import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderdb.proposals.address import ACCOUNT_ADDRESS, CHANGE_ADDRESS
from orderdb.proposals.cancellation import CANCEL_LINES, CANCEL_ORDER
from orderdb.proposals.claims import REFUND, RESHIP
from orderdb.proposals.exchange import EXCHANGE_ITEMS
from orderdb.proposals.goodwill import GOODWILL
from orderdb.proposals.items import CHANGE_ITEMS
from orderdb.proposals.kind import Kind
from orderdb.proposals.payment import CHANGE_PAYMENT
from orderdb.proposals.returns import RETURN_ITEMS
from orderdb.statuses import ProposalKind

_ALL: tuple[Kind[Any], ...] = (
    CANCEL_ORDER,
    CANCEL_LINES,
    CHANGE_ADDRESS,
    CHANGE_PAYMENT,
    CHANGE_ITEMS,
    RETURN_ITEMS,
    EXCHANGE_ITEMS,
    RESHIP,
    REFUND,
    GOODWILL,
    ACCOUNT_ADDRESS,
)
KINDS: Mapping[ProposalKind, Kind[Any]] = {kind.name: kind for kind in _ALL}
FOR_AGENTS = frozenset(kind.name for kind in _ALL if kind.for_agents)
