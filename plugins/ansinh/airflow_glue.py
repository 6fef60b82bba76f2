"""The only module of the library that knows Airflow: what the DAG files are written with.

A task is a plain function with the month as argument; `step` makes an Airflow task of it. Around the function it finds
the period (never from the clock), turns the Airflow connections into what the library reads, keeps every personal value
out of logs and exceptions, and leaves a failed task's sentence where `ansinh run` finds it.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from ansinh.core import failures
from ansinh.core.clock import VIETNAM
from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.period import Period
from ansinh.text import say

log = logging.getLogger("ansinh.dags")

SHEETS = Asset("commune_sheets", uri="ansinh://raw/commune_sheets")
FEED = Asset("national_id_feed", uri="ansinh://raw/national_id_feed")
WAREHOUSE = Asset("warehouse", uri="ansinh://marts/warehouse")
PAID = Asset("payment_files_sent", uri="ansinh://bank/inbox")

PERIOD = r"^\d{4}-(0[1-9]|1[0-2])$"
BANK_POOL = "bank_sftp"
_GIVEN = ("period", "actor", "run_id")  # arguments `step` fills in itself
_DUE_DAY = 25  # the list of a month is due before the 25th of the month before


def operating_procedure(
    name_vi: str, *, after: list[Asset] | None = None, cron: str | None = None, tags: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What every DAG of the month has in common: no catching up, one run at a time, the period as a checked parameter."""
    return {
        "dag_display_name": name_vi,
        "schedule": _schedule(after, cron),
        "start_date": datetime(2026, 1, 1, tzinfo=VIETNAM),
        "catchup": False,
        "max_active_runs": 1,
        "tags": ["an-sinh", *tags],
        "default_args": {"retries": 2, "retry_delay": timedelta(seconds=15), "retry_exponential_backoff": True},
        "params": {
            "period": Param(None, type=["null", "string"], pattern=PERIOD, title=say("dags.period"), description=say("dags.period_help")),
            "then": Param(True, type="boolean", title=say("dags.then"), description=say("dags.then_help")),
        },
    }


def _schedule(after: list[Asset] | None, cron: str | None) -> Any:
    """Assets of the step before, and the calendar, unless this home runs months by hand (ANSINH_SCHEDULES=off)."""
    clocked = cron if os.environ.get("ANSINH_SCHEDULES", "on") != "off" else None
    timetable = CronTriggerTimetable(clocked, timezone="Asia/Ho_Chi_Minh") if clocked else None
    either = functools.reduce(lambda left, right: left | right, after) if after else None
    if either is not None and timetable is not None:
        return AssetOrTimeSchedule(timetable=timetable, assets=either)
    return either if either is not None else timetable


def step(title: str, *, needs: tuple[Asset, ...] = (), first: bool = False, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Make a task of `function(period, …)`; `title` is what the operator sees.

    `first`: a run that was started by the step before, which was asked to stand alone, ends here (skipped).
    `needs`: the run waits (skipped) until each of these has been refreshed for the period; the later one starts it again.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        def inner(*args: Any, **kwargs: Any) -> Any:
            return _perform(function, args, kwargs, needs=needs, first=first)

        functools.update_wrapper(inner, function)
        shown = inspect.signature(function)
        own = [parameter for name, parameter in shown.parameters.items() if name not in _GIVEN]
        inner.__signature__ = shown.replace(parameters=own)  # type: ignore[attr-defined]
        inlets = {"inlets": list(needs)} if needs else {}
        return cast("Any", task)(task_display_name=title, **inlets, **options)(inner)

    return decorate


def _perform(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, needs: tuple[Asset, ...], first: bool) -> Any:
    context = cast("dict[str, Any]", get_current_context())
    run = context["dag_run"]
    here = (run.dag_id, run.run_id, context["task_instance"].task_id)
    with _sentences(*here):
        period = period_of(context)
        _wait_until_asked(context, period, needs, first)
        use_connections()
        given = {"period": period, "actor": actor_of(context), "run_id": run.run_id}
        wanted = inspect.signature(function).parameters
        result = function(*args, **kwargs, **{name: value for name, value in given.items() if name in wanted})
        _announce(context, period)
    failures.forget(*here)
    log.info("%s: %s", function.__name__, result)
    return result


def period_of(context: dict[str, Any]) -> str:
    """The run's month: its parameter, else the month of the assets that started it, else by the day it was scheduled for."""
    named = context["params"].get("period")
    if named:
        return str(Period.parse(str(named)))
    months = [event.extra.get("period") for event in _events(context) if event.extra.get("period")]
    if months:
        return str(Period.parse(str(months[-1])))
    return default_period(context["dag_run"].logical_date or context["dag_run"].run_after)


def default_period(scheduled: datetime) -> str:
    """Before the 25th the next month's list is due; from the 25th on a person has to say which month is meant."""
    day = scheduled.astimezone(VIETNAM).date()
    if day.day >= _DUE_DAY:
        raise UsageError(say("dags.period_unknown"), say("dags.period_unknown_fix"))
    return str(Period.of(day).plus(1))


def actor_of(context: dict[str, Any]) -> str:
    """Who stands behind this run: the person who triggered it or the first step of its chain, else the schedule."""
    persons = [event.extra["actor"] for event in _events(context) if event.extra.get("actor")]
    return str(context["dag_run"].triggering_user_name or (persons[-1] if persons else "airflow"))


def _events(context: dict[str, Any]) -> list[Any]:
    """The asset events that started the run, oldest first."""
    found = [event for events in (context.get("triggering_asset_events") or {}).values() for event in events]
    return sorted(found, key=lambda event: event.timestamp)


def _wait_until_asked(context: dict[str, Any], period: str, needs: tuple[Asset, ...], first: bool) -> None:
    events = _events(context)
    if not events or context["params"].get("period"):
        return
    if first and not any(event.extra.get("then", True) for event in events):
        raise AirflowSkipException(say("dags.stands_alone"))
    for asset in needs:
        if not any(event.extra.get("period") == period for event in context["inlet_events"][asset]):
            raise AirflowSkipException(say("dags.other_source", asset=asset.name, period=period))


def _announce(context: dict[str, Any], period: str) -> None:
    """With the asset travel the period, whether the next step is wanted, and who started the chain: he may not approve."""
    for asset in context["task"].outlets:
        if isinstance(asset, Asset):
            then = bool(context["params"].get("then", True))
            context["outlet_events"][asset].extra = {"period": period, "then": then, "actor": actor_of(context)}


class _sentences:  # noqa: N801 - used as a context manager
    """Turn whatever goes wrong into a sentence without personal data, kept for `ansinh run`; retry only what may get better."""

    def __init__(self, dag_id: str, run_id: str, task_id: str) -> None:
        self.where = (dag_id, run_id, task_id)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, AirflowSkipException | AirflowFailException) or not isinstance(error, Exception):
            return
        said = error if isinstance(error, AnsinhError) else failures.without_values(error)
        failures.keep(*self.where, said)
        if isinstance(said, PartnerUnavailable):
            raise type(said)(said.reason, said.instruction, code=said.code) from None
        raise AirflowFailException(str(said)) from None


