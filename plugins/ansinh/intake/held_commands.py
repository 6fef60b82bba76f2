"""`ansinh held`, `ansinh answer`, `ansinh layouts`: what intake asks a person, and the answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ansinh.text import field_label, say

if TYPE_CHECKING:
    from ansinh.intake.held import Held

Json = Annotated[bool, typer.Option("--json", help=say("intake.help.json"))]


def register(app: typer.Typer) -> None:
    """Add the commands to the `ansinh` app."""
    app.command("held", help=say("intake.help.held"))(held)
    app.command("answer", help=say("intake.help.answer"))(answer)
    app.command("layouts", help=say("intake.help.layouts"))(layouts)


def held(period: Annotated[str | None, typer.Option("--period", help=say("intake.help.period"))] = None, as_json: Json = False) -> None:
    """The workbooks that wait for a person, each with its question."""
    from ansinh.core.period import Period
    from ansinh.intake.held import waiting

    found = waiting(str(Period.parse(period)) if period else None)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        _tell(one)
    typer.echo(say("intake.held.count", count=len(found)), err=True)


def _tell(one: Held) -> None:
    state = say("intake.held.answered") if one.is_answered else ""
    typer.echo(f"{one.workbook_id}  {one.commune_code}  {one.period}  {one.file_name}  {state}".rstrip())
    typer.echo(f"  {one.says} [{one.code}]")
    if one.kinds:
        typer.echo("  " + say("intake.held.kinds", kinds=" · ".join(f"{kind} ({say(f'label.kind.{kind}')})" for kind in one.kinds)))
    for sheet, questions in one.columns.items():
        for question in questions:
            typer.echo("  " + say("intake.held.column", sheet=sheet, field=field_label(question["field"]), key=question["field"]))
            for choice in question["candidates"]:
                typer.echo(f"    {choice['column']}  «{choice['header']}»  {choice['filled']}  {' · '.join(choice['samples'])}")


def answer(
    workbook: Annotated[str, typer.Argument(metavar="WORKBOOK", help=say("intake.help.workbook"))],
    reason: Annotated[str, typer.Option("--reason", help=say("intake.help.reason"))],
    kind: Annotated[
        Literal["full_resend", "correction", "supplement", "reject"] | None, typer.Option("--kind", help=say("intake.help.kind"))
    ] = None,
    column: Annotated[list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help=say("intake.help.column"))] = None,
    name: Annotated[str | None, typer.Option("--as", help=say("payment.help.as"))] = None,
) -> None:
    """Answer a held workbook: what kind of list it is, or which columns hold what."""
    from ansinh.core.errors import UsageError
    from ansinh.core.login import decider
    from ansinh.intake.held import decide_held
    from ansinh.intake.layouts import confirm_columns

    if (kind is None) == (not column):
        raise UsageError(say("intake.held.one_answer"), say("intake.held.one_answer_fix"))
    by = decider(name)
    if kind is not None:
        status = decide_held(workbook, kind, by, reason)
        typer.echo(say("intake.held.decided", workbook=workbook, status=say(f"label.workbook_status.{status}")), err=True)
        return
    told = [one.partition("=") for one in column or []]
    if any(not mark for _, mark, _ in told):
        raise UsageError(say("intake.held.bad_column"), say("intake.held.bad_column_fix"))
    count = confirm_columns(workbook, {field.strip(): letter.strip() for field, _, letter in told}, by=by, reason=reason)
    typer.echo(say("intake.held.confirmed", count=count), err=True)


def layouts(
    commune: Annotated[str | None, typer.Option("--commune", help=say("intake.help.commune"))] = None, as_json: Json = False
) -> None:
    """How each commune's columns are read, and who confirmed it."""
    from ansinh.intake.layouts import remembered

    found = remembered(commune)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        confirmed = say("intake.held.by", by=one.confirmed_by) if one.confirmed_by else ""
        columns = " · ".join(f"{letter} {field_label(name)}" for letter, name in one.columns.items())
        typer.echo(f"{one.commune_code}  {columns}  {confirmed}".rstrip())
