"""Following a DAG run: each finished step is told once, and a failure comes back as the sentence its task left."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from ansinh.core import failures
from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable
from ansinh.local import follow
from ansinh.local.airflow_api import Airflow
from ansinh.local.follow import Step, Watched, wait


def _task(name: str, state: str | None, index: int = -1) -> dict[str, Any]:
    return {"task_id": name, "task_display_name": name.title(), "state": state, "map_index": index, "duration": 1.5}


class _Airflow:
    """Plays back what Airflow would answer, one look after the other; the last answer stays."""

    def __init__(self, *looks: tuple[str, list[dict[str, Any]]]) -> None:
        self.looks = list(looks)

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        return {"state": self.looks[0][0]}

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return self.looks[0][1] if len(self.looks) == 1 else self.looks.pop(0)[1]


def _watched(*looks: tuple[str, list[dict[str, Any]]]) -> tuple[Watched, list[Step]]:
    told: list[Step] = []
    return Watched(cast("Airflow", _Airflow(*looks)), "pay_monthly", "run-1", told.append), told


def test_a_finished_step_is_told_once_and_mapped_ones_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "POLL_SECONDS", 0)
    watched, told = _watched(
        ("running", [_task("plan", "success"), _task("read", "running", 0), _task("read", "success", 1)]),
        ("running", [_task("plan", "success"), _task("read", "success", 0), _task("read", "success", 1)]),
        ("success", [_task("plan", "success"), _task("read", "success", 0), _task("read", "success", 1), _task("late", "skipped")]),
    )
    wait(watched)
    assert [(step.title, step.state, step.count) for step in told] == [
        ("Plan", "success", 1),
        ("Read", "success", 2),
        ("Late", "skipped", 1),
    ]
    assert watched.succeeded("plan")
    assert not watched.succeeded("late")


@pytest.mark.parametrize(
    ("states", "waits"),
    [
        (["success", "awaiting_input", None], True),
        (["success", "awaiting_input", "running"], False),
        (["awaiting_input", "scheduled"], False),
        (["success", None], False),
    ],
)
def test_people_are_waited_for_only_when_nothing_else_moves(states: list[str | None], waits: bool) -> None:
    watched, _ = _watched(("running", [_task(f"t{number}", state, number) for number, state in enumerate(states)]))
    watched.look()
    assert watched.waits_for_people() is waits


def test_the_questions_are_the_steps_that_wait() -> None:
    watched, _ = _watched(("running", [_task("approve", "success", 0), _task("approve", "awaiting_input", 1)]))
    watched.look()
    assert watched.questions() == [1]


@pytest.mark.parametrize("kind", [BlockedByData, PartnerUnavailable])
def test_a_failed_run_raises_what_its_task_said(home: Path, kind: type[AnsinhError]) -> None:
    failures.keep("pay_monthly", "run-1", "send", kind("Không gửi được.", "Thử lại.", code="X"))
    watched, _ = _watched(("failed", [_task("send", "failed")]))
    with pytest.raises(kind, match="Không gửi được") as caught:
        wait(watched)
    assert caught.value.code == "X"


def test_a_task_that_died_without_a_word_is_named(home: Path) -> None:
    watched, _ = _watched(("failed", [_task("send", "failed"), _task("plan", "success")]))
    with pytest.raises(AnsinhError, match="«Send»") as caught:
        wait(watched)
    assert caught.value.exit_code == 1