def use_connections() -> None:
    """Hand the Airflow connections to the library, which knows nothing of Airflow: DSN and partners by environment.

    `ansinh_national_id` of type HTTP is the register's service alone; beside a file drop it is `ansinh_national_id_service`.
    """
    from ansinh.core.remote import variable
    from ansinh.core.settings import services
    from ansinh.identity.service import VARIABLE

    warehouse = _connection("ansinh_warehouse")
    if warehouse is not None:
        os.environ["ANSINH_DSN"] = _dsn(warehouse)
    known = services().get("remotes", {})
    for name in ("ansinh_communes", "ansinh_national_id", "ansinh_bank"):
        partner = _connection(name)
        if partner is not None and name == "ansinh_national_id" and partner.conn_type == "http":
            os.environ[VARIABLE] = _service(partner, instead_of_files=True)
        elif partner is not None:
            os.environ[variable(name)] = _remote(partner, known.get(name, {}))
    service = _connection("ansinh_national_id_service")
    if service is not None:
        os.environ[VARIABLE] = _service(service)


def _connection(name: str) -> Any | None:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(name)
    except AirflowNotFoundException:
        return None


def _dsn(connection: Any) -> str:
    from psycopg.conninfo import make_conninfo

    parts = {"host": connection.host, "port": connection.port, "user": connection.login, "password": connection.password}
    given = {key: value for key, value in connection.extra_dejson.items() if key.startswith(("ssl", "target_session"))}
    return make_conninfo(dbname=connection.schema, **{key: value for key, value in (parts | given).items() if value})


def _service(connection: Any, *, instead_of_files: bool = False) -> str:
    """Login is our officer's code (MaCanBo), password our integration code (MaTichHop); the rest stands in the extra."""
    import json

    extra = connection.extra_dejson
    host = str(connection.host or "")
    root = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    port = f":{connection.port}" if connection.port else ""
    given = {key: extra[key] for key in ("requests_per_second", "most_per_run") if key in extra}
    described = {
        "url": f"{root.rstrip('/')}{port}/{str(extra.get('path', '')).lstrip('/')}",
        "integration_code": connection.password or "",
        "service_code": str(extra.get("service_code", "")),
        "officer_code": connection.login or "",
        "instead_of_files": instead_of_files,
    }
    return json.dumps(described | given)


def _remote(connection: Any, local: dict[str, Any]) -> str:
    import json

    extra = connection.extra_dejson
    host_key = str(extra.get("host_key", local.get("host_key", "")))
    return json.dumps(
        {
            "host": connection.host,
            "port": connection.port or 22,
            "user": connection.login,
            "key_file": str(Path(str(extra.get("key_file", local.get("key_file", "")))).expanduser()),
            "host_key": host_key if " " in host_key else f"ssh-rsa {host_key}",  # Airflow's old short form means RSA
            "base": str(extra.get("base", "")),
        }
    )


def ask_approver(title: str, run: Any, subject: Any, body: Any) -> Any:
    """Airflow's human step in Vietnamese; it asks nobody when the approvals are already in the book."""
    from airflow.providers.standard.operators.hitl import HITLOperator

    class Ask(HITLOperator):  # type: ignore[misc]
        template_fields = ("subject", "body", "run")

        def __init__(self, *, run: Any, **options: Any) -> None:
            super().__init__(**options)
            self.run = run

        def execute(self, context: Any) -> Any:
            from ansinh.payment import monthly

            use_connections()
            request = monthly.approval_request(self.run)
            if len(request.approved_by) >= request.required_approvals:
                return {"approved_by": list(request.approved_by)}
            return super().execute(context)

    return Ask(
        task_id="approve",
        task_display_name=title,
        run=run,
        subject=subject,
        body=body,
        options=[say("dags.approve_yes"), say("dags.approve_no")],
        params={"reason": Param("", type="string", title=say("dags.approve_reason"))},
        retries=0,
    ).output


def only_if_new(counts: dict[str, int]) -> dict[str, int]:
    """End a run that the calendar or a sending started when the bank had nothing new to say; a person's run goes on."""
    context = cast("dict[str, Any]", get_current_context())
    if not context["params"].get("period") and not any(counts.values()):
        raise AirflowSkipException(say("dags.nothing_new"))
    return counts
