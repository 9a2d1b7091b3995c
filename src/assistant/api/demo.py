"""Sign-in without a password: mounted in the demo only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, Field

from assistant.api.access import Opened, in_session, json_only
from assistant.api.problems import Problem, documented
from assistant.tokens import Tokens, is_customer_id
from orderdb.models import Customer
from orderdb.showcase import showcase
from orderdb.text import Text

router = APIRouter(prefix="/api/demo", tags=["demo"], dependencies=[Depends(json_only)])


def _customer_id(text: str) -> str:
    if not is_customer_id(text):
        raise ValueError("not a customer id")
    return text


class SignIn(BaseModel):
    customer_id: Annotated[str, Field(max_length=64), AfterValidator(_customer_id)]


class SignedIn(BaseModel):
    token: str


class DemoCustomer(BaseModel):
    """A customer worth signing in as; ``note`` says what there is to see."""

    customer_id: str
    name: str
    language: str
    orders: int
    note: Text


class DemoCustomers(BaseModel):
    customers: list[DemoCustomer]


@router.post("/login", responses=documented(400, 404, 413, 415, 422))
async def sign_in(request: Request, services: Opened, body: SignIn) -> SignedIn:
    """A token for any customer of the demo shop."""
    customer = await in_session(services, lambda session: session.get(Customer, body.customer_id))
    if customer is None:
        raise Problem(404, "not_found", "The demo shop has no such customer.")
    tokens: Tokens = request.app.state.tokens
    return SignedIn(token=tokens.sign(customer.id))


@router.get("/customers")
async def customers(services: Opened) -> DemoCustomers:
    """A few customers whose orders show every situation."""
    found = await in_session(services, showcase)
    return DemoCustomers(
        customers=[
            DemoCustomer(
                customer_id=shown.customer.id,
                name=shown.customer.name,
                language=shown.customer.language,
                orders=shown.orders,
                note=shown.note,
            )
            for shown in found
        ]
    )
