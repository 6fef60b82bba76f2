"""Splink 5 on DuckDB over the same rows: read from PostgreSQL, standardise, train, predict, cluster, write back.

Run as a process of its own, so that its memory is its own: `python -m tests.benchmarks.linkage.splink_peer DSN PERIOD JSON`.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison, ExactMatch

LINK_PROBABILITY = 0.998  # 9 bits: where An Sinh links
_READ = (
    "select row_id, full_name, id_number, id_type, birth_date, birth_year, sex, commune_code, phone, account_number from raw.commune__readings"
    " where period = '{period}'"
)
# The same standardisation in the terms of DuckDB: lower case, no tones, word parts, real numbers only.
_STANDARDISE = """
create table person as
with keyed as (
    select *, trim(regexp_replace(replace(strip_accents(lower(nfc_normalize(full_name))), 'đ', 'd'), '[^a-z]+', ' ', 'g')) as name_key,
    from listed
)
select row_id as unique_id, name_key, string_split(name_key, ' ')[1] as surname, string_split(name_key, ' ')[-1] as given_name,
    birth_date as birth_day, birth_year, case when birth_date is not null then concat_ws('/', birth_year, least(month(birth_date), day(birth_date)),
        greatest(month(birth_date), day(birth_date))) end as day_key, sex, commune_code,
    case when id_type = 'cccd' and id_number <> '079000000001' then id_number end as cccd, case when id_type = 'cmnd' then id_number end as cmnd,
    case when phone <> '0900000000' then phone end as phone, account_number as account
from keyed
"""


def settings() -> SettingsCreator:
    """Comparisons and blocking rules like those of the dbt models, without the register."""
    name = CustomComparison(
        output_column_name="name_key",
        comparison_levels=[
            cll.NullLevel("name_key"),
            cll.ExactMatchLevel("name_key", term_frequency_adjustments=True),
            cll.CustomLevel("surname_l = surname_r and given_name_l = given_name_r", label_for_charts="ends"),
            cll.LevenshteinLevel("name_key", 2),
            cll.ExactMatchLevel("given_name"),
            cll.ElseLevel(),
        ],
    )
    birth = CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("birth_year"),
            cll.CustomLevel("birth_day_l = birth_day_r", label_for_charts="day"),
            cll.CustomLevel("day_key_l = day_key_r", label_for_charts="swapped"),
            cll.CustomLevel("birth_year_l = birth_year_r", label_for_charts="year"),
            cll.CustomLevel("abs(birth_year_l - birth_year_r) = 1", label_for_charts="year off"),
            cll.ElseLevel(),
        ],
    )
    numbers = [
        CustomComparison(
            output_column_name=column,
            comparison_levels=[cll.NullLevel(column), cll.ExactMatchLevel(column), cll.LevenshteinLevel(column, 1), cll.ElseLevel()],
        )
        for column in ("cccd", "cmnd")
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[name, birth, *numbers, *(ExactMatch(column) for column in ("sex", "commune_code", "phone", "account"))],
        blocking_rules_to_generate_predictions=[
            block_on("cccd"), block_on("cmnd"), block_on("name_key", "day_key"), block_on("given_name", "day_key"),
            block_on("commune_code", "name_key"), block_on("commune_code", "birth_year", "given_name"), block_on("commune_code", "day_key"),
            block_on("account"), block_on("phone"),
        ],
        probability_two_random_records_match=6e-6,
        retain_matching_columns=False,
    )  # fmt: skip


def run(dsn: str, period: str, memory_mb: int) -> dict[str, Any]:
    """Seconds of each step and how many pairs and links came back."""
    took: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        took[name] = round(time.perf_counter() - began, 2)
        began = time.perf_counter()

    with tempfile.TemporaryDirectory(prefix="bench-splink-") as folder, psycopg.connect(dsn) as connection:
        rows, found = Path(folder) / "rows.csv", Path(folder) / "found.csv"
        base = duckdb.connect(str(Path(folder) / "splink.duckdb"), config={"memory_limit": f"{memory_mb}MB"})
        _copy_out(connection, _READ.format(period=period), rows)
        base.execute(
            f"create table listed as select * from read_csv('{rows}', header = true, all_varchar = true)"
            .replace("select *", "select * replace (cast(birth_date as date) as birth_date, cast(birth_year as int) as birth_year)")
        )  # fmt: skip
        lap("read")
        base.execute(_STANDARDISE)
        lap("standardise")
        api = DuckDBAPI(base)
        linker = Linker(api.register("person"), settings(), log_level=logging.ERROR)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("cccd"), block_on("name_key", "day_key"), block_on("commune_code", "birth_year", "given_name")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
        lap("train")
        pairs = linker.inference.predict(threshold_match_weight=2.0)
        lap("predict")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, LINK_PROBABILITY)
        lap("cluster")
        connection.execute("create schema if not exists bench; drop table if exists bench.splink_pair, bench.splink_xref")
        connection.execute("create table bench.splink_pair (row_id_l text, row_id_r text, match_weight float8, match_probability float8)")
        connection.execute("create table bench.splink_xref (row_id text, cluster_id text)")
        counts = [
            _copy_in(base, connection, f"select unique_id_l, unique_id_r, match_weight, match_probability from {pairs.physical_name}", "splink_pair", found),
            _copy_in(base, connection, f"select unique_id, cluster_id from {clusters.physical_name}", "splink_xref", found),
        ]  # fmt: skip
        connection.commit()
        lap("write")
        base.close()
    return {"seconds": took, "total": round(sum(took.values()), 2), "pairs": counts[0], "rows": counts[1]}


def _copy_out(connection: psycopg.Connection[Any], query: str, path: Path) -> None:
    with path.open("wb") as file, connection.cursor().copy(f"copy ({query}) to stdout (format csv, header)") as copy:  # type: ignore[arg-type]
        for block in copy:
            file.write(block)


def _copy_in(base: duckdb.DuckDBPyConnection, connection: psycopg.Connection[Any], query: str, table: str, path: Path) -> int:
    base.execute(f"copy ({query}) to '{path}' (header false)")
    with path.open("rb") as file, connection.cursor() as cursor:
        with cursor.copy(f"copy bench.{table} from stdin (format csv)") as copy:  # type: ignore[arg-type]
            while block := file.read(1 << 20):
                copy.write(block)
        return cursor.rowcount


def main() -> None:
    """DSN, period and where the figures go."""
    dsn, period, kept, memory_mb = sys.argv[1:5]
    Path(kept).write_text(json.dumps(run(dsn, period, int(memory_mb))), encoding="utf-8")


if __name__ == "__main__":
    main()
