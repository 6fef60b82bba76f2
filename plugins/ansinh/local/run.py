"""Run a month of one home through Airflow: trigger the DAGs over REST, follow them, stand in for the demo's checker and bank.

The assets start the next step by themselves; those runs are followed, never doubled. A payment step that is still waiting
for an answer from an earlier call is closed first: the approval book keeps what was already answered.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansinh.core import room
from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import AnsinhError, BlockedByData, UsageError
from ansinh.core.period import Period
from ansinh.local import airflow, bank, services
from ansinh.local.airflow_api import OVER, Airflow
from ansinh.local.follow import POLL_SECONDS, Tell, Watched, wait
from ansinh.text import say

STAGES = {
    "collect": "collect_sheets",
    "identity": "pull_national_id",
    "warehouse": "build_warehouse",
    "pay": "pay_monthly",
    "reconcile": "reconcile_bank",
}
_PATIENCE_SECONDS = 20.0  # an asset starts its next step within a second or two


@dataclass(slots=True)
class Month:
    """What happened: seconds per stage, and the period's payment runs (id, state, rows, total_vnd)."""

    period: str
    seconds: dict[str, float] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"period": self.period, "seconds": self.seconds, "runs": self.runs}


def run_month(
    home: Path,
    period: str,
    *,
    opening: Path | None = None,
    only: str | None = None,
    yes_as: Iterable[str] = (),
    tell: Tell = lambda step: None,
    tell_service: Callable[[str], None] = lambda stage: None,
) -> Month:
    """Run the month (or one stage) and return when it is done. Raises UsageError, PartnerUnavailable, or BlockedByData:
    a red gate, no workbook, a run sent back, or APPROVAL_AWAITED when people have to answer first; DISK_FULL before it
    begins, and instead of whatever a full disk made fail.
    """
    month = str(Period.parse(period))
    if only is not None and only not in STAGES:
        raise UsageError(say("run.unknown_stage", stage=only), say("run.unknown_stage_fix", stages=", ".join(STAGES)))
    if opening is not None and not opening.is_file():
        raise UsageError(say("opening.not_found", name=opening.name), say("opening.not_found_fix"))
    room.require(home, room.TO_BEGIN)
    try:
        told = services.up(home, tell=tell_service)
        approvers = _approvers(yes_as)
        if opening is not None:
            from ansinh.rules import opening as history

            history.load(opening)
        with Airflow(home, str(told["airflow_url"]), "maker") as api:
            return _Conductor(home, month, api, approvers, tell).run(only)
    except AnsinhError:
        room.require(home, room.LEFT_WHEN_FULL)
        raise


def _approvers(names: Iterable[str]) -> list[str]:
    from ansinh.core.login import decider

    return [decider(name) for name in names]


