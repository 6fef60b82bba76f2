"""Sending a run: once, whole, approved and unchanged, whatever is tried."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.core.errors import BlockedByData, PartnerUnavailable
from ansinh.local import bank, sftp
from ansinh.payment import delivery, ledger, manifest
from ansinh.payment.approve import decide
from ansinh.payment.audit import check_chain
from ansinh.payment.resolve import resolve
from ansinh.payment.seal import seal
from ansinh.payment.session import money

from tests.support.money import CHECKER, MAKER, SENDER, Person, approved_run, people, planned_run, run_state, states


def _inbox(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "sftp/bank/inbox").iterdir() if path.is_file())


def _books_tie() -> None:
    with money() as connection:
        assert ledger.differences(connection) == []
        assert check_chain(connection).broken_at is None


def test_an_approved_run_leaves_once_and_the_bank_books_each_payment_once(banked):
    run_id = approved_run(people(5))
    totals = delivery.send(run_id, SENDER)
    assert (totals.state, totals.bank_rows) == ("sent", 5)
    assert states("file", run_id) == ["sent"]
    assert states("instruction", run_id) == ["sent"] * 5
    sealed = manifest.outbox(run_id) / totals.files[0]
    assert (banked / "sftp/bank/inbox" / totals.files[0]).read_bytes() == sealed.read_bytes()
    assert bank.settle(banked)["booked"] == 5
    assert set(bank.payments(banked).values()) == {1}
    _books_tie()


def test_sending_again_moves_nothing_even_after_the_bank_took_the_file(banked):
    run_id = approved_run(people(3))
    first = delivery.send(run_id, SENDER)
    assert delivery.send(run_id, SENDER) == first
    bank.settle(banked)
    assert delivery.send(run_id, SENDER) == first
    assert _inbox(banked) == []
    assert sum(bank.payments(banked).values()) == 3


def test_two_senders_at_once_deliver_one_copy(banked):
    run_id = approved_run(people(200))
    start, seen = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        try:
            seen.append(delivery.send(run_id, SENDER).state)
        except BaseException as error:
            seen.append(repr(error))

    both = [threading.Thread(target=send) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert seen == ["sent", "sent"]
    assert len(_inbox(banked)) == 1
    assert bank.settle(banked)["accepted"] == 200
    _books_tie()


def test_nothing_leaves_before_somebody_else_approved(province):
    run_id = planned_run(people(2))
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, SENDER)
    assert refused.value.code == "NOT_APPROVED"
    seal(run_id, MAKER)
    with pytest.raises(BlockedByData):
        delivery.send(run_id, SENDER)
    assert _inbox(province) == []


def test_the_approver_does_not_send(province):
    run_id = approved_run(people(2))
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, CHECKER.upper())
    assert refused.value.code == "FOUR_EYES"
    assert (run_state(run_id), _inbox(province)) == ("approved", [])


@pytest.mark.parametrize("damage", [lambda p: p.write_bytes(p.read_bytes().replace(b"650000", b"950000")), lambda p: p.unlink()])
def test_a_file_changed_or_lost_after_approval_is_never_sent(province, damage):
    run_id = approved_run([Person(), Person("LE THI B", "0011000000002", 750_000)])
    damage(next(manifest.outbox(run_id).glob("*.xml")))
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, SENDER)
    assert refused.value.code == "FILE_CHANGED"
    assert (run_state(run_id), states("file", run_id), _inbox(province)) == ("approved", ["sealed"], [])


def test_a_run_sealed_again_needs_a_new_approval(province):
    run_id = approved_run(people(2))
    seal(run_id, MAKER, again=True)
    with pytest.raises(BlockedByData):
        delivery.send(run_id, SENDER)
    decide(run_id, CHECKER, "approve")
    assert delivery.send(run_id, SENDER).state == "sent"


def test_a_bank_that_is_down_leaves_no_doubt_and_the_next_run_goes_on(province, sftp_server):
    run_id = approved_run(people(2))
    sftp.stop(province)
    with pytest.raises(PartnerUnavailable):
        delivery.send(run_id, SENDER)
    assert (states("file", run_id), states("instruction", run_id)) == (["sealed"], ["sealed", "sealed"])
    sftp_server(province)
    assert delivery.send(run_id, SENDER).state == "sent"


def test_another_host_key_stops_the_run_before_anything_is_sent(province, monkeypatch):
    run_id = approved_run(people(2))
    true = remote.endpoint("ansinh_bank")
    stranger = true.model_copy(update={"host_key": sftp.asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()})
    monkeypatch.setattr(delivery, "endpoint", lambda _: stranger)
    with pytest.raises(remote.HostKeyChanged):
        delivery.send(run_id, SENDER)
    assert (states("file", run_id), _inbox(province)) == (["sealed"], [])


def test_after_the_cut_off_the_run_waits_for_a_new_seal(province, monkeypatch):
    run_id = approved_run(people(2))
    monkeypatch.setenv("ANSINH_NOW", "2026-10-26T14:55+07:00")  # ten minutes before 15:00 on the execution date
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, SENDER)
    assert (refused.value.code, _inbox(province)) == ("TOO_LATE", [])


def test_a_cash_only_run_is_handed_over_without_a_bank(dsn, home, monkeypatch):
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00+07:00")
    run_id = approved_run([Person(channel="cash"), Person(channel="home")])
    assert delivery.send(run_id, SENDER).state == "sent"
    assert states("instruction", run_id) == ["listed", "listed"]
    _books_tie()


def test_a_stranger_file_under_our_name_stops_everything_until_a_person_looks(province):
    run_id = approved_run(people(2))
    name = next(manifest.outbox(run_id).glob("*.xml")).name
    (province / "sftp/bank/inbox" / name).write_bytes(b"something else")
    for attempt in (delivery.send, resolve):
        with pytest.raises(BlockedByData) as refused:
            attempt(run_id, SENDER)
        assert refused.value.code == "DIFFERENT_FILE"
    assert (province / "sftp/bank/inbox" / name).read_bytes() == b"something else"
    assert states("file", run_id) == ["unknown"]
