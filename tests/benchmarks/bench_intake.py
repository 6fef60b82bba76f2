"""Workbooks from a folder to `raw`, and their answers: ours beside python-calamine and openpyxl on the same files.

The peers only read the cells. Ours judges them, in reading children with limits, and lands rows, readings and problems in a
real, durable PostgreSQL, one transaction a workbook; then every sender is answered over the real SFTP server. Wall time counts
everything from the start of the processes; what is spent before the first file is shown beside it.

    python -m tests.benchmarks.bench_intake --files 3000 [--per-commune 1] [--files-in FOLDER] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from ansinh.core import migrate, remote
from ansinh.local import postgres, sftp

from tests.benchmarks import intake_ways as ways
from tests.benchmarks.intake_files import make_files
from tests.benchmarks.intake_meter import measured, postgres_cpu

ROWS = 300
_OPENPYXL_SHARE = 20  # every so many files: it is slow, and its time is the sum over files


@contextmanager
def services(home: Path) -> Iterator[postgres.PostgresInfo]:
    """PostgreSQL and SFTP of a home of our own, reached as in production."""
    os.environ.update(ANSINH_HOME=str(home), ANSINH_NOW="2026-10-23T08:00:00+07:00")
    server = postgres.start(home, with_parent=True)
    child = sftp.start(home, with_parent=True)
    try:
        for name, where in sftp.remotes(home, child.port).items():
            os.environ[remote.variable(name)] = json.dumps(where)
        yield server
    finally:
        sftp.stop(home)
        postgres.stop(home)


def fresh_database(server: postgres.PostgresInfo, name: str) -> None:
    """A migrated warehouse of its own for one size; `ANSINH_DSN` names it."""
    with psycopg.connect(server.database("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    os.environ["ANSINH_DSN"] = server.database(name)
    migrate.upgrade(os.environ["ANSINH_DSN"])


def run_size(server: postgres.PostgresInfo, files: list[Path], name: str) -> list[dict[str, Any]]:
    """All ways over these files; one result each."""
    fresh_database(server, name)
    few = files[:: max(1, min(_OPENPYXL_SHARE, len(files) // 10))]
    communes = sorted({path.parts[-3] for path in files})
    results = [
        measured("python-calamine", ways.calamine, files),
        measured("openpyxl read_only", ways.openpyxl_read_only, few, counted=len(files)),
        measured("ansinh: folder to raw", ways.folder_to_raw, files, server_cpu=lambda: postgres_cpu(server.pid)),
        measured("ansinh: answers over SFTP", ways.answers, communes, counted=len(files), scaled=False, workers=1, server_cpu=lambda: postgres_cpu(server.pid)),
    ]  # fmt: skip
    _check(len(files))
    return results


def _check(files: int) -> None:
    """What was timed was also done: every file landed and answered, every person read, one list in ten with problems."""
    query = """
        select count(*), sum(row_count), count(*) filter (where status = 'partly'), count(answered_at),
            (select count(*) from raw.commune__rows), (select count(*) from raw.commune__readings)
        from raw.commune__workbooks
    """
    with psycopg.connect(os.environ["ANSINH_DSN"]) as connection:
        found = connection.execute(query).fetchone()
    rows = files * ROWS
    if found != (files, rows, -(-files // 10), files, rows, rows):
        raise SystemExit(f"not everything was read or answered: {found}")


def report(sizes: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    """Print the table; returns the figures that are promised: ratios, growth, memory."""
    print(f"{'way':<26} {'files':>6} {'wall s':>8} {'of it start':>11} {'CPU s':>8} {'peak MB':>8}")
    for count, results in sizes.items():
        for one in results:
            note = "" if one["measured_files"] == count else f"   ({one['measured_files']} files measured, scaled)"
            print(f"{one['way']:<26} {count:>6} {one['wall']:>8.2f} {one['start']:>11.2f} {one['cpu']:>8.2f} {one['peak_mb']:>8}{note}")
    small, large = min(sizes), max(sizes)
    calamine, openpyxl, ours, answers = sizes[large]
    before = sizes[small][2]
    growth = math.log(ours["wall"] / before["wall"]) / math.log(large / small) if large > small else float("nan")
    net = (ours["wall"] - ours["start"]) / (before["wall"] - before["start"])
    figures = {
        "times_calamine": round(ours["wall"] / calamine["wall"], 2),
        "times_calamine_cpu": round(ours["cpu"] / calamine["cpu"], 2),
        "faster_than_openpyxl": round(openpyxl["wall"] / ours["wall"], 2),
        "growth_exponent": round(growth, 2),
        "growth_exponent_without_start": round(math.log(net) / math.log(large / small), 2),
        "peak_mb": [before["peak_mb"], ours["peak_mb"]],
        "answers_seconds": round(answers["wall"], 1),
    }
    print(" · ".join(f"{name} {value}" for name, value in figures.items()))
    return figures


def main() -> None:
    """Run a tenth of the files, then all of them; print both. `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--per-commune", type=int, default=1)
    parser.add_argument("--files-in", type=Path, help="keep the workbooks here, and use those already there")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    sizes: dict[int, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-intake-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        began = time.perf_counter()
        communes = home / "sftp" / "communes"
        made = make_files(chosen.files_in or communes, chosen.files, ROWS, per_commune=chosen.per_commune)
        if chosen.files_in:
            shutil.copytree(chosen.files_in, communes, copy_function=os.link)
        files = [communes.joinpath(*path.parts[-3:]) for path in made]
        with services(home) as server:
            size = sum(path.stat().st_size for path in files) // len(files) // 1024
            print(f"{len(files)} workbooks of {ROWS} × 16, {size} KB each, made in {time.perf_counter() - began:.0f} s")
            for count in sorted({max(10, chosen.files // 10), chosen.files}):
                sizes[count] = run_size(server, files[:count], f"bench_{count}")
                ways.forget_answers(home)
    figures = report(sizes)
    if chosen.json:
        chosen.json.write_text(json.dumps({"figures": figures, "sizes": sizes}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
