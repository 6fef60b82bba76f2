"""Why a task of a run failed, in one sentence, kept where the person who started the run is told: no personal data.

`$ANSINH_HOME/run/failures/<dag>/<run>.json`: the first task that failed speaks for the run.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
import traceback
from pathlib import Path
from typing import Any

from ansinh.core import room
from ansinh.core.errors import AnsinhError
from ansinh.core.settings import home
from ansinh.text import say


def keep(dag_id: str, run_id: str, task_id: str, error: AnsinhError) -> None:
    """Remember the sentence of a failed task, unless another task of the run failed before."""
    told = read(dag_id, run_id)
    if told is not None and told["task_id"] != task_id:
        return
    path = _path(dag_id, run_id)
    record = {
        "task_id": task_id,
        "reason": error.reason,
        "instruction": error.instruction,
        "code": error.code,
        "exit_code": error.exit_code,
    }
    with contextlib.suppress(OSError):  # a full disk: the one who started the run finds that out by himself
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def read(dag_id: str, run_id: str) -> dict[str, Any] | None:
    """{task_id, reason, instruction, code, exit_code} of the run's first failure, or None."""
    try:
        found: dict[str, Any] = json.loads(_path(dag_id, run_id).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    return found


def forget(dag_id: str, run_id: str, task_id: str) -> None:
    """The task went through after all (a retry): its sentence is no longer true."""
    told = read(dag_id, run_id)
    if told is not None and told["task_id"] == task_id:
        _path(dag_id, run_id).unlink(missing_ok=True)


def without_values(error: BaseException) -> AnsinhError:
    """An unexpected error as a sentence: what kind, where in our code; its own message may quote a person's data."""
    import psycopg

    if isinstance(error, psycopg.errors.DiskFull) or getattr(error, "errno", None) == errno.ENOSPC:
        return room.disk_full()
    kind = type(error).__name__
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "/ansinh/" in frame.filename and "airflow_glue" not in frame.filename
    ]
    spot = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "?"
    return AnsinhError(
        say("failures.unexpected", kind=f"{kind} {state}" if state else kind, spot=spot), say("failures.unexpected_fix"), code="UNEXPECTED"
    )


def _path(dag_id: str, run_id: str) -> Path:
    return home() / "run" / "failures" / dag_id / (re.sub(r"[^A-Za-z0-9._-]", "_", run_id) + ".json")
