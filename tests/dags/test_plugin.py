"""What Airflow's roles may do in the console."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

PLUGIN = Path(__file__).parents[2] / "plugins" / "ansinh_plugin.py"


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    spec = importlib.util.spec_from_file_location("ansinh_plugin", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "get_auth_manager", SimpleAuthManager)
    return module


@pytest.mark.parametrize(("role", "allowed"), [("viewer", False), ("op", True), ("admin", True), (None, False)])
def test_who_may_only_look_in_airflow_may_only_look_in_the_console(plugin: Any, role: str | None, allowed: bool) -> None:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    user = SimpleAuthManagerUser(username="x", role=role)
    assert [plugin.may(user, right) for right in ("answer", "approve")] == [allowed, allowed]
