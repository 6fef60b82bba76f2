"""Further worked examples on real PostgreSQL through real dbt: one build, then every case's lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from adversary import MONTH, World, differences
from adversary_lives import Lives
from adversary_money import Money
from province import lines


class Adversary(Lives, Money):
    """All further examples in one list."""


@pytest.fixture(scope="module")
def adversary(module_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = Adversary(tmp_path_factory.mktemp("adversary"))
    for part in (
        world.ages,
        world.subjects,
        world.lives,
        world.cash,
        world.highest,
        world.merit,
        world.starts,
        world.receivers,
        world.shares,
    ):
        part()
    world.p.build(MONTH)
    yield world


def test_every_further_example_comes_out_to_the_dong(adversary: World) -> None:
    found = differences(adversary.cases, lines)
    assert not found, f"{len(found)} of {len(adversary.cases)}:\n" + "\n".join(found)
