"""`ansinh check FILE…` and `ansinh explain CODE`: what a clerk can do without a database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ansinh.text import say

if TYPE_CHECKING:
    from ansinh.intake.model import WorkbookReading


def register(app: typer.Typer) -> None:
    """Add the intake commands to the `ansinh` app."""
    app.command("check", help=say("intake.help.check"))(check_command)
    app.command("explain", help=say("intake.help.explain"))(explain_command)


def check_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=say("intake.help.files"))],
    period: Annotated[str | None, typer.Option("--period", help=say("intake.help.period"))] = None,
    commune: Annotated[str | None, typer.Option("--commune", help=say("intake.help.commune"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("intake.help.json"))] = False,
    mark: Annotated[Path | None, typer.Option("--mark", metavar="OUTDIR", help=say("intake.help.mark"))] = None,
) -> None:
    """Judge workbooks. Exit 3 when any of them has something a person must fix. Raises UsageError for a file that is not there."""
    from ansinh.core.errors import UsageError
    from ansinh.core.period import Period
    from ansinh.intake.check import as_dict, as_lines, has_block
    from ansinh.intake.pool import ReaderPool

    run = Period.parse(period) if period else None
    missing = next((path for path in files if not path.is_file()), None)
    if missing is not None:
        raise UsageError(say("intake.no_such_file", name=str(missing)), say("intake.no_such_file_fix"))
    readings: list[WorkbookReading] = []
    with ReaderPool() as pool:
        for path in files:
            reading = pool.read(path, period=run, commune_code=commune)
            readings.append(reading)
            if mark is not None:
                _mark(path, reading, mark)
            if not as_json:
                typer.echo("\n".join(as_lines(reading)))
    if as_json:
        typer.echo(json.dumps({"files": [as_dict(reading) for reading in readings]}, ensure_ascii=False, indent=2))
    if any(has_block(reading) for reading in readings):
        raise typer.Exit(3)


def _mark(path: Path, reading: WorkbookReading, folder: Path) -> None:
    from ansinh.core.clock import now
    from ansinh.intake.mark import mark_workbook
    from ansinh.intake.marker import answer_name

    folder.mkdir(parents=True, exist_ok=True)
    out = folder / answer_name(path.name, now())
    mark_workbook(path, reading, out)
    typer.echo(say("intake.marked", name=str(out)), err=True)


def explain_command(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help=say("intake.help.code"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("intake.help.json"))] = False,
) -> None:
    """The page of one check, or the list of all. Raises UsageError for an unknown code."""
    from dataclasses import asdict

    from ansinh.intake.catalogue import catalogue, entry

    if code is None:
        for found in catalogue().values():
            typer.echo(f"{found.code:<28} {found.severity:<6} {found.gate:<14} {found.title_vi}")
        return
    found = entry(code.strip().upper())
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    typer.echo(
        say(
            "intake.page",
            code=found.code,
            title=found.title_vi,
            says=_blanks(found.says_vi),
            fix=_blanks(found.fix_vi),
            owner=say(f"intake.owner.{found.owner}"),
            severity=say(f"intake.severity_long.{found.severity}"),
            gate=found.gate,
            says_en=_blanks(found.says_en),
            fix_en=_blanks(found.fix_en),
        )
    )


def _blanks(sentence: str) -> str:
    """A sentence of the catalogue as a page shows it: what each case fills in is left open."""
    return re.sub(r"\{\w+\}", "…", sentence)
