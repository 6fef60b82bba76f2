"""The five procedures as Airflow reads them: which they are, how careful they are, and that they read quickly."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
IDS = {"collect_sheets", "pull_national_id", "build_warehouse", "pay_monthly", "reconcile_bank"}


@pytest.fixture(scope="module")
def dagbag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        patch.setenv("ANSINH_SCHEDULES", "on")
        from airflow.dag_processing.dagbag import DagBag

        yield DagBag(dag_folder=str(ROOT / "dags"))


@pytest.fixture(scope="module")
def dags(dagbag: Any) -> dict[str, Any]:
    found: dict[str, Any] = dagbag.dags
    return found


def test_there_are_exactly_the_five_procedures_and_all_can_be_read(dagbag: Any) -> None:
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == IDS


def test_one_run_at_a_time_and_no_catching_up(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert dag.max_active_runs == 1
        assert dag.catchup is False


def test_every_procedure_and_step_has_a_vietnamese_name_and_its_page(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert dag.dag_display_name.startswith("Bước ")
        assert dag.doc_md.startswith("### ")
        assert "an-sinh" in dag.tags
        for task in dag.tasks:
            assert task.task_display_name != task.task_id, task.task_id


@pytest.mark.parametrize(("text", "is_good"), [("2026-11", True), ("2026-13", False), ("2026-1", False), ("11/2026", False), (None, True)])
def test_the_period_is_a_checked_parameter(dags: dict[str, Any], text: str | None, is_good: bool) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    for dag in dags.values():
        param = dag.params.get_param("period")
        if is_good:
            assert param.resolve(text) == text
        else:
            with pytest.raises(ParamValidationError):
                param.resolve(text)


def test_the_first_steps_follow_the_calendar_and_the_others_the_step_before(dags: dict[str, Any]) -> None:
    from airflow.sdk import Asset

    def assets(dag: Any) -> set[str]:
        condition = getattr(dag.timetable, "asset_condition", None)
        parts = getattr(condition, "objects", [condition] if condition is not None else [])
        return {asset.name for asset in parts}

    outlets = {dag.dag_id: {one.name for task in dag.tasks for one in task.outlets if isinstance(one, Asset)} for dag in dags.values()}
    assert assets(dags["collect_sheets"]) == assets(dags["pull_national_id"]) == set()
    assert assets(dags["build_warehouse"]) == outlets["collect_sheets"] | outlets["pull_national_id"]
    assert assets(dags["pay_monthly"]) == outlets["build_warehouse"]
    assert assets(dags["reconcile_bank"]) == outlets["pay_monthly"]
    assert "20-24" in str(dags["collect_sheets"].timetable)  # the list is due before the 25th


def test_the_service_is_asked_after_the_files_and_again_when_every_list_has_landed(dags: dict[str, Any]) -> None:
    pull, build = dags["pull_national_id"], dags["build_warehouse"]
    assert [task.task_id for task in pull.topological_sort()] == ["pull", "ask_service", "gate_national_id"]
    assert build.topological_sort()[0].task_id == "ask_service"
    first = build.get_task("ask_service")
    assert {asset.name for asset in first.inlets} == {"commune_sheets", "national_id_feed"}  # waits for both sources
    assert first.get_flat_relative_ids(upstream=False) == {task.task_id for task in build.tasks} - {"ask_service"}
    assert pull.get_task("ask_service").retries == first.retries == 2  # a silent service is tried again


def test_money_is_never_sent_by_a_blind_retry_nor_by_two_at_once(dags: dict[str, Any]) -> None:
    send = dags["pay_monthly"].get_task("send")
    assert send.retries == 0
    assert send.pool == "bank_sftp"
    for name in ("seal", "record", "approve", "publish"):
        assert dags["pay_monthly"].get_task(name).retries == 0


def test_sending_is_the_last_step_of_paying(dags: dict[str, Any]) -> None:
    dag = dags["pay_monthly"]
    assert {task.task_id for task in dag.tasks if not task.downstream_task_ids} == {"send"}
    before = dag.get_task("send").get_flat_relative_ids(upstream=True)
    assert before == {task.task_id for task in dag.tasks} - {"send"}


def test_the_files_are_checked_before_anybody_is_asked(dags: dict[str, Any]) -> None:
    dag = dags["pay_monthly"]
    assert "gate_payment_file" in dag.get_task("approve").get_flat_relative_ids(upstream=True)
    assert "gate_entitlement" in dag.get_task("publish").get_flat_relative_ids(upstream=True)
    assert "gate_person" in dags["build_warehouse"].get_task("publish").get_flat_relative_ids(upstream=True)


def test_communes_are_answered_also_when_the_gate_is_red_and_the_run_is_red_all_the_same(dags: dict[str, Any]) -> None:
    dag = dags["collect_sheets"]
    answer = dag.get_task("answer")
    assert answer.trigger_rule == "all_done"
    assert "gate_commune_sheet" not in answer.get_flat_relative_ids(upstream=True)
    # Airflow colours a run by its last steps alone: a gate with a step after it that always runs would be lost
    assert {task.task_id for task in dag.tasks if not task.downstream_task_ids} == {"gate_commune_sheet", "answer"}


def test_reading_the_procedures_imports_nothing_heavy_and_takes_no_second() -> None:
    code = (
        "import sys\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        "before = set(sys.modules)\n"
        "bag = DagBag(dag_folder=sys.argv[1])\n"
        "heavy = {name.split('.')[0] for name in set(sys.modules) - before} & {'great_expectations', 'dbt', 'pandas', 'openpyxl', 'paramiko'}\n"
        "slow = [one.file for one in bag.dagbag_stats if one.duration.total_seconds() > 1]\n"
        "print(len(bag.dags), sorted(heavy), slow)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "dags")],
        env={**os.environ, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "5 [] []", done.stdout + done.stderr


def test_each_procedure_fits_on_a_page() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 90, path.name
