"""A small province and the command line, as a person at a terminal has them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansinh.local import bank, services
from ansinh.local.province import generate

ROOT = Path(__file__).parents[2]
PERIOD = "2026-11"
TODAY = "2026-10-23T08:00+07:00"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs `ansinh …` in a process of its own, in one home."""

    home: Path
    environ: dict[str, str]

    def __call__(self, *arguments: str, seconds: float = 900, **extra: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "ansinh.cli", *arguments],
            env={**self.environ, **extra},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            cwd=ROOT,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json").out)


def terminal(home: Path, **extra: str) -> Terminal:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSINH_", "AIRFLOW"))}
    return Terminal(home, {**clean, "ANSINH_HOME": str(home), "ANSINH_NOW": TODAY, "NO_COLOR": "1", **extra})


def processes_of(home: Path) -> list[str]:
    """Command lines of living processes that carry this home in their arguments or their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if str(home).encode() in told and state != "Z":
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    generate.generate(4, 400, 11, folder, PERIOD)
    return folder


@pytest.fixture(scope="module")
def filled_home(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose communes, register and bank have their files; its services end with the module, or with pytest."""
    home = tmp_path_factory.mktemp("whole")
    shutil.copytree(province / "sftp", home / "sftp")
    bank.seed_accounts(home, json.loads((province / "bank_behaviours.json").read_text(encoding="utf-8")))
    yield home
    services.down(home)
    assert processes_of(home) == []
