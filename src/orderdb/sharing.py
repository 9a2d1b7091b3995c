"""Sharing a sum out to the minor unit: every share within one unit of fair, no cent lost."""

from __future__ import annotations

from collections.abc import Sequence


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` minor units by weight; what division leaves goes to the largest remainders.

    Equal remainders go by position. Without any weight all count the same. Raises ValueError
    for a negative total or weight, and for a total that nobody is there to take.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("only sums and weights from zero up can be shared out")
    if not weights:
        if total:
            raise ValueError(f"nobody takes the {total}")
        return []
    counted = weights if any(weights) else [1] * len(weights)
    whole = sum(counted)
    found = [total * weight // whole for weight in counted]
    by_remainder = sorted(
        range(len(counted)), key=lambda place: (-(total * counted[place] % whole), place)
    )
    for place in by_remainder[: total - sum(found)]:
        found[place] += 1
    return found


def pieces(total: int, count: int, first: int, taken: int) -> int:
    """What ``taken`` of ``count`` equal pieces are worth, after ``first`` of them.

    Whoever takes all of them in any steps ends at ``total``.
    """
    return sum(shares(total, [1] * count)[first : first + taken])
