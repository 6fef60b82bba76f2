"""The data dictionary: dbt docs of the published warehouse as one self-contained page (no server, no network)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ansinh.core.errors import AnsinhError
from ansinh.core.settings import home
from ansinh.text import say
from ansinh.warehouse.build import build_variables, dbt_environment, run_dbt


def write_docs(period: str) -> Path:
    """Write `$ANSINH_HOME/reports/dbt_docs/index.html` and return its path; about 8 s.

    It holds names, types and descriptions of tables and columns, never a row. Raises AnsinhError when dbt cannot.
    """
    target = home() / "run" / "dbt" / "docs"
    target.mkdir(parents=True, exist_ok=True)
    arguments = [
        "--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-version-check",
        "docs", "generate", "--static", "--vars", json.dumps(build_variables("settle", period)),
        "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    with dbt_environment():
        outcome = run_dbt(arguments)
    page = target / "static_index.html"
    if not outcome.success or not page.exists():
        raise AnsinhError(say("errors.warehouse.docs"), say("errors.warehouse.docs_fix"))
    kept = home() / "reports" / "dbt_docs" / "index.html"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(page, kept)
    shutil.rmtree(target)
    return kept
