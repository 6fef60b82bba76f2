"""What a bank may tell us, whatever the format: the status of an instruction, or money that moved on our account.

Readers (`pain002`, `camt`, `columns_result`) yield these records one by one; `returns` posts them. An `Unreadable`
file is refused alone. Account numbers and names stay in these records and in `ops`; they are never logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from ansinh.core.errors import BlockedByData

# ISO 20022 status codes by what they mean for one instruction. ACTC and PDNG only say that the file was readable.
ACCEPTED = frozenset({"ACCP", "ACSP", "ACWC", "ACSC", "ACCC", "ACFC"})
SETTLED = frozenset({"ACSC", "ACCC"})
REJECTED = frozenset({"RJCT", "CANC"})
KNOWN = ACCEPTED | REJECTED | {"RCVD", "ACTC", "PDNG", "PART", "PATC"}
# The bank says it has this file or instruction already: the first one lives, so nothing of ours is dead.
DUPLICATE = frozenset({"DUPL", "AM05"})


class Unreadable(BlockedByData):
    """The file is not an answer we can read; it is kept and listed, and the others go on."""


@dataclass(frozen=True, slots=True)
class Status:
    """The bank's word on one instruction, or on a whole file or batch when `end_to_end_id` is None."""

    code: str
    end_to_end_id: str | None = None
    reason_code: str | None = None
    original_message_id: str | None = None
    original_batch_id: str | None = None
    amount_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """Money booked on our account. `entry_key` is the bank's own reference of the movement, the same in 054 and 053.

    `whole_batch`: one entry for a whole file (`original_message_id`, `original_batch_id`), no line per person.
    `amount_vnd` is None when it is not a whole number of đồng.
    """

    kind: Literal["debit", "credit"]
    entry_key: str
    end_to_end_id: str | None
    amount_vnd: int | None
    account_number: str | None
    account_name: str | None
    reason_code: str | None
    booked_on: date | None
    original_message_id: str | None = None
    original_batch_id: str | None = None
    whole_batch: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One readable file: what it is, the sender's own id of it, and its records (a stream, read once)."""

    kind: str
    message_id: str
    records: Iterator[Status | Booking]


def whole_dong(text: str | None) -> int | None:
    """`500000` and `500000.00` are 500000; anything with a part of a đồng, negative or unreadable is None."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0 or value >= 10**18 or value != value.to_integral_value():
        return None
    return int(value)


def day(text: str | None) -> date | None:
    """The date of an ISO date or date-time; None when there is none."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
