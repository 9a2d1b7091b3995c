"""What the desk is told, as JSON: the truth for its page and its clients."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from assistant.api.validation import MessageText, Note, ThingId, checked_texts
from assistant.events import Reply, Speaking
from orderdb.money import Money
from orderdb.mood import Mood
from orderdb.statuses import AgentRole, HandoffStatus, ReasonCode, Resolution

Card = dict[str, Any]


class ShownAgent(BaseModel):
    agent_id: str
    name: str
    display_name: str
    role: AgentRole
    languages: list[str]


class DeskSession(BaseModel):
    """``csrf`` goes into the header ``X-CSRF-Token`` of every request that changes something."""

    agent: ShownAgent
    csrf: str
    expires_at: datetime


class AgentName(BaseModel):
    agent_id: str
    display_name: str


class ShownCustomer(BaseModel):
    customer_id: str
    name: str
    membership: str
    language: str


class LastMessage(BaseModel):
    role: Literal["customer", "assistant", "agent"]
    text: str
    created_at: datetime


class QueueItem(BaseModel):
    """A handoff in the queue; the higher ``urgency`` (0 and up), the sooner it should be taken."""

    handoff_id: str
    conversation_id: str
    customer: ShownCustomer
    reason: str
    reason_code: ReasonCode
    status: HandoffStatus
    created_at: datetime
    waiting_seconds: int
    agent: AgentName | None
    language: str
    mood: Mood
    late_risk: float | None
    order_value: Money | None
    urgency: float
    last_message: LastMessage | None
    unanswered: bool


class Counts(BaseModel):
    waiting: int
    active: int
    mine: int


class Queue(BaseModel):
    items: list[QueueItem]
    counts: Counts


class Tried(BaseModel):
    tool: str
    arguments: dict[str, Any]
    status: str


class Unverified(BaseModel):
    """The model's own words: nobody checked them."""

    reason: str


class Summary(BaseModel):
    """What an agent needs before the first word; ``orders`` are order cards as of now."""

    language: str
    mood: Mood
    said: str
    tried: list[Tried]
    orders: list[Card]
    open_proposals: list[Card]
    unverified: Unverified | None


class ShownHandoff(BaseModel):
    handoff_id: str
    status: HandoffStatus
    reason: str
    reason_code: ReasonCode
    created_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    resolution: Resolution | None
    note: str
    agent: AgentName | None
    position: int | None
    summary: Summary


class Speaker(BaseModel):
    """Who may speak now. An agent's right ends at ``until`` unless it is kept."""

    kind: Literal["assistant", "agent", "nobody"]
    agent: AgentName | None
    until: datetime | None


class DeskMessage(BaseModel):
    message_id: str
    role: Literal["customer", "assistant", "agent"]
    text: str
    created_at: datetime
    reply: Reply | None
    agent: Speaking | None


class DeskConversation(BaseModel):
    """``last_event_id`` is where to follow the events from."""

    conversation_id: str
    customer: ShownCustomer
    messages: list[DeskMessage]
    handoff: ShownHandoff | None
    speaker: Speaker
    proposals: list[Card]
    tickets: list[dict[str, Any]]
    last_event_id: int


class Taking(BaseModel):
    """``take_over``: also from an agent who still has it; for leads."""

    take_over: bool = False


class Releasing(BaseModel):
    to: Literal["assistant", "queue"] = "assistant"


class Closing(BaseModel):
    resolution: Literal["resolved", "unresolved"]
    note: Note = ""


class CardWish(BaseModel):
    """An order to be shown, by its number alone: the server draws the card from what is stored."""

    type: Literal["order"] = "order"
    number: MessageText = Field(max_length=80)


class AgentMessage(BaseModel):
    """A repeat under the same ``client_message_id`` gets the first answer again.

    ``cards`` are orders of this customer, shown beside the text; ``proposal_ids`` are proposals
    made before, which the customer sees and may confirm with this message.
    """

    text: MessageText
    client_message_id: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,60}$")
    suggestion_id: ThingId | None = None
    cards: list[CardWish] = Field(default_factory=list, max_length=10)
    proposal_ids: list[ThingId] = Field(default_factory=list, max_length=10)


class ProposalWish(BaseModel):
    tool: str = Field(pattern=r"^propose_[a-z_]{1,40}$")
    arguments: Annotated[dict[str, Any], AfterValidator(checked_texts)] = Field(
        default_factory=dict
    )


class DeskClick(BaseModel):
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class Contact(BaseModel):
    """An earlier conversation."""

    conversation_id: str
    created_at: datetime
    messages: int
    handled_by: Literal["assistant", "guided", "agent"]
    reason_code: ReasonCode | None
    resolution: Resolution | None
    stars: int | None


class Case(BaseModel):
    """A return, an exchange or a claim."""

    kind: Literal["return", "exchange", "claim"]
    case_id: int
    order_number: str
    item: dict[str, str]
    quantity: int
    status: str
    promised: Money | None
    created_at: datetime | None


class CustomerProfile(BaseModel):
    """``lifetime_value``: what was paid and kept, a sum for each currency."""

    customer: ShownCustomer
    email: str | None
    country: str | None
    customer_since: datetime | None
    membership: str
    lifetime_value: list[Money]
    orders_total: int
    orders: list[dict[str, Any]]
    contacts: list[Contact]
    returns: list[Case]
