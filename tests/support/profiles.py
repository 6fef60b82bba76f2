"""A home's own edition of the demo bank's profile."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml


def home_profile(home: Path, name: str = "demo_bank", **changes: Any) -> None:
    """Write `profiles/demo_bank.yml` into a home: the bundled profile `name` with these parts replaced."""
    found = yaml.safe_load((files("ansinh.payment.profiles") / f"{name}.yml").read_text(encoding="utf-8"))
    (home / "profiles").mkdir(exist_ok=True)
    (home / "profiles/demo_bank.yml").write_text(yaml.safe_dump({**found, **changes}, allow_unicode=True), encoding="utf-8")
