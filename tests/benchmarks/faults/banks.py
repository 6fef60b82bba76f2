"""The ways of banks: silent, late, twice, in another order, refuses a file, refuses one row, sends money back after five days.

A group of runs lives through each way together, up to the books: every line must end where the bank put it, and nothing leaves again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ansinh.local import bank
from ansinh.payment import delivery
from ansinh.payment.reconcile import reconcile
from ansinh.payment.returns import collect_returns
from ansinh.payment.session import money, rows

from tests.benchmarks.faults.crowds import later
from tests.benchmarks.faults.scenarios import Spots
from tests.benchmarks.faults.world import LINES, Tally, World
from tests.support.money import SENDER, key

SETTLED = ["settled"] * LINES


def ways_of_banks(world: World, spots: Spots, scratch: Path) -> Tally:
    """Spread the points over the seven ways."""
    total = Tally()
    names = list(_WAYS)
    for at, name in enumerate(names):
        mine = [spot for spot in spots if int(spot * len(names)) == at]
        if mine:
            total.add(_one_way(world, name, len(mine)))
    return total


def _one_way(world: World, name: str, count: int) -> Tally:
    with world.judged() as (tally, runs):
        later(world.home)
        runs += [world.new_run() for _ in range(count)]
        refused, wanted = _WAYS[name](world, runs)
        for run_id in runs:
            tally.points += 1
            tally.hit += 1
            before = _states(run_id)
            delivery.send(run_id, SENDER)
            if before != wanted or _states(run_id) != before:
                tally.problems.append(f"{name}: {run_id} ended {before}, then {_states(run_id)}, not {wanted}")
        result = reconcile("2026-11")["runs"]
        tally.problems += [f"{name}: {run_id} stays open: {result[run_id]['reasons']}" for run_id in runs if result[run_id]["reasons"]]
    tally.lost -= len(refused)  # the bank was told to refuse these: they are not paid and not lost
    return tally


def _send_all(runs: list[str]) -> None:
    for run_id in runs:
        delivery.send(run_id, SENDER)


def _silent(world: World, runs: list[str]) -> tuple[list[str], list[str]]:
    """No status report ever comes; only the statement tells."""
    bank.set_debtor_behaviour(world.home, "silent")
    _send_all(runs)
    bank.settle(world.home)
    bank.set_debtor_behaviour(world.home, "accept")
    collect_returns()
    return [], SETTLED


def _order(change: Callable[[list[Path]], list[Path]]) -> Callable[[World, list[str]], tuple[list[str], list[str]]]:
    """Hold the answers back and give them out one at a time in another order."""

    def way(world: World, runs: list[str]) -> tuple[list[str], list[str]]:
        outbox, drawer = world.home / "sftp/bank/outbox", world.home / "sftp/bank/drawer"
        drawer.mkdir(exist_ok=True)
        collect_returns()
        known = set(outbox.iterdir())
        _send_all(runs)
        bank.settle(world.home)
        fresh = sorted(set(outbox.iterdir()) - known, key=lambda path: path.stat().st_mtime_ns)
        held = [path.rename(drawer / path.name) for path in fresh]
        collect_returns()
        for number, path in enumerate(change(held)):
            (outbox / f"{number}-{path.name}").write_bytes(path.read_bytes())
            collect_returns()
        return [], SETTLED

    return way


def _refuses_file(world: World, runs: list[str]) -> tuple[list[str], list[str]]:
    bank.set_debtor_behaviour(world.home, "reject-file")
    _send_all(runs)
    bank.settle(world.home)
    bank.set_debtor_behaviour(world.home, "accept")
    collect_returns()
    return [key(run_id, at) for run_id in runs for at in range(1, LINES + 1)], ["rejected"] * LINES


def _refuses_row(world: World, runs: list[str]) -> tuple[list[str], list[str]]:
    bank.seed_accounts(world.home, [{"account_number": _account(run_id, 1), "behaviour": "closed-account"} for run_id in runs])
    _send_all(runs)
    bank.settle(world.home)
    collect_returns()
    return [key(run_id, 2) for run_id in runs], ["settled", "rejected", "settled"]


def _returns_later(world: World, runs: list[str]) -> tuple[list[str], list[str]]:
    seeds = [{"account_number": _account(run_id, 0), "behaviour": "return-later", "days": 5, "reason": "AC06"} for run_id in runs]
    bank.seed_accounts(world.home, seeds)
    _send_all(runs)
    bank.settle(world.home)
    collect_returns()
    reconcile("2026-11")
    bank.settle(world.home, days=9)
    collect_returns()
    return [], ["returned", "settled", "settled"]


_WAYS: dict[str, Callable[[World, list[str]], tuple[list[str], list[str]]]] = {
    "silent": _silent,
    "late": _order(lambda held: held),
    "twice": _order(lambda held: [path for path in held for _ in range(2)]),
    "another order": _order(lambda held: held[::-1]),
    "refuses a file": _refuses_file,
    "refuses one row": _refuses_row,
    "returns after five days": _returns_later,
}


def _account(run_id: str, line: int) -> str:
    with money() as connection:
        found = rows(connection, "select account_number from ops.payment_instruction where run_id = :id order by end_to_end_id", id=run_id)
    return str(found[line][0])


def _states(run_id: str) -> list[str]:
    with money() as connection:
        found = rows(connection, "select state from ops.payment_instruction where run_id = :id order by end_to_end_id", id=run_id)
    return [str(row[0]) for row in found]
