"""Ticked cash lists lie in each commune's own folder on a real SFTP server; they are read once, and only for that commune."""

from __future__ import annotations

from pathlib import Path

from ansinh.payment import cash_return
from ansinh.payment.delivery import send
from ansinh.payment.session import money, rows

from tests.support.money import SENDER, Person, approved_run


def test_each_commune_sends_its_list_back_and_each_list_counts_once(province: Path) -> None:
    run_id = approved_run([Person("NGUYEN VAN A", channel="cash"), Person("NGUYEN VAN B", channel="home")])
    assert send(run_id, SENDER).state == "sent"  # nothing for the bank: the run is handed to the pay points
    table = "end_to_end_id,collected\n2026-11-YTE-1-00001,x\n2026-11-YTE-1-00002,k\n"
    for commune, content in (("26734", table), ("26737", table + " \n"), ("26740", "not a list")):
        folder = province / "sftp/communes" / commune / "cash"
        folder.mkdir(parents=True)
        (folder / "đã chi.csv").write_text(content, encoding="utf-8")
        (folder / ".half.part").write_text("x", encoding="utf-8")
    counts = cash_return.collect_lists()
    assert counts == {"cash_lists": 3, "cash_collected": 1, "cash_uncollected": 1, "cash_problems": 2, "cash_unreadable": 1}
    assert not any(cash_return.collect_lists().values())
    with money() as connection:
        states = [row[0] for row in rows(connection, "select state from ops.payment_instruction order by end_to_end_id")]
        told = rows(connection, "select commune_code, status from ops.cash_return order by 1")
    assert states == ["collected", "uncollected"]
    assert [tuple(row) for row in told] == [("26734", "posted"), ("26737", "partly"), ("26740", "rejected")]
