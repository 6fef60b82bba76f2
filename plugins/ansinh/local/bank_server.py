"""The process of the demo bank: mock-bank 0.9.0 over the bank's SFTP folders, with its data in `run/bank`.

mock-bank reacts only to accounts it holds itself; ours lie at other banks. So a small book of payees
(`run/bank/behaviours.json`, by account number) tells it which transfers other banks would refuse or send back.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ansinh.core.clock import VIETNAM, now
from ansinh.core.settings import load_settings
from ansinh.local import bank_openpgp
from ansinh.local.child import announce, die_with_parent

NAME = "bank"
# What the payee's bank says: status reason of pain.002, in ISO 20022 external codes.
REFUSALS = {
    "closed-account": ("AC04", "the creditor account is closed"),
    "wrong-account": ("AC01", "the creditor account number does not exist"),
    "blocked-account": ("AC06", "the creditor account is blocked"),
    "bad-bank-id": ("RC01", "the creditor bank identifier does not resolve"),
    "no-reason": ("MS03", "no reason given by the creditor bank"),
}
RETURN_LATER = "return-later"


class Payees:
    """The book of payees with a behaviour, read again whenever the file changes."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen, self._book = path, -1, dict[str, dict[str, Any]]()

    def of(self, account_number: str | None, clearing_id: str | None) -> dict[str, Any]:
        """The entry of an account (at this bank, where both sides name a 6-digit BIN), or an empty one."""
        changed = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed != self._seen:
            rows = json.loads(self._path.read_text(encoding="utf-8")) if changed else []
            self._book, self._seen = {str(row["account_number"]): row for row in rows}, changed
        found = self._book.get(account_number or "", {})
        bins = [str(code) for code in (found.get("bin"), clearing_id) if code and len(str(code)) == 6]
        return found if len(set(bins)) < 2 else {}


def teach(payees: Payees) -> None:
    """Make mock-bank ask the book of payees when it decides a payment and when one has been booked."""
    from mockbank import accounts

    decide, schedule = accounts._payment_reason, accounts.schedule_returns

    def payment_reason(conn: Any, debtor: Any, batch: Any, payment: Any, errors: Any, available: Any) -> tuple[str | None, str | None]:
        reason, text = decide(conn, debtor, batch, payment, errors, available)
        if reason is None:
            behaviour = payees.of(payment.creditor_account, payment.creditor_clearing_id).get("behaviour", "")
            reason, text = REFUSALS.get(behaviour, (None, None))
        return reason, text

    def schedule_returns(conn: Any, booked: Any, clock: Any) -> Any:
        scheduled = schedule(conn, booked, clock)
        for row in booked:
            entry = payees.of(row["creditor_iban"], row["creditor_clearing_id"])
            if entry.get("behaviour") == RETURN_LATER:
                due = clock.business_days_after(date.fromisoformat(row["settlement_date"]), int(entry.get("days", 5)))
                sql = "UPDATE payment SET return_due = ?, return_reason = ? WHERE id = ?"
                conn.execute(sql, (due.isoformat(), entry.get("reason", "AC04"), row["id"]))
                scheduled.append(row["id"])
        return scheduled

    accounts._payment_reason, accounts.schedule_returns = payment_reason, schedule_returns


def serve(home: Path, sweep_ms: int) -> None:
    """Run the bank of this home until the process is ended."""
    from mockbank.server import Config, make_server

    folder = home / "run" / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    teach(Payees(folder / "behaviours.json"))
    if bank_openpgp.is_closed(home):
        bank_openpgp.hang(home)
    drop, pickup = bank_openpgp.folders(home)
    server = make_server(
        Config(
            port=0,
            db_path=str(folder / "bank.db"),
            quiet=True,
            timezone="Asia/Ho_Chi_Minh",
            cutoff=load_settings().bank.cut_off,
            clock=_bank_time(folder / "clock").strftime("%Y-%m-%dT%H:%M:%S"),
            drop_dir=str(drop),
            pickup_dir=str(pickup),
            drop_settle_ms=0,  # our files appear whole or not at all
            drop_interval_ms=sweep_ms,
        )
    )
    state: Any = server.state
    state.clock.on_advance.append(lambda _, after: _remember(folder / "clock", after))
    _open_accounts(state.conn)
    announce(home, NAME, server.server_address[1])
    server.serve_forever()


def debtor_iban(account_number: str) -> str:
    """An IBAN with right check digits for our own account: mock-bank wants one, our files never carry it."""
    digits = "".join(str(int(letter, 36)) for letter in f"MOCK{account_number}VN00")
    return f"VN{98 - int(digits) % 97:02d}MOCK{account_number}"


def _open_accounts(conn: Any) -> None:
    """Hold the province's account, and close the four demo accounts so that no statement of theirs is sent to us."""
    from mockbank import accounts

    debtor = load_settings().debtor
    for account in accounts.listing(conn):
        if account["id"] != "PROVINCE" and not account["closed"]:
            accounts.update(conn, account["id"], {"closed": True})
    wanted = {"name": debtor.name, "iban": debtor_iban(debtor.account_number), "account_number": debtor.account_number}
    if accounts.get(conn, "PROVINCE") is None:
        accounts.create(conn, "PROVINCE", {**wanted, "currency": "VND", "balance": 900_000_000_000_000})
    else:
        accounts.update(conn, "PROVINCE", wanted)


def _bank_time(saved: Path) -> datetime:
    """The clock of the product, unless the bank was already moved further."""
    try:
        return max(now(), datetime.fromisoformat(saved.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return now()


def _remember(saved: Path, moment: datetime) -> None:
    fresh = saved.with_suffix(".new")
    fresh.write_text(moment.astimezone(VIETNAM).isoformat(), encoding="ascii")
    fresh.replace(saved)


if __name__ == "__main__":
    die_with_parent()
    serve(Path(sys.argv[1]), int(sys.argv[2]))
