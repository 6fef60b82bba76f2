"""The README tells the truth: every command it names exists, every file it points to is there, its example ended well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansinh.cli import build_app
from typer.main import get_command

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_ansinh_command_it_names_exists() -> None:
    named = set(re.findall(r"ansinh (up|down|[a-z]+)(?= [A-Z.\"2-]|`| -|\n)", TEXT))
    known = set(get_command(build_app()).commands)
    assert {"run", "approve", "check", "explain", "verify", "doctor"} <= named
    assert named <= known


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"make ([a-z]+)(?=`|  )", TEXT)) <= targets


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_every_file_it_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("folder", ["dags", "docker/compose.yml", "dbt_project/seeds", "plugins/ansinh/payment/profiles"])
def test_every_folder_it_sends_readers_to_is_there(folder: str) -> None:
    assert folder in TEXT
    assert (ROOT / folder).exists()


def test_the_pasted_run_balances() -> None:
    pasted = re.search(r"Tiền vào ([\d.]+) đồng = (.+); sổ chi", TEXT)
    assert pasted
    parts = [int(number.replace(".", "")) for number in re.findall(r"(\d[\d.]*)(?= \+|$)", pasted[2])]
    assert sum(parts) == int(pasted[1].replace(".", ""))
