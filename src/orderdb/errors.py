"""Everything that the order database refuses.

OrderError
├── NotFound            no such thing, or not this customer's: the two look the same
├── Refused             a rule says no; carries the reason in both languages and the clause
│   └── AlreadySo       what was asked for is the case already
├── ProposalError
│   ├── DigestMismatch  the click was for something else
│   ├── ProposalClosed  declined, expired or superseded
│   └── OrderChanged    the order moved on since the proposal; carries the new proposal, if any
├── DeskError
│   ├── HeldByOther     another agent speaks in the conversation
│   ├── NotWaiting      nobody asked for a person there, or it is over
│   ├── NotTaken        the conversation must be taken before anything is said in it
│   └── NameTaken       there is an agent of that name
├── PhotoRefused        no picture, too large, or one too many; its code says which
├── MessageConflict     a client_message_id came back with another text
├── ImportFailed        rows of a file were bad; carries each of them
├── MappingError        a mapping file cannot be used
├── ImportRefused       the import as a whole cannot be done here
└── PolicyError         a policy document cannot be read
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderdb.text import Text


class OrderError(Exception):
    """Root of all refusals; ``code`` is stable and safe to show."""

    code = "order_error"


class NotFound(OrderError):
    code = "not_found"


class Refused(OrderError):
    code = "refused"

    def __init__(self, reason: Text, clause: str | None = None) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.clause = clause


class AlreadySo(Refused):
    code = "already_so"


class ProposalError(OrderError):
    code = "proposal_error"


class DigestMismatch(ProposalError):
    code = "digest_mismatch"


class ProposalClosed(ProposalError):
    code = "proposal_closed"

    def __init__(self, status: str) -> None:
        super().__init__(f"the proposal is {status}")
        self.status = status


class OrderChanged(ProposalError):
    code = "order_changed"

    def __init__(self, replacement: str | None, reason: Text) -> None:
        super().__init__(reason.en)
        self.replacement = replacement
        self.reason = reason


class DeskError(OrderError):
    code = "desk_error"


class HeldByOther(DeskError):
    code = "held_by_other"

    def __init__(self, agent_id: str, display_name: str, until: datetime | None) -> None:
        super().__init__(f"{display_name} speaks in this conversation")
        self.agent_id = agent_id
        self.display_name = display_name
        self.until = until


class NotWaiting(DeskError):
    code = "not_waiting"


class NotTaken(DeskError):
    code = "not_taken"


class NameTaken(DeskError):
    code = "name_taken"


class PhotoRefused(OrderError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MessageConflict(OrderError):
    code = "message_conflict"


@dataclass(frozen=True)
class BadRow:
    """One thing wrong in an imported file; ``line`` counts from 1, the header included."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.column, self.reason) if part)
        return f"{self.file}:{self.line}: {said}"


class ImportFailed(OrderError):
    code = "import_failed"

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__(f"{len(rows)} bad row(s); nothing was imported")
        self.rows = rows


class MappingError(OrderError):
    code = "mapping_error"


class ImportRefused(OrderError):
    code = "import_refused"


class PolicyError(OrderError):
    code = "policy_error"
