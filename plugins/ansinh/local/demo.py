"""`make demo`: a synthetic province pays its people through the real Airflow, PostgreSQL and SFTP of this home.

Environment: ANSINH_HOME (default `.ansinh`), SERVE=0 to stop everything at the end, ANSINH_NOW to move the demo's day.
A second `make demo` in the same home runs the same month again and shows that nobody is paid twice.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from ansinh.core.errors import AnsinhError, UsageError
from ansinh.core.settings import home as settings_home
from ansinh.local import airflow, bank, services
from ansinh.local.guard import guarded
from ansinh.local.memory import PeakMemory, processes_of
from ansinh.local.progress import Progress
from ansinh.local.run import Month, run_month
from ansinh.report.figures import Figures, figures_of
from ansinh.text import say

PERIOD, COMMUNES, PEOPLE, SEED = "2026-11", 12, 6000, 7
TODAY = "2026-10-23T08:00+07:00"  # the list of November is due before 25 October
CHECKER = "checker"


def main() -> int:
    """Run the demo; returns the exit code."""
    return guarded(_demo)


def _demo() -> int:
    os.environ.setdefault("ANSINH_NOW", TODAY)
    home = settings_home()
    os.environ["ANSINH_HOME"] = str(home)
    try:
        province = prepare(home)
        _show(home, *_month(home, province))
        _serve_until_told(os.environ.get("SERVE", "1") != "0")
    finally:
        services.down(home)
        print(say("local.stopped"), file=sys.stderr)
    return 0


def prepare(home: Path) -> Path:
    """Generate the province once and put its files where communes and register would put them.

    Raises UsageError when the home already holds somebody's real folders.
    """
    province = home / "demo"
    if (province / "truth.json").exists():
        print(say("demo.again", period=PERIOD), file=sys.stderr)
        return province
    if any((home / "sftp" / "communes").glob("*/incoming/*")):
        raise UsageError(say("demo.not_empty", home=home), say("demo.not_empty_fix"))
    from ansinh.local.province import generate

    print(say("demo.generating", communes=COMMUNES, people=PEOPLE, seed=SEED), file=sys.stderr)
    shutil.rmtree(province, ignore_errors=True)
    generate.generate(COMMUNES, PEOPLE, SEED, province, PERIOD)
    shutil.copytree(province / "sftp", home / "sftp", dirs_exist_ok=True)
    bank.seed_accounts(home, json.loads((province / "bank_behaviours.json").read_text(encoding="utf-8")))
    return province


def _month(home: Path, province: Path) -> tuple[Month, Mapping[str, float], int]:
    """The month through Airflow; returns it with seconds per part of the demo and the peak memory of all processes."""
    seconds: dict[str, float] = {}
    began = time.monotonic()
    with PeakMemory(lambda: processes_of(home)) as memory, Progress() as progress:
        services.up(home, tell=progress.service)
        seconds["up"] = time.monotonic() - began
        began = time.monotonic()
        month = run_month(
            home, PERIOD, opening=province / "opening.csv", yes_as=[CHECKER], tell=progress.step, tell_service=progress.service
        )
        seconds["month"] = time.monotonic() - began
    from ansinh.warehouse.docs import write_docs

    began = time.monotonic()
    write_docs(PERIOD)
    seconds["docs"] = time.monotonic() - began
    return month, seconds, memory.peak


def _show(home: Path, month: Month, seconds: Mapping[str, float], peak: int) -> None:
    figures = figures_of(PERIOD)
    told = services.status(home)
    lines = [say("demo.title", period=PERIOD), *_counts(figures), *_bank(figures), tie(figures)]
    lines.append(say("demo.time", up=_seconds(seconds["up"]), month=_seconds(seconds["month"]), docs=_seconds(seconds["docs"])))
    lines.append("  " + " · ".join(f"{say('demo.stage.' + stage)} {_seconds(took)}" for stage, took in month.seconds.items()))
    lines.append(say("demo.memory", mega=peak >> 20))
    reports = home / "reports"
    lines.append(
        say("demo.look", console=told["console_url"], airflow=told["airflow_url"], passwords=airflow.folder(home) / "passwords.json")
    )
    lines.append(
        say(
            "demo.files",
            report=reports / PERIOD / "index.html",
            docs=reports / "dbt_docs" / "index.html",
            returned=home / "sftp" / "communes",
        )
    )
    print("\n".join(lines), flush=True)


def _counts(figures: Figures) -> list[str]:
    books = _labelled("workbook_status", figures.workbooks)
    problems = _labelled("severity", figures.problems)
    return [
        say("demo.files_read", count=_n(sum(figures.workbooks.values())), by=books),
        say("demo.rows_read", count=_n(figures.rows_read), problems=problems),
        say("demo.people", people=_n(figures.people), duplicates=_n(figures.duplicates), cases=_n(figures.review_cases)),
        say("demo.held", count=_n(sum(figures.held.values())), by=_labelled("hold", figures.held)),
        *(
            say("demo.channel", channel=say(f"label.channel.{name}"), count=_n(count), total=_n(total))
            for name, (count, total) in figures.by_channel.items()
        ),
    ]


def _bank(figures: Figures) -> list[str]:
    gone = sum(file["rows"] for file in figures.files)
    states = {state: count for state, (count, _) in figures.by_state.items()}
    refused = states.get("rejected", 0) + states.get("returned", 0)
    reasons = ", ".join(f"{reason} ×{count}" for reason, count in figures.bank_reasons.items()) or "—"
    return [
        say("demo.sent", files=len(figures.files), rows=_n(gone), total=_n(sum(int(file["total_vnd"]) for file in figures.files))),
        say("demo.answered", accepted=_n(states.get("settled", 0) + states.get("accepted", 0)), refused=_n(refused), reasons=reasons),
    ]


def tie(figures: Figures) -> str:
    """Money in and money out to the đồng. Raises AnsinhError when they differ."""
    money = figures.ledger
    budget = -money.get("budget", 0)
    out = {account: amount for account, amount in money.items() if account != "budget"}
    lines = sum(total for state, (_, total) in figures.by_state.items() if state not in ("planned", "cancelled", "rejected", "returned"))
    if sum(money.values()) != 0 or budget != sum(out.values()):
        raise AnsinhError(say("demo.does_not_tie", budget=_n(budget), out=_n(sum(out.values()))), say("demo.does_not_tie_fix"))
    parts = " + ".join(f"{say('demo.account.' + account)} {_n(amount)}" for account, amount in out.items())
    return say("demo.ties", budget=_n(budget), parts=parts, lines=_n(lines))


def _serve_until_told(stay: bool) -> None:
    if not stay:
        return
    print(say("demo.staying"), file=sys.stderr, flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print(file=sys.stderr)


def _labelled(family: str, counts: Mapping[str, int]) -> str:
    return ", ".join(f"{say(f'label.{family}.{name}')} {_n(count)}" for name, count in counts.items()) or "—"


def _n(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _seconds(value: float) -> str:
    return f"{value:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
