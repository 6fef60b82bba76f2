"""Pairwise precision and recall of `marts.person_xref` against a known truth, by hazard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt


@dataclass(slots=True)
class ScoreCard:
    """Counts of pairs: rightly linked, wrongly linked, missed; `right_by`, `wrong_by`, `missed_by` split them by hazard."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    right_by: Counter[str] = field(default_factory=Counter)
    wrong_by: Counter[str] = field(default_factory=Counter)
    missed_by: Counter[str] = field(default_factory=Counter)
    wrong_pairs: list[tuple[str, str]] = field(default_factory=list)
    missed_pairs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def _pairs(groups: Mapping[str, object]) -> set[tuple[str, str]]:
    members: dict[object, list[str]] = defaultdict(list)
    for row, group in groups.items():
        members[group].append(row)
    return {pair for rows in members.values() for pair in combinations(sorted(rows), 2)}


def score(found: Mapping[str, object], truth: Mapping[str, object], hazards: Mapping[str, str]) -> ScoreCard:
    """`found` and `truth` map a row to its person; `hazards` names what made the row hard."""
    linked, same = _pairs(found), _pairs(truth)
    card = ScoreCard(right=len(linked & same), wrong=len(linked - same), missed=len(same - linked))
    card.wrong_pairs, card.missed_pairs = sorted(linked - same), sorted(same - linked)
    card.right_by.update("+".join(sorted({hazards[a], hazards[b]})) for a, b in linked & same)
    card.wrong_by.update("+".join(sorted({hazards[a], hazards[b]})) for a, b in card.wrong_pairs)
    card.missed_by.update("+".join(sorted({hazards[a], hazards[b]})) for a, b in card.missed_pairs)
    return card


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson)."""
    if not trials:
        return 0.0, 1.0
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return middle - half, middle + half
