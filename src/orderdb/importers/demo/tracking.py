"""Tracking numbers in each carrier's own form, never the same twice."""

from __future__ import annotations

from orderdb.importers.demo.geography import CARRIERS


class TrackingNumbers:
    def __init__(self, seed: int) -> None:
        self._forms: dict[str, tuple[str, str, int]] = {}
        self._issued: dict[str, int] = {}
        for position, carrier in enumerate(CARRIERS):
            before, _, after = carrier.tracking.rpartition("#")
            digits = carrier.tracking.count("#")
            self._forms[carrier.code] = (before.rstrip("#"), after, digits)
            # Rising numbers keep the index of a million parcels compact; steps hide the count.
            self._issued[carrier.code] = (seed * 7_919 + position * 104_729) % 10**6 * 1_000

    def next(self, carrier: str) -> str:
        before, after, digits = self._forms[carrier]
        self._issued[carrier] = issued = self._issued[carrier] + 37
        return f"{before}{issued:0{digits}}{after}"
