"""dbt's own unit tests of the rules: the age ladder with made-up people and the real seeds."""

from __future__ import annotations

from pathlib import Path

from ansinh.warehouse.build import build_variables, dbt_environment, run_dbt
from province import Province


def test_the_age_ladder_holds_code_by_code(dsn: str, tmp_path: Path) -> None:
    import json

    province = Province(tmp_path)
    province.build("2026-11")  # dbt takes the column types of a unit test's inputs from the tables that exist
    with dbt_environment():
        outcome = run_dbt([
            "--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-use-colors", "test", "--select", "test_type:unit,path:models/intermediate/entitle",
            "--vars", json.dumps(build_variables("settle", "2026-11")), "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path),
        ])  # fmt: skip
    assert outcome.result is not None, outcome.exception
    results = list(outcome.result.results)
    assert results
    assert [found.message for found in results if str(found.status) != "pass"] == []
