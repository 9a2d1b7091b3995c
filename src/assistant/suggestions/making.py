"""Making a proposal that an agent was shown, as it was shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.suggestions.bench import GOODWILL_TOOL
from assistant.suggestions.suggestion import ReadyProposal
from orderdb.desk.suggestions import SuggestionVoid
from orderdb.proposals import Goodwill, confirm, propose
from orderdb.statuses import ProposalKind
from tools.context import DeskContext
from tools.registry import ToolRegistry
from tools.results import Appraisal

_GONE = "what was prepared is not possible any more as it was shown"


@dataclass(frozen=True)
class Proposing:
    """``desk`` is a rehearsal's; ``agent`` is the name of who accepts."""

    desk: DeskContext
    registry: ToolRegistry
    agent: str

    def make(self, ready: ReadyProposal) -> str:
        """The proposal's id. What is an agent's to give is confirmed by this very click.

        Raises SuggestionVoid where the rules or the price have changed since.
        """
        if ready.tool == GOODWILL_TOOL:
            return self._give(ready)
        tool = self.registry[ready.tool]
        now = tool.checked(self.desk, ready.arguments).appraisal
        if now is None or not _as_shown(now, ready):
            raise SuggestionVoid(_GONE)
        made = tool.checked(replace(self.desk, rehearsal=False), ready.arguments).proposal
        if made is None:
            raise SuggestionVoid(_GONE)
        return made.proposal_id

    def _give(self, ready: ReadyProposal) -> str:
        desk = self.desk
        wanted = Goodwill(
            amount_minor=ready.arguments["amount_minor"], reason=ready.arguments["reason"]
        )
        with desk.sessions() as session:
            proposal = propose(
                session,
                desk.customer_id,
                ready.order_number,
                ProposalKind.GOODWILL,
                wanted,
                desk.conversation_id,
                desk.book,
                desk.clock(),
                agent=self.agent,
            )
        with desk.sessions() as session:
            confirm(
                session,
                desk.customer_id,
                proposal.id,
                proposal.digest,
                desk.book,
                desk.clock(),
                agent=self.agent,
            )
        return proposal.id


def _as_shown(now: Appraisal, ready: ReadyProposal) -> bool:
    return (now.summary, now.amount, now.clause) == (ready.summary, ready.amount, ready.clause)
