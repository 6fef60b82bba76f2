"""Whether the Airflow of a home is ready: its parts are healthy, its procedures are read, the bank's pool is there."""

from __future__ import annotations

from pathlib import Path

import httpx

from ansinh.core.errors import PartnerUnavailable


def is_healthy(port: int) -> bool:
    """The metadata database, the scheduler and the DAG processor all answer."""
    try:
        found = httpx.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5, trust_env=False)
        state = found.json()
    except (httpx.HTTPError, ValueError):
        return False
    return all(state.get(part, {}).get("status") == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


def dags_are_read(home: Path, port: int) -> bool:
    """All procedures of the month are known to Airflow. Raises AnsinhError naming a broken one."""
    from ansinh.local.airflow_api import BANK_POOL, DAGS, Airflow

    try:
        with Airflow(home, f"http://127.0.0.1:{port}", "admin") as api:
            if not set(DAGS) <= api.dag_ids():
                api.raise_for_broken_dags()
                return False
            api.ensure_pool(BANK_POOL, 1)
            return True
    except PartnerUnavailable:
        return False