class _Conductor:
    def __init__(self, home: Path, period: str, api: Airflow, approvers: list[str], tell: Tell) -> None:
        self.home, self.period, self.api, self.approvers, self.tell = home, period, api, approvers, tell
        self.month = Month(period)

    def run(self, only: str | None) -> Month:
        """All stages, or one."""
        if only == "pay":
            self._pay(None)
        elif only == "reconcile":
            self._reconcile()
        elif only:
            self._timed(only, lambda: wait(self._trigger(only, then=False)))
        else:
            self._whole()
        self.month.runs = payment_runs(self.period)
        return self.month

    def _whole(self) -> None:
        sources = [self._trigger(stage, then=True) for stage in ("collect", "identity")]
        self._timed("collect", lambda: wait(*sources))
        began = time.monotonic()
        built = self._follow_next("warehouse", {(one.dag_id, one.run_id) for one in sources}, "publish")
        self.month.seconds["warehouse"] = round(time.monotonic() - began, 1)
        self._pay(built)
        self._reconcile()

    def _timed(self, stage: str, work: Callable[[], None]) -> None:
        began = time.monotonic()
        work()
        self.month.seconds[stage] = round(time.monotonic() - began, 1)

    def _trigger(self, stage: str, *, then: bool) -> Watched:
        dag_id = STAGES[stage]
        run_id = f"ansinh-{self.period}-{now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self.api.trigger(dag_id, run_id, {"period": self.period, "then": then})
        return Watched(self.api, dag_id, run_id, self.tell)

    def _follow_next(self, stage: str, sources: set[tuple[str, str]], last_task: str) -> Watched:
        """The run of the next stage that these runs' assets started and that did its work, waited for; started if there is none."""
        found = self._started_by(stage, sources, last_task)
        if found is None:
            found = self._trigger(stage, then=True)
            wait(found)
        return found

    def _started_by(self, stage: str, sources: set[tuple[str, str]], last_task: str) -> Watched | None:
        seen: set[str] = set()
        while (watched := self._next_started(stage, sources, seen)) is not None:
            wait(watched)
            if watched.succeeded(last_task):
                return watched  # otherwise it was skipped: it waits for the other source
        return None

    def _next_started(self, stage: str, sources: set[tuple[str, str]], seen: set[str]) -> Watched | None:
        """The next run of the stage that the assets of these runs start, within a moment; `seen` remembers what was looked at."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for run in self.api.runs(STAGES[stage]):
                run_id = str(run["dag_run_id"])
                if run_id not in seen:
                    seen.add(run_id)
                    if self.api.sources(STAGES[stage], run_id) & sources:
                        return Watched(self.api, STAGES[stage], run_id, self.tell)
            time.sleep(POLL_SECONDS)
        return None

    def _pay(self, built: Watched | None) -> None:
        began = time.monotonic()
        self._close_waiting(keep=lambda other: built is not None and self._came_from(other, built))
        watched = self._pay_run(built)
        while not watched.look():
            if watched.waits_for_people():
                self._answer(watched)
            elif watched.state == "queued":  # behind a run that an earlier, interrupted month started meanwhile
                self._close_waiting(keep=lambda other: other.run_id == watched.run_id)
            time.sleep(POLL_SECONDS)
        watched.raise_if_failed()
        self.month.seconds["pay"] = round(time.monotonic() - began, 1)

    def _pay_run(self, built: Watched | None) -> Watched:
        if built is None:
            return self._trigger("pay", then=False)
        return self._next_started("pay", {(built.dag_id, built.run_id)}, set()) or self._trigger("pay", then=True)

    def _came_from(self, other: Watched, source: Watched) -> bool:
        return (source.dag_id, source.run_id) in self.api.sources(other.dag_id, other.run_id)

    def _close_waiting(self, keep: Callable[[Watched], bool]) -> None:
        """One payment run at a time: others that only wait for an answer make room."""
        for run in self.api.runs(STAGES["pay"]):
            if run["state"] in OVER:
                continue
            watched = Watched(self.api, STAGES["pay"], str(run["dag_run_id"]), lambda step: None)
            watched.look()
            if watched.waits_for_people() and not keep(watched):
                self.api.fail(watched.dag_id, watched.run_id, say("run.replaced"))

    def _answer(self, watched: Watched) -> None:
        """Let the named demo checkers approve; without them, or when more are needed, the month stops here."""
        from ansinh.payment import monthly

        sealed = [run["run_id"] for run in payment_runs(self.period) if run["state"] == "sealed"]
        for run_id in sealed:
            for name in self.approvers:
                request = monthly.approval_request(run_id)
                if name not in request.approved_by and len(request.approved_by) < request.required_approvals:
                    monthly.decide(run_id, name, "approve", say("run.demo_reason"))
        awaited = [run["run_id"] for run in payment_runs(self.period) if run["state"] == "sealed"]
        if awaited:
            raise ApprovalAwaited(awaited)
        user = next((name for name in self.approvers if name in airflow.USERS and name != "maker"), "checker")
        with Airflow(self.home, self.api.url, user) as api:
            for index in watched.questions():
                api.answer(watched.dag_id, watched.run_id, "approve", index, say("dags.approve_yes"), say("run.in_the_book"))

    def _reconcile(self) -> None:
        began = time.monotonic()
        if "bank" in services.status(self.home)["services"]:
            bank.settle(self.home)
        wait(self._trigger("reconcile", then=False))
        self.month.seconds["reconcile"] = round(time.monotonic() - began, 1)


class ApprovalAwaited(BlockedByData):
    """The files are sealed; somebody else has to say yes. `run_ids` names the runs."""

    def __init__(self, run_ids: list[str]) -> None:
        self.run_ids = run_ids
        super().__init__(say("run.awaiting", runs=", ".join(run_ids)), say("run.awaiting_fix", run=run_ids[0]), code="APPROVAL_AWAITED")


def payment_runs(period: str) -> list[dict[str, Any]]:
    """The period's payment runs in order: run_id, state, rows, total_vnd."""
    with connect() as connection:
        found = connection.execute(
            "select run_id, state, rows, total_vnd from ops.payment_run where period = %s order by programme_group desc, run_number",
            (period,),
        ).fetchall()
    return [{"run_id": str(row[0]), "state": str(row[1]), "rows": int(row[2]), "total_vnd": int(row[3])} for row in found]
