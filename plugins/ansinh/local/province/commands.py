"""`ansinh generate`: a synthetic province in a folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `generate` to the command line."""

    @app.command("generate")
    def generate_command(
        out: Annotated[Path, typer.Option(help="Thư mục ghi ra / folder to write")],
        communes: Annotated[int, typer.Option(help="Số xã / how many communes")] = 12,
        people: Annotated[int, typer.Option(help="Số người hưởng / how many beneficiaries")] = 6000,
        seed: Annotated[int, typer.Option(help="Hạt giống: cùng số thì cùng kết quả / same seed, same bytes")] = 7,
        period: Annotated[str, typer.Option(help="Kỳ chi trả / payout month, ví dụ 2026-11")] = "2026-11",
        continue_from: Annotated[
            Path | None, typer.Option(help="Thư mục tỉnh đã sinh, để sinh tháng sau / folder of an earlier month")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON / print the counts as JSON")] = False,
    ) -> None:
        """Sinh một tỉnh giả lập: danh sách các xã, dữ liệu dân cư, lịch sử chi trả, bảng sự thật."""
        from ansinh.local.province import generate as province
        from ansinh.text import say

        made = (
            province.continue_from(continue_from, period, out)
            if continue_from is not None
            else province.generate(communes, people, seed, out, period)
        )
        if as_json:
            typer.echo(json.dumps(asdict(made), ensure_ascii=False))
        else:
            typer.echo(say("generate.done", **asdict(made)))
