"""The month's conductor: a payment run never waits behind one that itself only waits for an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from ansinh.local import run as month
from ansinh.local.airflow_api import Airflow


class _Airflow:
    """One payment run at a time, as in Airflow: ours starts once the one that waits for people is closed."""

    url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.state = {"older": "running", "ours": "queued"}
        self.closed: list[str] = []

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        return [{"dag_run_id": name, "state": state} for name, state in self.state.items()]

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        return {"state": self.state[run_id]}

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        state = "awaiting_input" if run_id == "older" else None
        return [{"task_id": "approve", "task_display_name": "Duyệt", "state": state, "map_index": 0, "duration": None}]

    def sources(self, dag_id: str, run_id: str) -> set[tuple[str, str]]:
        return set()

    def fail(self, dag_id: str, run_id: str, note: str) -> None:
        self.closed.append(run_id)
        self.state[run_id] = "failed"
        self.state = {name: "success" if state == "queued" else state for name, state in self.state.items()}


def test_a_run_that_began_to_wait_meanwhile_makes_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api = _Airflow()
    monkeypatch.setattr(month, "POLL_SECONDS", 0)
    monkeypatch.setattr(month, "payment_runs", lambda period: [])
    conductor = month._Conductor(tmp_path, "2026-11", cast("Airflow", api), [], lambda step: None)
    ours = month.Watched(cast("Airflow", api), "pay_monthly", "ours", lambda step: None)
    monkeypatch.setattr(conductor, "_pay_run", lambda built: ours)
    waits = iter([False])  # not yet waiting when ours was started

    def close_first(keep: Any) -> None:
        if next(waits, True):
            month._Conductor._close_waiting(conductor, keep)

    monkeypatch.setattr(conductor, "_close_waiting", close_first)
    conductor._pay(None)
    assert api.closed == ["older"]
    assert ours.state == "success"
