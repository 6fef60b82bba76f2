"""`ansinh waive` and `ansinh waivers`: accept a red check by name, with a reason and an end."""

from __future__ import annotations

from typing import Annotated

import typer

from ansinh.text import say


def register(app: typer.Typer) -> None:
    """Add this part's commands to the `ansinh` app."""
    app.command("waive")(waive)
    app.command("waivers")(waivers)


def waive(
    code: Annotated[str, typer.Argument(help="Mã kiểm tra, ví dụ PAY_COMMUNE_SILENT.")],
    signed_by: Annotated[str, typer.Option("--as", help="Người ký.")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do, ghi cho người kiểm toán đọc.")],
    until: Annotated[str, typer.Option("--until", help="Hết hiệu lực sau ngày này: năm-tháng-ngày.")],
    period: Annotated[str | None, typer.Option("--period", help="Chỉ cho kỳ này.")] = None,
    commune: Annotated[str | None, typer.Option("--commune", help="Chỉ cho xã này.")] = None,
    action: Annotated[str, typer.Option("--action", help="accept, carry_over hay skip (xã chưa nộp).")] = "accept",
) -> None:
    """Ký miễn một kiểm tra · sign a waiver.

    Ví dụ: ansinh waive PAY_COMMUNE_SILENT --as "Lê Thị B" --commune 25864 --action carry_over --reason "lũ" --until 2026-11-30
    """
    from datetime import date

    from ansinh.core.db import connect
    from ansinh.core.errors import UsageError
    from ansinh.core.period import Period
    from ansinh.intake.catalogue import entry
    from ansinh.quality.waivers import ACTIONS, sign

    entry(code)
    if action not in ACTIONS:
        raise UsageError(
            say("errors.quality.unknown_waiver", action=action), say("errors.quality.unknown_waiver_fix", actions=", ".join(ACTIONS))
        )
    try:
        end = date.fromisoformat(until)
    except ValueError as error:
        raise UsageError(say("errors.quality.malformed_day", until=until), say("errors.quality.malformed_day_fix")) from error
    month = str(Period.parse(period)) if period else None
    with connect() as connection:
        number = sign(
            connection, code, signed_by=signed_by, reason=reason, valid_until=end, period=month, commune_code=commune, action=action
        )
    typer.echo(f"Đã ghi miễn kiểm tra số {number}: {code} đến {until}.", err=True)
    typer.echo(number)


def waivers() -> None:
    """Liệt kê các miễn kiểm tra còn hiệu lực · list valid waivers."""
    from ansinh.core.clock import now
    from ansinh.core.db import connect

    with connect() as connection:
        found = connection.execute(
            "select waiver_id, code, coalesce(period, '*'), coalesce(commune_code, '*'), action, signed_by, valid_until, reason"
            " from ops.waiver where valid_until >= %s order by waiver_id",
            (now().date(),),
        )
        for row in found:
            typer.echo("\t".join(str(value) for value in row))
