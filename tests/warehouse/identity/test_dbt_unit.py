"""dbt's own unit tests of the standardising models, on a real PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_standardising_reads_vietnamese_as_dbts_unit_tests_say(dsn: str, tmp_path: Path) -> None:
    from ansinh.warehouse.build import build, build_variables, dbt_environment, run_dbt

    build("warehouse", "2026-11", "staging", "unit")
    with dbt_environment():
        outcome = run_dbt(
            ["--log-level", "none", "--log-level-file", "none", "test", "--select", "test_type:unit,tag:warehouse",
             "--vars", json.dumps(build_variables("warehouse", "2026-11")), "--target-path", str(tmp_path), "--log-path", str(tmp_path)]
        )  # fmt: skip
    assert outcome.result is not None, outcome.exception
    results = [(str(result.node.name), str(result.status), result.message) for result in outcome.result.results]
    assert results
    assert all(status == "pass" for _, status, _ in results), results


@pytest.mark.parametrize(
    "text", ["Nguyễn Thị Hoà", "ÐẶNG VĂN ĐỨC", "Trần\u00a0Văn\u200b An", "K’ Brăm (Sơn)", "Lê Thị U\u031bo\u031bng", "  Võ   Thị  Sáu "]
)
def test_the_warehouse_folds_text_as_intake_does(dsn: str, tmp_path: Path, text: str) -> None:
    from ansinh.core.db import connect
    from ansinh.identity.names import fold, name_key
    from ansinh.warehouse.build import build_variables, dbt_environment, run_dbt

    inline = "select {{ fold('%(text)s') }} as folded, {{ name_key('%(text)s') }} as key".replace("'%(text)s'", "'$$text$$'")
    with dbt_environment():
        outcome = run_dbt(
            ["--log-level", "none", "--log-level-file", "none", "compile", "--inline", inline.replace("'$$text$$'", '"%(text)s::text"'),
             "--vars", json.dumps(build_variables("warehouse", "2026-11")), "--target-path", str(tmp_path), "--log-path", str(tmp_path)]
        )  # fmt: skip
    assert outcome.result is not None, outcome.exception
    compiled = outcome.result.results[0].node.compiled_code
    with connect() as connection:
        found = connection.execute(compiled, {"text": text}).fetchone()
    assert found == (fold(text), name_key(text))
