"""`ansinh up / down / status / doctor / dsn / run`: the services of a home and the month that runs on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ansinh.text import say

Json = Annotated[bool, typer.Option("--json", help=say("local.help.json"))]


def register(app: typer.Typer) -> None:
    """Add the commands to the `ansinh` app."""
    app.command("up", help=say("local.help.up"))(up)
    app.command("down", help=say("local.help.down"))(down)
    app.command("status", help=say("local.help.status"))(status)
    app.command("doctor", help=say("local.help.doctor"))(doctor)
    app.command("dsn", help=say("local.help.dsn"))(dsn)
    app.command("run", help=say("local.help.run"))(run)


def up(as_json: Json = False) -> None:
    """Start the services and return when they are ready."""
    from ansinh.core.settings import home
    from ansinh.local import airflow, services

    told = services.up(home(), tell=_stage)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(say("local.ready", console=told["console_url"], airflow=told["airflow_url"]), err=True)
    typer.echo(say("local.logins", file=airflow.folder(home()) / "passwords.json"), err=True)
    typer.echo(told["console_url"])


def down() -> None:
    """Stop every service of this home."""
    from ansinh.core.settings import home
    from ansinh.local import services

    services.down(home())
    typer.echo(say("local.stopped"), err=True)


def status(as_json: Json = False) -> None:
    """What runs where."""
    from ansinh.core.settings import home
    from ansinh.local import services

    found = services.status(home())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    if not found["services"]:
        typer.echo(say("local.nothing_runs"))
        return
    for name, one in found["services"].items():
        typer.echo(f"{name}\t{say('local.alive' if one['alive'] else 'local.dead')}\tpid {one['pid']}\t{one['port'] or ''}")
    typer.echo(f"console\t{found['console_url']}\nairflow\t{found['airflow_url']}")


def doctor(as_json: Json = False) -> None:
    """Look at everything a month needs; exit 2 for a wrong setting, 4 for a partner that does not answer."""
    from dataclasses import asdict

    from ansinh.local.doctor import examine

    findings = examine()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        for one in findings:
            typer.echo(f"{'✓' if one.exit_code == 0 else '✗'} {one.title}: {one.says}")
    code = max((one.exit_code for one in findings), default=0)
    if code:
        raise typer.Exit(code)


def dsn() -> None:
    """The DSN of the warehouse."""
    from ansinh.core.settings import warehouse_dsn

    typer.echo(warehouse_dsn())


def run(
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM", help=say("local.help.period"))],
    opening: Annotated[Path | None, typer.Option("--opening", metavar="FILE", help=say("local.help.opening"))] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="STAGE", help=say("local.help.only"))] = None,
    yes_as: Annotated[list[str] | None, typer.Option("--yes-as", metavar="NAME", help=say("local.help.yes_as"))] = None,
    as_json: Json = False,
) -> None:
    """Run a month, or one stage of it, through Airflow."""
    from ansinh.core.settings import home
    from ansinh.local.progress import Progress
    from ansinh.local.run import ApprovalAwaited, run_month

    with Progress() as progress:
        try:
            month = run_month(
                home(), period, opening=opening, only=only, yes_as=yes_as or (), tell=progress.step, tell_service=progress.service
            )
        except ApprovalAwaited as waiting:
            for run_id in waiting.run_ids:
                typer.echo(f"RUN = {run_id}")
            raise
    if as_json:
        typer.echo(json.dumps(month.to_json(), ensure_ascii=False))
        return
    for one in month.runs:
        typer.echo(f"{one['run_id']}\t{say('label.state.' + one['state'])}\t{one['rows']}\t{one['total_vnd']}")
        if one["state"] == "empty":
            typer.echo(say("payment.nothing_to_pay", run=one["run_id"], period=period), err=True)


def _stage(stage: str) -> None:
    typer.echo(say(f"local.stage.{stage}"), err=True)
