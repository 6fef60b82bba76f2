"""Three lines that have been sent, and what a bank may say of them."""

from __future__ import annotations

from typing import Any

from ansinh.payment import ledger
from ansinh.payment.audit import check_chain
from ansinh.payment.session import money, rows

from tests.support.answers import entry
from tests.support.money import Person, key

RUN = "2026-11-YTE-1"
A, B, C = (key(RUN, n) for n in (1, 2, 3))
THREE = [
    Person("NGUYEN VAN A", "0011000000001", 500_000),
    Person("Trần Thị Bé", "0011000000002", 650_000),
    Person("LE C", "0011000000003", 750_000),
]


def message_id() -> str:
    """MsgId of the run's file."""
    with money() as connection:
        return str(rows(connection, "select message_id from ops.payment_file where run_id = :run and state <> 'cancelled'", run=RUN)[0][0])


def debits(which: tuple[str, ...] = (A, B, C), **changed: Any) -> list[str]:
    """Booked debits of these lines, with amount, account or name replaced."""
    by_key = dict(zip((A, B, C), THREE, strict=True))
    return [
        entry(
            k,
            changed.get("amount", by_key[k].amount),
            ref=f"R-{k}",
            account=changed.get("account", by_key[k].account),
            name=changed.get("name", by_key[k].name),
        )
        for k in which
    ]


def books_tie() -> None:
    """Ledger and states agree, and the audit chain holds."""
    with money() as connection:
        assert ledger.differences(connection) == []
        assert check_chain(connection).broken_at is None
