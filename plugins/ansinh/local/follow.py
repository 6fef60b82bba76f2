"""Watch a DAG run until it is over, telling each finished task once; a failed run becomes the error its task left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansinh.core import failures
from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable, UsageError
from ansinh.local.airflow_api import OVER, Airflow
from ansinh.text import say

POLL_SECONDS = 0.7
_KINDS = {kind.exit_code: kind for kind in (AnsinhError, UsageError, BlockedByData, PartnerUnavailable)}


@dataclass(frozen=True, slots=True)
class Step:
    """A task of a run that has just ended (mapped ones together), for whoever shows progress."""

    dag_id: str
    title: str
    state: str
    count: int
    seconds: float


Tell = Callable[[Step], None]


class Watched:
    """One run being followed."""

    def __init__(self, api: Airflow, dag_id: str, run_id: str, tell: Tell) -> None:
        self.api, self.dag_id, self.run_id, self.tell = api, dag_id, run_id, tell
        self.told: set[str] = set()
        self.state = "queued"
        self.tasks: list[dict[str, Any]] = []

    def look(self) -> bool:
        """Ask once; True when the run is over."""
        self.state = str(self.api.run(self.dag_id, self.run_id)["state"])
        self.tasks = self.api.tasks(self.dag_id, self.run_id)
        by_id: dict[str, list[dict[str, Any]]] = {}
        for one in self.tasks:
            by_id.setdefault(str(one["task_id"]), []).append(one)
        for task_id, instances in by_id.items():
            states = Counter(str(one["state"]) for one in instances)
            if task_id not in self.told and set(states) <= {"success", "failed", "skipped", "upstream_failed"}:
                self.told.add(task_id)
                self._tell_one(instances, states)
        return self.state in OVER

    def _tell_one(self, instances: list[dict[str, Any]], states: Counter[str]) -> None:
        state = next(name for name in ("failed", "upstream_failed", "success", "skipped") if states[name])
        seconds = max((float(one["duration"] or 0) for one in instances), default=0.0)
        self.tell(Step(self.dag_id, str(instances[0]["task_display_name"]), state, len(instances), seconds))

    def waits_for_people(self) -> bool:
        """Only human steps are left to move it: nothing else is running or about to."""
        moving = {"running", "queued", "scheduled", "up_for_retry", "restarting", "up_for_reschedule", "deferred"}
        states = {str(one["state"]) for one in self.tasks}
        return "awaiting_input" in states and not states & moving

    def questions(self) -> list[int]:
        """Map indexes of the human steps that wait for an answer."""
        return [int(one["map_index"]) for one in self.tasks if one["state"] == "awaiting_input"]

    def succeeded(self, task_id: str) -> bool:
        """Whether this task really ran (a skipped run is a success to Airflow)."""
        return any(one["task_id"] == task_id and one["state"] == "success" for one in self.tasks)

    def raise_if_failed(self) -> None:
        """Raise what the first failed task of the run left as its sentence, with its exit code."""
        if self.state != "failed":
            return
        said = failures.read(self.dag_id, self.run_id)
        if said is not None:
            raise _KINDS[int(said["exit_code"])](said["reason"], said["instruction"], code=said["code"])
        broken = [str(one["task_display_name"]) for one in self.tasks if one["state"] == "failed"]
        raise AnsinhError(
            say("errors.local.dag_stopped", dag_id=self.dag_id, steps=", ".join(broken) or "?"),
            say("errors.local.dag_stopped_fix", run_id=self.run_id),
        )


def wait(*watched: Watched) -> None:
    """Wait until all are over; then raise the first one's failure, if any failed."""
    waiting = list(watched)
    while waiting:
        waiting = [one for one in waiting if not one.look()]
        if waiting:
            time.sleep(POLL_SECONDS)
    for one in watched:
        one.raise_if_failed()
