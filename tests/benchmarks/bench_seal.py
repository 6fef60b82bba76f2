"""Seconds from a published pay list to a sealed run, on a PostgreSQL of its own: plan, seal (files written and read back), verify.

python -m tests.benchmarks.bench_seal --rows 1000000 [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from ansinh.core import migrate
from ansinh.local import postgres
from ansinh.payment import plan, runs, seal, verify

from tests.support.paylist import MAKER, PERIOD, TABLES

PEOPLE = """
insert into marts.fct_entitlement (period, entitlement_id, person_id, programme_code, entitlement_code, share_no, payable_vnd, payee_id, channel,
    guard_key, commune_code, hamlet, payee_name, bin, account_number, account_name, why_vi)
select '2026-11', 'E' || substr(encode(sha256(convert_to(n::text, 'UTF8')), 'hex'), 1, 24), 'P' || n, 'BTXH', '5.6_n', 1,
    case when n %% 10 = 0 then 1050000 else 810000 end, 'P' || n, 'bank', 'P' || n || '|highest_only', (25858 + n %% 168)::text, 'Ấp ' || n %% 5,
    'Nguyễn Văn Đức', '970436', (1000000000 + n)::text, 'NGUYỄN VĂN ĐỨC ' || n %% 97, '' from generate_series(1, %s) as n
"""
MONTHS = """
insert into marts.fct_entitlement_month
select entitlement_id, '2026-11', '5.6_n', 810000, 0, 810000 from marts.fct_entitlement union all
select entitlement_id, month, '5.6_n', 60000, 0, 60000 from marts.fct_entitlement, unnest(array['2026-07', '2026-08', '2026-09', '2026-10']) as month
where payable_vnd = 1050000
"""


def measure(count: int) -> list[dict[str, Any]]:
    """Seconds of each step, and the peak of this process in megabytes (the server has its own)."""
    results: list[dict[str, Any]] = []

    def step(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = work()
        seconds = round(time.perf_counter() - began, 1)
        results.append(
            {"step": name, "rows": count, "seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
        )
        return result

    with tempfile.TemporaryDirectory(prefix="bench-seal-") as folder:
        home = Path(folder)
        os.environ["ANSINH_HOME"] = folder
        try:
            os.environ["ANSINH_DSN"] = dsn = postgres.start(home, durable=True, with_parent=True).database("ansinh")
            migrate.upgrade(dsn)
            with psycopg.connect(dsn) as connection:
                connection.execute(TABLES)
                connection.execute(PEOPLE, (count,))
                connection.execute(MONTHS)
                connection.execute("analyze")
            run_id = step("open", lambda: runs.open_runs(PERIOD, MAKER))[0]
            step("plan", lambda: plan.plan(run_id, MAKER))
            sealed = step("seal", lambda: seal.seal(run_id, MAKER))
            found = step("verify", verify.verify)
            if sealed.bank_rows != count or found:
                raise SystemExit(f"sealed {sealed.bank_rows} of {count}, findings: {[finding.code for finding in found]}")
        finally:
            postgres.stop(home)
    return results


def main() -> None:
    """Print a table; `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    results = measure(chosen.rows)
    for result in results:
        print(f"{result['step']:<8} {result['rows']:>9} rows {result['seconds']:>8} s {result['peak_mb']:>6} MB")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
