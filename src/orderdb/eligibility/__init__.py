"""What may be done with an order, by which clause, until when, for how much. Pure code.

``verdict`` judges the order, ``verdict_for_line`` one of its lines, under the policy versions
that were in force when the order was placed.
"""

from orderdb.eligibility.clauses import CLAUSES
from orderdb.eligibility.judge import verdict, verdict_for_line, way_to_refund
from orderdb.eligibility.verdict import ACTIONS, Action, Verdict

__all__ = [
    "ACTIONS",
    "CLAUSES",
    "Action",
    "Verdict",
    "verdict",
    "verdict_for_line",
    "way_to_refund",
]
