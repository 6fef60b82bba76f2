"""The few calls of Airflow's REST API that running a month needs."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.local import airflow
from ansinh.text import say

DAGS = ("collect_sheets", "pull_national_id", "build_warehouse", "pay_monthly", "reconcile_bank")
BANK_POOL = "bank_sftp"  # one slot: never two senders at once
OVER = frozenset({"success", "failed"})


class Airflow:
    """Airflow of a local home, as one of its generated users. Use as a context manager."""

    def __init__(self, home: Path, url: str, user: str) -> None:
        self._home, self.url, self._user = home, url, user
        # trust_env: a proxy set for the internet has no business between us and 127.0.0.1
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def __enter__(self) -> Airflow:
        answer = self._send(
            "POST", "/auth/token", json={"username": self._user, "password": airflow.passwords(self._home).get(self._user, "")}
        )
        self._http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def _send(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise PartnerUnavailable(say("errors.local.airflow_silent"), say("errors.local.airflow_silent_fix")) from error
        if answer.status_code == 401:
            raise UsageError(say("errors.local.airflow_login", user=self._user), say("errors.local.airflow_login_fix"))
        if answer.status_code >= 400:
            raise AnsinhError(
                say("errors.local.airflow_refused", method=method, path=path, status=answer.status_code),
                say("errors.local.airflow_refused_fix"),
            )
        return answer.json() if answer.content else {}

    def dag_ids(self) -> set[str]:
        """Ids of all DAGs Airflow has read."""
        return {str(dag["dag_id"]) for dag in self._send("GET", "/api/v2/dags", params={"limit": 100})["dags"]}

    def raise_for_broken_dags(self) -> None:
        """Raise AnsinhError naming the DAG files that Airflow could not read, and why."""
        broken = self._send("GET", "/api/v2/importErrors")["import_errors"]
        if broken:
            told = "; ".join(f"{one['filename']}: {one['stack_trace'].strip().splitlines()[-1]}" for one in broken)
            raise AnsinhError(say("errors.local.airflow_broken_dags", told=told), say("errors.local.airflow_broken_dags_fix"))

    def ensure_pool(self, name: str, slots: int) -> None:
        """A pool of that size exists afterwards."""
        have = {str(pool["name"]) for pool in self._send("GET", "/api/v2/pools", params={"limit": 100})["pools"]}
        if name not in have:
            self._send("POST", "/api/v2/pools", json={"name": name, "slots": slots})

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        """Start a run under a name of ours."""
        self._send("POST", f"/api/v2/dags/{dag_id}/dagRuns", json={"dag_run_id": run_id, "logical_date": None, "conf": conf})

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return found

    def runs(self, dag_id: str, most: int = 20) -> list[dict[str, Any]]:
        """The newest runs of a DAG, newest first."""
        found = self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns", params={"order_by": "-id", "limit": most})
        return list(found["dag_runs"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Task instances of a run (mapped ones each on their own)."""
        found = self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 1000})
        return list(found["task_instances"])

    def sources(self, dag_id: str, run_id: str) -> set[tuple[str, str]]:
        """(DAG, run) of the runs whose asset events started this one."""
        found = self._send("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/upstreamAssetEvents")
        return {(str(event["source_dag_id"]), str(event["source_run_id"])) for event in found["asset_events"]}

    def answer(self, dag_id: str, run_id: str, task_id: str, map_index: int, option: str, reason: str) -> None:
        """Answer a waiting human step as our user; one that was answered meanwhile is left as it is."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/{map_index}/hitlDetails"
        if self._send("GET", path).get("response_received"):
            return
        self._send("PATCH", path, json={"chosen_options": [option], "params_input": {"reason": reason}})

    def fail(self, dag_id: str, run_id: str, note: str) -> None:
        """Close a run that must not go on, with the reason in its note."""
        self._send("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed", "note": note})
