"""Propose, confirm, decline: the only road to a write.

``propose`` stores what would happen; ``confirm`` does it, once, for whoever clicks on its digest.
"""

from orderdb.proposals.address import NewAddress
from orderdb.proposals.cancellation import CancelLines, CancelOrder
from orderdb.proposals.claims import Report
from orderdb.proposals.engine import appraise, confirm, decline, find_proposal, propose
from orderdb.proposals.exchange import ExchangeItems
from orderdb.proposals.goodwill import Goodwill
from orderdb.proposals.items import ChangeItems
from orderdb.proposals.kind import KindArguments, Ruling
from orderdb.proposals.kinds import KINDS
from orderdb.proposals.lines import LinePieces, Swap
from orderdb.proposals.payment import OtherPayment
from orderdb.proposals.records import LIFETIME
from orderdb.proposals.returns import ReturnItems

__all__ = [
    "KINDS",
    "LIFETIME",
    "CancelLines",
    "CancelOrder",
    "ChangeItems",
    "ExchangeItems",
    "Goodwill",
    "KindArguments",
    "LinePieces",
    "NewAddress",
    "OtherPayment",
    "Report",
    "ReturnItems",
    "Ruling",
    "Swap",
    "appraise",
    "confirm",
    "decline",
    "find_proposal",
    "propose",
]
