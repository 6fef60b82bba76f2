"""`python -m tests.benchmarks.faults --points 2000`: the fault sweep of the sender, as a table.

Of the points, six in ten are kills (needs strace and the right to trace), three cuts, the rest full disks and clock jumps; half
of each before a bank that waits, half before one that empties its inbox every 20 ms. Exit code 1 if anybody is paid twice or
not at all, a partial file shows, the books differ, or doubt needs a person.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from ansinh.core import migrate
from ansinh.local import postgres

from tests.benchmarks.faults import scenarios
from tests.benchmarks.faults.world import Tally, World

NEVER_MS, AT_ONCE_MS = 3_600_000, 20
_HEAD = ("scenario", "bank", "points", "hit", "doubtful", "by hand", "partial", "twice", "lost", "problems", "s")


def sweep(points: int, folder: Path) -> list[tuple[str, str, Tally]]:
    """Run every scenario before both banks; (scenario, bank, tally) each."""
    found = []
    share = {"kill": 0.6 if scenarios.can_trace() else 0.0, "cut": 0.3, "disk": 0.06, "clock": 0.04}
    for first_run, bank_name, sweep_ms in ((1, "waits", NEVER_MS), (100_001, "sweeps at once", AT_ONCE_MS)):
        world = World(folder / bank_name.split()[0], sweep_ms, first_run=first_run)
        try:
            for name, part in share.items():
                wanted = round(points * part / 2)
                if not wanted:
                    continue
                run = {"kill": _kill(folder), "cut": scenarios.cut, "disk": scenarios.disk_full, "clock": scenarios.clock_jumps}[name]
                found.append((name, bank_name, run(world, wanted)))
        finally:
            world.close()
    return found


def _kill(folder: Path):  # type: ignore[no-untyped-def]
    return lambda world, points: scenarios.killed(world, points, folder)


def table(found: list[tuple[str, str, Tally]]) -> str:
    """The result as aligned text."""
    rows = [_HEAD]
    for name, bank_name, t in found:
        rows.append(
            (
                name,
                bank_name,
                *(str(v) for v in (t.points, t.hit, t.doubtful, t.by_hand, t.partial, t.twice, t.lost, len(t.problems), round(t.seconds))),
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def is_clean(found: list[tuple[str, str, Tally]]) -> bool:
    """Nobody paid twice or lost, nothing partial, no book out of line, no doubt left to a person."""
    return not any(t.twice or t.lost or t.partial or t.by_hand or t.problems for _, _, t in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=2000)
    points = parser.parse_args().points
    with tempfile.TemporaryDirectory(prefix="ansinh-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = postgres.start(folder / "pg", durable=False, with_parent=True)
        try:
            os.environ["ANSINH_DSN"] = server.database("postgres")
            migrate.upgrade()
            found = sweep(points, folder)
        finally:
            postgres.stop(folder / "pg")
    print(table(found))
    for name, bank_name, tally in found:
        for problem in tally.problems[:5]:
            print(f"{name} / {bank_name}: {problem}", file=sys.stderr)
    return 0 if is_clean(found) else 1


if __name__ == "__main__":
    sys.exit(main())
