"""`ansinh generate`: counts on stdout, wrong wishes as usage errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from ansinh.core.errors import UsageError
from ansinh.local.province.commands import register
from typer.testing import CliRunner


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    register(made)
    return made


def test_it_writes_a_province_and_the_month_after_it(app: typer.Typer, tmp_path: Path) -> None:
    first = CliRunner().invoke(app, ["generate", "--communes", "2", "--people", "40", "--seed", "1", "--out", str(tmp_path), "--json"])
    assert first.exit_code == 0
    said = json.loads(first.output)
    assert (said["period"], said["communes"]) == ("2026-11", 2)
    assert said["rows"] >= said["people"] >= 40
    assert said["opening_rows"] > 200
    assert (tmp_path / "opening.csv").exists()
    second = CliRunner().invoke(app, ["generate", "--period", "2026-12", "--continue-from", str(tmp_path), "--out", str(tmp_path)])
    assert second.exit_code == 0
    assert "2026-12" in second.output
    assert (tmp_path / "truth-2026-12.json").exists()


def test_a_folder_without_a_province_cannot_be_continued(app: typer.Typer, tmp_path: Path) -> None:
    failed = CliRunner().invoke(app, ["generate", "--period", "2026-12", "--continue-from", str(tmp_path), "--out", str(tmp_path)])
    assert isinstance(failed.exception, UsageError)
