"""`ansinh approve / reject / hold / resolve / show / verify`: the console's buttons for people at a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ansinh.core.errors import BlockedByData
from ansinh.text import say

RunId = Annotated[str, typer.Argument(metavar="RUN", help=say("payment.help.run"))]
As = Annotated[str | None, typer.Option("--as", help=say("payment.help.as"))]
Reason = Annotated[str, typer.Option("--reason", help=say("payment.help.reason"))]
Json = Annotated[bool, typer.Option("--json", help=say("payment.help.json"))]


def register(app: typer.Typer) -> None:
    """Add the money commands to the `ansinh` app."""
    app.command("approve", help=say("payment.help.approve"))(approve)
    app.command("reject", help=say("payment.help.reject"))(reject)
    app.command("hold", help=say("payment.help.hold"))(hold)
    app.command("resolve", help=say("payment.help.resolve"))(resolve)
    app.command("show", help=say("payment.help.show"))(show)
    app.command("verify", help=say("payment.help.verify"))(verify)
    app.command("collected", help=say("payment.help.collected"))(collected)


def approve(run: RunId, name: As = None, reason: Reason = "", as_json: Json = False) -> None:
    """Say yes to the present seal of a run; prints the figures."""
    _decide(run, name, "approve", reason, as_json)


def reject(run: RunId, name: As = None, reason: Reason = "", as_json: Json = False) -> None:
    """Cancel a sealed run; its people wait again."""
    _decide(run, name, "reject", reason, as_json)


def hold(run: RunId, name: As = None, reason: Reason = "", as_json: Json = False) -> None:
    """Stop a sealed or approved run until it is sealed again."""
    _decide(run, name, "hold", reason, as_json)


def resolve(
    run: RunId,
    name: As = None,
    bank_says: Annotated[Literal["arrived", "absent"] | None, typer.Option("--bank-says", help=say("payment.help.bank_says"))] = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Look for evidence at the bank for files whose delivery is unknown."""
    from ansinh.core.login import decider
    from ansinh.payment import monthly

    _print(monthly.resolve(run, decider(name), bank_says, reason), as_json)


def show(
    file: Annotated[Path, typer.Argument(help=say("payment.help.file"))],
    mask: Annotated[bool, typer.Option("--mask", help=say("payment.help.mask"))] = False,
) -> None:
    """A payment or bank file in human columns."""
    from ansinh.payment.show import show_file

    for line in show_file(file, mask=mask):
        typer.echo(line)


def verify(
    head: Annotated[str | None, typer.Option("--head", help=say("payment.help.head"))] = None,
    as_json: Json = False,
) -> None:
    """Recompute file hashes, sums and the audit chain; exit 3 when something does not tie."""
    from dataclasses import asdict

    from ansinh.payment import audit, monthly
    from ansinh.payment.session import money

    found = monthly.verify(head)
    with money("auditor") as connection:
        newest = audit.head(connection)
    if as_json:
        typer.echo(json.dumps({"audit_head": newest, "findings": [asdict(finding) for finding in found]}, ensure_ascii=False))
    else:
        for finding in found:
            typer.echo(f"{finding.code}\t{finding.says_vi}")
        typer.echo(say("payment.verify_head", head=newest), err=True)
    if found:
        raise BlockedByData(say("payment.verify_red", count=len(found)), say("payment.verify_fix"), code="VERIFY")
    typer.echo(say("payment.verify_green"), err=True)


def collected(
    files: Annotated[list[Path], typer.Argument(help=say("payment.help.collected_files"), exists=True, dir_okay=False)],
    commune: Annotated[str | None, typer.Option("--commune", help=say("payment.help.collected_commune"))] = None,
    as_json: Json = False,
) -> None:
    """Post returned cash lists by hand; exit 3 when a file or a line of it could not be posted."""
    import getpass
    from dataclasses import asdict

    from ansinh.payment import cash_return

    told, red = [], 0
    for file in files:
        posted = cash_return.post_list(file, commune, getpass.getuser())
        red += 0 if posted is None else len(posted.problems) + (posted.status == "rejected")
        told.append({"name": file.name, "status": "known"} if posted is None else {"name": file.name, **asdict(posted)})
        if not as_json:
            _tell_list(file.name, posted)
    if as_json:
        typer.echo(json.dumps({"files": told}, ensure_ascii=False))
    if red:
        raise BlockedByData(say("cash.red", count=red), say("cash.red_fix"), code="CASH_LIST")


def _tell_list(name: str, posted: Any) -> None:
    if posted is None:
        typer.echo(f"{name}\t{say('cash.known')}")
    elif posted.status == "rejected":
        typer.echo(f"{name}\t{posted.says_vi}")
    else:
        counts = {"collected": posted.collected, "uncollected": posted.uncollected, "problems": len(posted.problems)}
        typer.echo(say("cash.posted", name=name, **counts))
        for line, key, verdict in posted.problems:
            typer.echo(f"{key}\t{say('cash.problem', line=line, says=say(f'cash.verdict.{verdict}'))}")


def _decide(run: str, name: str | None, decision: Any, reason: str, as_json: bool) -> None:
    from ansinh.core.login import decider
    from ansinh.payment import monthly

    _print(monthly.decide(run, decider(name), decision, reason), as_json)


def _print(totals: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(totals.to_json(), ensure_ascii=False))
        return
    typer.echo(f"{totals.run_id}\t{say(f'label.state.{totals.state}')}\t{totals.rows}\t{totals.total_vnd}")
    if totals.note_vi:
        typer.echo(totals.note_vi, err=True)
