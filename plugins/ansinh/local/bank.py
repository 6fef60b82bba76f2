"""The demo bank of a home: started behind `sftp/bank`, told how payees behave, and moved through time.

Demo and tests only: callers run it while `ansinh.core.remote.is_local("ansinh_bank")`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ansinh.core.clock import now
from ansinh.core.errors import AnsinhError
from ansinh.local.bank_server import NAME
from ansinh.local.child import Child, launch, running, stop_child
from ansinh.text import say


def start(home: Path, *, sweep_ms: int = 5_000, with_parent: bool = False) -> Child:
    """Start the bank of this home unless it runs; it looks into its inbox every `sweep_ms`. Raises AnsinhError."""
    return launch(home, NAME, ["-m", "ansinh.local.bank_server", str(home.absolute()), str(sweep_ms)], with_parent=with_parent)


def stop(home: Path) -> None:
    """Stop the bank; its book stays in `run/bank`."""
    stop_child(home, NAME)


def seed_accounts(home: Path, behaviours: Iterable[Mapping[str, Any]]) -> int:
    """Say which payees' accounts are refused or send money back; replaces what was said before, returns how many.

    Each: {"account_number", "bin", "behaviour"} with behaviour one of `bank_server.REFUSALS` or `return-later`
    (then also "days", business days, default 5, and "reason", default AC04).
    """
    rows = [dict(row) for row in behaviours]
    path = home / "run" / "bank" / "behaviours.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(rows), encoding="utf-8")
    fresh.replace(path)
    return len(rows)


def settle(home: Path, days: int | None = None) -> dict[str, int]:
    """Let the bank read its inbox and let time pass until what it accepted is booked and stated.

    `days` moves it so many calendar days further instead (a return after five days). Answers land in the outbox.
    Returns counts over the bank's whole book: files, accepted, rejected, booked, returned.
    """
    bank_today = _day(_call(home, "GET", "/_mock/state"))
    if now().date() > bank_today:
        bank_today = _advance(home, now().date())
    _call(home, "POST", "/_mock/drop/scan")
    if days is not None:
        _advance(home, bank_today + timedelta(days=days))
    else:
        last = _last_day_to_book(home, bank_today)
        if last is not None:
            _advance(home, last + timedelta(days=1))  # the statement of a day comes when the day is over
    return totals(home)


def totals(home: Path) -> dict[str, int]:
    """How many files and payments the bank's book holds, by what became of them."""
    with closing(_book(home)) as book:
        files = book.execute("select count(*) from file").fetchone()[0]
        row = book.execute(
            "select coalesce(sum(status <> 'rejected'), 0), coalesce(sum(status = 'rejected'), 0),"
            " coalesce(sum(booked_at is not null), 0), coalesce(sum(returned_at is not null), 0) from payment"
        ).fetchone()
    return {"files": files, **dict(zip(("accepted", "rejected", "booked", "returned"), row, strict=True))}


def payments(home: Path) -> dict[str, int]:
    """How many times the bank took (did not reject) each EndToEndId: the number nobody may see above one."""
    with closing(_book(home)) as book:
        found = book.execute("select end_to_end_id, count(*) from payment where status <> 'rejected' group by 1").fetchall()
    return {str(end_to_end_id): int(count) for end_to_end_id, count in found}


def set_debtor_behaviour(home: Path, behaviour: str) -> None:
    """How the bank treats our own account from now on: accept, silent, reject-file, insufficient-funds, statement-gap."""
    _call(home, "PATCH", "/_mock/accounts/PROVINCE", {"behaviour": behaviour})


def set_holidays(home: Path, days: Iterable[date]) -> None:
    """The days, besides weekends, on which the bank settles nothing."""
    _call(home, "PUT", "/_mock/holidays", [day.isoformat() for day in days])


def _last_day_to_book(home: Path, today: date) -> date | None:
    with closing(_book(home)) as book:
        waiting = book.execute("select max(settlement_date) from payment where status = 'accepted' and booked_at is null").fetchone()[0]
        booked_today = book.execute("select count(*) from payment where settlement_date = ?", (today.isoformat(),)).fetchone()[0]
    if waiting is not None:
        return max(date.fromisoformat(waiting), today)
    return today if booked_today else None


def _advance(home: Path, to: date) -> date:
    _call(home, "POST", f"/_mock/advance?to={to.isoformat()}")
    return to


def _day(state: Any) -> date:
    return date.fromisoformat(str(state["clock"]["date"]))


def _book(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'run' / 'bank' / 'bank.db'}?mode=ro", uri=True, timeout=10)


def _call(home: Path, method: str, path: str, body: object = None) -> Any:
    import httpx

    child = running(home, NAME)
    if child is None:
        raise AnsinhError(say("errors.local.bank_down"), say("errors.local.bank_down_fix"))
    answer = httpx.request(method, f"http://127.0.0.1:{child.port}{path}", json=body, timeout=300, trust_env=False)
    if answer.status_code >= 400:
        raise AnsinhError(say("errors.local.bank_refused", status=answer.status_code), say("errors.local.bank_refused_fix"))
    return answer.json()
