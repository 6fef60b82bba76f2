"""`ansinh train`: learn the weights of comparison from the warehouse's own rows, off the monthly path.

Splink's expectation maximisation finds m, random pairs give u, on DuckDB in memory; nothing of a person is written. What
cannot be learnt like this stays as the seed has it: the numbers and the sex (EM holds a differing CCCD for ordinary), the
prior, the register, and u of phone and account (families share them, so chance is not the yardstick).

Where the two methods agree and where not. Given the same m and u, Splink on these levels and the warehouse's SQL give a
pair the same weight, comparison by comparison; a test holds that. They part on term frequencies: Splink scales the u of the
level it takes for the exact match, which here is split by tones, and counts the rows it is given; the SQL multiplies u by
the frequency of the name (or of surname and given name), counted over lists and register and frozen with the version of
the weights. So u is divided here by the chance that two random rows share that name, and is trained without Splink's
own adjustment. The cap on household evidence and the register's weight are the SQL's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.identity.train_levels import COLUMNS, CONDITIONS, prepare
from ansinh.identity.weights import Weight, read_weights, retrained, seed_path, write_weights
from ansinh.text import say

KEPT_U = ("phone", "account")
LEAST_ROWS = 2000  # below this random pairs say nothing of rare levels
SESSIONS = ("l.day_key = r.day_key", "l.name_key = r.name_key and l.commune_code = r.commune_code")


def splink_module(name: str) -> Any:
    """A module of the extra `train`. Raises UsageError, naming the extra, when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(say("identity.train.missing", package=name.split(".")[0]), say("identity.train.missing_fix")) from error


def train(out: Path | None = None, *, max_pairs: float = 5e6) -> list[Weight]:
    """Train on the published month and write the seed to `out` (default: the project's own); returns the new weights.

    Raises UsageError without the extra `train`, BlockedByData when no month is published or it is too small to learn from.
    """
    splink_module("splink")
    records = _records()
    if len(records) < LEAST_ROWS:
        raise BlockedByData(say("identity.train.too_few", rows=len(records), least=LEAST_ROWS), say("identity.train.too_few_fix"))
    before = read_weights()
    found, pairs = learn(records, before, max_pairs=max_pairs)
    fresh = retrained(before, found, rows=len(records), pairs=pairs)
    write_weights(fresh, out or seed_path())
    return fresh


def _records() -> list[tuple[Any, ...]]:
    with connect() as connection:
        known = connection.execute("select to_regclass('intermediate.int_person_records') is not null").fetchone()
        if not known or not known[0]:
            return []
        return connection.execute(f"select {', '.join(COLUMNS)} from intermediate.int_person_records where origin = 'list'").fetchall()


def linker(records: Sequence[Sequence[Any]], weights: Sequence[Weight]) -> Any:
    """Splink's linker over `records` (columns as in COLUMNS) with the seed's levels; fixed ones keep their m and u."""
    duckdb, pandas = splink_module("duckdb"), import_module("pandas")
    splink = splink_module("splink")
    connection = duckdb.connect(":memory:")
    prepare(connection)
    api = splink.DuckDBAPI(connection)
    frame = pandas.DataFrame([dict(zip(COLUMNS, record, strict=True)) for record in records]).rename(columns={"row_id": "unique_id"})
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name, condition, weights) for name, condition in CONDITIONS.items()],
        blocking_rules_to_generate_predictions=[
            *SESSIONS, "l.cccd = r.cccd", "l.phone = r.phone", "l.account_key = r.account_key",
            "l.commune_code = r.commune_code and l.birth_year = r.birth_year and l.given_name = r.given_name",
        ],
        retain_intermediate_calculation_columns=True, retain_matching_columns=False,
    )  # fmt: skip
    return splink.Linker(api.register(frame), settings, log_level=40)


def _comparison(name: str, condition: str, weights: Sequence[Weight]) -> Any:
    library, custom = splink_module("splink.comparison_level_library"), splink_module("splink.comparison_library").CustomComparison
    levels = [library.CustomLevel(f"({condition}) is null", "silent").configure(is_null_level=True)]
    own = [weight for weight in weights if weight.comparison == name]
    for weight in own:
        level = library.CustomLevel("ELSE" if weight is own[-1] else f"({condition}) = '{weight.level}'", weight.level)
        levels.append(
            level.configure(
                m_probability=weight.m, u_probability=min(1.0, weight.u), fix_m_probability=weight.is_fixed,
                fix_u_probability=weight.is_fixed or name in KEPT_U,
            )
        )  # fmt: skip
    return custom(levels, output_column_name=name)


def learn(
    records: Sequence[Sequence[Any]], weights: Sequence[Weight], *, max_pairs: float = 5e6
) -> tuple[dict[tuple[str, str], tuple[float, float]], int]:
    """(m, u) by (comparison, level) in the seed's own units, and how many random pairs u was counted on."""
    trained = linker(records, weights)
    trained.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=1, min_count_per_level=None)
    for rule in SESSIONS:
        trained.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)
    settings = trained.misc.save_model_to_json()
    shares = _shares(records)
    before = {(weight.comparison, weight.level): weight for weight in weights}
    found = {}
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        for level in comparison["comparison_levels"]:
            old = before.get((name, level.get("label_for_charts", "")))
            if old is None:
                continue
            m, u = level.get("m_probability", old.m), level.get("u_probability", old.u)
            found[name, old.level] = (m, old.u if name in KEPT_U else u / shares.get(old.scaled_by, 1.0))
    return found, int(max_pairs)


def _shares(records: Sequence[Sequence[Any]]) -> Mapping[str, float]:
    """The chance that two random rows share the term u is scaled by: name, surname with given name, commune."""
    at = {column: place for place, column in enumerate(COLUMNS)}
    keys: dict[str, dict[object, int]] = {"name": {}, "ends": {}, "commune": {}}
    for record in records:
        for kind, key in (
            ("name", record[at["name_key"]]),
            ("ends", (record[at["surname"]], record[at["given_name"]])),
            ("commune", record[at["commune_code"]]),
        ):
            keys[kind][key] = keys[kind].get(key, 0) + 1
    pairs = len(records) ** 2
    return {kind: sum(count * count for count in counted.values()) / pairs for kind, counted in keys.items()}
