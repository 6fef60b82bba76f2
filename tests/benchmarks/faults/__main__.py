"""`python -m tests.benchmarks.faults --points 2000`: the fault sweep of the sender, as a table.

Exit code 1 if anybody is paid twice or not at all, a partial file shows, a file arrives again, the books differ, or doubt needs a
person. A long sweep is cut into parts: `--shard 3/40 --into DIR` keeps its figures in DIR, `--merge DIR` prints the table of all; a shard
whose figures are there is not run again. `--courier paramiko.put` (or SFTPOperator) puts a peer through the same points.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ansinh.core import migrate
from ansinh.local import postgres

from tests.benchmarks.faults import plan, table
from tests.benchmarks.faults.couriers import COURIERS
from tests.benchmarks.faults.world import World


def sweep(points: int, folder: Path, courier: str, seed: int, shard: tuple[int, int]) -> Iterator[table.Line]:
    """Run every scenario before both banks, each over its part of the points; one line of the table each."""
    for number, (bank_name, sweep_ms) in enumerate(plan.BANKS.items()):
        os.environ["ANSINH_HOME"] = str(folder / bank_name.split()[0])
        world = World(folder / bank_name.split()[0], sweep_ms, COURIERS[courier](), first_run=1 + 100_000 * number)
        try:
            for scenario in plan.chosen(courier):
                mine = plan.spots(scenario.name, bank_name, plan.points_of(scenario, points), seed, shard)
                if mine:
                    yield courier, scenario.name, bank_name, scenario.run(world, mine, folder)
        finally:
            world.close()


def run(points: int, courier: str, seed: int, shard: tuple[int, int]) -> list[table.Line]:
    """A sweep with a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="ansinh-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = postgres.start(folder / "pg", durable=False, with_parent=True)
        try:
            os.environ["ANSINH_DSN"] = server.database("postgres")
            migrate.upgrade()
            return list(sweep(points, folder, courier, seed, shard))
        finally:
            postgres.stop(folder / "pg")


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not 1 <= int(number) <= int(of):
        raise argparse.ArgumentTypeError("1/8 … 8/8")
    return int(number) - 1, int(of)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--courier", choices=sorted(COURIERS), default="ansinh")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--shard", type=_shard, default=(0, 1), metavar="I/N")
    parser.add_argument("--into", type=Path, metavar="DIR", help="keep the figures here, and do not run again what is here")
    parser.add_argument("--merge", type=Path, metavar="DIR", help="print the table of everything kept in DIR; run nothing")
    asked = parser.parse_args()
    if asked.merge:
        lines = table.merged(asked.merge)
    else:
        print(f"seed {asked.seed}, {asked.points} points, shard {asked.shard[0] + 1}/{asked.shard[1]}, {asked.courier}", file=sys.stderr)
        name = f"{asked.courier}-{asked.seed}-{asked.points}-{asked.shard[0] + 1}-of-{asked.shard[1]}.json"
        kept = asked.into / name if asked.into else None
        if kept and kept.exists():
            return 0
        lines = run(asked.points, asked.courier, asked.seed, asked.shard)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(".part")
            partial.write_text(json.dumps(table.to_json(lines)), encoding="utf-8")
            partial.replace(kept)
    print(table.text(lines))
    for problem in table.problems(lines):
        print(problem, file=sys.stderr)
    return 0 if table.is_clean(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
