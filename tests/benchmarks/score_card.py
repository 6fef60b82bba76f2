"""How surely each person is found once: precision, recall and review load by hazard, beside Splink on the same rows.

python -m tests.benchmarks.score_card [--people 20000] [--seed 9009] [--world lost_numbers ...]
Worlds: `province` (labelled.py), the error models of error_models.py, and `febrl`. Nothing is tuned here: weights were counted on
seed 101, so any other seed judges.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from ansinh.core import migrate
from ansinh.local import postgres

sys.path.insert(0, str(Path(__file__).parents[1] / "warehouse" / "identity"))


def judge(name: str, people: int, seed: int) -> None:
    """Print the card of one world, on a server of its own."""
    import cards
    from ansinh.warehouse.build import build
    from error_models import world
    from labelled import Province

    with tempfile.TemporaryDirectory(prefix="score-card-") as folder:
        os.environ["ANSINH_HOME"] = folder
        server = postgres.start(Path(folder), durable=False, with_parent=True)
        try:
            os.environ["ANSINH_DSN"] = dsn = server.database("ansinh")
            migrate.upgrade(dsn)
            if name == "febrl":
                lines, register = cards.febrl(), iter(())
            else:
                made = Province(people, seed=seed) if name == "province" else world(name, people, seed)
                lines, register = made.lines, made.register()  # type: ignore[assignment]
            cards.load(lines, register)
            for layer in ("staging", "standardise", "deduplicate", "marts"):
                build("warehouse", cards.PERIOD, layer, "score-card")  # type: ignore[arg-type]
            found = {"ours": cards.ours(lines), "splink": cards.peers(lines, dsn)}
            print(*cards.table(f"{name} (seed {seed})", found, len(lines), cards.review_load()), sep="\n", flush=True)
        finally:
            postgres.stop(Path(folder))


def main() -> None:
    """Each world asked for, one after the other."""
    worlds = ["province", "lost_numbers", "noisy_names", "lookalikes", "mixture", "febrl"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=9009)
    parser.add_argument("--world", nargs="+", choices=worlds, default=worlds)
    asked = parser.parse_args()
    for name in asked.world:
        judge(name, asked.people, asked.seed)


if __name__ == "__main__":
    main()
