"""`ansinh lookup TERM`: a person's file at the terminal. `ansinh train`: the weights of comparison, learnt again."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ansinh.text import field_label, say

if TYPE_CHECKING:
    from ansinh.identity.lookup import PersonFile


def register(app: typer.Typer) -> None:
    """Add the identity commands to the `ansinh` app."""
    app.command("lookup", help=say("identity.help.lookup"))(lookup_command)
    app.command("train", help=say("identity.train.help"))(train_command)
    app.command("decide", help=say("identity.help.decide"))(decide_command)


def decide_command(
    case: Annotated[str, typer.Argument(metavar="CASE", help=say("identity.help.case"))],
    decision: Annotated[Literal["same", "different"], typer.Argument(help=say("identity.help.decision"))],
    reason: Annotated[str, typer.Option("--reason", help=say("intake.help.reason"))],
    name: Annotated[str | None, typer.Option("--as", help=say("payment.help.as"))] = None,
) -> None:
    """Answer a case of the review queue."""
    from ansinh.core.login import decider
    from ansinh.identity.decisions import decide_case

    done = decide_case(case, decision, reason=reason, by=decider(name))
    typer.echo(say("identity.decided", case=case, pairs=done.pairs), err=True)


def lookup_command(
    term: Annotated[str, typer.Argument(metavar="TERM", help=say("identity.help.term"))],
    unmask: Annotated[bool, typer.Option("--unmask", help=say("identity.help.unmask"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=say("identity.help.json"))] = False,
) -> None:
    """Find people by name without tones, ID, account or phone."""
    from ansinh.identity.lookup import MOST, lookup

    found = lookup(term, actor=getpass.getuser(), unmasked=unmask)
    if as_json:
        typer.echo(json.dumps([person.as_dict() for person in found], ensure_ascii=False))
    else:
        for person in found:
            _tell(person)
    typer.echo(say("identity.lookup.none") if not found else say("identity.lookup.count", count=len(found)), err=True)
    if len(found) == MOST:
        typer.echo(say("identity.lookup.more", most=MOST), err=True)


def train_command(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("identity.train.out"))] = None,
) -> None:
    """Learn the weights from the published month."""
    from ansinh.identity.train import train

    fresh = train(out)
    for weight in fresh:
        typer.echo(f"{weight.comparison}\t{weight.level}\t{weight.m:.6g}\t{weight.u:.6g}\t{'fixed' if weight.is_fixed else 'trained'}")
    learnt = [weight for weight in fresh if not weight.is_fixed]
    typer.echo(say("identity.train.done", version=fresh[0].model_version, rows=learnt[0].rows or 0, levels=len(learnt)), err=True)


def _tell(person: PersonFile) -> None:
    typer.echo(f"{person.full_name} · {person.id_number or '–'} · {person.birth or '–'} · {person.person_id}")
    typer.echo(
        "  "
        + say(
            "identity.lookup.standing",
            commune=person.commune_code,
            life=say(f"identity.life.{person.life_status}"),
            status=say(f"identity.status.{person.identity_status}"),
            since=person.known_since[:7],
        )
    )
    for line in person.lines:
        typer.echo(
            "  "
            + say(
                "identity.lookup.line",
                file=line.file_name,
                sheet=line.sheet or "–",
                row=line.row_number,
                code=line.entitlement_code or "–",
                amount=f"{line.amount_vnd or 0:,}".replace(",", "."),
                account=line.account_number or "–",
            )
        )
        said = line.register
        typer.echo(
            "    " + say("identity.lookup.register", status=say(f"identity.status.{said.identity_status}"), as_of=_day(said.verified_as_of))
        )
        register = {
            "full_name": said.full_name,
            "birth": said.birth,
            "sex": say(f"label.sex.{said.sex}") if said.sex else None,
            "id_number": said.id_number,
        }
        for name in said.differs:
            typer.echo("    " + say("identity.lookup.differs", field=field_label(name), register=register[name] or "–"))
        if said.likely_id_number and said.likely_id_number != said.id_number:
            typer.echo("    " + say("identity.lookup.likely", number=said.likely_id_number))


def _day(moment: str | None) -> str:
    return f"{moment[8:10]}/{moment[5:7]}/{moment[:4]}" if moment else "–"
