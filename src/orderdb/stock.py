"""Pieces promised to orders and freed again, in one sequence, so that no two wait in turn."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from orderdb.models import Stock, Variant

Pieces = Mapping[int, int]
"""How many pieces of which variant, by its id."""


def short_of(
    session: Session, wanted: Pieces, warehouse: str | None, *, lock: bool = True
) -> list[int]:
    """The variants of which there are too few in a warehouse; with ``lock`` their rows stay locked.

    A variant whose stock nobody counts is there as long as it is sold.
    """
    rows = (
        select(Stock)
        .where(col(Stock.variant_id).in_(wanted), col(Stock.warehouse_code) == warehouse)
        .order_by(col(Stock.variant_id))
        .execution_options(populate_existing=True)
    )
    counted = {
        row.variant_id: row for row in session.exec(rows.with_for_update() if lock else rows)
    }
    elsewhere = set(session.exec(select(Stock.variant_id).where(col(Stock.variant_id).in_(wanted))))
    sold = set(
        session.exec(select(Variant.id).where(col(Variant.id).in_(wanted), col(Variant.available)))
    )
    missing = []
    for variant, pieces in sorted(wanted.items()):
        row = counted.get(variant)
        if row is not None:
            enough = row.on_hand - row.reserved >= pieces
        else:
            enough = variant not in elsewhere
        if variant not in sold or not enough:
            missing.append(variant)
    return missing


def move(session: Session, freed: Pieces, promised: Pieces, warehouse: str | None) -> None:
    """Free pieces and promise others; ``short_of`` was asked before, under the same lock."""
    for variant in sorted({*freed, *promised}):
        change = promised.get(variant, 0) - freed.get(variant, 0)
        session.connection().execute(
            update(Stock)
            .where(col(Stock.variant_id) == variant, col(Stock.warehouse_code) == warehouse)
            .values(
                reserved=case(
                    (col(Stock.reserved) + change >= 0, col(Stock.reserved) + change), else_=0
                )
            )
        )
