"""Training the weights: Splink on DuckDB and the warehouse's SQL see the same levels and give them the same weight."""

from __future__ import annotations

import builtins
import csv
from collections.abc import Callable, Iterator
from importlib import import_module
from math import log2
from pathlib import Path
from typing import Any

import pytest
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.identity import train as training
from ansinh.identity.train_levels import COLUMNS, CONDITIONS, prepare
from ansinh.identity.weights import read_weights, retrained, write_weights
from error_models import world
from rawdata import write_register, write_rows

PERIOD = "2026-11"
Records = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def records(module_dsn: str, build_persons: Callable[..., None]) -> Iterator[Records]:
    """The standardised rows of a published month of 2,500 people with noisy names and few birth dates."""
    province = world("noisy_names", 2500, 77)
    with connect() as connection:
        write_rows(connection, PERIOD, [(line.row_id, line.values) for line in province.lines])
        write_register(connection, province.register())
    build_persons(publish=True)
    with connect() as connection:
        yield connection.execute(f"select {', '.join(COLUMNS)} from intermediate.int_person_records where origin = 'list'").fetchall()


@pytest.fixture(scope="module")
def scored(records: Records) -> dict[tuple[str, str], dict[str, Any]]:
    """What the SQL says of every candidate pair: levels, weights and the frequencies u is scaled by."""
    chosen = ", ".join(f"s.{name}_level, s.{name}_weight" for name in CONDITIONS)
    with connect() as connection:
        cursor = connection.execute(
            f"select s.row_id_l, s.row_id_r, {chosen}, l.name_frequency, l.ends_frequency, l.commune_frequency"
            " from intermediate.int_person_pair_scores s join intermediate.int_person_pair_levels l using (row_id_l, row_id_r)"
        )
        columns = [column.name for column in cursor.description or []]
        return {(row[0], row[1]): dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}


def test_duckdb_and_the_warehouse_see_the_same_levels(records: Records, scored: dict[tuple[str, str], dict[str, Any]]) -> None:
    duckdb, pandas = import_module("duckdb"), import_module("pandas")
    connection = duckdb.connect(":memory:")
    prepare(connection)
    people = pandas.DataFrame([dict(zip(COLUMNS, record, strict=True)) for record in records])  # noqa: F841 - DuckDB reads it by name
    pairs = pandas.DataFrame(list(scored), columns=["a", "b"])  # noqa: F841
    both = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in COLUMNS)
    connection.execute(
        f"create table pair as select {both} from pairs join people l on l.row_id = pairs.a join people r on r.row_id = pairs.b"
    )
    told = connection.execute(f"select row_id_l, row_id_r, {', '.join(f'({sql}) as {name}' for name, sql in CONDITIONS.items())} from pair")
    seen: set[tuple[str, str | None]] = set()
    for left, right, *levels in told.fetchall():
        for name, level in zip(CONDITIONS, levels, strict=True):
            assert level == scored[left, right][f"{name}_level"], (name, left, right)
            seen.add((name, level))
    assert len(scored) > 500
    assert len({level for name, level in seen if name == "name"}) >= 8
    assert len({level for name, level in seen if name == "birth"}) >= 7


def test_splink_and_the_warehouse_weigh_a_pair_alike_but_for_the_frequency_of_its_terms(
    records: Records, scored: dict[tuple[str, str], dict[str, Any]]
) -> None:
    weights = read_weights()
    scale = {(weight.comparison, weight.level): weight.scaled_by for weight in weights}
    predicted = training.linker(records, weights).inference.predict(threshold_match_weight=-200).as_pandas_dataframe()
    compared = 0
    for pair in predicted.to_dict("records"):
        ours = scored.get((pair["unique_id_l"], pair["unique_id_r"])) or scored.get((pair["unique_id_r"], pair["unique_id_l"]))
        if ours is None:
            continue
        for name in CONDITIONS:
            term = scale.get((name, ours[f"{name}_level"]))
            expected = pair[f"mw_{name}"] - (log2(ours[f"{term}_frequency"]) if term else 0)
            assert ours[f"{name}_weight"] == pytest.approx(max(-14, min(14, expected)), abs=1e-6), name
        compared += 1
    assert compared > 100


def test_training_finds_what_the_labelled_pairs_show_and_leaves_the_fixed_levels(records: Records, tmp_path: Path) -> None:
    before = {(weight.comparison, weight.level): weight for weight in read_weights()}
    out = tmp_path / "mu_weights.csv"
    fresh = {(weight.comparison, weight.level): weight for weight in training.train(out, max_pairs=2e5)}
    with out.open(encoding="utf-8", newline="") as file:
        assert [(row["comparison"], row["level"]) for row in csv.DictReader(file)] == list(before)
    assert read_weights(out) == list(fresh.values())
    versions = {weight.model_version for weight in fresh.values()}
    assert len(versions) == 1 and versions != {weight.model_version for weight in before.values()}
    for key, weight in fresh.items():
        if before[key].is_fixed:
            assert (weight.m, weight.u) == (before[key].m, before[key].u)
        else:
            assert before[key].m / 2.001 <= weight.m <= before[key].m * 2.001
            assert weight.rows == len(records) and weight.trained_on
    assert {"sex", "cccd", "cmnd", "prior", "register"} <= {name for name, level in fresh if fresh[name, level].is_fixed}
    # half the births of this world are a year only, and every seventh name has a slip
    assert fresh["birth", "day"].m < before["birth", "day"].m and fresh["birth", "year"].m > before["birth", "year"].m
    assert fresh["name", "exact"].m < before["name", "exact"].m


def test_one_training_moves_a_figure_by_one_bit_at_most() -> None:
    before = read_weights()
    wild = {(weight.comparison, weight.level): (0.5, 0.5) for weight in before}
    for old, new in zip(before, retrained(before, wild, rows=10, pairs=10), strict=True):
        assert abs(log2(new.m / old.m)) <= 1.001 and abs(log2(new.u / old.u)) <= 1.001


def test_the_seed_survives_reading_and_writing(tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    write_weights(read_weights(), copy)
    assert read_weights(copy) == read_weights()


def test_without_splink_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refusing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("splink"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(training, "import_module", lambda name: refusing(name))
    with pytest.raises(UsageError, match="splink"):
        training.train()


def test_without_a_published_month_there_is_nothing_to_learn_from(dsn: str, tmp_path: Path) -> None:
    with pytest.raises(BlockedByData):
        training.train(tmp_path / "never.csv")
    assert not (tmp_path / "never.csv").exists()
