"""The score card: precision, recall and review load on labelled provinces nobody tuned anything on, beside Splink.

Weights were counted on seed 101 of five error models and the thresholds chosen by what true and false pairs of that seed show
(dbt_project/seeds/mu_weights.csv); the seeds here are others. `python -m tests.benchmarks.score_card` prints more and larger ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cards
import pytest
from error_models import world
from labelled import Province

sys.path.insert(0, str(Path(__file__).parents[3]))  # the peer lives with the benchmarks
CASES: dict[str, tuple[Callable[[], tuple[Sequence[Any], Iterator[Mapping[str, Any]]]], float, float]] = {
    "province": (lambda: _both(Province(8000, seed=9001)), 0.995, 0.92),
    "lost-numbers": (lambda: _both(world("lost_numbers", 6000, 9003)), 0.995, 0.90),
    "febrl": (lambda: (cards.febrl(), iter(())), 0.995, 0.88),
}


def _both(made: Any) -> tuple[Sequence[Any], Iterator[Mapping[str, Any]]]:
    return made.lines, made.register()


@pytest.mark.parametrize("case", CASES)
def test_a_labelled_province_is_found_once_and_better_than_splink_finds_it(
    dsn: str, build_persons: Callable[..., None], case: str, record_property: Callable[[str, object], None]
) -> None:
    make, least_precision, least_recall = CASES[case]
    lines, register = make()
    cards.load(lines, register)
    build_persons()
    found = {"ours": cards.ours(lines), "splink": cards.peers(lines, dsn)}
    asked = cards.review_load()
    print(*cards.table(case, found, len(lines), asked), sep="\n")
    for who, card in found.items():
        record_property(f"{who} precision, recall", f"{card.precision:.4f} {card.recall:.4f}")
    card, peer = found["ours"], found["splink"]
    assert card.precision >= least_precision, card.wrong_by
    assert card.recall >= least_recall, card.missed_by
    assert asked * 1000 <= 10 * len(lines)
    assert card.precision >= peer.precision and card.recall > peer.recall
