"""What a workbook is to the commune's earlier ones: first list, supplement, correction or full resend. Pure, no database.

Decided in this order and shown to the sender: our own marked copy or words of correction, words of addition, else by how
many of its rows the commune has already sent for the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ansinh.core.clock import VIETNAM
from ansinh.core.period import Period

Kind = Literal["first", "supplement", "correction", "full_resend"]
DUE_DAY = 25  # of the month before the payout month


@dataclass(frozen=True, slots=True)
class Overlap:
    """A new workbook beside the commune's live rows of the period: `matched` of `rows` are already there, `withdrawn` of `live_rows` are missing."""

    rows: int
    matched: int
    live_rows: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class KindDecision:
    """`question` is the catalogue code that holds the workbook, None when it is clear; `reason` a key under `landing.kind`."""

    kind: Kind | None
    reason: str
    question: str | None = None


def decide_kind(
    words: Literal["correction", "supplement"] | None, *, is_our_answer: bool, has_list: bool, overlap: Overlap
) -> KindDecision:
    """Kind of a workbook whose bytes are new. `has_list`: the commune already has a first list (or a resend of it) in the period."""
    if is_our_answer:
        return KindDecision("correction", "our_answer")
    if words == "correction":
        return KindDecision("correction", "words_correction")
    if words == "supplement":
        return KindDecision("supplement", "words_supplement")
    if overlap.live_rows == 0:
        return KindDecision("first", "first")
    if 2 * overlap.matched >= overlap.rows > 0:
        too_many = 10 * overlap.withdrawn > overlap.live_rows
        return KindDecision("full_resend", "overlap_high", "MANY_WITHDRAWN" if too_many else None)
    if 20 * overlap.matched <= overlap.rows:
        return KindDecision("supplement", "overlap_low") if has_list else KindDecision("first", "first")
    return KindDecision(None, "overlap_between", "KIND_UNCLEAR")


def decide_period(found: Period | None, run: Period) -> Literal["this", "past", "future"]:
    """Whether a workbook belongs to the run's month; one that names no month does."""
    if found is None or found == run:
        return "this"
    return "past" if found < run else "future"


def is_late(received_at: datetime, period: Period) -> bool:
    """Lists are due before the 25th of the month before (Vietnam time); later ones count, and are marked."""
    before = period.plus(-1)
    return received_at.astimezone(VIETNAM) >= datetime(before.year, before.month, DUE_DAY, tzinfo=VIETNAM)
