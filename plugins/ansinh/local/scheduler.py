"""Airflow's scheduler with the heavy libraries already imported.

Its LocalExecutor forks a process for every task. What is imported before the first fork is shared by all of them: every
task would otherwise import Airflow's task runner again, and six gates and five dbt builds 3 to 6 seconds' worth each.
"""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module

SHARED = (
    "great_expectations",
    "great_expectations.datasource.fluent",
    "dbt.cli.main",
    "dbt.adapters.postgres",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "paramiko",
    "lxml.etree",
    "openpyxl",
    "ansinh.airflow_glue",
    "ansinh.identity.feed",
    "ansinh.intake.answer",
    "ansinh.intake.collect",
    "ansinh.payment.delivery",
    "ansinh.payment.human_step",
    "ansinh.payment.reconcile",
    "ansinh.payment.returns",
    "ansinh.payment.seal",
    "ansinh.quality.gate",
    "ansinh.report.period",
    "ansinh.warehouse.build",
    "ansinh.warehouse.publish",
    "airflow.dag_processing.dagbag",
    "airflow.providers.standard.operators.hitl",
    "airflow.sdk.execution_time.task_runner",
)


def main(argv: list[str]) -> None:
    """Import what tasks will need, then be `airflow <argv>`."""
    for name in SHARED:
        with contextlib.suppress(ImportError):  # a task that needs it will say so better
            import_module(name)
    from airflow.__main__ import main as airflow_main

    sys.argv = ["airflow", *argv]
    airflow_main()


if __name__ == "__main__":
    main(sys.argv[1:])
