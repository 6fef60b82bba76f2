"""Find each person once: our stage (standardise → person_xref) beside Splink + DuckDB, on the same rows of the same PostgreSQL.

python -m tests.benchmarks.bench_dedup --rows 100000 1000000 [--second-month] [--json FILE]
Splink reads from PostgreSQL, standardises, trains, predicts, clusters and writes back; it does not use the register, ours does.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from ansinh.core import migrate
from ansinh.local import postgres
from ansinh.local.postgres import PostgresInfo

from tests.benchmarks.linkage import province, truth
from tests.benchmarks.linkage.watch import peak_of, processor_seconds

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "2026-11", "2026-12"
_DIFFERENCE = """select count(*) from ((table bench.second except all table bench.second_anew)
    union all (table bench.second_anew except all table bench.second)) as differing"""
DUCKDB_MB = 1400  # what Splink's side may take at most, before the server


def in_child(folder: Path, server: PostgresInfo, module: str, *arguments: str) -> dict[str, Any]:
    """Run a part in a process of its own; its figures, and of client and server together the peak in megabytes and the processor
    seconds: on a busy machine these say more than the clock."""
    kept = folder / "figures.json"
    command = [sys.executable, "-m", f"tests.benchmarks.linkage.{module}", *(str(kept) if word == "JSON" else word for word in arguments)]
    before = processor_seconds(server.pid)
    child = subprocess.Popen(command, cwd=ROOT)
    with peak_of(child.pid, server.pid) as peak:
        _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{module} failed")
    processor = used.ru_utime + used.ru_stime + processor_seconds(server.pid) - before
    return {**json.loads(kept.read_text(encoding="utf-8")), "peak_mb": peak.peak >> 20, "processor_s": round(processor, 1)}


def measure(rows: int, *, second_month: bool, with_peer: bool) -> dict[str, Any]:
    """All figures of one size, on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-dedup-") as name:
        folder = Path(name)
        os.environ["ANSINH_HOME"] = name
        server = postgres.start(folder, durable=True, with_parent=True)
        try:
            os.environ["ANSINH_DSN"] = dsn = server.database("ansinh")
            migrate.upgrade(dsn)
            return _measured(folder, server, dsn, rows, second_month=second_month, with_peer=with_peer)
        finally:
            postgres.stop(folder)


def _measured(folder: Path, server: PostgresInfo, dsn: str, rows: int, *, second_month: bool, with_peer: bool) -> dict[str, Any]:
    with psycopg.connect(dsn) as connection:
        found: dict[str, Any] = {"rows": province.write(connection, rows, FIRST)}
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        if with_peer:
            found["splink"] = in_child(folder, server, "splink_peer", dsn, FIRST, "JSON", str(DUCKDB_MB))
            found["splink"] |= truth.judge(connection, "bench.splink_xref", "cluster_id")
        found["ansinh"] = in_child(folder, server, "stage", FIRST, "JSON", *(["publish"] if second_month else []))
        found["ansinh"] |= truth.judge(connection, "marts.person_xref" if second_month else "marts_next.person_xref", "person_id")
        if second_month:
            connection.execute("create schema if not exists bench")
            province.write_later(connection, rows, FIRST, SECOND)
            connection.execute("vacuum analyze")
            for name, more in (("second", []), ("second_anew", ["anew"])):
                found[name] = in_child(folder, server, "stage", SECOND, "JSON", *more)
                connection.execute(f"create table bench.{name} as select * from marts_next.person_xref")
            found["second"]["rows_differing"] = connection.execute(_DIFFERENCE).fetchone()[0]
    return found


def show(found: dict[str, Any]) -> None:
    """One line an engine."""
    for engine in ("splink", "ansinh"):
        if engine in found:
            figures = found[engine]
            steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in figures["seconds"].items())
            print(
                f"{engine:<7} {found['rows']:>9} rows {figures['total']:>8.1f} s {figures['processor_s']:>8.1f} cpu-s {figures['peak_mb']:>6} MB  precision {figures['precision']:.4f}"
                f"  recall {figures['recall']:.4f}  ({steps})",
                flush=True,
            )
    for name in ("second", "second_anew"):
        if name in found:
            share = found[name]["total"] / found["ansinh"]["total"], found[name]["processor_s"] / found["ansinh"]["processor_s"]
            print(f"{name:<11} {found[name]['total']:>8.1f} s {share[0]:.2f} of the first month; processor {share[1]:.2f}", flush=True)
    if "second" in found:
        print(f"rows whose person differs between the two: {found['second']['rows_differing']}", flush=True)


def main() -> None:
    """Print a line an engine and size, then how many times Splink's time ours is and how both grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000])
    parser.add_argument("--second-month", action="store_true")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    results = []
    for rows in chosen.rows:
        results.append(measure(rows, second_month=chosen.second_month, with_peer=not chosen.without_peer))
        show(results[-1])
    summary: dict[str, Any] = {"sizes": results}
    for engine in ("splink", "ansinh"):
        if len(results) > 1 and all(engine in found for found in results):
            low, high = results[0], results[-1]
            summary[f"exponent_{engine}"] = round(
                math.log(high[engine]["total"] / low[engine]["total"]) / math.log(high["rows"] / low["rows"]), 2
            )
            print(f"{engine:<7} grows with exponent {summary[f'exponent_{engine}']}")
    if all("splink" in found for found in results):
        summary["times_splink"] = [round(found["ansinh"]["total"] / found["splink"]["total"], 2) for found in results]
        print(
            "ansinh / splink: "
            + ", ".join(f"{found['rows']} rows {times}" for found, times in zip(results, summary["times_splink"], strict=True))
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(summary, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
